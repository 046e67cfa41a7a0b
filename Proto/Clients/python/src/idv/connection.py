"""One connection of the native profile, seen from the client: a state machine without input and output.

Bytes and calls go in, bytes and events come out; time is a number that the owner gives. PROTOCOL.md is
what it follows. Not safe for threads: its owner calls it from one place.
"""

from __future__ import annotations

from collections import deque
from typing import Deque, Dict, List, Optional, Sequence, Tuple

from idv import envelope, frames
from idv.errors import Fault, StatusCode
from idv.events import (
    CallEnded, Closing, Event, HeadersArrived, MessageArrived, Ready, SendQueueEmptied,
    SlotsChanged)
from idv.frames import Frame, FrameDecoder, FrameHeader
from idv.limits import STREAM_ID_MAX, WINDOW_BYTES_MAX, Limits
from idv.metadata import RawPair, is_welcome
from idv.settings import PeerSettings, announced, parse_settings
from idv.stream import Stream

_CANCEL_REASON_BYTES_MAX = 256
_GOAWAY_TEXT_BYTES_MAX = 1024
_PING_BYTES = 8


class ConnectionFault(Exception):
    """The server broke a rule that ends the connection."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class CannotStart(Exception):
    """No call may start here now: the connection closes, or it has as many as the server takes."""


class Connection:
    """See the module."""

    def __init__(self, limits: Limits, now: float) -> None:
        self.limits = limits
        self.peer = PeerSettings()
        self.is_ready = False
        #: No further call may start here.
        self.is_draining = False
        self.is_closed = False
        self.streams: Dict[int, Stream] = {}
        self._decoder = FrameDecoder()
        self._header: Optional[FrameHeader] = None
        self._events: Deque[Event] = deque()
        # Frames that go out before any DATA. REQUEST is among them, since ids must arrive in order.
        self._urgent: Deque[Frame] = deque()
        self._turns: Deque[Stream] = deque()
        self._next_stream = 1
        self._send_window = self.peer.connection_window_bytes
        self._receive_available = limits.connection_window_bytes
        self._unreturned = 0
        self._goaway: Optional[Tuple[int, str]] = None
        self._started_at = now
        self._heard_at = now
        self._frame_since: Optional[float] = None
        self._ping_sent_at: Optional[float] = None
        self._pings = 0
        self._useless_since = now
        self._useless = 0
        self._put(Frame(frames.SETTINGS, 0, 0, announced(limits)))

    # Calls.

    @property
    def open_slots(self) -> int:
        """How many calls may start now."""
        if self.is_closed or self.is_draining or not self.is_ready:
            return 0
        return max(0, self.peer.streams_max - len(self.streams))

    def start_call(
        self,
        service: str,
        method: str,
        *,
        message: Optional[bytes],
        ends: bool,
        client_streams: bool = False,
        server_streams: bool = False,
        timeout_nano: int = 0,
        metadata: Sequence[RawPair] = (),
    ) -> int:
        """Starts a call and returns its stream.

        `message` is the first message, if it is there already; `ends` says that no other comes. Raises
        CannotStart.
        """
        if self.is_closed or self.is_draining or len(self.streams) >= self.peer.streams_max:
            raise CannotStart
        number = self._next_stream
        self._next_stream += 2
        stream = Stream(
            number, client_streams=client_streams, server_streams=server_streams,
            window=self.limits.stream_window_bytes, send_window=self.peer.stream_window_bytes)
        self.streams[number] = stream
        if message is not None and ends:
            whole = envelope.request(service, method, message, timeout_nano, metadata)
            if len(whole) <= self.peer.frame_bytes_max:
                self._put(Frame(frames.REQUEST, 0, number, whole))
                stream.outgoing.is_ending = stream.outgoing.is_closed = True
                self._events.append(SendQueueEmptied(number))
                return number
        whole = envelope.request(service, method, b"", timeout_nano, metadata)
        if message is None and ends:
            self._put(Frame(frames.REQUEST, frames.RC | frames.ND, number, whole))
            stream.outgoing.is_ending = stream.outgoing.is_closed = True
            return number
        self._put(Frame(frames.REQUEST, frames.RO | frames.ND, number, whole))
        if message is not None:
            self.send_message(number, message, ends=ends)
        return number

    def send_message(self, number: int, message: bytes, *, ends: bool = False) -> None:
        """Queues a message; nothing happens if the stream has ended."""
        stream = self.streams.get(number)
        if stream is None or stream.outgoing.is_ending:
            return
        stream.outgoing.push(message)
        stream.outgoing.is_ending = ends
        self._queue(stream)

    def end_sending(self, number: int) -> None:
        """Closes our side behind the messages that are queued."""
        stream = self.streams.get(number)
        if stream is None or stream.outgoing.is_ending:
            return
        stream.outgoing.is_ending = True
        self._queue(stream)

    def unsent_bytes(self, number: int) -> int:
        stream = self.streams.get(number)
        return 0 if stream is None else stream.outgoing.unsent_bytes

    def consumed(self, number: int, message: bytes) -> None:
        """The oldest unread message of a stream has been taken."""
        stream = self.streams.get(number)
        if stream is None:
            return
        credit = stream.incoming.consumed(not message)
        if credit:
            self._put(Frame(frames.WINDOW, 0, number, frames.U32.pack(credit)))

    def cancel(self, number: int, code: int = StatusCode.CANCELLED, reason: str = "") -> None:
        """Tells the server to stop and forgets the stream; no event follows."""
        stream = self.streams.get(number)
        if stream is None:
            return
        text = reason.encode()[:_CANCEL_REASON_BYTES_MAX].decode(errors="ignore").encode()
        self._put(Frame(frames.CANCEL, 0, number, frames.U32.pack(code) + text))
        self._forget(stream)

    def close(self) -> None:
        """Starts no further call; the connection closes when the running ones have ended."""
        if self.is_closed or self.is_draining:
            return
        self._drain()
        last = max(0, self._next_stream - 2)
        self._put(Frame(frames.GOAWAY, 0, 0, frames.GOAWAY_HEAD.pack(last, frames.NO_ERROR)))
        self._finish_if_done()

    # Output.

    @property
    def has_output(self) -> bool:
        return bool(self._urgent) or self._can_send_data()

    def data_to_send(self, bytes_max: int = 1 << 16) -> bytes:
        """The next bytes for the server, about `bytes_max` of them; empty if there are none."""
        parts: List[bytes] = []
        size = 0
        while self._urgent and size < bytes_max:
            part = self._urgent.popleft().encoded()
            parts.append(part)
            size += len(part)
        while size < bytes_max and self._can_send_data():
            part = self._turn()
            parts.append(part)
            size += len(part)
        return b"".join(parts)

    def _can_send_data(self) -> bool:
        # A stream in the queue has credit of its own; empty messages and closes need none.
        return bool(self._turns) and (
            self._send_window > 0 or any(_is_free(stream) for stream in self._turns))

    def _turn(self) -> bytes:
        """One fragment of the stream whose turn it is."""
        while not (self._send_window > 0 or _is_free(self._turns[0])):
            self._turns.rotate(-1)
        stream = self._turns.popleft()
        stream.is_queued = False
        outgoing = stream.outgoing
        if not outgoing.has_message:
            outgoing.is_closed = True
            return Frame(frames.DATA, frames.RC | frames.ND, stream.number).encoded()
        room = min(stream.send_window, self._send_window, self.peer.frame_bytes_max)
        fragment = outgoing.take(room)
        stream.send_window -= len(fragment.data)
        self._send_window -= len(fragment.data)
        flags = 0 if fragment.is_last else frames.MORE
        if fragment.is_last and outgoing.is_ending and not outgoing.has_message:
            flags = frames.RC
            outgoing.is_closed = True
        if not outgoing.has_message:
            self._events.append(SendQueueEmptied(stream.number))
        self._queue(stream)
        head = frames.HEADER.pack(len(fragment.data), stream.number, frames.DATA, flags)
        return b"".join((head, fragment.data))

    def _queue(self, stream: Stream) -> None:
        """Puts a stream into the queue of those that can send, once."""
        outgoing = stream.outgoing
        if stream.is_queued or outgoing.is_closed:
            return
        if _is_free(stream) or (outgoing.has_message and stream.send_window > 0):
            stream.is_queued = True
            self._turns.append(stream)

    def _put(self, frame: Frame) -> None:
        if self.is_closed:
            return
        self._urgent.append(frame)

    # Input.

    def next_event(self) -> Optional[Event]:
        return self._events.popleft() if self._events else None

    def receive(self, data: bytes, now: float) -> None:
        """Takes what the server sent, split anywhere."""
        if self.is_closed:
            return
        self._heard_at = now
        self._ping_sent_at = None
        self._decoder.feed(data)
        try:
            while not self.is_closed:
                if self._header is None:
                    self._header = self._decoder.header()
                    if self._header is None:
                        break
                    self._frame_since = now
                    self._admit(self._header)
                body = self._decoder.body()
                if body is None:
                    break
                header, self._header, self._frame_since = self._header, None, None
                self._take(header, body, now)
        except ConnectionFault as fault:
            self._fail(fault)
        if self._frame_since is None and self._decoder.is_inside:
            self._frame_since = now

    def lost(self, why: str = "the connection was lost") -> None:
        """The transport is gone, or the server has closed it."""
        if self.is_closed:
            return
        self.is_closed = True
        if self._goaway is not None:
            why = _goaway_reason(*self._goaway)
        message = f"{why}; the call may or may not have been carried out."
        self._end_all(Fault(StatusCode.UNAVAILABLE, message, "NOT_SERVING", retryable=True))
        self._events.append(Closing(Fault(StatusCode.UNAVAILABLE, why, "NOT_SERVING")))

    def _admit(self, header: FrameHeader) -> None:
        """Judges a frame by its header, before any of its payload is kept."""
        kind, stream = header.type, header.stream
        if header.length >> 24:
            raise ConnectionFault(frames.PROTOCOL_ERROR, "first length byte not 0")
        if header.length > self.limits.frame_bytes_max:
            raise ConnectionFault(frames.FRAME_SIZE, "frame over MAX_FRAME")
        if not self.is_ready and kind != frames.SETTINGS:
            raise ConnectionFault(frames.PROTOCOL_ERROR, "SETTINGS missing")
        if kind in (frames.RESPONSE, frames.DATA, frames.CANCEL, frames.HEADERS):
            self._require_opened(stream)
        elif kind == frames.WINDOW:
            if stream:
                self._require_opened(stream)
        elif kind in (frames.SETTINGS, frames.PING, frames.GOAWAY):
            if stream:
                raise ConnectionFault(frames.PROTOCOL_ERROR, "a stream where there is none")
        elif not 0x20 <= kind <= 0x7F:
            raise ConnectionFault(frames.PROTOCOL_ERROR, "unexpected type")
        low, high = _LENGTHS.get(kind, (0, header.length))
        if not low <= header.length <= high:
            raise ConnectionFault(frames.PROTOCOL_ERROR, "a control frame of the wrong length")
        if kind == frames.DATA:
            self._spend(header)

    def _require_opened(self, stream: int) -> None:
        if stream % 2 == 0 or stream >= self._next_stream:
            raise ConnectionFault(frames.PROTOCOL_ERROR, "an id never opened")

    def _spend(self, header: FrameHeader) -> None:
        if header.length > self._receive_available:
            raise ConnectionFault(frames.FLOW_CONTROL, "connection window overrun")
        self._receive_available -= header.length
        stream = self.streams.get(header.stream)
        if stream is not None:
            if header.length > stream.incoming.available:
                raise ConnectionFault(frames.FLOW_CONTROL, "stream window overrun")
            stream.incoming.available -= header.length
            # The buffer is bounded before this fragment is kept.
            if len(stream.incoming.buffer) + header.length > self.limits.receive_message_bytes_max:
                self._give_up(stream, _too_large(self.limits.receive_message_bytes_max))

    def _take(self, header: FrameHeader, body: bytes, now: float) -> None:
        kind = header.type
        if kind == frames.SETTINGS:
            self._settings(body)
        elif kind == frames.PING:
            if header.flags & frames.ACK:
                return
            self._count_useless(now)
            self._put(Frame(frames.PING, frames.ACK, 0, body))
        elif kind == frames.GOAWAY:
            self._goaway_arrived(body)
        elif kind == frames.WINDOW:
            self._window(header.stream, frames.U32.unpack(body)[0], now)
        elif kind == frames.DATA:
            self._data(header, body, now)
        elif kind == frames.HEADERS:
            self._headers(header.stream, body)
        elif kind == frames.RESPONSE:
            self._response(header, body)
        elif kind == frames.CANCEL:
            self._cancelled(header, body)
        else:
            self._count_useless(now)
        if len(self._urgent) > self.limits.control_frames_queued_max:
            raise ConnectionFault(frames.ENHANCE_YOUR_CALM, "control frames are not read")

    def _settings(self, body: bytes) -> None:
        if self.is_ready:
            raise ConnectionFault(frames.PROTOCOL_ERROR, "SETTINGS twice")
        before, peer = self.peer, parse_settings(body)
        if isinstance(peer, str):
            raise ConnectionFault(frames.PROTOCOL_ERROR, peer)
        self.peer = peer
        self._send_window += self.peer.connection_window_bytes - before.connection_window_bytes
        for stream in self.streams.values():
            stream.send_window += self.peer.stream_window_bytes - before.stream_window_bytes
            self._queue(stream)
        self.is_ready = True
        self._events.append(Ready())

    def _window(self, number: int, increment: int, now: float) -> None:
        if not 0 < increment <= WINDOW_BYTES_MAX:
            raise ConnectionFault(frames.FLOW_CONTROL, "an increment of 0 or over 2^31-1")
        if increment < 4096:
            self._count_useless(now)
        if number == 0:
            self._send_window += increment
            if self._send_window > WINDOW_BYTES_MAX:
                raise ConnectionFault(frames.FLOW_CONTROL, "connection window overflow")
            return
        stream = self.streams.get(number)
        if stream is None:
            return
        stream.send_window += increment
        if stream.send_window > WINDOW_BYTES_MAX:
            raise ConnectionFault(frames.FLOW_CONTROL, "stream window overflow")
        self._queue(stream)

    def _goaway_arrived(self, body: bytes) -> None:
        last, code = frames.GOAWAY_HEAD.unpack_from(body)
        text = body[frames.GOAWAY_HEAD.size :].decode(errors="replace")
        self._goaway = (code, text)
        self._drain()
        refused = Fault(
            StatusCode.UNAVAILABLE, _goaway_reason(code, text) + "; the call was never started.",
            "NOT_SERVING", never_started=True, retryable=True, local=False)
        for stream in [s for number, s in self.streams.items() if number > last]:
            self._end(stream, refused)
        self._finish_if_done()

    def _headers(self, number: int, body: bytes) -> None:
        stream = self.streams.get(number)
        if stream is None:
            return
        try:
            pairs, encoding = envelope.read_headers(body)
        except envelope.MalformedEnvelope:
            return self._give_up(stream, _violation("The headers are not protobuf."))
        if encoding not in ("", "identity"):
            return self._give_up(stream, _violation("An encoding was used that nobody offered."))
        is_late = stream.messages or stream.incoming.is_partial
        if stream.has_headers or is_late:
            return self._give_up(stream, _violation("Headers came twice or too late."))
        stream.has_headers = True
        if not self._is_welcome(pairs):
            pairs = ()
        self._events.append(HeadersArrived(number, pairs))

    def _data(self, header: FrameHeader, body: bytes, now: float) -> None:
        self._return_connection_credit(len(body))
        stream = self.streams.get(header.stream)
        if stream is None:
            if not body:
                self._count_useless(now)
            return
        goes_on = bool(header.flags & frames.MORE)
        if header.flags & (frames.RC | frames.ND) or (goes_on and not body):
            return self._give_up(stream, _violation("DATA had flags that a server's never has."))
        if header.flags & frames.Z:
            return self._give_up(stream, _violation("An encoding was used that nobody offered."))
        if stream.messages and not stream.server_streams:
            return self._give_up(stream, _CARDINALITY)
        message, credit = stream.incoming.fragment(body, goes_on)
        if credit:
            self._put(Frame(frames.WINDOW, 0, stream.number, frames.U32.pack(credit)))
        if message is None:
            return
        stream.messages += 1
        if stream.incoming.empty_unread > self.limits.empty_messages_unread_max:
            limit = self.limits.empty_messages_unread_max
            return self._give_up(stream, Fault(
                StatusCode.RESOURCE_EXHAUSTED, "Too many empty messages wait unread.",
                "OVERLOADED", limit=f"{limit} messages"))
        self._events.append(MessageArrived(stream.number, message))

    def _response(self, header: FrameHeader, body: bytes) -> None:
        stream = self.streams.get(header.stream)
        if stream is None:
            return
        self._close_early(stream)
        try:
            answer = envelope.read_response(body)
        except envelope.MalformedEnvelope:
            return self._end(stream, _violation("The answer's envelope is not protobuf."))
        trailers = answer.trailers if self._is_welcome(answer.trailers) else ()
        if answer.status.code:
            status = answer.status
            fault = Fault(
                status.code, status.message, details=status.details, local=False, by_answer=True)
            return self._end(stream, fault, trailers)
        fault_of_form = self._answer_fault(stream, header, answer)
        if fault_of_form is None and not header.flags & frames.ND:
            stream.messages += 1
            self._events.append(MessageArrived(stream.number, answer.payload))
        self._end(stream, fault_of_form, trailers)

    def _answer_fault(
        self, stream: Stream, header: FrameHeader, answer: envelope.Response
    ) -> Optional[Fault]:
        """What is wrong with an answer that says OK."""
        is_inline = not header.flags & frames.ND
        if answer.encoding not in ("", "identity"):
            return _violation("An encoding was used that nobody offered.")
        if stream.incoming.is_partial:
            return _violation("The answer ended within a message.")
        if answer.payload and not is_inline:
            return _violation("RESPONSE said that it holds no message, and held one.")
        if len(answer.payload) > self.limits.receive_message_bytes_max:
            return _too_large(self.limits.receive_message_bytes_max)
        if stream.server_streams:
            return _violation("A stream ended with a message inline.") if is_inline else None
        return None if stream.messages + is_inline == 1 else _CARDINALITY

    def _cancelled(self, header: FrameHeader, body: bytes) -> None:
        stream = self.streams.get(header.stream)
        if stream is None:
            return
        code = frames.U32.unpack_from(body)[0] or StatusCode.CANCELLED
        text = body[frames.U32.size :].decode(errors="replace")
        refused = bool(header.flags & frames.REFUSED)
        name = StatusCode.of(code).name
        symbol = _IMPLIED.get(code, "")
        self._end(stream, Fault(
            code, text or f"The server ended the call ({name}).", symbol, never_started=refused,
            retryable=refused, local=False))

    def _is_welcome(self, pairs: Sequence[RawPair]) -> bool:
        return is_welcome(pairs, self.limits.metadata_bytes_max, self.limits.metadata_pairs_max)

    def _return_connection_credit(self, amount: int) -> None:
        self._unreturned += amount
        if self._unreturned * 2 >= self.limits.connection_window_bytes:
            self._put(Frame(frames.WINDOW, 0, 0, frames.U32.pack(self._unreturned)))
            self._receive_available += self._unreturned
            self._unreturned = 0

    def _count_useless(self, now: float) -> None:
        if now - self._useless_since >= self.limits.control_frames_span:
            self._useless_since, self._useless = now, 0
        self._useless += 1
        if self._useless > self.limits.control_frames_max:
            raise ConnectionFault(frames.ENHANCE_YOUR_CALM, "too many frames that move nothing")

    # Ends.

    def _close_early(self, stream: Stream) -> None:
        """The server has answered: what is left is not sent, and our side is closed."""
        if stream.outgoing.is_closed:
            return
        stream.outgoing.drop()
        stream.outgoing.is_closed = True
        self._put(Frame(frames.DATA, frames.RC | frames.ND, stream.number))

    def _give_up(self, stream: Stream, fault: Fault) -> None:
        """Ends a call for a fault of the answer; the server is told to stop."""
        self._put(Frame(frames.CANCEL, 0, stream.number, frames.U32.pack(fault.code)))
        self._end(stream, fault)

    def _end(
        self, stream: Stream, fault: Optional[Fault], trailers: Tuple[RawPair, ...] = ()
    ) -> None:
        self._events.append(CallEnded(stream.number, fault, trailers))
        self._forget(stream)

    def _forget(self, stream: Stream) -> None:
        stream.outgoing.drop()
        stream.outgoing.is_closed = True
        if stream.is_queued:
            stream.is_queued = False
            self._turns.remove(stream)
        if self.streams.pop(stream.number, None) is None:
            return
        self._events.append(SlotsChanged())
        self._finish_if_done()

    def _drain(self) -> None:
        if not self.is_draining:
            self.is_draining = True
            self._events.append(SlotsChanged())

    def _finish_if_done(self) -> None:
        if self.is_draining and not self.streams and not self.is_closed:
            self.is_closed = True
            self._events.append(Closing(None))

    def _end_all(self, fault: Fault) -> None:
        unsent = {frame.stream for frame in self._urgent if frame.type == frames.REQUEST}
        for stream in list(self.streams.values()):
            # A server starts a call with one request only once the whole of it is there.
            is_half = not stream.client_streams and not stream.outgoing.is_closed
            never_started = stream.number in unsent or is_half
            self._end(stream, fault._replace(never_started=never_started))

    def _fail(self, fault: ConnectionFault) -> None:
        """Ends the connection for a fault of the server."""
        name = frames.GOAWAY_NAMES[fault.code]
        text = fault.text.encode()[:_GOAWAY_TEXT_BYTES_MAX]
        message = f"The server broke the protocol ({name}: {fault.text})"
        goaway = Frame(frames.GOAWAY, 0, 0, frames.GOAWAY_HEAD.pack(0, fault.code) + text)
        self.is_closed = True
        self._end_all(Fault(StatusCode.UNAVAILABLE, f"{message}.", "PROTOCOL_VIOLATION"))
        self._urgent.clear()
        self._urgent.append(goaway)
        self._events.append(
            Closing(Fault(StatusCode.UNAVAILABLE, message, "PROTOCOL_VIOLATION")))

    # Time.

    def next_wake(self) -> Optional[float]:
        """When `tick` is due next."""
        if self.is_closed:
            return None
        if self._ping_sent_at is not None:
            wake = self._ping_sent_at + self.limits.ping_timeout
        else:
            wake = self._heard_at + self._silence()
        if not self.is_ready:
            wake = min(wake, self._started_at + self.limits.first_frame_timeout)
        if self._frame_since is not None:
            wake = min(wake, self._frame_since + self._body_seconds())
        return wake

    def tick(self, now: float) -> None:
        """Acts on what has become due. Late is fine, early is harmless."""
        if self.is_closed:
            return
        if not self.is_ready and now >= self._started_at + self.limits.first_frame_timeout:
            return self._fail(ConnectionFault(frames.PROTOCOL_ERROR, "no SETTINGS in time"))
        if self._frame_since is not None and now >= self._frame_since + self._body_seconds():
            return self._fail(ConnectionFault(frames.PROTOCOL_ERROR, "a frame too slow"))
        if self._ping_sent_at is not None:
            if now >= self._ping_sent_at + self.limits.ping_timeout:
                self.lost("the server has been silent for too long")
        elif now >= self._heard_at + self._silence() and self.is_ready:
            self._pings += 1
            self._ping_sent_at = now
            self._put(Frame(frames.PING, 0, 0, self._pings.to_bytes(_PING_BYTES, "big")))

    def _silence(self) -> float:
        return max(self.limits.ping_after_silence, self.peer.ping_interval_min)

    def _body_seconds(self) -> float:
        rate = self.limits.frame_body_bytes_per_second_min
        return self.limits.frame_body_timeout + self._decoder.awaited / rate


_LENGTHS = {
    frames.WINDOW: (4, 4),
    frames.CANCEL: (4, 4 + _CANCEL_REASON_BYTES_MAX),
    frames.PING: (_PING_BYTES, _PING_BYTES),
    frames.GOAWAY: (8, 8 + _GOAWAY_TEXT_BYTES_MAX),
}
_IMPLIED = {
    StatusCode.CANCELLED: "CANCELLED",
    StatusCode.DEADLINE_EXCEEDED: "DEADLINE_EXCEEDED",
    StatusCode.RESOURCE_EXHAUSTED: "OVERLOADED",
    StatusCode.INTERNAL: "INTERNAL_FAULT",
    StatusCode.UNAVAILABLE: "OVERLOADED",
}
_CARDINALITY = Fault(
    StatusCode.UNIMPLEMENTED, "The answer was not exactly one message.", "PROTOCOL_VIOLATION")


def _is_free(stream: Stream) -> bool:
    """Whether the next frame of a stream costs no credit."""
    outgoing = stream.outgoing
    return outgoing.next_is_empty or (outgoing.is_ending and not outgoing.has_message)


def _violation(message: str) -> Fault:
    return Fault(StatusCode.INTERNAL, message, "PROTOCOL_VIOLATION")


def _too_large(limit: int) -> Fault:
    return Fault(
        StatusCode.RESOURCE_EXHAUSTED, "The answer is larger than this client takes.",
        "PAYLOAD_TOO_LARGE", limit=f"{limit} bytes")


def _goaway_reason(code: int, text: str) -> str:
    name = frames.GOAWAY_NAMES[code] if code < len(frames.GOAWAY_NAMES) else str(code)
    return f"the server ended the connection ({name}{': ' if text else ''}{text})"


assert STREAM_ID_MAX == WINDOW_BYTES_MAX
