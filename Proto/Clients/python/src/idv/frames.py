"""Frames of the native profile: their header, types and flags, and a decoder that checks a length
before it keeps a byte of what follows."""

from __future__ import annotations

import struct
from typing import Iterator, NamedTuple, Optional

HEADER = struct.Struct(">IIBB")
U32 = struct.Struct(">I")
SETTING = struct.Struct(">HI")
GOAWAY_HEAD = struct.Struct(">II")

REQUEST, RESPONSE, DATA = 0x01, 0x02, 0x03
SETTINGS, WINDOW, CANCEL, PING, GOAWAY, HEADERS = 0x10, 0x11, 0x12, 0x13, 0x14, 0x15

RC, RO, ND, MORE, Z = 0x01, 0x02, 0x04, 0x08, 0x10
REFUSED = 0x01
ACK = 0x01

CANCEL_REASON_BYTES_MAX = 256
GOAWAY_TEXT_BYTES_MAX = 1024
PING_BYTES = 8

NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, FLOW_CONTROL = 0, 1, 2, 3
FRAME_SIZE, ENHANCE_YOUR_CALM, IDLE = 4, 5, 6
GOAWAY_NAMES = (
    "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL", "FRAME_SIZE",
    "ENHANCE_YOUR_CALM", "IDLE")


class Frame(NamedTuple):
    """One frame."""

    type: int
    flags: int
    stream: int
    payload: bytes = b""

    def encoded(self) -> bytes:
        head = HEADER.pack(len(self.payload), self.stream, self.type, self.flags)
        return head + self.payload


class FrameHeader(NamedTuple):
    """What the first ten bytes of a frame say."""

    length: int
    stream: int
    type: int
    flags: int


class FrameDecoder:
    """Cuts a byte stream into frames.

    `header()` and `body()` alternate, so that each header is judged before its payload is kept.
    """

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._start = 0
        self._header: Optional[FrameHeader] = None

    def feed(self, data: bytes) -> None:
        if self._start:
            del self._bytes[: self._start]
            self._start = 0
        self._bytes += data

    @property
    def is_inside(self) -> bool:
        """Whether a frame has begun and not ended."""
        return self._header is not None or len(self._bytes) > self._start

    @property
    def awaited(self) -> int:
        """Payload length of the frame that has begun, if its header is there."""
        return self._header.length if self._header is not None else 0

    def header(self) -> Optional[FrameHeader]:
        """The header of the next frame, once; None until it is there."""
        if self._header is not None or len(self._bytes) - self._start < HEADER.size:
            return None
        self._header = FrameHeader(*HEADER.unpack_from(self._bytes, self._start))
        self._start += HEADER.size
        return self._header

    def body(self) -> Optional[bytes]:
        """The payload that belongs to the last header; None until it is whole."""
        header = self._header
        if header is None or len(self._bytes) - self._start < header.length:
            return None
        end = self._start + header.length
        with memoryview(self._bytes) as view:
            payload = bytes(view[self._start : end])
        self._start = end
        self._header = None
        return payload


def split(data: bytes) -> Iterator[Frame]:
    """The frames in `data`, which holds whole ones; for tests and tools."""
    decoder = FrameDecoder()
    decoder.feed(data)
    while True:
        header = decoder.header()
        if header is None:
            break
        payload = decoder.body()
        if payload is None:
            break
        yield Frame(header.type, header.flags, header.stream, payload)
    if decoder.is_inside:
        raise ValueError("not whole frames")
