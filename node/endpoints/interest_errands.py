"""Interest in what this node does not hold: read there and sent while nobody's request waits.

What became of one is kept in memory for a while, with what was typed where it failed: what was
sent is in SQL.
"""

import asyncio
import logging
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from federation.errors import FederationError
from node.errors import NodeError

log = logging.getLogger(__name__)

#: Errands that run at once, and those whose outcome is remembered.
MOST_RUNNING: Final = 4
MOST_KEPT: Final = 100
#: For reading and sending together, in seconds.
PATIENCE: Final = 60.0


@dataclass(slots=True)
class Errand:
    """One interest on its way; ``number`` is set once it is kept, ``error`` where it failed."""

    about: str
    given: Mapping[str, str]
    number: int | None = None
    error: NodeError | None = None

    @property
    def running(self) -> bool:
        """Whether nothing came of it yet."""
        return self.number is None and self.error is None


#: Reads what an interest is about and sends it; returns the interest's number.
SendIt = Callable[[], Awaitable[int]]


class InterestErrands:
    """Runs a few of them at a time."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._known: OrderedDict[str, Errand] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, errand: Errand, send: SendIt) -> str | None:
        """Begin *errand* and return a key for ``get``; None while too many run."""
        if len(self._tasks) >= MOST_RUNNING:
            return None
        key = secrets.token_urlsafe(12)
        self._known[key] = errand
        while len(self._known) > MOST_KEPT:
            self._known.popitem(last=False)
        task = asyncio.create_task(_run(errand, send), name=f"interest in {errand.about}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return key

    def get(self, key: str) -> Errand | None:
        """Return how it stands; None where that is not remembered."""
        return self._known.get(key)

    async def close(self) -> None:
        """Give up what still runs."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _run(errand: Errand, send: SendIt) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            errand.number = await send()
    except NodeError as error:
        errand.error = error
    except FederationError as error:
        errand.error = NodeError(error.safe, status=error.status)
    except TimeoutError:
        errand.error = NodeError("The other server took too long to answer.")
    except Exception:
        log.exception("Interest in %s was not sent.", errand.about)
        errand.error = NodeError("Something went wrong in this node.")
