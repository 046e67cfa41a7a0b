"""Judges a frame by its header, before any of its payload is kept."""

from __future__ import annotations

from idv import frames
from idv.frames import FrameHeader
from idv.refusals import ConnectionFault

_OF_CALLS = {frames.RESPONSE, frames.DATA, frames.CANCEL, frames.HEADERS}
_OF_CONNECTION = {frames.SETTINGS, frames.PING, frames.GOAWAY}
# Types that later versions may send and that are skipped.
_SKIPPED = range(0x20, 0x80)
#: Least and most payload of control frames.
_LENGTHS = {
    frames.WINDOW: (4, 4),
    frames.CANCEL: (4, 4 + frames.CANCEL_REASON_BYTES_MAX),
    frames.PING: (frames.PING_BYTES, frames.PING_BYTES),
    frames.GOAWAY: (8, 8 + frames.GOAWAY_TEXT_BYTES_MAX),
}


def judge(header: FrameHeader, bytes_max: int, next_stream: int, is_ready: bool) -> None:
    """Raises ConnectionFault for what a server may not send now.

    `next_stream` is the first id that has not been opened.
    """
    kind, stream = header.type, header.stream
    if header.length >> 24:
        raise ConnectionFault(frames.PROTOCOL_ERROR, "first length byte not 0")
    if header.length > bytes_max:
        raise ConnectionFault(frames.FRAME_SIZE, "frame over MAX_FRAME")
    if not is_ready and kind != frames.SETTINGS:
        raise ConnectionFault(frames.PROTOCOL_ERROR, "SETTINGS missing")
    if kind in _OF_CALLS or (kind == frames.WINDOW and stream):
        if stream % 2 == 0 or stream >= next_stream:
            raise ConnectionFault(frames.PROTOCOL_ERROR, "an id never opened")
    elif kind in _OF_CONNECTION:
        if stream:
            raise ConnectionFault(frames.PROTOCOL_ERROR, "a stream where there is none")
    elif kind not in _SKIPPED and kind != frames.WINDOW:
        raise ConnectionFault(frames.PROTOCOL_ERROR, "unexpected type")
    low, high = _LENGTHS.get(kind, (0, bytes_max))
    if not low <= header.length <= high:
        raise ConnectionFault(frames.PROTOCOL_ERROR, "a control frame of the wrong length")
