"""Asking the followed nodes whom they name, while nobody's request waits.

One search runs at a time; what came of the last one is kept in memory, until the node ends.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from node.desk.suggest_peers import Suggestions
from vocab.clock import now

log = logging.getLogger(__name__)

#: All nodes together, in seconds.
PATIENCE: Final = 120.0

Suggest = Callable[[], Awaitable[Suggestions]]


@dataclass(slots=True)
class Search:
    """One search; ``state`` is running, done or failed."""

    started: datetime
    state: str = "running"
    result: Suggestions | None = None


class SuggestionSearch:
    """Asks, and remembers what was answered."""

    def __init__(self, suggest: Suggest) -> None:
        """Use *suggest* to ask."""
        self._suggest = suggest
        self._task: asyncio.Task[None] | None = None
        self.last: Search | None = None

    def start(self) -> None:
        """Begin to ask, unless that is being done already."""
        if self._task is None or self._task.done():
            self.last = Search(started=now())
            self._task = asyncio.create_task(self._run(self.last), name="suggestions")

    async def _run(self, search: Search) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                search.result = await self._suggest()
            search.state = "done"
        except Exception:
            log.exception("Asking for suggestions failed.")
            search.state = "failed"

    async def close(self) -> None:
        """Give up what still runs."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
