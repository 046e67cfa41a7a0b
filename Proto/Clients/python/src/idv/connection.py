"""One connection of the native profile, seen from the client: a state machine without I/O.

Bytes and calls go in, bytes and events come out; time is a number that the owner gives. PROTOCOL.md
is what it follows. Not safe for threads: its owner calls it from one place.
"""

from __future__ import annotations

from collections import deque
from typing import Deque, Dict, Optional, Sequence, Tuple

from idv import admission, envelope, frames, refusals
from idv.errors import Fault, StatusCode
from idv.events import (
    CallEnded, Closing, Event, HeadersArrived, MessageArrived, Ready, SendQueueEmptied,
    SlotsChanged)
from idv.frames import Frame, FrameDecoder, FrameHeader
from idv.limits import STREAM_ID_MAX, WINDOW_BYTES_MAX, Limits
from idv.metadata import RawPair, is_welcome
from idv.outbox import Outbox
from idv.refusals import ConnectionFault
from idv.settings import PeerSettings, announced, parse_settings
from idv.stream import Stream
from idv.timing import Due, Timing

_INCREMENT_USEFUL_MIN = 4096


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
        self._outbox = Outbox(self.peer.connection_window_bytes, self.peer.frame_bytes_max)
        self._next_stream = 1
        self._receive_available = limits.connection_window_bytes
        self._unreturned = 0
        self._goaway: Optional[Tuple[int, str]] = None
        self._timing = Timing(limits, now)
        self._pings = 0
        self._put(frames.SETTINGS, 0, 0, announced(limits))

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

        `message` is the first message, if it is there already; `ends` says that no other comes.
        Raises CannotStart.
        """
        if self.is_closed or self.is_draining or len(self.streams) >= self.peer.streams_max:
            raise CannotStart
        number = self._next_stream
        self._next_stream += 2
        if self._next_stream > STREAM_ID_MAX:
            self._drain()  # Servers ask for a new connection long before.
        stream = Stream(
            number, client_streams=client_streams, server_streams=server_streams,
            window=self.limits.stream_window_bytes, send_window=self.peer.stream_window_bytes)
        self.streams[number] = stream
        if message is not None and ends:
            whole = envelope.request(service, method, message, timeout_nano, metadata)
            if len(whole) <= self.peer.frame_bytes_max:
                self._put(frames.REQUEST, 0, number, whole)
                stream.outgoing.is_ending = stream.outgoing.is_closed = True
                self._events.append(SendQueueEmptied(number))
                return number
        whole = envelope.request(service, method, b"", timeout_nano, metadata)
        if message is None and ends:
            self._put(frames.REQUEST, frames.RC | frames.ND, number, whole)
            stream.outgoing.is_ending = stream.outgoing.is_closed = True
            return number
        self._put(frames.REQUEST, frames.RO | frames.ND, number, whole)
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
        self._outbox.queue(stream)

    def end_sending(self, number: int) -> None:
        """Closes our side behind the messages that are queued."""
        stream = self.streams.get(number)
        if stream is None or stream.outgoing.is_ending:
            return
        stream.outgoing.is_ending = True
        self._outbox.queue(stream)

    def unsent_bytes(self, number: int) -> int:
        stream = self.streams.get(number)
        return 0 if stream is None else stream.outgoing.unsent_bytes

    def consumed(self, number: int, message: bytes) -> None:
        """The oldest unread message of a stream has been taken."""
        stream = self.streams.get(number)
        if stream is None:
            return
        credit = stream.incoming.consumed(not message)
        self._return_credit(number, credit)

    def cancel(self, number: int, code: int = StatusCode.CANCELLED, reason: str = "") -> None:
        """Tells the server to stop and forgets the stream; no event follows."""
        stream = self.streams.get(number)
        if stream is None:
            return
        text = reason.encode()[:frames.CANCEL_REASON_BYTES_MAX].decode(errors="ignore").encode()
        self._put(frames.CANCEL, 0, number, frames.U32.pack(code) + text)
        self._forget(stream)

    def close(self) -> None:
        """Starts no further call; the connection closes when the running ones have ended."""
        if self.is_closed or self.is_draining:
            return
        self._drain()
        last = max(0, self._next_stream - 2)
        self._put(frames.GOAWAY, 0, 0, frames.GOAWAY_HEAD.pack(last, frames.NO_ERROR))
        self._finish_if_done()

    # Output.

    @property
    def has_output(self) -> bool:
        return not self._outbox.is_empty

    def data_to_send(self, bytes_max: int = 1 << 16) -> bytes:
        """The next bytes for the server, about `bytes_max` of them; empty if there are none."""
        data = self._outbox.take(bytes_max)
        if self._outbox.emptied:
            self._events.extend(map(SendQueueEmptied, self._outbox.emptied))
            self._outbox.emptied.clear()
        return data

    def _put(self, kind: int, flags: int, stream: int, payload: bytes = b"") -> None:
        if not self.is_closed:
            self._outbox.put(Frame(kind, flags, stream, payload))

    def _return_credit(self, stream: int, amount: int) -> None:
        if amount:
            self._put(frames.WINDOW, 0, stream, frames.U32.pack(amount))

    # Input.

    def next_event(self) -> Optional[Event]:
        return self._events.popleft() if self._events else None

    def receive(self, data: bytes, now: float) -> None:
        """Takes what the server sent, split anywhere."""
        if self.is_closed:
            return
        self._timing.heard(now)
        self._decoder.feed(data)
        try:
            while not self.is_closed:
                if self._header is None:
                    self._header = self._decoder.header()
                    if self._header is None:
                        break
                    self._timing.frame_begun(self._header.length, now)
                    self._admit(self._header)
                body = self._decoder.body()
                if body is None:
                    break
                header, self._header = self._header, None
                self._timing.frame_ended()
                self._take(header, body, now)
        except ConnectionFault as fault:
            self._fail(fault)
        if self._decoder.is_inside:
            self._timing.frame_begun(self._decoder.awaited, now)

    def lost(self, why: str = "the connection was lost") -> None:
        """The transport is gone, or the server has closed it."""
        if self.is_closed:
            return
        self.is_closed = True
        if self._goaway is not None:
            why = refusals.goaway_reason(*self._goaway)
        message = f"{why}; the call may or may not have been carried out."
        self._end_all(Fault(StatusCode.UNAVAILABLE, message, "NOT_SERVING", retryable=True))
        self._events.append(Closing(Fault(StatusCode.UNAVAILABLE, why, "NOT_SERVING")))

    def _admit(self, header: FrameHeader) -> None:
        """Judges a frame by its header, before any of its payload is kept."""
        admission.judge(header, self.limits.frame_bytes_max, self._next_stream, self.is_ready)
        if header.type == frames.DATA:
            self._spend(header)

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
                self._give_up(stream, refusals.too_large(self.limits.receive_message_bytes_max))

    def _take(self, header: FrameHeader, body: bytes, now: float) -> None:
        kind = header.type
        if kind == frames.SETTINGS:
            self._settings(body)
        elif kind == frames.PING:
            if header.flags & frames.ACK:
                return
            self._count_useless(now)
            self._put(frames.PING, frames.ACK, 0, body)
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
        if self._outbox.frames_waiting > self.limits.control_frames_queued_max:
            raise ConnectionFault(frames.ENHANCE_YOUR_CALM, "control frames are not read")

    def _settings(self, body: bytes) -> None:
        if self.is_ready:
            raise ConnectionFault(frames.PROTOCOL_ERROR, "SETTINGS twice")
        before, peer = self.peer, parse_settings(body)
        if isinstance(peer, str):
            raise ConnectionFault(frames.PROTOCOL_ERROR, peer)
        self.peer = peer
        self._outbox.send_window += peer.connection_window_bytes - before.connection_window_bytes
        self._outbox.frame_bytes_max = peer.frame_bytes_max
        for stream in self.streams.values():
            stream.send_window += peer.stream_window_bytes - before.stream_window_bytes
            self._outbox.queue(stream)
        self.is_ready = True
        self._timing.ready(peer.ping_interval_min)
        self._events.append(Ready())

    def _window(self, number: int, increment: int, now: float) -> None:
        if not 0 < increment <= WINDOW_BYTES_MAX:
            raise ConnectionFault(frames.FLOW_CONTROL, "an increment of 0 or over 2^31-1")
        if increment < _INCREMENT_USEFUL_MIN:
            self._count_useless(now)
        if number == 0:
            self._outbox.send_window += increment
            if self._outbox.send_window > WINDOW_BYTES_MAX:
                raise ConnectionFault(frames.FLOW_CONTROL, "connection window overflow")
            return
        stream = self.streams.get(number)
        if stream is None:
            return
        stream.send_window += increment
        if stream.send_window > WINDOW_BYTES_MAX:
            raise ConnectionFault(frames.FLOW_CONTROL, "stream window overflow")
        self._outbox.queue(stream)

    def _goaway_arrived(self, body: bytes) -> None:
        last, code = frames.GOAWAY_HEAD.unpack_from(body)
        text = body[frames.GOAWAY_HEAD.size :].decode(errors="replace")
        self._goaway = (code, text)
        self._drain()
        why = refusals.goaway_reason(code, text)
        refused = Fault(
            StatusCode.UNAVAILABLE, f"{why}; the call was never started.",
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
            return self._give_up(stream, refusals.violation("The headers are not protobuf."))
        if encoding not in ("", "identity"):
            return self._give_up(stream, refusals.ENCODED)
        is_late = stream.messages or stream.incoming.is_partial
        if stream.has_headers or is_late:
            return self._give_up(stream, refusals.violation("Headers came twice or too late."))
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
        fault = refusals.of_data(stream, header)
        if fault is not None:
            return self._give_up(stream, fault)
        message, credit = stream.incoming.fragment(
            body, bool(header.flags & frames.MORE))
        self._return_credit(stream.number, credit)
        if message is None:
            return
        stream.messages += 1
        if stream.incoming.empty_unread > self.limits.empty_messages_unread_max:
            limit = self.limits.empty_messages_unread_max
            return self._give_up(stream, refusals.too_many_empty(limit))
        self._events.append(MessageArrived(stream.number, message))

    def _response(self, header: FrameHeader, body: bytes) -> None:
        stream = self.streams.get(header.stream)
        if stream is None:
            return
        self._close_early(stream)
        try:
            answer = envelope.read_response(body)
        except envelope.MalformedEnvelope:
            return self._end(stream, refusals.violation("The answer's envelope is not protobuf."))
        trailers = answer.trailers if self._is_welcome(answer.trailers) else ()
        if answer.status.code:
            status = answer.status
            fault = Fault(
                status.code, status.message, details=status.details, local=False, by_answer=True)
            return self._end(stream, fault, trailers)
        form = refusals.of_answer(stream, header, answer, self.limits.receive_message_bytes_max)
        if form is None and not header.flags & frames.ND:
            stream.messages += 1
            self._events.append(MessageArrived(stream.number, answer.payload))
        self._end(stream, form, trailers)

    def _cancelled(self, header: FrameHeader, body: bytes) -> None:
        stream = self.streams.get(header.stream)
        if stream is None:
            return
        self._end(stream, refusals.cancelled(body, header.flags))

    def _is_welcome(self, pairs: Sequence[RawPair]) -> bool:
        return is_welcome(pairs, self.limits.metadata_bytes_max, self.limits.metadata_pairs_max)

    def _return_connection_credit(self, amount: int) -> None:
        self._unreturned += amount
        if self._unreturned * 2 >= self.limits.connection_window_bytes:
            self._return_credit(0, self._unreturned)
            self._receive_available += self._unreturned
            self._unreturned = 0

    def _count_useless(self, now: float) -> None:
        if self._timing.is_flood(now):
            raise ConnectionFault(frames.ENHANCE_YOUR_CALM, "too many frames that move nothing")

    # Ends.

    def _close_early(self, stream: Stream) -> None:
        """The server has answered: what is left is not sent, and our side is closed."""
        if stream.outgoing.is_closed:
            return
        self._outbox.forget(stream)
        self._put(frames.DATA, frames.RC | frames.ND, stream.number)

    def _give_up(self, stream: Stream, fault: Fault) -> None:
        """Ends a call for a fault of the answer; the server is told to stop."""
        self._put(frames.CANCEL, 0, stream.number, frames.U32.pack(fault.code))
        self._end(stream, fault)

    def _end(
        self, stream: Stream, fault: Optional[Fault], trailers: Tuple[RawPair, ...] = ()
    ) -> None:
        self._events.append(CallEnded(stream.number, fault, trailers))
        self._forget(stream)

    def _forget(self, stream: Stream) -> None:
        self._outbox.forget(stream)
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
        unsent = self._outbox.requests_waiting()
        for stream in list(self.streams.values()):
            # A server starts a call with one request only once the whole of it is there.
            is_half = not stream.client_streams and not stream.outgoing.is_closed
            never_started = stream.number in unsent or is_half
            self._end(stream, fault._replace(never_started=never_started))

    def _fail(self, fault: ConnectionFault) -> None:
        """Ends the connection for a fault of the server."""
        name = frames.GOAWAY_NAMES[fault.code]
        text = fault.text.encode()[:frames.GOAWAY_TEXT_BYTES_MAX]
        message = f"The server broke the protocol ({name}: {fault.text})"
        goaway = Frame(frames.GOAWAY, 0, 0, frames.GOAWAY_HEAD.pack(0, fault.code) + text)
        self.is_closed = True
        self._end_all(Fault(StatusCode.UNAVAILABLE, f"{message}.", "PROTOCOL_VIOLATION"))
        self._outbox.replace_all(goaway)
        self._events.append(
            Closing(Fault(StatusCode.UNAVAILABLE, message, "PROTOCOL_VIOLATION")))

    # Time.

    def next_wake(self) -> Optional[float]:
        """When `tick` is due next."""
        return None if self.is_closed else self._timing.next_wake()

    def tick(self, now: float) -> None:
        """Acts on what has become due. Late is fine, early is harmless."""
        due = None if self.is_closed else self._timing.due(now)
        if due is Due.NO_SETTINGS or due is Due.FRAME_TOO_SLOW:
            self._fail(ConnectionFault(frames.PROTOCOL_ERROR, due.value))
        elif due is Due.SILENT:
            self.lost(due.value)
        elif due is Due.PING:
            self._pings += 1
            self._timing.pinged(now)
            self._put(frames.PING, 0, 0, self._pings.to_bytes(frames.PING_BYTES, "big"))
