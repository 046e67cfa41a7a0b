"""One TLS connection on an event loop: moves bytes between the transport and the state machine, and
events to calls."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Dict, Optional

from idv.connection import CannotStart, Connection
from idv.credentials import ALPN
from idv.errors import Fault
from idv.events import (
    CallEnded, Closing, Event, HeadersArrived, MessageArrived, Ready, SendQueueEmptied)
from idv.exchange import Exchange, too_large
from idv.faults import ConnectFailed, explain

if TYPE_CHECKING:
    from idv.pool import Pool

_NANOSECONDS = 1_000_000_000
# About four TLS records: enough to keep the kernel busy, little for a control frame to wait behind.
_PIECE_BYTES = 1 << 16


class Link(asyncio.Protocol):
    """Owned by its pool, which hears when it is ready and when it has ended."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._loop = pool.loop
        self.core = Connection(pool.limits, self._loop.time())
        self.calls: Dict[int, Exchange] = {}
        #: Done when the server's SETTINGS are here, failed when they will not come.
        self.ready: asyncio.Future[None] = self._loop.create_future()
        #: Done when the connection is gone.
        self.gone: asyncio.Future[None] = self._loop.create_future()
        self._transport: Optional[asyncio.Transport] = None
        self._paused_at: Optional[float] = None
        self._timer: Optional[asyncio.TimerHandle] = None
        self._is_flushing = False
        self._is_closing = False

    # Calls.

    @property
    def open_slots(self) -> int:
        return 0 if self._is_closing else self.core.open_slots

    @property
    def is_live(self) -> bool:
        """Whether calls may come to start here."""
        return not (self._is_closing or self.core.is_draining or self.core.is_closed)

    def start(self, exchange: Exchange) -> bool:
        """Sends a call; False if it cannot start here after all."""
        options, messages = exchange.options, exchange.replay or []
        limit = self.core.peer.message_bytes_max
        if any(len(message) > limit for message in messages):
            exchange.fail(too_large(limit))
            return True
        first = messages[0] if messages else None
        rest = messages[1:]
        try:
            stream = self.core.start_call(
                options.service, options.method, message=first,
                ends=exchange.has_ended_sending and not rest,
                client_streams=options.client_streams, server_streams=options.server_streams,
                timeout_nano=self._timeout(exchange.deadline), metadata=options.metadata)
        except CannotStart:
            return False
        for message in rest:
            self.core.send_message(stream, message)
        if exchange.has_ended_sending:
            self.core.end_sending(stream)
        self.calls[stream] = exchange
        exchange.started(self, stream)
        self.flush_soon()
        return True

    def _timeout(self, deadline: float) -> int:
        if deadline == float("inf"):
            return 0
        return max(1, int((deadline - self._loop.time()) * _NANOSECONDS))

    def cancel(self, exchange: Exchange, code: int, reason: str) -> None:
        if self.calls.pop(exchange.stream, None) is not None:
            self.core.cancel(exchange.stream, code, reason)
            self.flush_soon()

    def close(self) -> None:
        """Closes when the running calls have ended."""
        self.core.close()
        self._settle()

    def abort(self) -> None:
        """Closes at once."""
        if self._transport is not None:
            self._transport.abort()

    # The transport's calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        tls = transport.get_extra_info("ssl_object")
        if tls is None or tls.selected_alpn_protocol() != ALPN:
            self._not_ready(ConnectFailed("the server does not speak idv/1; check the port"))
            return transport.abort()
        self._flush()

    def data_received(self, data: bytes) -> None:
        self.core.receive(data, self._loop.time())
        self._settle()

    def eof_received(self) -> Optional[bool]:
        self.core.lost("the server closed the connection")
        self._settle()
        return None

    def pause_writing(self) -> None:
        self._paused_at = self._loop.time()
        self._set_timer()

    def resume_writing(self) -> None:
        self._paused_at = None
        self._flush()

    def connection_lost(self, exc: Optional[BaseException]) -> None:
        self._transport = None
        if self._timer is not None:
            self._timer.cancel()
        self._not_ready(exc)
        self.core.lost(explain(exc))
        self._dispatch()
        self._is_closing = True
        if not self.gone.done():
            self.gone.set_result(None)
        self._pool.lost(self)

    # Turns.

    def flush_soon(self) -> None:
        """Writes once this turn of the loop is over, however often it is asked for."""
        if not self._is_flushing:
            self._is_flushing = True
            self._loop.call_soon(self._settle)

    def _settle(self) -> None:
        self._is_flushing = False
        self._dispatch()
        self._flush()

    def _flush(self) -> None:
        transport = self._transport
        if transport is None:
            return
        # A transport that is closing keeps nothing, and its loss is about to be told.
        while self._paused_at is None and self.core.has_output and not transport.is_closing():
            transport.write(self.core.data_to_send(_PIECE_BYTES))
        self._dispatch()
        if self._is_closing and not self.core.has_output and not transport.is_closing():
            transport.close()
            self._loop.call_later(self._pool.limits.close_timeout, transport.abort)
        self._set_timer()

    def _dispatch(self) -> None:
        event = self.core.next_event()
        while event is not None:
            self._deliver(event)
            event = self.core.next_event()

    def _deliver(self, event: Event) -> None:
        if isinstance(event, MessageArrived):
            exchange = self.calls.get(event.stream)
            if exchange is not None:
                exchange.message_arrived(event.message)
        elif isinstance(event, CallEnded):
            exchange = self.calls.pop(event.stream, None)
            if exchange is not None:
                exchange.ended(event.fault, event.trailers)
        elif isinstance(event, SendQueueEmptied):
            exchange = self.calls.get(event.stream)
            if exchange is not None:
                exchange.send_queue_emptied()
        elif isinstance(event, HeadersArrived):
            exchange = self.calls.get(event.stream)
            if exchange is not None:
                exchange.headers_arrived(event.headers)
        elif isinstance(event, Ready):
            if not self.ready.done():
                self.ready.set_result(None)
        elif isinstance(event, Closing):
            self._close(event.fault)
        else:
            self._pool.pump()

    def _close(self, fault: Optional[Fault]) -> None:
        self._is_closing = True
        if fault is not None:
            self._not_ready(ConnectFailed(fault.message))
        self._pool.pump()

    def _not_ready(self, why: Optional[BaseException]) -> None:
        if not self.ready.done():
            self.ready.set_exception(ConnectFailed(explain(why)))
            # Whoever dialled may have given up.
            self.ready.exception()

    # Time.

    def _set_timer(self) -> None:
        wake = self.core.next_wake()
        if self._paused_at is not None:
            stall = self._paused_at + self._pool.limits.write_stall_timeout
            wake = stall if wake is None else min(wake, stall)
        if wake is None or self._transport is None:
            return
        if self._timer is not None:
            if self._timer.when() <= wake and not self._timer.cancelled():
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(wake, self._wake)

    def _wake(self) -> None:
        self._timer = None
        now = self._loop.time()
        stall = self._pool.limits.write_stall_timeout
        if self._paused_at is not None and now >= self._paused_at + stall:
            self.core.lost("the server does not read")
            self._dispatch()
            return self.abort()
        self.core.tick(now)
        self._settle()
