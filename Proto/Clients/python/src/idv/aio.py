"""The client for asyncio.

    async with idv.aio.Channel("localhost:7443", credentials=idv.mtls(…)) as channel:
        answer = await AsyncBasicStub(channel).CompareFaces(request, timeout=5)

A channel belongs to the event loop it was first used on. Its module twin for threads is `idv` itself.
"""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import (
    Any, AsyncIterable, AsyncIterator, Generator, Generic, Iterable, Optional, Type, TypeVar, Union)

from idv.credentials import Credentials
from idv.errors import RpcError, StatusCode
from idv.exchange import Exchange
from idv.limits import Limits
from idv.metadata import Metadata, encoded
from idv.method import CallOptions, MetadataLike, Method, Req, Resp
from idv.pool import CLOSED, Pool
from idv.retry import Backoff, RetryPolicy
from idv.target import split_target

__all__ = [
    "Channel", "DuplexCall", "StreamCall", "StreamStream", "StreamUnary", "UnaryCall",
    "UnaryStream", "UnaryUnary", "UploadCall"]

_Self = TypeVar("_Self", bound="Call[Any, Any]")
Requests = Union[Iterable[Req], AsyncIterable[Req]]


class Channel:
    """Connections to one server. Made when a call needs them, and again when they were lost."""

    def __init__(
        self,
        target: str,
        *,
        credentials: Credentials,
        server_name: Optional[str] = None,
        limits: Limits = Limits(),
        retry: RetryPolicy = RetryPolicy(),
        backoff: Backoff = Backoff(),
    ) -> None:
        """`server_name` is what the server's certificate must be made for, if not the host."""
        self.limits = limits
        self._host, self._port = split_target(target)
        self._credentials = credentials
        self._server_name = server_name or self._host
        self._retry = retry
        self._backoff = backoff
        self._pool: Optional[Pool] = None

    async def connect(self) -> None:
        """Makes a connection if there is none; calls do so themselves. Raises UnavailableError."""
        await self.pool().connect()

    async def close(self, grace: float = 0.0) -> None:
        """Takes no further call; running ones get `grace` seconds and are then cancelled."""
        await self.pool().close(grace)

    async def __aenter__(self) -> Channel:
        return self

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        await self.close()

    def pool(self) -> Pool:
        """The connections; made on the running event loop."""
        if self._pool is None:
            self._pool = Pool(
                self._host, self._port, self._credentials, self._server_name, self.limits,
                self._retry, self._backoff)
        return self._pool

    def options(
        self,
        method: Method[Any, Any],
        client_streams: bool,
        server_streams: bool,
        timeout: Optional[float],
        metadata: MetadataLike,
        wait_for_ready: bool,
        retry: Optional[RetryPolicy],
    ) -> CallOptions:
        """One call's options, checked. Raises ValueError for metadata that no server takes."""
        raw = encoded(metadata, self.limits.metadata_bytes_max, self.limits.metadata_pairs_max)
        return CallOptions(
            method.service, method.name, client_streams, server_streams, timeout, raw,
            wait_for_ready, retry)


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


class _Callable(Generic[Req, Resp]):
    client_streams = False
    server_streams = False

    def __init__(self, channel: Channel, method: Method[Req, Resp]) -> None:
        self._channel = channel
        self.method = method

    def _exchange(
        self,
        timeout: Optional[float],
        metadata: MetadataLike,
        wait_for_ready: bool,
        retry: Optional[RetryPolicy],
    ) -> Exchange:
        options = self._channel.options(
            self.method, self.client_streams, self.server_streams, timeout, metadata,
            wait_for_ready, retry)
        return Exchange(self._channel.pool(), options)


class UnaryUnary(_Callable[Req, Resp]):
    """A method with one request and one answer."""

    def start(
        self,
        request: Req,
        *,
        timeout: Optional[float] = None,
        metadata: MetadataLike = None,
        wait_for_ready: bool = False,
        retry: Optional[RetryPolicy] = None,
    ) -> UnaryCall[Req, Resp]:
        """Starts a call without waiting for it."""
        exchange = self._exchange(timeout, metadata, wait_for_ready, retry)
        exchange.send(self.method.encode(request), ends=True)
        exchange.begin()
        return UnaryCall(self.method, exchange)

    async def __call__(
        self,
        request: Req,
        *,
        timeout: Optional[float] = None,
        metadata: MetadataLike = None,
        wait_for_ready: bool = False,
        retry: Optional[RetryPolicy] = None,
    ) -> Resp:
        """The answer; raises an RpcError."""
        return await self.start(
            request, timeout=timeout, metadata=metadata, wait_for_ready=wait_for_ready,
            retry=retry).result()


class UnaryStream(_Callable[Req, Resp]):
    """A method with one request and a stream of answers."""

    server_streams = True

    def __call__(
        self,
        request: Req,
        *,
        timeout: Optional[float] = None,
        metadata: MetadataLike = None,
        wait_for_ready: bool = False,
        retry: Optional[RetryPolicy] = None,
    ) -> StreamCall[Req, Resp]:
        """Starts a call; iterate over it."""
        exchange = self._exchange(timeout, metadata, wait_for_ready, retry)
        exchange.send(self.method.encode(request), ends=True)
        exchange.begin()
        return StreamCall(self.method, exchange)


class StreamUnary(_Callable[Req, Resp]):
    """A method with a stream of requests and one answer."""

    client_streams = True

    def start(
        self,
        *,
        timeout: Optional[float] = None,
        metadata: MetadataLike = None,
        wait_for_ready: bool = False,
        retry: Optional[RetryPolicy] = None,
    ) -> UploadCall[Req, Resp]:
        """Starts a call; `send`, `end` and await it."""
        exchange = self._exchange(timeout, metadata, wait_for_ready, retry)
        exchange.begin()
        return UploadCall(self.method, exchange)

    async def __call__(
        self,
        requests: Requests[Req],
        *,
        timeout: Optional[float] = None,
        metadata: MetadataLike = None,
        wait_for_ready: bool = False,
        retry: Optional[RetryPolicy] = None,
    ) -> Resp:
        """Sends all of `requests`, and gives the answer; raises an RpcError, or what they raise."""
        call = self.start(
            timeout=timeout, metadata=metadata, wait_for_ready=wait_for_ready, retry=retry)
        call.feed(requests)
        return await call.result()


class StreamStream(_Callable[Req, Resp]):
    """A method with streams of requests and of answers."""

    client_streams = True
    server_streams = True

    def __call__(
        self,
        requests: Optional[Requests[Req]] = None,
        *,
        timeout: Optional[float] = None,
        metadata: MetadataLike = None,
        wait_for_ready: bool = False,
        retry: Optional[RetryPolicy] = None,
    ) -> DuplexCall[Req, Resp]:
        """Starts a call; without `requests`, `send` and `end` it yourself. Iterate over it."""
        exchange = self._exchange(timeout, metadata, wait_for_ready, retry)
        exchange.begin()
        call = DuplexCall(self.method, exchange)
        if requests is not None:
            call.feed(requests)
        return call


def closed() -> RpcError:
    """What a call gets whose channel is closed."""
    return CLOSED.error_alone()


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
