"""Metadata of calls: request metadata, headers, trailers."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple, Union, overload

Value = Union[str, bytes]
Pair = Tuple[str, Value]
RawPair = Tuple[str, str]

_KEY = re.compile(r"[a-z0-9_.-]+\Z")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_PAIR_OVERHEAD_BYTES = 32


class Metadata(Sequence[Pair]):
    """Pairs of key and value, in order; keys may repeat. Immutable.

    Values under keys that end in `-bin` are bytes, all others text. `raw` has them as on the wire.
    """

    def __init__(self, raw: Iterable[RawPair] = ()) -> None:
        self.raw: Tuple[RawPair, ...] = tuple(raw)

    @overload
    def __getitem__(self, index: int) -> Pair: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Pair]: ...

    def __getitem__(self, index: Union[int, slice]) -> Union[Pair, Sequence[Pair]]:
        if isinstance(index, slice):
            return [_decoded(pair) for pair in self.raw[index]]
        return _decoded(self.raw[index])

    def __iter__(self) -> Iterator[Pair]:
        return map(_decoded, self.raw)

    def __len__(self) -> int:
        return len(self.raw)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Metadata) and self.raw == other.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    def __repr__(self) -> str:
        # Keys only: values may be personal data.
        return f"Metadata({[key for key, _ in self.raw]})"

    def get(self, key: str, default: Optional[Value] = None) -> Optional[Value]:
        """The last value under `key`."""
        found = self.get_all(key)
        return found[-1] if found else default

    def get_all(self, key: str) -> List[Value]:
        """All values under `key`, in order."""
        return [_decoded(pair)[1] for pair in self.raw if pair[0] == key]


class RawMetadata(Tuple[RawPair, ...]):
    """Request metadata that are sent as they are, unchecked; for tests of servers."""


def _decoded(pair: RawPair) -> Pair:
    key, value = pair
    if not key.endswith("-bin"):
        return pair
    try:
        return key, base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except (binascii.Error, ValueError):
        return key, value.encode()


def encoded(
    metadata: Union[None, Mapping[str, Value], Iterable[Pair]], bytes_max: int, pairs_max: int
) -> Tuple[RawPair, ...]:
    """Request metadata as on the wire.

    Raises ValueError for what a server would refuse.
    """
    if metadata is None:
        return ()
    if isinstance(metadata, RawMetadata):
        return tuple(metadata)
    pairs = metadata.items() if isinstance(metadata, Mapping) else metadata
    raw: List[RawPair] = []
    for key, value in pairs:
        if not _KEY.match(key):
            raise ValueError(f"metadata key {key!r}: lower-case letters, digits and _.- only")
        if key.startswith("grpc-"):
            raise ValueError(f"metadata key {key!r}: grpc- is reserved")
        if isinstance(value, bytes):
            if not key.endswith("-bin"):
                raise ValueError(f"metadata key {key!r}: bytes go under a key that ends in -bin")
            value = base64.b64encode(value).decode()
        raw.append((key, value))
    if not is_welcome(raw, bytes_max, pairs_max):
        raise ValueError(
            f"metadata: at most {pairs_max} pairs and {bytes_max} bytes, no control characters")
    return tuple(raw)


def is_welcome(raw: Sequence[RawPair], bytes_max: int, pairs_max: int) -> bool:
    """Whether metadata keep the protocol's rules, `grpc-` keys aside."""
    if len(raw) > pairs_max:
        return False
    total = 0
    for key, value in raw:
        if not _KEY.match(key) or _FORBIDDEN.search(value):
            return False
        total += len(key) + len(value.encode("utf-8", "surrogatepass")) + _PAIR_OVERHEAD_BYTES
    return total <= bytes_max
