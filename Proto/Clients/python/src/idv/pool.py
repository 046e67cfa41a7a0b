"""Connections to one server, and the calls that wait for them. Confined to its event loop."""

from __future__ import annotations

import asyncio
import random
import ssl
from collections import deque
from typing import Deque, List, Optional, Set

from idv.credentials import Credentials
from idv.errors import Fault, StatusCode
from idv.exchange import Exchange
from idv.faults import ConnectFailed, explain, unavailable
from idv.limits import Limits
from idv.link import Link
from idv.retry import Backoff, Random, RetryPolicy, Throttle


class Pool:
    """Dials when calls wait, not before, and again after a growing pause while nobody answers."""

    def __init__(
        self,
        host: str,
        port: int,
        credentials: Credentials,
        server_name: str,
        limits: Limits,
        retry: RetryPolicy,
        backoff: Backoff,
        source: Random = random.random,
    ) -> None:
        self.loop = asyncio.get_running_loop()
        self.place_name = f"{host}:{port}"
        self.limits = limits
        self.retry = retry
        self.throttle = Throttle()
        self.random = source
        self.is_closed = False
        #: Why the last connection could not be made; None once one was.
        self.fault: Optional[Fault] = None
        self._address = (host, port)
        self._credentials = credentials
        self._server_name = server_name
        self._backoff = backoff
        self._failures = 0
        self._retry_at = self.loop.time()
        self._links: List[Link] = []
        self._dialling: Set[asyncio.Task[None]] = set()
        self._waiting: Deque[Exchange] = deque()
        self._retry_timer: Optional[asyncio.TimerHandle] = None

    # Calls.

    def place(self, exchange: Exchange) -> None:
        """Sends a call, or lets it wait for a connection."""
        if self.is_closed:
            return exchange.fail(CLOSED)
        for link in self._links:
            if link.open_slots > 0 and link.start(exchange):
                return
        if self._is_pausing and not self._live_links and not exchange.options.wait_for_ready:
            assert self.fault is not None
            return exchange.fail(self.fault)
        if len(self._waiting) >= self.limits.waiting_calls_max:
            return exchange.fail(Fault(
                StatusCode.RESOURCE_EXHAUSTED, "Too many calls wait for a connection.",
                "OVERLOADED", limit=f"{self.limits.waiting_calls_max} calls", never_started=True))
        exchange.is_waiting = True
        self._waiting.append(exchange)
        self._dial_if_needed()

    def finished(self, exchange: Exchange) -> None:
        """A call is over; it may have been waiting."""
        if exchange.is_waiting:
            exchange.is_waiting = False
            self._waiting.remove(exchange)

    def pump(self) -> None:
        """Slots or connections have changed."""
        while self._waiting:
            link = next((link for link in self._links if link.open_slots > 0), None)
            if link is None:
                break
            exchange = self._waiting.popleft()
            exchange.is_waiting = False
            if not link.start(exchange):
                exchange.is_waiting = True
                self._waiting.appendleft(exchange)
                break
        self._dial_if_needed()

    # Connections.

    @property
    def _live_links(self) -> int:
        return sum(link.is_live for link in self._links)

    @property
    def _is_pausing(self) -> bool:
        return self.fault is not None and self.loop.time() < self._retry_at

    def _dial_if_needed(self) -> None:
        if self.is_closed or not self._waiting or self._dialling:
            return
        if self._live_links >= self.limits.connections_max:
            return
        if self._is_pausing:
            if self._retry_timer is None:
                self._retry_timer = self.loop.call_at(self._retry_at, self._pause_over)
            return
        task = self.loop.create_task(self._dial())
        self._dialling.add(task)
        task.add_done_callback(self._dialling.discard)
        task.add_done_callback(lambda _: self._dial_if_needed())

    def _pause_over(self) -> None:
        self._retry_timer = None
        self._dial_if_needed()

    async def _dial(self) -> None:
        link = Link(self)
        host, port = self._address
        try:
            await asyncio.wait_for(
                self.loop.create_connection(
                    lambda: link, host, port, ssl=self._context(),
                    server_hostname=self._server_name),
                self.limits.connect_timeout)
            await link.ready
            if not link.is_live:
                raise ConnectFailed("the server ended the connection at once")
        except asyncio.CancelledError:
            link.abort()
            raise
        except Exception as error:  # Whatever it is, the calls that wait must hear of it.
            link.abort()
            return self._failed(explain(error))
        self._failures, self.fault = 0, None
        self._links.append(link)
        self.pump()

    def _context(self) -> ssl.SSLContext:
        try:
            return self._credentials.context()
        except (OSError, ValueError) as error:
            raise ConnectFailed(f"the certificate files cannot be used ({error})") from None

    def _failed(self, why: str) -> None:
        self._failures += 1
        self.fault = unavailable(self.place_name, why)
        self._retry_at = self.loop.time() + self._backoff.pause(self._failures, self.random)
        if self._live_links:
            return
        for exchange in list(self._waiting):
            if not exchange.options.wait_for_ready:
                exchange.fail(self.fault)

    def lost(self, link: Link) -> None:
        """A connection has ended; its calls have been told."""
        if link in self._links:
            self._links.remove(link)
            self.pump()

    async def connect(self) -> None:
        """Makes a connection if there is none. Raises an UnavailableError."""
        if self.is_closed:
            raise CLOSED.error_alone()
        if self._live_links:
            return
        if not self._dialling:
            task = self.loop.create_task(self._dial())
            self._dialling.add(task)
            task.add_done_callback(self._dialling.discard)
        await asyncio.wait(set(self._dialling))
        if not self._live_links:
            raise (self.fault or CLOSED).error_alone()

    # The end.

    async def close(self, grace: float) -> None:
        """Ends everything: running calls get `grace` seconds, then they are cancelled."""
        self.is_closed = True
        if self._retry_timer is not None:
            self._retry_timer.cancel()
        for exchange in list(self._waiting):
            exchange.fail(CLOSED)
        for task in list(self._dialling):
            task.cancel()
        if self._dialling:
            await asyncio.wait(set(self._dialling))
        links = list(self._links)
        for link in links:
            link.close()
        if links and grace > 0:
            await asyncio.wait([link.gone for link in links], timeout=grace)
        for link in links:
            for exchange in list(link.calls.values()):
                exchange.abandon(CLOSED)
        if links:
            await asyncio.wait(
                [link.gone for link in links], timeout=self.limits.close_timeout)
        for link in links:
            link.abort()


CLOSED = Fault(
    StatusCode.CANCELLED, "The channel was closed before the call was answered.", "CANCELLED")
