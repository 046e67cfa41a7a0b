"""One call from its start to its outcome, over all attempts. Confined to its event loop."""

from __future__ import annotations

import asyncio
import weakref
from collections import deque
from typing import TYPE_CHECKING, Callable, Deque, List, Optional, Tuple

from idv.errors import Fault, RpcError, StatusCode
from idv.metadata import Metadata, RawPair
from idv.method import CallOptions
from idv.retry import pause_before_retry

if TYPE_CHECKING:
    from idv.link import Link
    from idv.pool import Pool


class Exchange:
    """Holds what was sent until the server has begun to answer, so that it can be sent again."""

    def __init__(self, pool: Pool, options: CallOptions) -> None:
        self.options = options
        self._pool = pool
        self._loop = pool.loop
        timeout = pool.limits.timeout_default if options.timeout is None else options.timeout
        #: When the call ends whatever happens; infinity for never.
        self.deadline = self._loop.time() + timeout
        self._timer: Optional[asyncio.Handle] = None
        self._retry_timer: Optional[asyncio.Handle] = None
        self.attempts = 0
        #: It stands in the pool's queue.
        self.is_waiting = False
        self.link: Optional[Link] = None
        self.stream = 0
        #: All messages sent so far, while they can still be sent again.
        self.replay: Optional[List[bytes]] = []
        self._replay_bytes = 0
        self.has_ended_sending = False
        self._inbox: Deque[bytes] = deque()
        self.headers: Optional[Metadata] = None
        self.trailers = Metadata()
        self.is_done = False
        self.error: Optional[RpcError] = None
        #: Something of an answer has been seen: the call is not sent again.
        self._is_committed = False
        self._waiters: List[asyncio.Future[None]] = []
        self._when_done: List[Callable[[], object]] = []

    # What the caller does.

    def begin(self) -> None:
        """Sends the call as soon as there is a connection."""
        if self.is_done:
            return
        if self.deadline <= self._loop.time():
            return self.expire()
        if self.deadline != float("inf"):
            # The loop holds the timer until the deadline: it must not hold the call as well.
            self._timer = self._loop.call_at(self.deadline, _expire, weakref.ref(self))
        self._pool.place(self)

    def send(self, message: bytes, *, ends: bool = False) -> None:
        """Queues a message. Nothing happens once the call is over."""
        if self.is_done or self.has_ended_sending:
            return
        limit = self._pool.limits.send_message_bytes_max
        if self.link is not None:
            limit = min(limit, self.link.core.peer.message_bytes_max)
        if len(message) > limit:
            return self.abandon(too_large(limit))
        self.has_ended_sending = ends
        if self.replay is not None:
            self.replay.append(message)
            self._replay_bytes += len(message)
        if self.link is not None:
            self.link.core.send_message(self.stream, message, ends=ends)
            self._bound_replay()
            self.link.flush_soon()

    def end_sending(self) -> None:
        """No message follows."""
        if self.is_done or self.has_ended_sending:
            return
        self.has_ended_sending = True
        if self.link is not None:
            self.link.core.end_sending(self.stream)
            self.link.flush_soon()

    def cancel(self, code: int = StatusCode.CANCELLED, reason: str = "") -> None:
        """Ends the call now; the server is told if it knows of it."""
        message = reason or "The caller cancelled the call."
        self.abandon(Fault(code or StatusCode.CANCELLED, message, "CANCELLED"), reason)

    def abandon(self, fault: Fault, reason: str = "") -> None:
        """Ends the call for a fault of our own making."""
        if self.is_done:
            return
        if self.link is not None:
            self.link.cancel(self, fault.code, reason)
            self.link = None
        self._finish(fault)

    def expire(self) -> None:
        """The deadline has passed."""
        message = "Time ran out before the answer; allow more time."
        if self.attempts == 0 and self._pool.fault is not None:
            message = f"Time ran out; {self._pool.fault.message}"
        self.abandon(Fault(
            StatusCode.DEADLINE_EXCEEDED, message, "DEADLINE_EXCEEDED",
            never_started=self.attempts == 0, retryable=True))

    # What the caller waits for.

    def when_done(self, callback: Callable[[], object]) -> None:
        """Calls back once when the call is over, at once if it is."""
        if self.is_done:
            callback()
        else:
            self._when_done.append(callback)

    async def until(self, ready: Callable[[], bool]) -> None:
        """Waits until `ready`, or until the call is over."""
        while not (ready() or self.is_done):
            waiter = self._loop.create_future()
            self._waiters.append(waiter)
            await waiter

    async def until_begun(self) -> None:
        """Waits until the call is on a connection."""
        await self.until(lambda: self.attempts > 0)

    async def until_sent(self) -> bool:
        """Waits until another message is welcome; False if the call is over."""
        limit = self._pool.limits.send_buffer_bytes
        await self.until(lambda: self._unsent_bytes() <= limit)
        return not self.is_done

    async def until_headers(self) -> Metadata:
        """The headers; none where the server sends none before its first message."""
        await self.until(lambda: self._is_committed)
        return self.headers or Metadata()

    async def next_message(self) -> Optional[bytes]:
        """The next message, or None at the end. Raises the call's error."""
        await self.until(lambda: bool(self._inbox))
        if self._inbox:
            message = self._inbox.popleft()
            if self.link is not None:
                self.link.core.consumed(self.stream, message)
                self.link.flush_soon()
            return message
        if self.error is not None:
            raise self.error
        return None

    async def result(self) -> bytes:
        """The one message of an answer. Raises the call's error; cancelled, it cancels the call."""
        try:
            await self.until(lambda: False)
        except asyncio.CancelledError:
            self.cancel()
            raise
        if self.error is not None:
            raise self.error
        return self._inbox[0]

    # What the connection does.

    def started(self, link: Link, stream: int) -> None:
        self.link, self.stream = link, stream
        self.attempts += 1
        self._bound_replay()
        self._wake()

    def headers_arrived(self, pairs: Tuple[RawPair, ...]) -> None:
        self.headers = Metadata(pairs)
        self._commit()

    def message_arrived(self, message: bytes) -> None:
        self._inbox.append(message)
        if not self.options.server_streams and self.link is not None:
            # There is one, and whoever asked for it has room for it.
            self.link.core.consumed(self.stream, message)
        self._commit()

    def send_queue_emptied(self) -> None:
        self._wake()

    def ended(self, fault: Optional[Fault], trailers: Tuple[RawPair, ...]) -> None:
        """The stream is over: the call is too, or it is sent again."""
        self.link = None
        if fault is None:
            self._pool.throttle.success()
            return self._finish(None, trailers)
        pause = self._pause_before_retry(fault, trailers)
        if pause is None:
            return self._finish(fault, trailers)
        if pause > 0:
            self._retry_timer = self._loop.call_later(pause, self._again)
        else:
            self._again()

    def _again(self) -> None:
        self._retry_timer = None
        if not self.is_done:
            self._pool.place(self)

    def _pause_before_retry(
        self, fault: Fault, trailers: Tuple[RawPair, ...]
    ) -> Optional[float]:
        pool = self._pool
        if self._is_committed or self.replay is None or pool.is_closed:
            return None
        pause = pause_before_retry(
            self.options.retry or pool.retry, pool.throttle, fault, trailers, self.attempts,
            pool.random, waits=self.options.wait_for_ready)
        if pause is None or self._loop.time() + pause >= self.deadline:
            return None
        return pause

    def _commit(self) -> None:
        self._is_committed = True
        self.replay = None
        self._wake()

    def _bound_replay(self) -> None:
        """A request that streams is kept up to a bound; a single message is the caller's anyway."""
        if self.options.client_streams and self._replay_bytes > self._pool.limits.replay_bytes_max:
            self.replay = None

    def _unsent_bytes(self) -> int:
        if self.link is not None:
            return self.link.core.unsent_bytes(self.stream)
        return self._replay_bytes

    def _finish(self, fault: Optional[Fault], trailers: Tuple[RawPair, ...] = ()) -> None:
        if self.is_done:
            return
        self.is_done = True
        self.replay = None
        self.trailers = Metadata(trailers)
        if fault is not None:
            self.error = fault.error(self.headers or Metadata(), self.trailers)
            self.error.attempts = self.attempts
        for timer in (self._timer, self._retry_timer):
            if timer is not None:
                timer.cancel()
        self._pool.finished(self)
        self._wake()
        callbacks, self._when_done = self._when_done, []
        for callback in callbacks:
            callback()

    def fail(self, fault: Fault) -> None:
        """Ends a call that is on no connection."""
        self._finish(fault)

    def _wake(self) -> None:
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)


def _expire(reference: weakref.ref[Exchange]) -> None:
    exchange = reference()
    if exchange is not None:
        exchange.expire()


def too_large(limit: int) -> Fault:
    return Fault(
        StatusCode.RESOURCE_EXHAUSTED, "The request is larger than its limit.",
        "PAYLOAD_TOO_LARGE", limit=f"{limit} bytes", never_started=True)
