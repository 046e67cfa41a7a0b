"""A method of a service, and what a caller may choose about one call of it."""

from __future__ import annotations

import dataclasses
from typing import Generic, Iterable, Mapping, Optional, Tuple, Type, TypeVar, Union

from google.protobuf.message import DecodeError, Message

from idv.errors import Fault, StatusCode
from idv.metadata import Pair, RawPair, Value
from idv.retry import RetryPolicy

Req = TypeVar("Req", bound=Message)
Resp = TypeVar("Resp", bound=Message)

#: What a caller gives as request metadata.
MetadataLike = Union[None, Mapping[str, Value], Iterable[Pair]]


class Method(Generic[Req, Resp]):
    """A method by its service's full name and its own, with the types of its messages."""

    def __init__(
        self, service: str, name: str, request: Type[Req], response: Type[Resp]
    ) -> None:
        self.service = service
        self.name = name
        self.request = request
        self.response = response

    def encode(self, request: Req) -> bytes:
        return request.SerializeToString()

    def decode(self, data: bytes) -> Resp:
        """Raises an InternalError where the bytes are not the message."""
        try:
            return self.response.FromString(data)
        except DecodeError:
            raise MALFORMED.error_alone() from None

    def __repr__(self) -> str:
        return f"Method({self.service}/{self.name})"


@dataclasses.dataclass(frozen=True)
class CallOptions:
    """One call, before it is sent."""

    service: str
    method: str
    client_streams: bool
    server_streams: bool
    #: Seconds; None for the channel's default, infinity for none.
    timeout: Optional[float]
    metadata: Tuple[RawPair, ...]
    wait_for_ready: bool
    #: None for the channel's.
    retry: Optional[RetryPolicy]


MALFORMED = Fault(
    StatusCode.INTERNAL, "The answer is not the protobuf message of this method.",
    "MALFORMED_MESSAGE")
