"""What a connection expects of time: silence, slow frames, floods. Time is a number."""

from __future__ import annotations

import enum
from typing import Optional

from idv.limits import Limits


class Due(enum.Enum):
    """What has become due."""

    NO_SETTINGS = "no SETTINGS in time"
    FRAME_TOO_SLOW = "a frame too slow"
    SILENT = "the server has been silent for too long"
    PING = "it is time to ask whether the server is there"


class Timing:
    """Told what happens and when; says what is due."""

    def __init__(self, limits: Limits, now: float) -> None:
        self._limits = limits
        self._started_at = now
        self._heard_at = now
        self._frame_since: Optional[float] = None
        self._frame_bytes = 0
        self._ping_sent_at: Optional[float] = None
        self._is_ready = False
        self._silence = limits.ping_after_silence
        self._useless_since = now
        self._useless = 0

    def ready(self, ping_interval_min: float) -> None:
        """The server's SETTINGS are here, and say how far apart it wants PINGs."""
        self._is_ready = True
        self._silence = max(self._limits.ping_after_silence, ping_interval_min)

    def heard(self, now: float) -> None:
        self._heard_at = now
        self._ping_sent_at = None

    def pinged(self, now: float) -> None:
        self._ping_sent_at = now

    def frame_begun(self, payload_bytes: int, now: float) -> None:
        """A frame has begun, or has shown its length."""
        self._frame_bytes = payload_bytes
        if self._frame_since is None:
            self._frame_since = now

    def frame_ended(self) -> None:
        self._frame_since = None

    def is_flood(self, now: float) -> bool:
        """Counts a frame that moves nothing; True if there are too many."""
        if now - self._useless_since >= self._limits.control_frames_span:
            self._useless_since, self._useless = now, 0
        self._useless += 1
        return self._useless > self._limits.control_frames_max

    def next_wake(self) -> float:
        """When something is due next."""
        if self._ping_sent_at is not None:
            wake = self._ping_sent_at + self._limits.ping_timeout
        elif self._is_ready:
            wake = self._heard_at + self._silence
        else:
            wake = self._started_at + self._limits.first_frame_timeout
        return min(wake, self._frame_end())

    def due(self, now: float) -> Optional[Due]:
        if not self._is_ready and now >= self._started_at + self._limits.first_frame_timeout:
            return Due.NO_SETTINGS
        if now >= self._frame_end():
            return Due.FRAME_TOO_SLOW
        if self._ping_sent_at is not None:
            is_over = now >= self._ping_sent_at + self._limits.ping_timeout
            return Due.SILENT if is_over else None
        if self._is_ready and now >= self._heard_at + self._silence:
            return Due.PING
        return None

    def _frame_end(self) -> float:
        """When the frame that has begun must be whole."""
        if self._frame_since is None:
            return float("inf")
        rate = self._limits.frame_body_bytes_per_second_min
        return self._frame_since + self._limits.frame_body_timeout + self._frame_bytes / rate
