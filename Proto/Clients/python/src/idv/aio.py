"""The client for asyncio.

    async with idv.aio.Channel("localhost:7443", credentials=idv.mtls(…)) as channel:
        answer = await AsyncBasicStub(channel).CompareFaces(request, timeout=5)

A channel belongs to the event loop it was first used on. The twin for threads is `idv` itself.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any, Generic, Optional, Type

from idv.aio_calls import DuplexCall, Requests, StreamCall, UnaryCall, UploadCall
from idv.credentials import Credentials
from idv.exchange import Exchange
from idv.limits import Limits
from idv.metadata import encoded
from idv.method import CallOptions, MetadataLike, Method, Req, Resp
from idv.pool import Pool
from idv.retry import Backoff, RetryPolicy
from idv.target import split_target

__all__ = [
    "Channel", "DuplexCall", "StreamCall", "StreamStream", "StreamUnary", "UnaryCall",
    "UnaryStream", "UnaryUnary", "UploadCall"]


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
