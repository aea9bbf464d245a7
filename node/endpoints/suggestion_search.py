"""Asking the followed nodes whom they name, while nobody's request waits.

One search runs at a time; what comes of it is kept in SQL.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

Ask = Callable[[], Awaitable[object]]


class SuggestionSearch:
    """Asks; ``state`` says how that stands: running, failed, or empty."""

    def __init__(self, ask: Ask) -> None:
        """Use *ask* to ask."""
        self._ask = ask
        self._task: asyncio.Task[None] | None = None
        self.state = ""

    def start(self) -> None:
        """Begin to ask, unless that is being done already."""
        if self._task is None or self._task.done():
            self.state = "running"
            self._task = asyncio.create_task(self._run(), name="suggestions")

    async def _run(self) -> None:
        try:
            await self._ask()
            self.state = ""
        except Exception:
            log.exception("Asking for suggestions failed.")
            self.state = "failed"

    async def close(self) -> None:
        """Give up what still runs."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
