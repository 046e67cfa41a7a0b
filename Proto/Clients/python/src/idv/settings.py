"""SETTINGS: what each side announces once, at the start."""

from __future__ import annotations

import dataclasses
from typing import Any, Dict, Union

from idv import limits as bounds
from idv.frames import SETTING
from idv.limits import Limits

STREAM_WINDOW, CONNECTION_WINDOW, MAX_FRAME, MAX_MESSAGE = 1, 2, 3, 4
MAX_STREAMS, MAX_METADATA, ENCODINGS, PING_INTERVAL = 5, 6, 7, 8
_ENTRIES_MAX = 64
_FRAME_BYTES_TOP = (1 << 24) - 1


@dataclasses.dataclass(frozen=True)
class PeerSettings:
    """What holds for the server; the defaults until its SETTINGS arrive."""

    stream_window_bytes: int = bounds.ASSUMED_STREAM_WINDOW_BYTES
    connection_window_bytes: int = bounds.ASSUMED_CONNECTION_WINDOW_BYTES
    frame_bytes_max: int = bounds.ASSUMED_FRAME_BYTES_MAX
    message_bytes_max: int = bounds.ASSUMED_MESSAGE_BYTES_MAX
    streams_max: int = bounds.ASSUMED_STREAMS_MAX
    metadata_bytes_max: int = 8 * bounds.KIB
    ping_interval_min: float = bounds.ASSUMED_PING_INTERVAL_MIN


_FIELDS: Dict[int, str] = {
    STREAM_WINDOW: "stream_window_bytes",
    CONNECTION_WINDOW: "connection_window_bytes",
    MAX_FRAME: "frame_bytes_max",
    MAX_MESSAGE: "message_bytes_max",
    MAX_STREAMS: "streams_max",
    MAX_METADATA: "metadata_bytes_max",
}
_TOP: Dict[int, int] = {
    STREAM_WINDOW: bounds.WINDOW_BYTES_MAX,
    CONNECTION_WINDOW: bounds.WINDOW_BYTES_MAX,
    MAX_FRAME: _FRAME_BYTES_TOP,
}


def announced(limits: Limits) -> bytes:
    """The payload of our SETTINGS: what is above the assumed values."""
    ours = {
        STREAM_WINDOW: limits.stream_window_bytes,
        CONNECTION_WINDOW: limits.connection_window_bytes,
        MAX_FRAME: limits.frame_bytes_max,
        MAX_MESSAGE: limits.receive_message_bytes_max,
        MAX_METADATA: limits.metadata_bytes_max,
    }
    assumed = PeerSettings()
    return b"".join(
        SETTING.pack(number, value)
        for number, value in ours.items()
        if value > getattr(assumed, _FIELDS[number]))


def parse_settings(body: bytes) -> Union[PeerSettings, str]:
    """What the server announces, or what is wrong with it. Of a repeated id the last one counts."""
    if len(body) % SETTING.size or len(body) > _ENTRIES_MAX * SETTING.size:
        return "malformed SETTINGS"
    values: Dict[str, Any] = {}
    assumed = PeerSettings()
    for number, value in SETTING.iter_unpack(body):
        if number == PING_INTERVAL:
            name, least = "ping_interval_min", assumed.ping_interval_min
            value /= 1000
        elif number in _FIELDS:
            name = _FIELDS[number]
            least = getattr(assumed, name)
        else:
            continue
        if value < least:
            return "a lowered SETTINGS value"
        if value > _TOP.get(number, 1 << 32):
            return "a SETTINGS value out of range"
        values[name] = value
    return dataclasses.replace(assumed, **values)
