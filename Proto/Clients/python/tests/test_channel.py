"""The client for threads against a server that plays scripts, over TLS on loopback."""

from __future__ import annotations

import gc
import ssl
import threading
import unittest
from typing import Optional

import support
from support import (
    FakeServer, Peer, Stub, cancelled, credentials, data, end, failure, goaway, headers,
    message, ok, refused_port, wire)

import idv
from idv import frames

FAST = idv.Backoff(first=0.001, longest=0.01)
QUICK = idv.RetryPolicy(backoff=FAST)
KIB = 1 << 10


def channel(server_or_target, **options) -> idv.Channel:
    target = getattr(server_or_target, "target", server_or_target)
    options = {"retry": QUICK, "backoff": FAST, **options}
    options.setdefault("credentials", credentials())
    return idv.Channel(target, **options)


def echo(peer: Peer, number: int) -> None:
    """Answers every unary call with its own payload."""
    peer.greet()
    while True:
        stream, flags, request = peer.request()
        payload = request.payload
        if flags & frames.RO:
            payload, _ = peer.message(stream)
        peer.send(ok(stream, payload))


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
                    retry_after_ms=1500))
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


class Reconnecting(unittest.TestCase):
    def test_lost_in_the_middle_of_a_call_is_not_repeated(self) -> None:
        def script(peer: Peer, number: int) -> None:
            peer.greet()
            stream, _, request = peer.request()
            if number > 0:
                peer.send(ok(stream, request.payload))
                peer.rest()

        with FakeServer(script) as server, channel(server) as c:
            with self.assertRaises(idv.UnavailableError) as caught:
                Stub(c).Ask(message(b"x"))
            self.assertFalse(caught.exception.never_started)
            self.assertEqual(Stub(c).Ask(message(b"x")).value, b"x")
        self.assertEqual(server.connections, 2)

    def test_lost_is_repeated_where_the_caller_says_so(self) -> None:
        def script(peer: Peer, number: int) -> None:
            peer.greet()
            stream, _, request = peer.request()
            if number > 1:
                peer.send(ok(stream, request.payload))
                peer.rest()

        twice = idv.RetryPolicy(backoff=FAST, repeat_lost=True)
        with FakeServer(script) as server, channel(server) as c:
            call = Stub(c).Ask.start(message(b"x"), retry=twice)
            self.assertEqual(call.result().value, b"x")
            self.assertEqual(call.attempts, 3)

    def test_goaway_in_the_middle(self) -> None:
        """Calls up to `last` are answered, those above go to a new connection."""
        def script(peer: Peer, number: int) -> None:
            peer.greet()
            first, _, one = peer.request()
            if number == 0:
                second, _, two = peer.request()
                peer.send(goaway((1 << 31) - 1), goaway(first))
                peer.send(ok(first, one.payload))
                self.assertEqual(peer.rest(), [])
            else:
                peer.send(ok(first, one.payload))
                peer.rest()

        with FakeServer(script) as server, channel(server) as c:
            c.connect()
            calls = [Stub(c).Ask.start(message(word)) for word in (b"one", b"two")]
            self.assertEqual([call.result().value for call in calls], [b"one", b"two"])
            self.assertEqual([call.attempts for call in calls], [1, 2])

    def test_refused_is_repeated(self) -> None:
        def script(peer: Peer, number: int) -> None:
            peer.greet()
            for _ in range(3):
                stream, _, request = peer.request()
                peer.send(cancelled(stream, 14, frames.REFUSED))
            stream, _, request = peer.request()
            peer.send(ok(stream, request.payload))
            for _ in range(4):
                stream, _, request = peer.request()
                peer.send(cancelled(stream, 14, frames.REFUSED))
            peer.rest()

        with FakeServer(script) as server, channel(server) as c:
            call = Stub(c).Ask.start(message(b"x"))
            self.assertEqual((call.result().value, call.attempts), (b"x", 4))
            with self.assertRaises(idv.UnavailableError) as caught:
                Stub(c).Ask(message())
            self.assertEqual((caught.exception.attempts, caught.exception.never_started), (4, True))

    def test_a_refused_upload_is_sent_again_from_its_start(self) -> None:
        got = []

        def script(peer: Peer, number: int) -> None:
            peer.greet()
            stream, _, _ = peer.request()
            peer.message(stream)
            peer.send(cancelled(stream, 14, frames.REFUSED))
            stream, _, _ = peer.request()
            last = False
            while not last:
                whole, last = peer.message(stream)
                if whole is not None:
                    got.append(support.BytesValue.FromString(whole).value)
            peer.send(ok(stream, wire(b"done")))
            peer.rest()

        with FakeServer(script) as server, channel(server) as c:
            words = [b"a" * 1000, b"", b"c"]
            self.assertEqual(Stub(c).Collect(message(w) for w in words).value, b"done")
        self.assertEqual(got, words)

    def test_unavailable_is_repeated_with_pushback_and_not_after_headers(self) -> None:
        def script(peer: Peer, number: int) -> None:
            peer.greet()
            stream, _, _ = peer.request()
            peer.send(failure(stream, 14, "wait", [("grpc-retry-pushback-ms", "1")]))
            stream, _, request = peer.request()
            peer.send(ok(stream, request.payload))
            stream, _, _ = peer.request()
            peer.send(failure(stream, 14, "never", [("grpc-retry-pushback-ms", "-1")]))
            stream, _, _ = peer.request()
            peer.send(headers(stream, []), failure(stream, 14, "begun"))
            peer.rest()

        with FakeServer(script) as server, channel(server) as c:
            call = Stub(c).Ask.start(message(b"x"))
            self.assertEqual((call.result().value, call.attempts), (b"x", 2))
            for _ in range(2):
                with self.assertRaises(idv.UnavailableError) as caught:
                    Stub(c).Ask(message())
                self.assertEqual(caught.exception.attempts, 1)

    def test_nobody_there(self) -> None:
        with channel(f"localhost:{refused_port()}") as c:
            with self.assertRaises(idv.UnavailableError) as caught:
                Stub(c).Ask(message())
            self.assertTrue(caught.exception.never_started and caught.exception.retryable)
            with self.assertRaises(idv.UnavailableError):
                c.connect()

    def test_wait_for_ready(self) -> None:
        port = refused_port()
        with channel(f"localhost:{port}") as c:
            with self.assertRaises(idv.DeadlineExceededError) as caught:
                Stub(c).Ask(message(), wait_for_ready=True, timeout=0.05)
            self.assertIn("No connection", caught.exception.message)
            call = Stub(c).Ask.start(message(b"x"), wait_for_ready=True)
            # It is waiting by now, and no server has been there.
            self.assertFalse(call.done)
            with FakeServer(echo, port=port):
                self.assertEqual(call.result().value, b"x")

    def test_more_calls_than_slots(self) -> None:
        """Calls over the server's limit take further connections, and wait beyond those."""
        def script(peer: Peer, number: int) -> None:
            peer.greet(s5=16)
            while True:
                stream, _, request = peer.request()
                peer.send(ok(stream, request.payload))

        limits = idv.Limits(connections_max=2)
        with FakeServer(script) as server, channel(server, limits=limits) as c:
            calls = [Stub(c).Ask.start(message(b"%d" % i)) for i in range(100)]
            self.assertEqual(
                [call.result().value for call in calls], [b"%d" % i for i in range(100)])
        self.assertLessEqual(server.connections, 2)


class Trust(unittest.TestCase):
    def fails_with(self, text: str, server, **options) -> None:
        with channel(server, **options) as c:
            with self.assertRaises(idv.UnavailableError) as caught:
                Stub(c).Ask(message(), timeout=support.PATIENCE)
            self.assertIn(text, str(caught.exception))

    def test_mtls(self) -> None:
        ca, certs = support.CERTS / "ca.crt", support.CERTS
        with FakeServer(echo) as server, support.scratch() as folder:
            other = support.other_authority(folder)
            self.fails_with("client certificate", server, credentials=idv.tls(ca=ca))
            self.fails_with("refused this client's certificate", server, credentials=idv.mtls(
                ca=ca, cert=f"{other}.crt", key=f"{other}.key"))
            self.fails_with("the server's certificate is not accepted", server, credentials=idv.mtls(
                ca=f"{other}.crt", cert=certs / "client.crt", key=certs / "client.key"))
            self.fails_with("not accepted", server, server_name="elsewhere.test")
            with self.assertRaises(ssl.SSLError):
                idv.mtls(ca=ca, cert=f"{other}.crt", key=certs / "client.key")
            with self.assertRaises(OSError):
                idv.tls(ca="/nowhere/ca.crt")

    def test_alpn(self) -> None:
        for alpn in (None, "ttrpc/1.2"):
            with FakeServer(echo, alpn=alpn) as server:
                self.fails_with("does not speak idv/1", server)

    def test_not_tls(self) -> None:
        import socket

        with socket.create_server(("127.0.0.1", 0)) as listener:
            def serve() -> None:
                sock, _ = listener.accept()
                sock.sendall(b"SSH-2.0-hello\r\n")
                sock.close()

            threading.Thread(target=serve, daemon=True).start()
            target = f"localhost:{listener.getsockname()[1]}"
            self.fails_with("TLS", target)


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


def big_echo(peer: Peer, number: int) -> None:
    """As `echo`, with answers in fragments that keep the client's windows."""
    peer.greet()
    credit = {0: 4 << 20}

    def take(frame: frames.Frame) -> Optional[frames.Frame]:
        if frame.type == frames.WINDOW:
            amount = frames.U32.unpack(frame.payload)[0]
            credit[frame.stream] = credit.get(frame.stream, 1 << 20) + amount
            return None
        return frame

    waiting: list = []
    partial: dict = {}

    def pump() -> frames.Frame:
        while True:
            frame = take(peer.next())
            if frame is not None:
                return frame

    while True:
        frame = waiting.pop(0) if waiting else pump()
        whole = None
        if frame.type == frames.REQUEST:
            if frame.flags & frames.RO:
                partial[frame.stream] = b""
            else:
                whole = support.envelope.read_request(frame.payload).payload
        elif frame.type == frames.DATA:
            partial[frame.stream] += frame.payload
            peer.send(
                support.window(0, len(frame.payload)),
                support.window(frame.stream, len(frame.payload)))
            if frame.flags & frames.RC:
                whole = partial.pop(frame.stream)
        if whole is None:
            continue
        stream = frame.stream
        while True:
            credit.setdefault(stream, 1 << 20)
            room = min(credit[0], credit[stream], 64 * KIB, len(whole))
            if room == 0 and whole:
                other = take(peer.next())
                if other is not None:
                    waiting.append(other)
                continue
            piece, whole = whole[:room], whole[room:]
            credit[0] -= room
            credit[stream] -= room
            peer.send(data(stream, piece, frames.MORE if whole else 0))
            if not whole:
                break
        peer.send(end(stream))


if __name__ == "__main__":
    unittest.main()
