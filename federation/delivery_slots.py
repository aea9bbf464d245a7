"""How many deliveries are under way at a time, over all hosts.

A delivery that takes long leaves its place to others and counts as slow from then on.
Slow ones are bounded too, so memory and sockets are, but a few hundred servers that never
answer do not keep the quick ones waiting.
"""

import asyncio
from collections.abc import Callable


class Slot:
    """The place of one delivery under way."""

    __slots__ = ("slow", "timer")

    def __init__(self, timer: asyncio.TimerHandle | None = None) -> None:
        """Take a quick place; *timer* turns it into a slow one."""
        self.slow = False
        self.timer = timer


class DeliverySlots:
    """Quick places for what is answered soon, slow places for the rest."""

    def __init__(
        self, *, quick: int, slow: int, slow_after: float, freed: Callable[[], None]
    ) -> None:
        """Make free places; *freed* is called when a quick one gets free by slowness."""
        self._quick_free = quick
        self._slow_free = slow
        self._slow_after = slow_after
        self._freed = freed

    @property
    def free(self) -> bool:
        """True where another delivery may start."""
        return self._quick_free > 0

    def take(self) -> Slot:
        """Take a quick place; the caller has seen that one is free."""
        self._quick_free -= 1
        slot = Slot()
        loop = asyncio.get_running_loop()
        slot.timer = loop.call_later(self._slow_after, self._move, slot)
        return slot

    def give_back(self, slot: Slot) -> None:
        """Free the place of a delivery that ended."""
        if slot.timer is not None:
            slot.timer.cancel()
        if slot.slow:
            self._slow_free += 1
        else:
            self._quick_free += 1

    def _move(self, slot: Slot) -> None:
        if self._slow_free > 0:
            slot.slow = True
            self._slow_free -= 1
            self._quick_free += 1
            self._freed()
