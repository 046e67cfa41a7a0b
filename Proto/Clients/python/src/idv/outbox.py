"""What a connection has to send: control frames first, then one fragment a stream in turn, within
the windows that the server gives."""

from __future__ import annotations

from collections import deque
from typing import Deque, List, Set

from idv import frames
from idv.frames import Frame
from idv.stream import Stream


class Outbox:
    """Holds frames and the streams with something to send; the connection decides what goes in."""

    def __init__(self, send_window: int, frame_bytes_max: int) -> None:
        #: What may be sent on the connection, and in one frame.
        self.send_window = send_window
        self.frame_bytes_max = frame_bytes_max
        #: Streams whose messages have all gone out since this was last looked at.
        self.emptied: List[int] = []
        # Frames that go out before any DATA. REQUEST is among them, since ids must arrive in order.
        self._urgent: Deque[Frame] = deque()
        self._turns: Deque[Stream] = deque()

    def put(self, frame: Frame) -> None:
        self._urgent.append(frame)

    @property
    def frames_waiting(self) -> int:
        return len(self._urgent)

    def requests_waiting(self) -> Set[int]:
        """Streams whose REQUEST has not gone out."""
        return {frame.stream for frame in self._urgent if frame.type == frames.REQUEST}

    def replace_all(self, frame: Frame) -> None:
        """Nothing else is sent any more."""
        self._urgent.clear()
        self._turns.clear()
        self._urgent.append(frame)

    def queue(self, stream: Stream) -> None:
        """Lets a stream take turns, if it has something to send and credit of its own."""
        outgoing = stream.outgoing
        if stream.is_queued or outgoing.is_closed:
            return
        if _is_free(stream) or (outgoing.has_message and stream.send_window > 0):
            stream.is_queued = True
            self._turns.append(stream)

    def forget(self, stream: Stream) -> None:
        stream.outgoing.drop()
        stream.outgoing.is_closed = True
        if stream.is_queued:
            stream.is_queued = False
            self._turns.remove(stream)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing that could be sent now."""
        return not self._urgent and not self._can_send_data()

    def take(self, bytes_max: int) -> bytes:
        """The next bytes, about `bytes_max` of them."""
        parts: List[bytes] = []
        size = 0
        while size < bytes_max:
            if self._urgent:
                part = self._urgent.popleft().encoded()
            elif self._can_send_data():
                part = self._turn()
            else:
                break
            parts.append(part)
            size += len(part)
        return b"".join(parts)

    def _can_send_data(self) -> bool:
        # A stream in the queue has credit of its own; empty messages and closes need none.
        return bool(self._turns) and (
            self.send_window > 0 or any(_is_free(stream) for stream in self._turns))

    def _turn(self) -> bytes:
        """One fragment of the stream whose turn it is."""
        while not (self.send_window > 0 or _is_free(self._turns[0])):
            self._turns.rotate(-1)
        stream = self._turns.popleft()
        stream.is_queued = False
        outgoing = stream.outgoing
        if not outgoing.has_message:
            outgoing.is_closed = True
            return Frame(frames.DATA, frames.RC | frames.ND, stream.number).encoded()
        room = min(stream.send_window, self.send_window, self.frame_bytes_max)
        fragment = outgoing.take(room)
        stream.send_window -= len(fragment.data)
        self.send_window -= len(fragment.data)
        flags = 0 if fragment.is_last else frames.MORE
        if fragment.is_last and outgoing.is_ending and not outgoing.has_message:
            flags = frames.RC
            outgoing.is_closed = True
        if not outgoing.has_message:
            self.emptied.append(stream.number)
        self.queue(stream)
        head = frames.HEADER.pack(len(fragment.data), stream.number, frames.DATA, flags)
        return b"".join((head, fragment.data))


def _is_free(stream: Stream) -> bool:
    """Whether the next frame of a stream costs no credit."""
    outgoing = stream.outgoing
    return outgoing.next_is_empty or (outgoing.is_ending and not outgoing.has_message)
