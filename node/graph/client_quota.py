"""How much processor time each client has left."""

import math
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

from node.graph.errors import TooManyQueries

_CLIENTS = 10_000


class ClientQuota:
    """A budget of processor seconds a minute for each client, filled evenly."""

    def __init__(self, per_minute: float, clock: Callable[[], float] = monotonic) -> None:
        """Give each client *per_minute* seconds, all of it at first."""
        self._budget = per_minute
        self._clock = clock
        #: What is left, and when that was reckoned; the least recently seen client first.
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def check(self, client: str) -> None:
        """Raise TooManyQueries, saying when to return, where nothing is left."""
        left = self._reckon(client)
        if left <= 0:
            wait = math.ceil((1 - left) * 60 / self._budget)
            raise TooManyQueries(
                f"Your queries have used their {self._budget:g} s of computing a minute.",
                retry_after=max(1, wait),
            )

    def charge(self, client: str, seconds: float) -> None:
        """Take *seconds* off what *client* has left; it may become less than nothing."""
        self._left[client] = (self._reckon(client) - seconds, self._clock())
        self._left.move_to_end(client)
        if len(self._left) > _CLIENTS:
            self._left.popitem(last=False)

    def _reckon(self, client: str) -> float:
        left, then = self._left.get(client, (self._budget, 0.0))
        return min(self._budget, left + (self._clock() - then) * self._budget / 60)
