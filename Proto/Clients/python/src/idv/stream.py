"""One stream of a connection: what is to be sent, what has arrived, and the credit of both."""

from __future__ import annotations

from collections import deque
from typing import Deque, NamedTuple, Optional, Tuple


class Fragment(NamedTuple):
    """A piece of a message that goes into one DATA frame."""

    data: memoryview
    is_last: bool


class SendQueue:
    """Messages that wait to be sent, cut as windows allow."""

    def __init__(self) -> None:
        self._messages: Deque[memoryview] = deque()
        #: Bytes that wait.
        self.unsent_bytes = 0
        #: The side is to be closed behind the last message, or has been.
        self.is_ending = False
        self.is_closed = False

    @property
    def has_message(self) -> bool:
        return bool(self._messages)

    @property
    def next_is_empty(self) -> bool:
        """Whether the next fragment costs no credit."""
        return bool(self._messages) and not self._messages[0]

    def push(self, message: bytes) -> None:
        self._messages.append(memoryview(message))
        self.unsent_bytes += len(message)

    def take(self, bytes_max: int) -> Fragment:
        """The next fragment; there must be a message."""
        head = self._messages[0]
        piece = head[:bytes_max]
        self.unsent_bytes -= len(piece)
        if len(piece) == len(head):
            self._messages.popleft()
            return Fragment(piece, True)
        self._messages[0] = head[bytes_max:]
        return Fragment(piece, False)

    def drop(self) -> None:
        self._messages.clear()
        self.unsent_bytes = 0


class Inbox:
    """Fragments on their way to messages, and the credit that is owed for them.

    A fragment of a message that is being put together is credited at once while nothing waits
    unread; all else when the message it belongs to has been taken. So a message larger than its
    window arrives, and a slow reader holds its server back.
    """

    def __init__(self, window_bytes: int) -> None:
        self._window_bytes = window_bytes
        #: What the server may still send.
        self.available = window_bytes
        self.buffer = bytearray()
        self.is_partial = False
        self._owed_partial = 0
        self._owed: Deque[int] = deque()
        self._unreturned = 0
        self.empty_unread = 0

    @property
    def unread(self) -> int:
        """Whole messages that nobody has taken."""
        return len(self._owed)

    def fragment(self, data: bytes, goes_on: bool) -> Tuple[Optional[bytes], int]:
        """Takes a fragment: the message it completes, if it does, and credit to return."""
        if goes_on:
            self.is_partial = True
            self.buffer += data
            if self.unread:
                self._owed_partial += len(data)
                return None, 0
            return None, self._release(len(data))
        if self.is_partial:
            self.buffer += data
            message = bytes(self.buffer)
            self.buffer = bytearray()
        else:
            message = data
        self._owed.append(self._owed_partial + len(data))
        self._owed_partial = 0
        self.is_partial = False
        if not message:
            self.empty_unread += 1
        return message, 0

    def consumed(self, is_empty: bool) -> int:
        """The oldest message was taken: credit to return."""
        if not self._owed:
            return 0
        credit = self._owed.popleft()
        if is_empty:
            self.empty_unread -= 1
        if not self._owed:
            credit += self._owed_partial
            self._owed_partial = 0
        return self._release(credit)

    def _release(self, amount: int) -> int:
        """Credit is returned by half windows: small WINDOW frames cost more than they bring."""
        self._unreturned += amount
        if self._unreturned * 2 < self._window_bytes:
            return 0
        credit, self._unreturned = self._unreturned, 0
        self.available += credit
        return credit


class Stream:
    """One call on one connection."""

    def __init__(
        self, number: int, *, client_streams: bool, server_streams: bool, window: int,
        send_window: int,
    ) -> None:
        self.number = number
        #: The server may begin before all that we send is there.
        self.client_streams = client_streams
        #: Any number of messages is welcome; else exactly one.
        self.server_streams = server_streams
        self.outgoing = SendQueue()
        self.incoming = Inbox(window)
        self.send_window = send_window
        self.messages = 0
        self.has_headers = False
        #: It stands in the queue of those with something to send.
        self.is_queued = False
