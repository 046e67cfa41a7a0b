"""Errors of calls: one class for each status code, with the server's detail."""

from __future__ import annotations

import enum
from typing import Dict, NamedTuple, Optional, Sequence, Tuple, Type

from google.protobuf.message import DecodeError

from idv.metadata import Metadata
from idv.v1 import common_pb2

DETAIL_URL = "type.googleapis.com/idv.v1.ErrorDetail"


class StatusCode(enum.IntEnum):
    """gRPC's status codes."""

    OK = 0
    CANCELLED = 1
    UNKNOWN = 2
    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    ALREADY_EXISTS = 6
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    ABORTED = 10
    OUT_OF_RANGE = 11
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14
    DATA_LOSS = 15
    UNAUTHENTICATED = 16

    @classmethod
    def of(cls, number: int) -> StatusCode:
        """The code of a number; UNKNOWN for one that is not gRPC's."""
        return cls(number) if 0 <= number <= 16 else cls.UNKNOWN


class Detail(NamedTuple):
    """One `google.protobuf.Any` of a status, as it came."""

    type_url: str
    value: bytes


class RpcError(Exception):
    """A call ended without an answer. Its subclasses are the status codes.

    Programs go by the class and by `symbol` (Proto/ERRORS.md); `message` is a sentence for people.
    """

    code: StatusCode = StatusCode.UNKNOWN

    def __init__(
        self,
        message: str,
        *,
        code: Optional[int] = None,
        details: Sequence[Detail] = (),
        detail: Optional[common_pb2.ErrorDetail] = None,
        headers: Metadata = Metadata(),
        trailers: Metadata = Metadata(),
        never_started: bool = False,
        local: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        #: The code as the server gave it, which may be one that `StatusCode` does not have.
        self.raw_code = int(self.code) if code is None else code
        self.details: Tuple[Detail, ...] = tuple(details)
        #: `idv.v1.ErrorDetail`, if there is one.
        self.detail = detail if detail is not None else _detail_in(self.details)
        self.headers = headers
        self.trailers = trailers
        #: The server never began the call: trying again is safe whatever the method does.
        self.never_started = never_started
        #: Made by this client, not by the server.
        self.local = local
        #: How often the call was sent.
        self.attempts = 0

    @property
    def symbol(self) -> str:
        """What exactly went wrong (Proto/ERRORS.md); empty where nothing says so."""
        return self.detail.symbol if self.detail is not None else ""

    @property
    def field(self) -> str:
        """Path of the request field it is about; may be empty."""
        return self.detail.field if self.detail is not None else ""

    @property
    def limit(self) -> str:
        """The limit that was broken, with its unit; may be empty."""
        return self.detail.limit if self.detail is not None else ""

    @property
    def advice(self) -> int:
        """What to do next: a value of `idv.v1.NextAction`."""
        return self.detail.advice if self.detail is not None else 0

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed later unchanged."""
        return self.never_started or (self.detail is not None and self.detail.retryable)

    @property
    def retry_after(self) -> Optional[float]:
        """Seconds to wait before trying again, if the server said so."""
        if self.detail is None or self.detail.retry_after_ms == 0:
            return None
        return self.detail.retry_after_ms / 1000

    @property
    def request_id(self) -> str:
        """Names the call in the operator's log; empty where the connection refused it."""
        return self.detail.request_id if self.detail is not None else ""

    def __str__(self) -> str:
        symbol = f" {self.symbol}" if self.symbol else ""
        place = f" ({self.field})" if self.field else ""
        return f"{self.code.name}{symbol}: {self.message}{place}"


class CallCancelledError(RpcError):
    """The caller gave up."""

    code = StatusCode.CANCELLED


class UnknownError(RpcError):
    """An error whose kind is not known."""

    code = StatusCode.UNKNOWN


class InvalidArgumentError(RpcError):
    """The request is wrong whatever the server's state; do not repeat it unchanged."""

    code = StatusCode.INVALID_ARGUMENT


class DeadlineExceededError(RpcError):
    """Time ran out; the call may have been carried out."""

    code = StatusCode.DEADLINE_EXCEEDED


class NotFoundError(RpcError):
    """The named thing does not exist."""

    code = StatusCode.NOT_FOUND


class AlreadyExistsError(RpcError):
    """The thing to be created exists."""

    code = StatusCode.ALREADY_EXISTS


class PermissionDeniedError(RpcError):
    """The caller is known but may not do this."""

    code = StatusCode.PERMISSION_DENIED


class ResourceExhaustedError(RpcError):
    """A quota, a size limit or a queue is full."""

    code = StatusCode.RESOURCE_EXHAUSTED


class FailedPreconditionError(RpcError):
    """The system is not in the state that the call needs."""

    code = StatusCode.FAILED_PRECONDITION


class AbortedError(RpcError):
    """A conflict with a concurrent call."""

    code = StatusCode.ABORTED


class OutOfRangeError(RpcError):
    """Past the valid range of a position."""

    code = StatusCode.OUT_OF_RANGE


class UnimplementedError(RpcError):
    """The server does not know this service or method."""

    code = StatusCode.UNIMPLEMENTED


class InternalError(RpcError):
    """A fault of the server, or an answer that breaks the protocol."""

    code = StatusCode.INTERNAL


class UnavailableError(RpcError):
    """The server cannot serve now, or there is no connection to it."""

    code = StatusCode.UNAVAILABLE


class DataLossError(RpcError):
    """Stored data are damaged beyond recovery."""

    code = StatusCode.DATA_LOSS


class UnauthenticatedError(RpcError):
    """No valid credentials."""

    code = StatusCode.UNAUTHENTICATED


_CLASSES: Dict[StatusCode, Type[RpcError]] = {
    kind.code: kind for kind in RpcError.__subclasses__()
}


class Fault(NamedTuple):
    """Why a call ended, before it is raised: the parts of an `RpcError`."""

    code: int
    message: str
    symbol: str = ""
    limit: str = ""
    details: Tuple[Detail, ...] = ()
    never_started: bool = False
    retryable: bool = False
    local: bool = True
    #: The server answered the call itself, instead of leaving it.
    by_answer: bool = False

    def error(self, headers: Metadata, trailers: Metadata) -> RpcError:
        detail = None
        if self.symbol:
            detail = common_pb2.ErrorDetail(
                symbol=self.symbol, limit=self.limit, retryable=self.retryable)
        return _CLASSES[StatusCode.of(self.code) or StatusCode.UNKNOWN](
            self.message, code=self.code, details=self.details, detail=detail, headers=headers,
            trailers=trailers, never_started=self.never_started, local=self.local)

    def error_alone(self) -> RpcError:
        return self.error(Metadata(), Metadata())


def _detail_in(details: Sequence[Detail]) -> Optional[common_pb2.ErrorDetail]:
    for type_url, value in details:
        if type_url == DETAIL_URL:
            try:
                return common_pb2.ErrorDetail.FromString(value)
            except DecodeError:
                return None
    return None
