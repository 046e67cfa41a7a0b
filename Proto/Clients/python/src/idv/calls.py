"""Calls in progress, for threads."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Iterable, Iterator, List, Optional, Type, TypeVar

from idv.errors import RpcError, StatusCode
from idv.exchange import Exchange
from idv.metadata import Metadata
from idv.method import Method, Req, Resp

if TYPE_CHECKING:
    from idv.channel import Channel

_Self = TypeVar("_Self", bound="Call[Any, Any]")


class Call(Generic[Req, Resp]):
    """What all four kinds of call have. Leaving its `with`, or dropping it, cancels it."""

    def __init__(
        self, channel: Channel, method: Method[Req, Resp], exchange: Exchange
    ) -> None:
        self._channel = channel
        self._method = method
        self._exchange = exchange

    def cancel(self, reason: str = "", *, code: int = StatusCode.CANCELLED) -> None:
        """Ends the call now; the server is told. Nothing happens once it is over."""
        exchange = self._exchange
        self._channel.post(lambda: exchange.cancel(code, reason))

    @property
    def done(self) -> bool:
        return self._exchange.is_done

    @property
    def attempts(self) -> int:
        """How often the call has been sent."""
        return self._exchange.attempts

    def begun(self) -> None:
        """Waits until the call is on a connection, or over."""
        self._channel.run(self._exchange.until_begun())

    def headers(self) -> Metadata:
        """The server's headers; empty if it sends none before its first message or its end."""
        return self._channel.run(self._exchange.until_headers())

    def trailers(self) -> Metadata:
        """Waits for the end of the call."""
        self._wait()
        return self._exchange.trailers

    def error(self) -> Optional[RpcError]:
        """Waits for the end of the call; None if it went well."""
        self._wait()
        return self._exchange.error

    def _wait(self) -> None:
        if not self._exchange.is_done:
            self._channel.run(self._exchange.until(lambda: False))

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.cancel()

    def __del__(self) -> None:
        exchange = getattr(self, "_exchange", None)
        if exchange is not None and not exchange.is_done:
            self._channel.post(exchange.cancel)


class _Answered(Call[Req, Resp]):
    def result(self) -> Resp:
        """The answer; raises an RpcError."""
        return self._method.decode(self._channel.run(self._exchange.result()))


class _Reading(Call[Req, Resp]):
    def read(self) -> Optional[Resp]:
        """The next message, None at the end; raises an RpcError."""
        data = self._channel.run(self._exchange.next_message())
        return None if data is None else self._method.decode(data)

    def __iter__(self) -> Iterator[Resp]:
        return self

    def __next__(self) -> Resp:
        message = self.read()
        if message is None:
            raise StopIteration
        return message


class _Writing(Call[Req, Resp]):
    def send(self, request: Req) -> bool:
        """Sends a message and waits while the server is slow; False once the call is over."""
        return self._channel.run(_send(self._exchange, self._method.encode(request)))

    def end(self) -> None:
        """No message follows; answers may."""
        self._channel.post(self._exchange.end_sending)


class UnaryCall(_Answered[Req, Resp]):
    """One request, one answer."""


class StreamCall(_Reading[Req, Resp]):
    """One request, many answers; an iterator."""


class UploadCall(_Writing[Req, Resp], _Answered[Req, Resp]):
    """Many requests, one answer, which may come before the last request."""


class DuplexCall(_Writing[Req, Resp], _Reading[Req, Resp]):
    """Many requests, many answers, independent of each other; an iterator."""

    _errors: Optional[List[BaseException]] = None

    def feed(self, requests: Iterable[Req]) -> None:
        """Sends all of `requests` from a thread of its own, and ends.

        If they raise, the call is cancelled, and reading raises the same.
        """
        self._errors = []
        arguments = (self._channel, self._exchange, self._method, requests, self._errors)
        threading.Thread(target=_feed, args=arguments, name="idv-feeder", daemon=True).start()

    def read(self) -> Optional[Resp]:
        """The next message, None at the end; raises an RpcError, or what the requests raised."""
        try:
            return super().read()
        except RpcError:
            if self._errors:
                raise self._errors[0] from None
            raise


async def _send(exchange: Exchange, message: bytes) -> bool:
    exchange.send(message)
    return await exchange.until_sent()


def _feed(
    channel: Channel,
    exchange: Exchange,
    method: Method[Req, Resp],
    requests: Iterable[Req],
    errors: List[BaseException],
) -> None:
    # It holds the exchange and not the call: a call that is dropped ends, and its feeder with it.
    try:
        for request in requests:
            if not channel.run(_send(exchange, method.encode(request))):
                return
    except RpcError:
        return  # The channel was closed.
    except BaseException as error:
        errors.append(error)
        channel.post(exchange.cancel)
        return
    channel.post(exchange.end_sending)
