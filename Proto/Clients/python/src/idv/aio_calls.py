"""Calls in progress, for asyncio."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import (
    Any, AsyncIterable, AsyncIterator, Generator, Generic, Iterable, Optional, Type, TypeVar, Union)

from idv.errors import RpcError, StatusCode
from idv.exchange import Exchange
from idv.metadata import Metadata
from idv.method import Method, Req, Resp

_Self = TypeVar("_Self", bound="Call[Any, Any]")
Requests = Union[Iterable[Req], AsyncIterable[Req]]


class Call(Generic[Req, Resp]):
    """What all four kinds of call have. Leaving its `async with`, or dropping it, cancels it."""

    def __init__(self, method: Method[Req, Resp], exchange: Exchange) -> None:
        self._method = method
        self._exchange = exchange
        self._loop = asyncio.get_running_loop()

    def cancel(self, reason: str = "", *, code: int = StatusCode.CANCELLED) -> None:
        """Ends the call now; the server is told. Nothing happens once it is over."""
        self._exchange.cancel(code, reason)

    @property
    def done(self) -> bool:
        return self._exchange.is_done

    @property
    def attempts(self) -> int:
        """How often the call has been sent."""
        return self._exchange.attempts

    async def begun(self) -> None:
        """Waits until the call is on a connection, or over."""
        await self._exchange.until_begun()

    async def headers(self) -> Metadata:
        """The server's headers; empty if it sends none before its first message or its end."""
        return await self._exchange.until_headers()

    async def trailers(self) -> Metadata:
        """Waits for the end of the call."""
        await self._exchange.until(lambda: False)
        return self._exchange.trailers

    async def error(self) -> Optional[RpcError]:
        """Waits for the end of the call; None if it went well."""
        await self._exchange.until(lambda: False)
        return self._exchange.error

    async def __aenter__(self: _Self) -> _Self:
        return self

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.cancel()

    def __del__(self) -> None:
        exchange = getattr(self, "_exchange", None)
        if exchange is not None and not exchange.is_done and not self._loop.is_closed():
            # Perhaps on another thread: garbage is collected wherever it is noticed.
            self._loop.call_soon_threadsafe(exchange.cancel)


class _Answered(Call[Req, Resp]):
    """A call with one answer; it can be awaited."""

    async def result(self) -> Resp:
        """The answer; raises an RpcError. To cancel the waiting task is to cancel the call."""
        return self._method.decode(await self._exchange.result())

    def __await__(self) -> Generator[Any, None, Resp]:
        return self.result().__await__()


class _Reading(Call[Req, Resp]):
    """A call with a stream of answers; an async iterator."""

    async def read(self) -> Optional[Resp]:
        """The next message, None at the end; raises an RpcError."""
        try:
            data = await self._exchange.next_message()
        except asyncio.CancelledError:
            self.cancel()
            raise
        return None if data is None else self._method.decode(data)

    def __aiter__(self) -> AsyncIterator[Resp]:
        return self

    async def __anext__(self) -> Resp:
        message = await self.read()
        if message is None:
            raise StopAsyncIteration
        return message


class _Writing(Call[Req, Resp]):
    """A call with a stream of requests."""

    _feeder: Optional[asyncio.Task[None]] = None

    async def send(self, request: Req) -> bool:
        """Sends a message and waits while the server is slow; False once the call is over."""
        self._exchange.send(self._method.encode(request))
        return await self._exchange.until_sent()

    def end(self) -> None:
        """No message follows; answers may."""
        self._exchange.end_sending()

    def feed(self, requests: Requests[Req]) -> None:
        """Sends all of `requests` beside what else happens, and ends.

        If they raise, the call is cancelled, and what waits for its answers raises the same.
        """
        feeder = asyncio.ensure_future(_feed(self._exchange, self._method, requests))
        feeder.add_done_callback(_look_at)
        self._exchange.when_done(feeder.cancel)
        self._feeder = feeder

    def _raise_of_requests(self) -> None:
        feeder = self._feeder
        if feeder is not None and feeder.done() and not feeder.cancelled():
            error = feeder.exception()
            if error is not None:
                raise error


class UnaryCall(_Answered[Req, Resp]):
    """One request, one answer."""


class StreamCall(_Reading[Req, Resp]):
    """One request, many answers."""


class UploadCall(_Writing[Req, Resp], _Answered[Req, Resp]):
    """Many requests, one answer, which may come before the last request."""

    async def result(self) -> Resp:
        """The answer; raises an RpcError, or what the requests raised that it was fed with."""
        try:
            return await super().result()
        except RpcError:
            self._raise_of_requests()
            raise


class DuplexCall(_Writing[Req, Resp], _Reading[Req, Resp]):
    """Many requests, many answers, independent of each other."""

    async def read(self) -> Optional[Resp]:
        """The next message, None at the end; raises an RpcError, or what the requests raised."""
        try:
            return await super().read()
        except RpcError:
            self._raise_of_requests()
            raise


async def _feed(
    exchange: Exchange, method: Method[Req, Resp], requests: Requests[Req]
) -> None:
    # It holds the exchange and not the call: a call that is dropped ends, and its feeder with it.
    try:
        if isinstance(requests, AsyncIterable):
            async for request in requests:
                exchange.send(method.encode(request))
                if not await exchange.until_sent():
                    return
        else:
            for request in requests:
                exchange.send(method.encode(request))
                if not await exchange.until_sent():
                    return
    except asyncio.CancelledError:
        raise
    except BaseException:
        # After this task is done, so that whoever waits for an answer finds the reason.
        asyncio.get_running_loop().call_soon(exchange.cancel)
        raise
    exchange.end_sending()


def _look_at(task: asyncio.Future[Any]) -> None:
    """An error that was dealt with elsewhere is not reported as forgotten."""
    if not task.cancelled():
        task.exception()
