"""The client for asyncio against a server that plays scripts, and beside threads."""

from __future__ import annotations

import asyncio
import gc
import threading
import unittest

import support
from support import (
    FAST, QUICK, AsyncStub, FakeServer, Peer, Stub, big_echo, channel, data, echo, end, goaway,
    headers, message, ok, wire)

import idv
import idv.aio
from idv import frames


def aio_channel(server, **options) -> idv.aio.Channel:
    return idv.aio.Channel(
        server.target, credentials=support.credentials(), retry=QUICK, backoff=FAST, **options)


def everything(peer: Peer, number: int) -> None:
    """All four kinds, by the method's name."""
    peer.greet()
    while True:
        stream, flags, request = peer.request()
        if request.method == "Ask":
            peer.send(headers(stream, [("h", "1")]), ok(stream, request.payload, [("t", "1")]))
        elif request.method == "Watch":
            peer.send(*[data(stream, request.payload)] * 3, end(stream))
        else:
            try:
                read_all(peer, stream, request.method == "Talk")
            except support.Cancelled:
                pass


def read_all(peer: Peer, stream: int, talks: bool) -> None:
    """Echoes messages, or counts them."""
    count, last = 0, False
    while not last:
        whole, last = peer.message(stream)
        count += whole is not None
        if talks and whole is not None:
            peer.send(data(stream, whole))
    peer.send(end(stream) if talks else ok(stream, wire(b"%d" % count)))


class AsyncCase(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self) -> None:
        # Slow machines are no finding.
        asyncio.get_running_loop().slow_callback_duration = support.PATIENCE


class Kinds(AsyncCase):
    async def test_all(self) -> None:
        async def words():
            for word in (b"a", b"b"):
                yield message(word)

        with FakeServer(everything) as server:
            async with aio_channel(server) as c:
                stub = AsyncStub(c)
                self.assertEqual((await stub.Ask(message(b"x"))).value, b"x")
                call = stub.Ask.start(message(b"y"), metadata={"k": "v"})
                self.assertEqual((await call).value, b"y")
                self.assertEqual((await call.headers()).get("h"), "1")
                self.assertEqual((await call.trailers()).get("t"), "1")
                self.assertEqual([m.value async for m in stub.Watch(message(b"w"))], [b"w"] * 3)
                self.assertEqual((await stub.Collect(words())).value, b"2")
                self.assertEqual((await stub.Collect([])).value, b"0")
                self.assertEqual([m.value async for m in stub.Talk(words())], [b"a", b"b"])
                async with stub.Talk() as talking:
                    self.assertTrue(await talking.send(message(b"1")))
                    self.assertEqual((await talking.read()).value, b"1")
                    talking.end()
                    self.assertIsNone(await talking.read())
                async with stub.Collect.start() as call:
                    await call.send(message())
                    call.end()
                    self.assertEqual((await call).value, b"1")

    async def test_many_at_once(self) -> None:
        with FakeServer(big_echo) as server:
            async with aio_channel(server) as c:
                stub = AsyncStub(c)
                words = [b"%d" % i * (1 + 997 * i) for i in range(150)]
                answers = await asyncio.gather(*[stub.Ask(message(word)) for word in words])
                self.assertEqual([answer.value for answer in answers], words)

    async def test_requests_that_raise(self) -> None:
        async def broken():
            yield message(b"a")
            raise KeyError("mine")

        with FakeServer(everything) as server:
            async with aio_channel(server) as c:
                with self.assertRaises(KeyError):
                    await AsyncStub(c).Collect(broken())
                with self.assertRaises(KeyError):
                    async for _ in AsyncStub(c).Talk(broken()):
                        pass

    async def test_a_feeder_ends_with_its_call(self) -> None:
        stopped = asyncio.Event()

        async def waiting():
            try:
                yield message(b"a")
                await asyncio.Event().wait()
            finally:
                stopped.set()

        with FakeServer(everything) as server:
            async with aio_channel(server) as c:
                with self.assertRaises(idv.DeadlineExceededError):
                    await AsyncStub(c).Collect(waiting(), timeout=0.1)
                await asyncio.wait_for(stopped.wait(), support.PATIENCE)
                stopped.clear()
                call = AsyncStub(c).Talk(waiting())
                self.assertEqual((await call.read()).value, b"a")
                del call
                gc.collect()
                await asyncio.wait_for(stopped.wait(), support.PATIENCE)


class Ends(AsyncCase):
    async def test_cancelling_the_task_cancels_the_call(self) -> None:
        seen = []

        def script(peer: Peer, number: int) -> None:
            peer.greet()
            seen.extend(f.payload for f in peer.rest() if f.type == frames.CANCEL)

        with FakeServer(script) as server:
            async with aio_channel(server) as c:
                await c.connect()
                stub = AsyncStub(c)
                calls = [stub.Ask.start(message()), stub.Watch(message())]
                for call in calls:
                    task = asyncio.ensure_future(
                        call.result() if call is calls[0] else call.read())
                    await call.begun()
                    await asyncio.sleep(0)
                    task.cancel()
                    with self.assertRaises(asyncio.CancelledError):
                        await task
                    self.assertIsInstance(await call.error(), idv.CallCancelledError)
            await asyncio.to_thread(support.wait_until, lambda: len(seen) == 2)
        self.assertEqual(seen, [frames.U32.pack(1)] * 2)

    async def test_goaway_and_reconnect(self) -> None:
        def script(peer: Peer, number: int) -> None:
            peer.greet()
            stream, _, request = peer.request()
            if number == 0:
                peer.send(goaway(0))
            else:
                peer.send(ok(stream, request.payload))
            peer.rest()

        with FakeServer(script) as server:
            async with aio_channel(server) as c:
                call = AsyncStub(c).Ask.start(message(b"x"))
                self.assertEqual((await call).value, b"x")
                self.assertEqual(call.attempts, 2)

    async def test_a_deadline_beside_a_stream(self) -> None:
        def script(peer: Peer, number: int) -> None:
            peer.greet()
            stream, _, _ = peer.request()
            peer.send(data(stream, wire(b"one")))
            peer.rest()

        with FakeServer(script) as server:
            async with aio_channel(server) as c:
                got = []
                with self.assertRaises(idv.DeadlineExceededError):
                    async for part in AsyncStub(c).Watch(message(), timeout=0.3):
                        got.append(part.value)
                self.assertEqual(got, [b"one"])

    async def test_no_deadline(self) -> None:
        seen = []

        def script(peer: Peer, number: int) -> None:
            peer.greet()
            stream, _, request = peer.request()
            seen.append(request.timeout_nano)
            peer.send(ok(stream))
            peer.rest()

        with FakeServer(script) as server:
            async with aio_channel(server) as c:
                await AsyncStub(c).Ask(message(), timeout=float("inf"))
        self.assertEqual(seen, [0])


class Together(unittest.TestCase):
    def test_threads_beside_loops(self) -> None:
        """Channels for threads and for loops on several threads, all at once, on one server."""
        failures = []

        def blocking(stub: Stub, name: int) -> None:
            for i in range(20):
                word = b"%d-%d" % (name, i) * (i + 1) * 100
                if stub.Ask(message(word)).value != word:
                    failures.append(word)

        async def many(server: FakeServer, name: int) -> None:
            async with aio_channel(server) as c:
                stub = AsyncStub(c)
                words = [b"%d+%d" % (name, i) * (i + 1) * 100 for i in range(40)]
                answers = await asyncio.gather(*[stub.Ask(message(word)) for word in words])
                failures.extend(w for w, a in zip(words, answers) if a.value != w)

        def guarded(work, *arguments) -> None:
            try:
                work(*arguments)
            except BaseException as error:
                failures.append(error)

        with FakeServer(big_echo) as server, channel(server) as c:
            stub = Stub(c)
            works = [(blocking, stub, n) for n in range(6)]
            works += [(lambda s, n: asyncio.run(many(s, n)), server, n) for n in range(3)]
            threads = [threading.Thread(target=guarded, args=work) for work in works]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(support.PATIENCE)
        self.assertEqual(failures, [])

    def test_a_blocking_call_inside_a_running_loop(self) -> None:
        """The channel's loop is its own: a call from within another loop blocks, and ends."""
        with FakeServer(echo) as server, channel(server) as c:
            async def main() -> bytes:
                return Stub(c).Ask(message(b"x")).value

            self.assertEqual(asyncio.run(main()), b"x")


if __name__ == "__main__":
    unittest.main()
