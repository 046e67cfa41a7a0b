"""When a call is tried again, and how long reconnecting waits. Pure: randomness is a parameter."""

from __future__ import annotations

import dataclasses
from typing import Callable, Optional, Sequence

from idv.errors import Fault, StatusCode
from idv.metadata import RawPair

#: A number from 0 to 1.
Random = Callable[[], float]

_PUSHBACK = "grpc-retry-pushback-ms"


@dataclasses.dataclass(frozen=True)
class Backoff:
    """Pauses that grow, spread to either side so that clients do not come back all at once."""

    first: float = 1.0
    longest: float = 120.0
    growth: float = 1.6
    spread: float = 0.2

    def pause(self, failures: int, random: Random) -> float:
        """The pause in seconds after so many failures in a row, at least one."""
        # The exponent is bounded: a float overflows long before the count does.
        grown = self.first * self.growth ** min(failures - 1, 200)
        return min(grown, self.longest) * (1 + self.spread * (2 * random() - 1))


@dataclasses.dataclass(frozen=True)
class RetryPolicy:
    """Whether a call that failed is sent again.

    It is when the server never began it, or answered UNAVAILABLE before anything else of an answer.
    A call whose connection was lost may have been carried out; it is repeated only with
    `repeat_lost`, which is for methods that may safely run twice.
    """

    tries: int = 4
    backoff: Backoff = Backoff(first=0.1, longest=1.0, growth=2.0)
    repeat_lost: bool = False


NO_RETRY = RetryPolicy(tries=1)


class Throttle:
    """Stops retries while most calls fail (gRPC A6): failures cost 1, successes bring `ratio`
    back, and below half of the tokens nothing is retried. Calls that never began need none."""

    def __init__(self, tokens_max: float = 10, ratio: float = 0.1) -> None:
        self._max = tokens_max
        self._ratio = ratio
        self.tokens = tokens_max

    @property
    def allows(self) -> bool:
        return self.tokens > self._max / 2

    def success(self) -> None:
        self.tokens = min(self._max, self.tokens + self._ratio)

    def failure(self) -> None:
        self.tokens = max(0.0, self.tokens - 1)


def pause_before_retry(
    policy: RetryPolicy,
    throttle: Throttle,
    fault: Fault,
    trailers: Sequence[RawPair],
    attempts: int,
    random: Random,
    waits: bool = False,
) -> Optional[float]:
    """Seconds until a call is sent again after `attempts`, or None if it is not.

    Nothing of an answer has been seen, and the request can be repeated: the caller knows. A call that
    `waits` for a server to be ready is not counted out while one says that it is still starting.
    """
    usual = policy.backoff.pause(attempts, random)
    if waits and policy.tries > 1 and not fault.never_started and _is_starting(fault, trailers):
        wait = fault.error_alone().detail.retry_after_ms / 1000
        return max(usual, wait, _pushback(trailers) or 0.0)
    if fault.never_started:
        if attempts >= policy.tries:
            return None
        return 0.0 if attempts <= 1 else usual
    if fault.code != StatusCode.UNAVAILABLE:
        return None
    throttle.failure()
    if attempts >= policy.tries or not throttle.allows:
        return None
    if not fault.by_answer:
        return usual if policy.repeat_lost else None
    pushback = _pushback(trailers)
    if pushback is not None:
        return pushback if pushback >= 0 else None
    detail = fault.error_alone().detail
    if detail is None:
        return usual
    if not detail.retryable:
        return None
    return max(usual, detail.retry_after_ms / 1000)


def _is_starting(fault: Fault, trailers: Sequence[RawPair]) -> bool:
    """Whether a server answered that it does not serve yet, and may be asked again."""
    if fault.code != StatusCode.UNAVAILABLE or not fault.by_answer or (_pushback(trailers) or 0.0) < 0:
        return False
    detail = fault.error_alone().detail
    return detail is not None and detail.symbol == "NOT_SERVING" and detail.retryable


def _pushback(trailers: Sequence[RawPair]) -> Optional[float]:
    """Seconds the server asks to wait; negative where it asks not to come back, or is not clear."""
    values = [value for key, value in trailers if key == _PUSHBACK]
    if not values:
        return None
    text = values[-1]
    return int(text) / 1000 if text.isascii() and text.isdigit() else -1.0
