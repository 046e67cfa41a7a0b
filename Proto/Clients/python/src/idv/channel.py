"""The client for threads: each call blocks the thread that makes it.

A channel has one event loop on a thread of its own, on which the client for asyncio does the work;
messages are encoded and decoded on the caller's thread. Channels, stubs and calls may be used from
any thread, a call's `send` and its reading from one thread each.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from types import TracebackType
from typing import Any, Callable, Coroutine, Generic, Iterable, Optional, Type, TypeVar

from idv import aio
from idv.calls import DuplexCall, StreamCall, UnaryCall, UploadCall
from idv.credentials import Credentials
from idv.exchange import Exchange
from idv.limits import Limits
from idv.method import CallOptions, MetadataLike, Method, Req, Resp
from idv.pool import CLOSED
from idv.retry import Backoff, RetryPolicy

T = TypeVar("T")


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
        self._channel = aio.Channel(
            target, credentials=credentials, server_name=server_name, limits=limits, retry=retry,
            backoff=backoff)
        self._loop = asyncio.new_event_loop()
        self._closing = threading.Lock()
        # What is given to the loop before it is closed is done; nothing is given to it afterwards.
        self._gate = threading.Lock()
        self._is_closed = False
        self._thread = threading.Thread(target=self._serve, name="idv-channel", daemon=True)
        self._thread.start()

    @property
    def limits(self) -> Limits:
        return self._channel.limits

    def connect(self, timeout: Optional[float] = None) -> None:
        """Makes a connection if there is none; calls do so themselves. Raises UnavailableError."""
        self.run(self._channel.connect(), timeout)

    def close(self, grace: float = 0.0) -> None:
        """Takes no further call; running ones get `grace` seconds and are then cancelled."""
        with self._closing:
            with self._gate:
                if self._is_closed:
                    return
                self._is_closed = True
                closed = asyncio.run_coroutine_threadsafe(self._channel.close(grace), self._loop)
            closed.result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    def __enter__(self) -> Channel:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def run(self, work: Coroutine[Any, Any, T], timeout: Optional[float] = None) -> T:
        """Waits for `work`, which is done on the channel's own loop."""
        with self._gate:
            if self._is_closed:
                work.close()
                raise CLOSED.error_alone()
            future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(timeout)
        except concurrent.futures.CancelledError:
            raise CLOSED.error_alone() from None
        except BaseException:
            future.cancel()
            raise

    def post(self, work: Callable[[], object]) -> None:
        """Has `work` done on the channel's own loop, without waiting for it."""
        try:
            self._loop.call_soon_threadsafe(work)
        except RuntimeError:
            pass  # The loop is closed, and all calls with it.

    def begin(self, options: CallOptions, message: Optional[bytes]) -> Exchange:
        """Starts a call, whose only request is `message` if there is one."""

        async def work() -> Exchange:
            return self.begin_here(options, message)

        return self.run(work())

    def begin_here(self, options: CallOptions, message: Optional[bytes]) -> Exchange:
        """The same, on the loop's own thread."""
        exchange = Exchange(self._channel.pool(), options)
        if message is not None:
            exchange.send(message, ends=True)
        exchange.begin()
        return exchange

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
        return self._channel.options(
            method, client_streams, server_streams, timeout, metadata, wait_for_ready, retry)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
            pending = asyncio.all_tasks(self._loop)
            for task in pending:
                task.cancel()
            self._loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
        finally:
            self._loop.close()


class _Callable(Generic[Req, Resp]):
    client_streams = False
    server_streams = False

    def __init__(self, channel: Channel, method: Method[Req, Resp]) -> None:
        self._channel = channel
        self.method = method

    def _options(
        self,
        timeout: Optional[float],
        metadata: MetadataLike,
        wait_for_ready: bool,
        retry: Optional[RetryPolicy],
    ) -> CallOptions:
        return self._channel.options(
            self.method, self.client_streams, self.server_streams, timeout, metadata,
            wait_for_ready, retry)


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
        """Starts a call without waiting for its answer."""
        options = self._options(timeout, metadata, wait_for_ready, retry)
        exchange = self._channel.begin(options, self.method.encode(request))
        return UnaryCall(self._channel, self.method, exchange)

    def __call__(
        self,
        request: Req,
        *,
        timeout: Optional[float] = None,
        metadata: MetadataLike = None,
        wait_for_ready: bool = False,
        retry: Optional[RetryPolicy] = None,
    ) -> Resp:
        """The answer; raises an RpcError."""
        options = self._options(timeout, metadata, wait_for_ready, retry)
        message = self.method.encode(request)

        async def work() -> bytes:
            return await self._channel.begin_here(options, message).result()

        return self.method.decode(self._channel.run(work()))


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
        options = self._options(timeout, metadata, wait_for_ready, retry)
        exchange = self._channel.begin(options, self.method.encode(request))
        return StreamCall(self._channel, self.method, exchange)


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
        """Starts a call; `send`, `end` and ask for its `result`."""
        options = self._options(timeout, metadata, wait_for_ready, retry)
        return UploadCall(self._channel, self.method, self._channel.begin(options, None))

    def __call__(
        self,
        requests: Iterable[Req],
        *,
        timeout: Optional[float] = None,
        metadata: MetadataLike = None,
        wait_for_ready: bool = False,
        retry: Optional[RetryPolicy] = None,
    ) -> Resp:
        """Sends all of `requests`, and gives the answer; raises an RpcError, or what they raise."""
        with self.start(
            timeout=timeout, metadata=metadata, wait_for_ready=wait_for_ready, retry=retry
        ) as call:
            for request in requests:
                if not call.send(request):
                    break
            call.end()
            return call.result()


class StreamStream(_Callable[Req, Resp]):
    """A method with streams of requests and of answers."""

    client_streams = True
    server_streams = True

    def __call__(
        self,
        requests: Optional[Iterable[Req]] = None,
        *,
        timeout: Optional[float] = None,
        metadata: MetadataLike = None,
        wait_for_ready: bool = False,
        retry: Optional[RetryPolicy] = None,
    ) -> DuplexCall[Req, Resp]:
        """Starts a call; without `requests`, `send` and `end` it yourself. Iterate over it."""
        options = self._options(timeout, metadata, wait_for_ready, retry)
        exchange = self._channel.begin(options, None)
        call = DuplexCall(self._channel, self.method, exchange)
        if requests is not None:
            call.feed(requests)
        return call
