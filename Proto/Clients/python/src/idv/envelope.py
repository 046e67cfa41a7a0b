"""Envelopes of calls: Request, Response, Headers. Written by hand, because they are few and small,
so that a message's bytes are sliced out of them and never parsed twice."""

from __future__ import annotations

from typing import Iterable, Iterator, List, NamedTuple, Optional, Sequence, Tuple, Union

from idv.errors import Detail
from idv.metadata import RawPair

_VARINT, _I64, _LEN, _I32 = 0, 1, 2, 5


class MalformedEnvelope(ValueError):
    """Bytes that are not the protobuf message they should be."""


class Status(NamedTuple):
    """google.rpc.Status."""

    code: int = 0
    message: str = ""
    details: Tuple[Detail, ...] = ()


class Response(NamedTuple):
    """What a RESPONSE frame holds."""

    status: Status
    payload: bytes
    trailers: Tuple[RawPair, ...]
    encoding: str


class Request(NamedTuple):
    """What a REQUEST frame holds; read by tests, which play the server."""

    service: str
    method: str
    payload: bytes
    timeout_nano: int
    metadata: Tuple[RawPair, ...]


def varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number: int, value: Union[bytes, str]) -> bytes:
    """A length-delimited field."""
    data = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
    return varint(number << 3 | _LEN) + varint(len(data)) + data


def number_field(number: int, value: int) -> bytes:
    return varint(number << 3 | _VARINT) + varint(value)


def pairs_field(number: int, pairs: Iterable[RawPair]) -> bytes:
    return b"".join(field(number, field(1, key) + field(2, value)) for key, value in pairs)


def request(
    service: str, method: str, payload: bytes, timeout_nano: int, metadata: Sequence[RawPair]
) -> bytes:
    """A Request; an empty payload is left out, which means the same."""
    parts = [field(1, service), field(2, method)]
    if payload:
        parts.append(field(3, payload))
    if timeout_nano:
        parts.append(number_field(4, timeout_nano))
    parts.append(pairs_field(5, metadata))
    return b"".join(parts)


def response(
    status: Optional[Status] = None, payload: bytes = b"", trailers: Sequence[RawPair] = ()
) -> bytes:
    """A Response; written by tests, which play the server."""
    parts = []
    if status is not None:
        details = b"".join(
            field(3, field(1, detail.type_url) + field(2, detail.value))
            for detail in status.details)
        parts.append(
            field(1, number_field(1, status.code) + field(2, status.message) + details))
    if payload:
        parts.append(field(2, payload))
    parts.append(pairs_field(100, trailers))
    return b"".join(parts)


def _read_varint(data: bytes, start: int) -> Tuple[int, int]:
    value = shift = 0
    for index in range(start, min(start + 10, len(data))):
        byte = data[index]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & ((1 << 64) - 1), index + 1
        shift += 7
    raise MalformedEnvelope("varint")


def _fields(data: bytes) -> Iterator[Tuple[int, Union[int, bytes]]]:
    """Number and value of each field; fixed-size ones as their bytes."""
    index = 0
    while index < len(data):
        tag, index = _read_varint(data, index)
        number, wire = tag >> 3, tag & 7
        if not 0 < number < 1 << 29:
            raise MalformedEnvelope("field number")
        if wire == _VARINT:
            value, index = _read_varint(data, index)
            yield number, value
            continue
        if wire == _LEN:
            length, index = _read_varint(data, index)
        elif wire in (_I64, _I32):
            length = 8 if wire == _I64 else 4
        else:
            raise MalformedEnvelope("wire type")
        if length > len(data) - index:
            raise MalformedEnvelope("length")
        yield number, data[index : index + length]
        index += length


def _bytes(value: Union[int, bytes]) -> bytes:
    if not isinstance(value, bytes):
        raise MalformedEnvelope("wire type")
    return value


def _text(value: Union[int, bytes]) -> str:
    try:
        return _bytes(value).decode()
    except UnicodeDecodeError:
        raise MalformedEnvelope("not UTF-8") from None


def _signed(value: Union[int, bytes], bits: int) -> int:
    if not isinstance(value, int):
        raise MalformedEnvelope("wire type")
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> bits - 1 else value


def _pair(data: bytes) -> RawPair:
    key = value = ""
    for number, content in _fields(data):
        if number == 1:
            key = _text(content)
        elif number == 2:
            value = _text(content)
    return key, value


def _detail(data: bytes) -> Detail:
    url, value = "", b""
    for number, content in _fields(data):
        if number == 1:
            url = _text(content)
        elif number == 2:
            value = _bytes(content)
    return Detail(url, value)


def _status(data: bytes) -> Status:
    code, message, details = 0, "", []
    for number, content in _fields(data):
        if number == 1:
            code = _signed(content, 32)
        elif number == 2:
            message = _text(content)
        elif number == 3:
            details.append(_detail(_bytes(content)))
    return Status(code, message, tuple(details))


def read_response(data: bytes) -> Response:
    """Raises MalformedEnvelope."""
    status, payload, encoding = Status(), b"", ""
    trailers: List[RawPair] = []
    for number, content in _fields(data):
        if number == 1:
            status = _status(_bytes(content))
        elif number == 2:
            payload = _bytes(content)
        elif number == 100:
            trailers.append(_pair(_bytes(content)))
        elif number == 101:
            encoding = _text(content)
    return Response(status, payload, tuple(trailers), encoding)


def read_request(data: bytes) -> Request:
    """Raises MalformedEnvelope."""
    service = method = ""
    payload, timeout = b"", 0
    metadata: List[RawPair] = []
    for number, content in _fields(data):
        if number == 1:
            service = _text(content)
        elif number == 2:
            method = _text(content)
        elif number == 3:
            payload = _bytes(content)
        elif number == 4:
            timeout = _signed(content, 64)
        elif number == 5:
            metadata.append(_pair(_bytes(content)))
    return Request(service, method, payload, timeout, tuple(metadata))


def read_headers(data: bytes) -> Tuple[Tuple[RawPair, ...], str]:
    """The pairs and the encoding of a HEADERS frame. Raises MalformedEnvelope."""
    pairs: List[RawPair] = []
    encoding = ""
    for number, content in _fields(data):
        if number == 1:
            pairs.append(_pair(_bytes(content)))
        elif number == 100:
            encoding = _text(content)
    return tuple(pairs), encoding
