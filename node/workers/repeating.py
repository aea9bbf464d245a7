"""The one loop that all workers share: work while there is some, then wait for a call."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from federation.collection_synchronization import Synchronization

log = logging.getLogger(__name__)

#: Longest pause after a failure, in seconds.
LONGEST_PAUSE = 60.0
#: Hosts remembered between two looks of who cares.
MOST_HOSTS = 1_000


class Bell:
    """Rung when there is work; a worker waits for it, or for its poll."""

    def __init__(self) -> None:
        """A new bell is silent."""
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake the worker now, or let it run once more if it is at work."""
        self._event.set()

    async def heard(self, seconds: float) -> None:
        """Return when the bell was rung since the last call, or after *seconds*."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            pass
        self._event.clear()


async def repeat(
    name: str,
    step: Callable[[], Awaitable[bool]],
    bell: Bell,
    *,
    poll_seconds: float,
    ending: asyncio.Event,
) -> None:
    """Call *step* until *ending*; it returns whether there may be more to do at once.

    A step that fails is logged and tried again, ever more slowly: a worker never dies of
    one bad row, and work it could not finish stays in the database.
    """
    failures = 0
    while not ending.is_set():
        try:
            more = await step()
            failures = 0
        except asyncio.CancelledError:
            raise
        except Exception:
            failures += 1
            more = False
            log.exception("The %s worker failed; it goes on.", name)
            await asyncio.sleep(min(LONGEST_PAUSE, 0.1 * 2**failures))
        if not more and not ending.is_set():
            await bell.heard(poll_seconds)


class Bells:
    """One bell for each worker."""

    def __init__(self) -> None:
        """All silent."""
        self.inbox = Bell()
        self.deliveries = Bell()
        self.graph = Bell()
        self.catch_up = Bell()
        self.keys = Bell()
        self.recheck = Bell()
        self.followers = Bell()
        self._synchronizations: dict[str, Synchronization] = {}
        self.proofs = Bell()
        self.knocks = Bell()
        self.reminders = Bell()
        self._heard_from: set[str] = set()
        # Nobody knows what a former process left.
        self._recheck_wanted = True
        self._keys_changed = False

    def hear_from(self, host: str) -> None:
        """Note that *host* spoke to us, or says so: it seems to be up."""
        if len(self._heard_from) < MOST_HOSTS:
            self._heard_from.add(host)

    def want_synchronization(self, sender: str, said: Synchronization) -> None:
        """Compare what *sender* says of its followers here with what is known."""
        if len(self._synchronizations) < MOST_HOSTS:
            self._synchronizations[sender] = said
            self.followers.ring()

    def take_synchronizations(self) -> dict[str, Synchronization]:
        """Return by sender what was said since the last call."""
        said, self._synchronizations = self._synchronizations, {}
        return said

    def want_recheck(self) -> None:
        """Something was taken in by its proof alone: ask its owner."""
        self._recheck_wanted = True
        self.recheck.ring()

    def take_recheck_wanted(self) -> bool:
        """Return whether that happened since the last call."""
        wanted, self._recheck_wanted = self._recheck_wanted, False
        return wanted

    def take_keys_changed(self) -> bool:
        """Return whether the keys of our actors may have changed since the last call."""
        changed, self._keys_changed = self._keys_changed, False
        return changed

    def take_heard(self) -> set[str]:
        """Return the hosts that spoke since the last call."""
        heard, self._heard_from = self._heard_from, set()
        return heard

    def ring_all(self) -> None:
        """Something changed from outside, such as a command: look everywhere."""
        self._keys_changed = True
        for bell in (
            self.inbox,
            self.deliveries,
            self.graph,
            self.catch_up,
            self.keys,
            self.recheck,
            self.proofs,
            self.knocks,
            self.reminders,
        ):
            bell.ring()
