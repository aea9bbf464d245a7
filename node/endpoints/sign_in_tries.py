"""How often one client may fail to sign in."""

import time
from collections import OrderedDict
from collections.abc import Callable

#: Clients that are remembered; beyond that the one seen longest ago is forgotten.
MOST_CLIENTS = 10_000
MINUTE = 60.0


class SignInTries:
    """Counts tries that failed, for each client, in the minute that its first one began."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Allow *per_minute* of them."""
        self._most, self._clock = per_minute, clock
        self._failed: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def failed(self, client: str) -> bool:
        """Count a try of *client* that failed; return whether it has had too many."""
        now = self._clock()
        began, count = self._failed.pop(client, (now, 0))
        if now - began >= MINUTE:
            began, count = now, 0
        self._failed[client] = (began, count + 1)
        while len(self._failed) > MOST_CLIENTS:
            self._failed.popitem(last=False)
        return count + 1 > self._most
