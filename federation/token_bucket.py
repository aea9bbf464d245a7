"""So much at once, then one after the other: a rate for each of many names.

Of each name only the moment is kept at which its bucket would be full again, so a name that
is left alone costs nothing (the generic cell rate algorithm, ITU-T I.371).
"""

import time
from collections.abc import Callable

from federation.bounded_cache import BoundedCache


class TokenBuckets:
    """A bucket for each name; of very many names the one used longest ago is full again."""

    def __init__(
        self,
        *,
        burst: int,
        seconds_each: float,
        size: int,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Give *burst* at once and one more after *seconds_each*, for at most *size* names."""
        self._full_after = burst * seconds_each
        self._each = seconds_each
        self._monotonic = monotonic
        self._full_at: BoundedCache[float] = BoundedCache(
            size=size, seconds=self._full_after, monotonic=monotonic
        )

    def wait(self, name: str) -> float:
        """Return the seconds until a token of *name* can be had; 0 where one can now."""
        ahead = self._level(name) + self._each - self._full_after
        # What floating point leaves over is no time.
        return ahead if ahead > 1e-6 else 0.0

    def take(self, name: str) -> None:
        """Take a token of *name*; the caller has seen that there is one."""
        self._set(name, self._level(name) + self._each)

    def give_back(self, name: str) -> None:
        """Put a token of *name* back that was not used after all."""
        self._set(name, self._level(name) - self._each)

    def _level(self, name: str) -> float:
        """Return after how many seconds the bucket is full."""
        full_at = self._full_at.get(name)
        return 0.0 if full_at is None else max(0.0, full_at - self._monotonic())

    def _set(self, name: str, level: float) -> None:
        level = max(0.0, level)
        self._full_at.put(name, self._monotonic() + level, seconds=level)
