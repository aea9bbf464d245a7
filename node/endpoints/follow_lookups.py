"""Addresses that the desk asked to follow, being looked up while nobody's request waits.

Looking one up asks another server several times, each within the client's limits; the page that
asked shows how it stands. What became of it is kept in memory for a while: what was done is done
in SQL, and the page lists it.
"""

import asyncio
import logging
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from federation.errors import FederationError

log = logging.getLogger(__name__)

#: Addresses being looked up at once, and those whose outcome is remembered.
MOST_RUNNING: Final = 4
MOST_KEPT: Final = 100
#: All questions about one address together, in seconds.
PATIENCE: Final = 60.0

#: Looks an address up and asks to follow it, for whom; returns its name, and whether it had to be
#: asked.
FollowIt = Callable[[str, str], Awaitable[tuple[str, bool]]]


@dataclass(slots=True)
class Lookup:
    """One address; ``outcome`` is running, asked, followed or failed."""

    address: str
    who: str
    outcome: str = "running"
    name: str = ""
    problem: str = ""


class FollowLookups:
    """Runs a few of them at a time."""

    def __init__(self, follow: FollowIt) -> None:
        """Use *follow* for each."""
        self._follow = follow
        self._known: OrderedDict[str, Lookup] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, address: str, who: str) -> str | None:
        """Begin to look *address* up and return a key for ``get``; None while too many run.

        *who* is written down as who followed it.
        """
        if len(self._tasks) >= MOST_RUNNING:
            return None
        key, lookup = secrets.token_urlsafe(12), Lookup(address, who)
        self._known[key] = lookup
        while len(self._known) > MOST_KEPT:
            self._known.popitem(last=False)
        task = asyncio.create_task(self._run(lookup), name=f"follow {address}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return key

    def get(self, key: str) -> Lookup | None:
        """Return how it stands; None where that is not remembered."""
        return self._known.get(key)

    async def _run(self, lookup: Lookup) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                lookup.name, asked = await self._follow(lookup.address, lookup.who)
            lookup.outcome = "asked" if asked else "followed"
        except FederationError as error:
            lookup.outcome, lookup.problem = "failed", error.safe
        except TimeoutError:
            lookup.outcome, lookup.problem = "failed", "The other server took too long to answer."
        except Exception:
            log.exception("Following %s failed.", lookup.address)
            lookup.outcome, lookup.problem = "failed", "Something went wrong in this node."

    async def close(self) -> None:
        """Give up what still runs."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
