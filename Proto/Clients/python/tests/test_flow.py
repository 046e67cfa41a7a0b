"""Flow control both ways, for threads, against a scripted server."""

from __future__ import annotations

import threading
import unittest

import support
from support import (
    FakeServer, Peer, Stub, big_echo, channel, data, end, message, ok, wire)

from idv import frames

KIB = 1 << 10


class Flow(unittest.TestCase):
    def test_upload_waits_for_credit(self) -> None:
        """The server gives its window and no more: `send` stops its caller, then goes on."""
        stopped = threading.Event()
        sizes = []

        def script(peer: Peer, number: int) -> None:
            peer.greet(s1=64 * KIB, s2=64 * KIB)
            stream, _, _ = peer.request()
            got = 0
            while got < 64 * KIB:
                got += len(peer.expect(frames.DATA, stream).payload)
            sizes.append(got)
            self.assertTrue(stopped.wait(support.PATIENCE))
            peer.send(support.window(0, 1 << 24), support.window(stream, 1 << 24))
            last = False
            while not last:
                frame = peer.expect(frames.DATA, stream)
                got += len(frame.payload)
                last = bool(frame.flags & frames.RC)
            sizes.append(got)
            peer.send(ok(stream, wire(b"all")))
            peer.rest()

        progress = []
        with FakeServer(script) as server, channel(server) as c:
            with Stub(c).Collect.start() as call:
                def send() -> None:
                    for _ in range(40):
                        call.send(message(bytes(16 * KIB)))
                        progress.append(1)
                    call.end()

                sender = threading.Thread(target=send, daemon=True)
                sender.start()
                support.wait_until(lambda: bool(sizes))
                # 64 KiB are on their way and 64 KiB may wait: the rest has not been taken.
                self.assertLessEqual(len(progress), 9)
                stopped.set()
                self.assertEqual(call.result().value, b"all")
                sender.join(support.PATIENCE)
        self.assertEqual(sizes[0], 64 * KIB)
        self.assertGreater(sizes[1], 40 * 16 * KIB)

    def test_more_than_the_windows_both_ways(self) -> None:
        size = 9 << 20
        with FakeServer(big_echo) as server, channel(server) as c:
            self.assertEqual(len(Stub(c).Ask(message(bytes(size))).value), size)

    def test_slow_reader_holds_its_server_back_and_nobody_else(self) -> None:
        sent = []
        count = 400

        def script(peer: Peer, number: int) -> None:
            peer.greet()
            slow, _, _ = peer.request()
            payload = wire(bytes(16 * KIB))
            credit = 1 << 20
            for _ in range(count):
                while credit < len(payload):
                    frame = peer.next()
                    if frame.type == frames.WINDOW and frame.stream == slow:
                        credit += frames.U32.unpack(frame.payload)[0]
                    elif frame.type == frames.REQUEST:
                        peer.send(ok(frame.stream, wire(b"quick")))
                peer.send(data(slow, payload))
                credit -= len(payload)
                sent.append(1)
            peer.send(end(slow))
            peer.rest()

        with FakeServer(script) as server, channel(server) as c:
            call = Stub(c).Watch(message())
            next(call)
            # The script has spent the window and waits in `next`, where it answers others.
            self.assertEqual(Stub(c).Ask(message()).value, b"quick")
            self.assertLess(len(sent), 100)
            self.assertEqual(sum(1 for _ in call), count - 1)

    def test_threads(self) -> None:
        failures = []

        def work(stub: Stub, name: int) -> None:
            try:
                for i in range(25):
                    word = b"%d/%d" % (name, i) * (1 + i * 40)
                    if stub.Ask(message(word)).value != word:
                        failures.append(name)
            except BaseException as error:
                failures.append(error)

        with FakeServer(big_echo) as server, channel(server) as c:
            stub = Stub(c)
            threads = [threading.Thread(target=work, args=(stub, n)) for n in range(12)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(support.PATIENCE)
        self.assertEqual(failures, [])


if __name__ == "__main__":
    unittest.main()
