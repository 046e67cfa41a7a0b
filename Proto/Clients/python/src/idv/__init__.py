"""Client of idv servers, over the native profile of their protocol (Proto/PROTOCOL.md).

    with idv.Channel("localhost:7443", credentials=idv.mtls(ca=…, cert=…, key=…)) as channel:
        answer = BasicStub(channel).CompareFaces(request, timeout=5)

This module is for threads, `idv.aio` is its twin for asyncio. Stubs are generated, such as
`idv.v1.basic_idv`.
"""

from idv.calls import DuplexCall, StreamCall, UnaryCall, UploadCall
from idv.channel import Channel, StreamStream, StreamUnary, UnaryStream, UnaryUnary
from idv.credentials import Credentials, from_context, mtls, tls
from idv.errors import (
    AbortedError, AlreadyExistsError, CallCancelledError, DataLossError, DeadlineExceededError,
    Detail, FailedPreconditionError, InternalError, InvalidArgumentError, NotFoundError,
    OutOfRangeError, PermissionDeniedError, ResourceExhaustedError, RpcError, StatusCode,
    UnauthenticatedError, UnavailableError, UnimplementedError, UnknownError)
from idv.limits import Limits
from idv.metadata import Metadata, RawMetadata
from idv.method import Method
from idv.retry import NO_RETRY, Backoff, RetryPolicy

__version__ = "0.1.0"

__all__ = [
    "AbortedError", "AlreadyExistsError", "Backoff", "CallCancelledError", "Channel", "Credentials",
    "DataLossError", "DeadlineExceededError", "Detail", "DuplexCall", "FailedPreconditionError",
    "InternalError", "InvalidArgumentError", "Limits", "Metadata", "Method", "NO_RETRY",
    "NotFoundError", "OutOfRangeError", "PermissionDeniedError", "RawMetadata",
    "ResourceExhaustedError", "RetryPolicy", "RpcError", "StatusCode", "StreamCall",
    "StreamStream", "StreamUnary", "UnaryCall", "UnaryStream", "UnaryUnary",
    "UnauthenticatedError", "UnavailableError", "UnimplementedError", "UnknownError", "UploadCall",
    "from_context", "mtls", "tls"]
