"""How often one client may ask for what costs more than an answer."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable

from node.errors import TooManyRequests

_CLIENTS = 10_000


class RequestRate:
    """So many requests a minute for each client, regained evenly."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Let each client ask *per_minute* times at once, and no more often in the long run."""
        self._most = per_minute
        self._clock = clock
        #: What is left, and when that was reckoned; the least recently seen client first.
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> None:
        """Count a request of *client*. Raises TooManyRequests."""
        now = self._clock()
        left, then = self._left.get(client, (float(self._most), now))
        left = min(float(self._most), left + (now - then) * self._most / 60)
        if left < 1:
            raise TooManyRequests(retry_after=math.ceil((1 - left) * 60 / self._most))
        self._left[client] = (left - 1, now)
        self._left.move_to_end(client)
        if len(self._left) > _CLIENTS:
            self._left.popitem(last=False)
