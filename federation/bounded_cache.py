"""A cache that neither grows beyond a size nor keeps anything beyond its time."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class BoundedCache(Generic[Value]):
    """Values by text; the one that was used longest ago goes first."""

    def __init__(self, *, size: int, seconds: float, monotonic: Callable[[], float]) -> None:
        """Keep at most *size* values for *seconds* each, by the given clock."""
        self._size = size
        self._seconds = seconds
        self._monotonic = monotonic
        self._entries: OrderedDict[str, tuple[float, Value]] = OrderedDict()

    def __len__(self) -> int:
        """Return how many values are kept, those past their time included."""
        return len(self._entries)

    def get(self, key: str) -> Value | None:
        """Return the value of *key*, or None where it is not there or past its time."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry[0] <= self._monotonic():
            del self._entries[key]
            return None
        self._entries.move_to_end(key)
        return entry[1]

    def put(self, key: str, value: Value, *, seconds: float | None = None) -> None:
        """Keep *value*, for *seconds* where they are given."""
        until = self._monotonic() + (self._seconds if seconds is None else seconds)
        self._entries[key] = (until, value)
        self._entries.move_to_end(key)
        if len(self._entries) > self._size:
            self._entries.popitem(last=False)

    def seconds_left(self, key: str) -> float:
        """Return for how long the value of *key* is kept yet; 0 where it is not there."""
        entry = self._entries.get(key)
        return max(0.0, entry[0] - self._monotonic()) if entry else 0.0

    def drop(self, unwanted: Callable[[Value], bool]) -> None:
        """Forget every value that *unwanted* says yes to."""
        for key in [key for key, (_, value) in self._entries.items() if unwanted(value)]:
            del self._entries[key]
