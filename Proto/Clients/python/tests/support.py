"""What the tests share: certificates, a method of each kind, and a server that plays a script."""

from __future__ import annotations

import os
import pathlib
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import traceback
from typing import Callable, List, Optional

from google.protobuf.wrappers_pb2 import BytesValue

import idv
from idv import aio, envelope, frames
from idv.errors import Detail
from idv.frames import Frame, FrameDecoder
from idv.v1 import common_pb2

ROOT = pathlib.Path(__file__).resolve().parents[4]
CERTS = pathlib.Path(os.environ.get("IDVPY_CERTS", ROOT / "Certs" / "dev"))
#: Far longer than anything takes; a test that waits for it fails.
PATIENCE = 60.0


ASK = idv.Method("test.v1.Test", "Ask", BytesValue, BytesValue)
WATCH = idv.Method("test.v1.Test", "Watch", BytesValue, BytesValue)
COLLECT = idv.Method("test.v1.Test", "Collect", BytesValue, BytesValue)
TALK = idv.Method("test.v1.Test", "Talk", BytesValue, BytesValue)


class Stub:
    """All four kinds, for threads."""

    def __init__(self, channel: idv.Channel) -> None:
        self.Ask = idv.UnaryUnary(channel, ASK)
        self.Watch = idv.UnaryStream(channel, WATCH)
        self.Collect = idv.StreamUnary(channel, COLLECT)
        self.Talk = idv.StreamStream(channel, TALK)


class AsyncStub:
    """All four kinds, for asyncio."""

    def __init__(self, channel: aio.Channel) -> None:
        self.Ask = aio.UnaryUnary(channel, ASK)
        self.Watch = aio.UnaryStream(channel, WATCH)
        self.Collect = aio.StreamUnary(channel, COLLECT)
        self.Talk = aio.StreamStream(channel, TALK)


def message(value: bytes = b"") -> BytesValue:
    return BytesValue(value=value)


def wire(value: bytes = b"") -> bytes:
    """The same as it travels."""
    return message(value).SerializeToString()


def credentials() -> idv.Credentials:
    return idv.mtls(
        ca=CERTS / "ca.crt", cert=CERTS / "client.crt", key=CERTS / "client.key")


def other_authority(folder: str) -> pathlib.Path:
    """A self-signed certificate that nobody else knows."""
    path = pathlib.Path(folder) / "other"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-keyout", f"{path}.key", "-out", f"{path}.crt", "-days", "2", "-subj",
         "/CN=other"], check=True, capture_output=True)
    return path


#: What our server announces.
USUAL_SETTINGS = {1: 1 << 20, 2: 4 << 20, 3: 1 << 16, 4: 24 << 20, 5: 100, 6: 8192, 7: 0, 8: 10_000}


def settings(**changes: int) -> Frame:
    """SETTINGS, as of the native profile's defaults; `s5=1` changes the fifth value."""
    values = {**USUAL_SETTINGS, **{int(name[1:]): value for name, value in changes.items()}}
    return Frame(frames.SETTINGS, 0, 0, b"".join(frames.SETTING.pack(*v) for v in values.items()))


def ok(stream: int, payload: bytes = b"", trailers=()) -> Frame:
    """A RESPONSE with a message inline."""
    return Frame(frames.RESPONSE, 0, stream, envelope.response(None, payload, trailers))


def end(stream: int, trailers=()) -> Frame:
    """A RESPONSE that ends a stream well."""
    return Frame(frames.RESPONSE, frames.ND, stream, envelope.response(None, b"", trailers))


def failure(stream: int, code: int, text: str = "no", trailers=(), **detail) -> Frame:
    """A RESPONSE with a status, and with a detail if fields of one are given."""
    details = ()
    if detail:
        value = common_pb2.ErrorDetail(**detail).SerializeToString()
        details = (Detail("type.googleapis.com/idv.v1.ErrorDetail", value),)
    status = envelope.Status(code, text, details)
    return Frame(frames.RESPONSE, frames.ND, stream, envelope.response(status, b"", trailers))


def headers(stream: int, pairs) -> Frame:
    return Frame(frames.HEADERS, 0, stream, envelope.pairs_field(1, pairs))


def window(stream: int, amount: int) -> Frame:
    return Frame(frames.WINDOW, 0, stream, frames.U32.pack(amount))


def goaway(last: int, code: int = 0, text: str = "") -> Frame:
    return Frame(frames.GOAWAY, 0, 0, frames.GOAWAY_HEAD.pack(last, code) + text.encode())


def cancelled(stream: int, code: int, flags: int = 0, text: str = "") -> Frame:
    return Frame(frames.CANCEL, flags, stream, frames.U32.pack(code) + text.encode())


def data(stream: int, payload: bytes = b"", flags: int = 0) -> Frame:
    return Frame(frames.DATA, flags, stream, payload)


class Gone(Exception):
    """The client has closed the connection."""


class Cancelled(Exception):
    """The client has cancelled the call."""


class Peer:
    """One connection, seen from the server; its script runs on a thread."""

    def __init__(self, sock: ssl.SSLSocket) -> None:
        self._sock = sock
        self._decoder = FrameDecoder()
        self._owed = 0

    def send(self, *frames_: Frame) -> None:
        try:
            self._sock.sendall(b"".join(frame.encoded() for frame in frames_))
        except OSError:
            raise Gone from None

    def send_raw(self, raw: bytes) -> None:
        self._sock.sendall(raw)

    def greet(self, **changes: int) -> None:
        """Sends SETTINGS and takes the client's."""
        self.send(settings(**changes))
        self.expect(frames.SETTINGS)

    def next(self) -> Frame:
        """The next frame; raises Gone at the end."""
        while True:
            self._decoder.header()
            awaited = self._decoder._header
            body = self._decoder.body()
            if awaited is not None and body is not None:
                return Frame(awaited.type, awaited.flags, awaited.stream, body)
            try:
                chunk = self._sock.recv(1 << 16)
            except OSError:
                raise Gone from None
            if not chunk:
                raise Gone
            self._decoder.feed(chunk)

    def expect(self, kind: int, stream: Optional[int] = None, *, skip: bool = True) -> Frame:
        """The next frame of a kind; PINGs and WINDOWs before it are skipped, others are not."""
        while True:
            frame = self.next()
            if frame.type == kind and stream in (None, frame.stream):
                return frame
            if not (skip and frame.type in (frames.WINDOW, frames.PING)):
                raise AssertionError(f"expected type {kind:#x} on {stream}, got {frame[:3]}")

    def request(self) -> tuple:
        """The next REQUEST's stream, flags and envelope; raises Gone if the client says goodbye."""
        frame = self.next()
        # What was on its way when the last call ended is none of the next one's.
        while frame.type in (frames.WINDOW, frames.PING, frames.DATA):
            frame = self.next()
        if frame.type == frames.GOAWAY:
            raise Gone
        if frame.type != frames.REQUEST:
            raise AssertionError(f"expected a request, got {frame[:3]}")
        return frame.stream, frame.flags, envelope.read_request(frame.payload)

    def message(self, stream: int, credit: bool = True) -> tuple:
        """The next message on a stream and whether it was the last; None for a bare close.

        Raises Cancelled.
        """
        whole = b""
        while True:
            frame = self.next()
            if frame.type == frames.CANCEL and frame.stream == stream:
                raise Cancelled
            if frame.type in (frames.WINDOW, frames.PING):
                continue
            if frame.type == frames.GOAWAY:
                raise Gone
            if (frame.type, frame.stream) != (frames.DATA, stream):
                raise AssertionError(f"expected DATA on {stream}, got {frame[:3]}")
            self._owed += len(frame.payload)
            # Smaller increments count as frames that move nothing.
            if credit and self._owed >= 16384:
                self.send(window(0, self._owed), window(stream, self._owed))
                self._owed = 0
            whole += frame.payload
            if frame.flags & frames.ND:
                return None, True
            if not frame.flags & frames.MORE:
                return whole, bool(frame.flags & frames.RC)

    def rest(self) -> List[Frame]:
        """All frames until the client closes."""
        found = []
        try:
            while True:
                found.append(self.next())
        except Gone:
            return found

    def close(self) -> None:
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._sock.close()


class FakeServer:
    """Listens on loopback and runs `script(peer, number)` for each connection, on its own thread.

    Leaving its `with` fails if a script has failed.
    """

    def __init__(
        self, script: Callable[[Peer, int], None], *, port: int = 0, alpn: Optional[str] = "idv/1"
    ) -> None:
        self._script = script
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(CERTS / "server.crt", CERTS / "server.key")
        self._context.load_verify_locations(CERTS / "ca.crt")
        self._context.verify_mode = ssl.CERT_REQUIRED
        if alpn:
            self._context.set_alpn_protocols([alpn])
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = self._listener.getsockname()[1]
        self.target = f"localhost:{self.port}"
        self.connections = 0
        self._peers: List[Peer] = []
        self._threads: List[threading.Thread] = []
        self._errors: List[str] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            number, self.connections = self.connections, self.connections + 1
            thread = threading.Thread(target=self._run, args=(sock, number), daemon=True)
            thread.start()
            self._threads.append(thread)

    def _run(self, sock: socket.socket, number: int) -> None:
        sock.settimeout(PATIENCE)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            peer = Peer(self._context.wrap_socket(sock, server_side=True))
        except OSError:
            return sock.close()  # The client did not like us, or we it.
        self._peers.append(peer)
        try:
            self._script(peer, number)
        except Gone:
            pass
        except BaseException:
            self._errors.append(traceback.format_exc())
        finally:
            peer.close()

    def stop(self) -> None:
        """Listens no more and cuts what is left."""
        try:
            # To close it alone would leave `accept` waiting.
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()
        self._accepting.join(PATIENCE)
        for peer in self._peers:
            peer.close()
        for thread in self._threads:
            thread.join(PATIENCE)

    def __enter__(self) -> FakeServer:
        return self

    def __exit__(self, kind, error, trace) -> None:
        self.stop()
        if self._errors:
            raise AssertionError("the script failed:\n" + "\n".join(self._errors))


def refused_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def wait_until(ready: Callable[[], bool]) -> None:
    """Waits for what another thread does."""
    limit = time.monotonic() + PATIENCE
    while not ready():
        if time.monotonic() > limit:
            raise AssertionError("waited in vain")
        threading.Event().wait(0.001)


def scratch() -> tempfile.TemporaryDirectory:
    return tempfile.TemporaryDirectory(prefix="idv-client-")


FAST = idv.Backoff(first=0.001, longest=0.01)
QUICK = idv.RetryPolicy(backoff=FAST)


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
    owed: dict = {}

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
                whole = envelope.read_request(frame.payload).payload
        elif frame.type == frames.DATA:
            partial[frame.stream] += frame.payload
            for number in (0, frame.stream):
                owed[number] = owed.get(number, 0) + len(frame.payload)
                # Smaller increments count as frames that move nothing.
                if owed[number] >= 1 << 15:
                    peer.send(window(number, owed.pop(number)))
            if frame.flags & frames.RC:
                whole = partial.pop(frame.stream)
        if whole is None:
            continue
        stream = frame.stream
        while True:
            credit.setdefault(stream, 1 << 20)
            room = min(credit[0], credit[stream], 1 << 16, len(whole))
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
