"""Lost connections, retries and trust, for threads, against a scripted server."""

from __future__ import annotations

import pathlib
import shutil
import socket
import ssl
import threading
import unittest

import support
from support import (
    FAST, FakeServer, Peer, Stub, cancelled, channel, echo, failure, goaway, headers, message,
    ok, refused_port, wire)

import idv
from idv import frames


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
            self.fails_with("certificate is not accepted", server, credentials=idv.mtls(
                ca=f"{other}.crt", cert=certs / "client.crt", key=certs / "client.key"))
            self.fails_with("not accepted", server, server_name="elsewhere.test")
            with self.assertRaises(ssl.SSLError):
                idv.mtls(ca=ca, cert=f"{other}.crt", key=certs / "client.key")
            with self.assertRaises(OSError):
                idv.tls(ca="/nowhere/ca.crt")

    def test_files_that_vanish(self) -> None:
        """Certificates are read for every connection; what is wrong with them is said."""
        with FakeServer(echo) as server, support.scratch() as folder:
            place = pathlib.Path(folder)
            for name in ("ca.crt", "client.crt", "client.key"):
                shutil.copy(support.CERTS / name, place / name)
            own = idv.mtls(
                ca=place / "ca.crt", cert=place / "client.crt", key=place / "client.key")
            with channel(server, credentials=own) as c:
                self.assertEqual(Stub(c).Ask(message(b"x")).value, b"x")
            (place / "client.key").unlink()
            self.fails_with("certificate files", server, credentials=own)

    def test_alpn(self) -> None:
        for alpn in (None, "ttrpc/1.2"):
            with FakeServer(echo, alpn=alpn) as server:
                self.fails_with("does not speak idv/1", server)

    def test_not_tls(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            def serve() -> None:
                sock, _ = listener.accept()
                sock.sendall(b"SSH-2.0-hello\r\n")
                sock.close()

            threading.Thread(target=serve, daemon=True).start()
            target = f"localhost:{listener.getsockname()[1]}"
            self.fails_with("TLS", target)


if __name__ == "__main__":
    unittest.main()
