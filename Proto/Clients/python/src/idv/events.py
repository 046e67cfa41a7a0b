"""What a connection tells its owner."""

from __future__ import annotations

from typing import NamedTuple, Optional, Tuple, Union

from idv.errors import Fault
from idv.metadata import RawPair


class Ready(NamedTuple):
    """The server's SETTINGS are here: calls may start."""


class HeadersArrived(NamedTuple):
    stream: int
    headers: Tuple[RawPair, ...]


class MessageArrived(NamedTuple):
    """One whole message; `Connection.consumed` says that it has been taken."""

    stream: int
    message: bytes


class SendQueueEmptied(NamedTuple):
    """All messages of a stream are on their way."""

    stream: int


class CallEnded(NamedTuple):
    """The last event of a stream. Without a fault the status is OK."""

    stream: int
    fault: Optional[Fault]
    trailers: Tuple[RawPair, ...]


class SlotsChanged(NamedTuple):
    """More or fewer calls may start."""


class Closing(NamedTuple):
    """The connection is over: what is left to send is sent, then it is to be closed."""

    fault: Optional[Fault]


Event = Union[
    Ready, HeadersArrived, MessageArrived, SendQueueEmptied, CallEnded, SlotsChanged, Closing]
