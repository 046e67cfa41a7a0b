"""All kinds of call and their errors, for threads, against a scripted server."""

from __future__ import annotations

import unittest

import support
from support import (
    FakeServer, Peer, Stub, channel, data, echo, end, failure, headers, message, ok, wire)

import idv
from idv import frames


class Kinds(unittest.TestCase):
    def test_unary_with_metadata_both_ways(self) -> None:
        seen = []

        def script(peer: Peer, number: int) -> None:
            peer.greet()
            stream, flags, request = peer.request()
            seen.append(request)
            peer.send(headers(stream, [("h", "1"), ("b-bin", "AP8")]), ok(
                stream, wire(b"pong"), [("t", "2"), ("t", "3")]))
            peer.rest()

        with FakeServer(script) as server, channel(server) as c:
            call = Stub(c).Ask.start(
                message(b"ping"), metadata=[("k", "v"), ("k-bin", b"\0")], timeout=50)
            self.assertEqual(call.result().value, b"pong")
            self.assertEqual(list(call.headers()), [("h", "1"), ("b-bin", b"\0\xff")])
            self.assertEqual(call.trailers().get_all("t"), ["2", "3"])
            self.assertIsNone(call.error())
            self.assertEqual(call.attempts, 1)
        (request,) = seen
        self.assertEqual((request.service, request.method), ("test.v1.Test", "Ask"))
        self.assertEqual(request.metadata, (("k", "v"), ("k-bin", "AA==")))
        self.assertTrue(40e9 < request.timeout_nano <= 50e9)

    def test_server_stream(self) -> None:
        def script(peer: Peer, number: int) -> None:
            peer.greet()
            stream, flags, request = peer.request()
            self.assertEqual(flags, 0)
            peer.send(headers(stream, [("h", "1")]))
            peer.send(*[data(stream, wire(bytes([i]))) for i in range(5)])
            peer.send(data(stream), end(stream, [("t", "1")]))
            peer.rest()

        with FakeServer(script) as server, channel(server) as c:
            call = Stub(c).Watch(message(b"go"))
            self.assertEqual(call.headers().get("h"), "1")
            self.assertEqual([m.value for m in call], [b"\0", b"\1", b"\2", b"\3", b"\4", b""])
            self.assertEqual(call.trailers().get("t"), "1")
            self.assertIsNone(call.read())

    def test_server_stream_that_fails_gives_its_messages_first(self) -> None:
        def script(peer: Peer, number: int) -> None:
            peer.greet()
            stream, _, _ = peer.request()
            peer.send(data(stream, wire(b"a")), failure(stream, 15, "lost", [("t", "1")]))
            peer.rest()

        with FakeServer(script) as server, channel(server) as c:
            call = Stub(c).Watch(message())
            self.assertEqual(next(call).value, b"a")
            with self.assertRaises(idv.DataLossError) as caught:
                next(call)
            self.assertEqual(caught.exception.trailers.get("t"), "1")

    def collect(self, peer: Peer, number: int) -> None:
        peer.greet()
        while True:
            stream, flags, _ = peer.request()
            total, last = 0, bool(flags & frames.RC)
            while not last:
                whole, last = peer.message(stream)
                total += len(support.BytesValue.FromString(whole).value) if whole else 0
            peer.send(ok(stream, wire(str(total).encode())))

    def test_client_stream(self) -> None:
        with FakeServer(self.collect) as server, channel(server) as c:
            sizes = (27182, 8, 1828, 45904)
            answer = Stub(c).Collect((message(bytes(n)) for n in sizes), timeout=30)
            self.assertEqual(answer.value, b"74922")
            self.assertEqual(Stub(c).Collect([]).value, b"0")
            with Stub(c).Collect.start() as call:
                self.assertTrue(call.send(message(b"abc")))
                call.end()
                self.assertEqual(call.result().value, b"3")
                self.assertFalse(call.send(message(b"late")))

    def test_client_stream_answered_early(self) -> None:
        def script(peer: Peer, number: int) -> None:
            peer.greet()
            stream, _, _ = peer.request()
            peer.message(stream)
            peer.send(ok(stream, wire(b"enough")))
            while not peer.expect(frames.DATA, stream).flags & frames.RC:
                pass
            peer.rest()

        def endless():
            while True:
                yield message(bytes(9000))

        with FakeServer(script) as server, channel(server) as c:
            self.assertEqual(Stub(c).Collect(endless()).value, b"enough")

    def test_requests_that_raise_cancel_the_call(self) -> None:
        codes = []

        def script(peer: Peer, number: int) -> None:
            peer.greet()
            for _ in range(2):
                stream, _, _ = peer.request()
                peer.message(stream)
                codes.append(peer.expect(frames.CANCEL, stream).payload)
            peer.rest()

        def broken():
            yield message(b"a")
            raise KeyError("mine")

        with FakeServer(script) as server, channel(server) as c:
            c.connect()
            with self.assertRaises(KeyError):
                Stub(c).Collect(broken())
            with self.assertRaises(KeyError):
                list(Stub(c).Talk(broken()))
            support.wait_until(lambda: len(codes) == 2)
        self.assertEqual(codes, [frames.U32.pack(1)] * 2)

    def test_talk(self) -> None:
        def script(peer: Peer, number: int) -> None:
            peer.greet()
            while True:
                stream, _, _ = peer.request()
                last = False
                while not last:
                    whole, last = peer.message(stream)
                    if whole is not None:
                        peer.send(data(stream, whole))
                # The client's close is not the server's.
                peer.send(data(stream, wire(b"still here")), end(stream))

        with FakeServer(script) as server, channel(server) as c:
            with Stub(c).Talk() as call:
                for word in (b"a", b"b" * 50_000, b""):
                    call.send(message(word))
                    self.assertEqual(call.read().value, word)
                call.end()
                self.assertEqual([m.value for m in call], [b"still here"])
            words = [bytes([i]) for i in range(50)]
            answers = list(Stub(c).Talk(message(w) for w in words))
            self.assertEqual([m.value for m in answers], [*words, b"still here"])


class Errors(unittest.TestCase):
    def test_all_that_the_server_says(self) -> None:
        def script(peer: Peer, number: int) -> None:
            peer.greet()
            for code in range(1, 18):
                stream, _, _ = peer.request()
                peer.send(headers(stream, [("h", "1")]), failure(
                    stream, code, "nö", [("t", "1")], symbol="IMAGE_BYTES_EXCEEDED",
                    field="a.inline", limit="3145728 bytes", advice=2, retryable=True,
                    retry_after_ms=1500, request_id="0" * 31 + "7"))
            peer.rest()

        with FakeServer(script) as server, channel(server) as c:
            for code in range(1, 18):
                with self.assertRaises(idv.RpcError) as caught:
                    Stub(c).Ask(message())
                error = caught.exception
                self.assertEqual(error.raw_code, code)
                self.assertEqual(error.code, code if code < 17 else 2)
                self.assertEqual(
                    (error.message, error.symbol, error.field, error.limit, error.advice),
                    ("nö", "IMAGE_BYTES_EXCEEDED", "a.inline", "3145728 bytes", 2))
                self.assertEqual((error.retryable, error.retry_after), (True, 1.5))
                self.assertEqual(error.request_id, "0" * 31 + "7")
                self.assertEqual((error.headers.get("h"), error.trailers.get("t")), ("1", "1"))
                self.assertFalse(error.local)

    def test_an_answer_that_is_not_the_message(self) -> None:
        def script(peer: Peer, number: int) -> None:
            peer.greet()
            stream, _, _ = peer.request()
            peer.send(ok(stream, b"\x0a\xff"))
            peer.rest()

        with FakeServer(script) as server, channel(server) as c:
            with self.assertRaises(idv.InternalError) as caught:
                Stub(c).Ask(message())
            self.assertEqual(caught.exception.symbol, "MALFORMED_MESSAGE")

    def test_request_limits(self) -> None:
        with FakeServer(echo) as server:
            with channel(server, limits=idv.Limits(send_message_bytes_max=100)) as c:
                with self.assertRaises(idv.ResourceExhaustedError) as caught:
                    Stub(c).Ask(message(bytes(200)))
                self.assertEqual(caught.exception.limit, "100 bytes")
                self.assertTrue(caught.exception.never_started)
            with channel(server) as c:
                with self.assertRaises(ValueError):
                    Stub(c).Ask(message(), metadata=[("Bad", "x")])
                self.assertEqual(Stub(c).Ask(message(b"x")).value, b"x")

    def test_the_servers_own_limit_is_kept(self) -> None:
        def script(peer: Peer, number: int) -> None:
            peer.greet(s4=4 << 20)
            peer.rest()

        with FakeServer(script) as server, channel(server) as c:
            with self.assertRaises(idv.ResourceExhaustedError) as caught:
                Stub(c).Ask(message(bytes(5 << 20)))
            self.assertEqual(caught.exception.limit, f"{4 << 20} bytes")


if __name__ == "__main__":
    unittest.main()
