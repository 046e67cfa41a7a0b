"""How calls and connections end, for threads, against a scripted server."""

from __future__ import annotations

import gc
import os
import random
import threading
import unittest

import support
from support import (
    FakeServer, Peer, Stub, channel, data, end, headers, message, ok, wire)

import idv
from idv import frames

SEED = int(os.environ.get("IDVPY_SEED", random.randrange(1 << 32)))


class Ends(unittest.TestCase):
    def test_deadline_tells_the_server(self) -> None:
        codes = []

        def script(peer: Peer, number: int) -> None:
            peer.greet()
            stream, _, _ = peer.request()
            codes.append(frames.U32.unpack(peer.expect(frames.CANCEL, stream).payload)[0])
            peer.send(ok(stream, wire(b"late")))
            echo_stream, _, request = peer.request()
            peer.send(ok(echo_stream, request.payload))
            peer.rest()

        with FakeServer(script) as server, channel(server) as c:
            c.connect()
            with self.assertRaises(idv.DeadlineExceededError) as caught:
                Stub(c).Ask(message(), timeout=0.05)
            self.assertTrue(caught.exception.local)
            self.assertEqual(Stub(c).Ask(message(b"x")).value, b"x")
            with self.assertRaises(idv.DeadlineExceededError):
                Stub(c).Ask(message(), timeout=0)
        self.assertEqual(codes, [4])

    def test_cancel_in_every_phase(self) -> None:
        seen = []

        def script(peer: Peer, number: int) -> None:
            peer.greet()
            while True:
                stream, _, request = peer.request()
                if request.method == "Watch":
                    peer.send(headers(stream, [("h", "1")]), data(stream, wire(b"a")))
                elif request.method == "Talk":
                    peer.message(stream)
                seen.append((request.method, peer.expect(frames.CANCEL, stream).payload))

        with FakeServer(script) as server, channel(server) as c:
            stub = Stub(c)
            before = stub.Ask.start(message())
            before.cancel()
            self.assertIsInstance(before.error(), idv.CallCancelledError)
            running = stub.Ask.start(message())
            running.begun()
            running.cancel("why")
            with self.assertRaises(idv.CallCancelledError):
                running.result()
            talking = stub.Talk()
            talking.send(message(b"x"))
            talking.cancel(code=idv.StatusCode.ABORTED)
            with self.assertRaises(idv.AbortedError):
                talking.read()
            with stub.Watch(message()) as watching:
                watching.headers()
                self.assertEqual(next(watching).value, b"a")
            self.assertIsInstance(watching.error(), idv.CallCancelledError)
            done = threading.Event()
            dropped = stub.Watch(message())
            dropped._exchange.when_done(done.set)
            next(dropped)
            del dropped
            gc.collect()
            self.assertTrue(done.wait(support.PATIENCE))
            support.wait_until(lambda: len(seen) == 4 + (seen[0] == ("Ask", frames.U32.pack(1))))
        self.assertIn(("Ask", frames.U32.pack(1) + b"why"), seen)
        self.assertIn(("Talk", frames.U32.pack(10)), seen)
        self.assertEqual(seen[-2:], [("Watch", frames.U32.pack(1))] * 2)

    def test_closing_the_channel_ends_its_calls(self) -> None:
        seen = []

        def script(peer: Peer, number: int) -> None:
            peer.greet()
            stream, _, _ = peer.request()
            seen.extend(frame.type for frame in peer.rest())

        with FakeServer(script) as server:
            c = channel(server)
            call = Stub(c).Ask.start(message())
            call.begun()
            c.close()
            c.close()
            self.assertIsInstance(call._exchange.error, idv.CallCancelledError)
            with self.assertRaises(idv.CallCancelledError):
                Stub(c).Ask(message())
        self.assertEqual(seen, [frames.GOAWAY, frames.CANCEL])

    def test_closing_with_grace_lets_them_end(self) -> None:
        closing = threading.Event()

        def script(peer: Peer, number: int) -> None:
            peer.greet()
            stream, _, request = peer.request()
            peer.expect(frames.GOAWAY)
            closing.set()
            peer.send(ok(stream, request.payload))
            peer.rest()

        with FakeServer(script) as server:
            c = channel(server)
            call = Stub(c).Ask.start(message(b"x"))
            call.begun()
            c.close(grace=support.PATIENCE)
            self.assertTrue(closing.is_set())
            self.assertIsNone(call._exchange.error)

    def test_hostile_frames_end_calls_at_once(self) -> None:
        def script(peer: Peer, number: int) -> None:
            peer.greet()
            stream, _, _ = peer.request()
            if number == 0:
                peer.send_raw(b"\xff" * 100)
                self.assertEqual(peer.rest()[-1].type, frames.GOAWAY)
            else:
                peer.send(ok(stream, wire(b"fine")))
                peer.rest()

        with FakeServer(script) as server, channel(server) as c:
            with self.assertRaises(idv.UnavailableError) as caught:
                Stub(c).Ask(message())
            self.assertEqual(caught.exception.symbol, "PROTOCOL_VIOLATION")
            self.assertEqual(Stub(c).Ask(message()).value, b"fine")

    def test_garbage_ends_calls_and_holds_none_up(self) -> None:
        source = random.Random(SEED)

        def script(peer: Peer, number: int) -> None:
            peer.greet()
            stream, _, _ = peer.request()
            good = b"".join(frame.encoded() for frame in (
                headers(stream, [("a", "b")]), data(stream, wire(b"x" * 50), frames.MORE),
                data(stream, b"y"), support.window(stream, 9000), end(stream, [("t", "u")])))
            bad = bytearray(good)
            for _ in range(source.randrange(1, 6)):
                bad[source.randrange(len(bad))] = source.randrange(256)
            peer.send_raw(bytes(bad))

        with FakeServer(script) as server, channel(server, retry=idv.NO_RETRY) as c:
            for round_ in range(100):
                try:
                    for _ in Stub(c).Watch(message(), timeout=support.PATIENCE):
                        pass
                except idv.RpcError as error:
                    self.assertNotEqual(
                        error.code, idv.StatusCode.DEADLINE_EXCEEDED if error.local else -1,
                        f"seed {SEED}, round {round_}")

    def test_a_broken_connection_does_not_hold_up_the_next(self) -> None:
        """The first server breaks the protocol, and neither reads nor closes."""
        over = threading.Event()

        def script(peer: Peer, number: int) -> None:
            peer.greet()
            stream, _, request = peer.request()
            if number == 0:
                peer.send_raw(b"\xff" * 10)
                self.assertTrue(over.wait(support.PATIENCE))
            else:
                peer.send(ok(stream, request.payload))
                peer.rest()

        limits = idv.Limits(connections_max=1, close_timeout=support.PATIENCE / 2)
        with FakeServer(script) as server, channel(server, limits=limits) as c:
            with self.assertRaises(idv.UnavailableError):
                Stub(c).Ask(message())
            # Answered while the first is still there.
            self.assertEqual(Stub(c).Ask(message(b"x")).value, b"x")
            self.assertFalse(over.is_set())
            over.set()

    def test_closing_while_threads_call(self) -> None:
        """Every call ends, whenever the channel is closed."""
        def script(peer: Peer, number: int) -> None:
            peer.greet()
            while True:
                stream, _, request = peer.request()
                peer.send(ok(stream, request.payload))

        for _ in range(10):
            ended = []
            with FakeServer(script) as server:
                c = channel(server)

                def work() -> None:
                    try:
                        while True:
                            Stub(c).Ask(message())
                    except idv.CallCancelledError as error:
                        ended.append(error)

                threads = [threading.Thread(target=work, daemon=True) for _ in range(6)]
                for thread in threads:
                    thread.start()
                Stub(c).Ask(message())
                c.close()
                for thread in threads:
                    thread.join(support.PATIENCE)
            self.assertEqual(len(ended), 6)

    def test_a_server_that_never_greets(self) -> None:
        def script(peer: Peer, number: int) -> None:
            peer.rest()

        limits = idv.Limits(first_frame_timeout=0.05)
        with FakeServer(script) as server, channel(server, limits=limits) as c:
            with self.assertRaises(idv.UnavailableError) as caught:
                Stub(c).Ask(message())
            self.assertIn("SETTINGS", str(caught.exception))

    def test_keepalive(self) -> None:
        pings = []

        def script(peer: Peer, number: int) -> None:
            peer.greet(s8=10_000)
            stream, _, _ = peer.request()
            ping = peer.expect(frames.PING, skip=False)
            pings.append(ping)
            peer.send(Frame_ack(ping))
            peer.send(frames.Frame(frames.PING, 0, 0, b"question"))
            answer = peer.expect(frames.PING, skip=False)
            self.assertEqual((answer.flags, answer.payload), (frames.ACK, b"question"))
            peer.send(ok(stream, wire(b"alive")))
            peer.rest()

        def Frame_ack(ping):
            return frames.Frame(frames.PING, frames.ACK, 0, ping.payload)

        with FakeServer(script) as server, channel(server) as c:
            c.connect()
            link = c._channel.pool()._links[0]
            call = Stub(c).Ask.start(message())
            call.begun()

            # The silence is made: the test does not wait half a minute for it.
            def silence() -> None:
                link.core._timing._heard_at -= 100
                link._wake()

            c.post(silence)
            self.assertEqual(call.result().value, b"alive")
        self.assertEqual(len(pings), 1)

    def test_a_silent_server_is_left(self) -> None:
        def script(peer: Peer, number: int) -> None:
            peer.greet()
            peer.request()
            peer.rest()

        with FakeServer(script) as server, channel(server) as c:
            c.connect()
            link = c._channel.pool()._links[0]
            call = Stub(c).Ask.start(message())
            call.begun()

            def silence() -> None:
                link.core._timing._heard_at -= 100
                link._wake()
                link.core._timing._ping_sent_at -= 100
                link._wake()

            c.post(silence)
            with self.assertRaises(idv.UnavailableError) as caught:
                call.result()
            self.assertIn("silent", caught.exception.message)


if __name__ == "__main__":
    unittest.main()
