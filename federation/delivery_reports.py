"""Outcomes of deliveries, passed on in groups.

What ends while one group is being written makes the next, so a slow database gets large
groups and a quick one small ones, and each group costs one commit.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from federation.delivery_policy import Verdict

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryOutcome:
    """What became of one message, to be written to the queue."""

    seq: int
    host: str
    verdict: Verdict
    #: IRI of the activity.
    activity: str = ""
    status: int | None = None
    #: What went wrong, in words for the desk.
    error: str | None = None
    #: Set for RETRY and HELD.
    next_attempt_at: datetime | None = None
    #: False where it failed for a reason that says nothing about the host.
    blames_host: bool = True


Report = Callable[[Sequence[DeliveryOutcome]], Awaitable[None]]


class DeliveryReports:
    """Collects outcomes and hands them to *report*, one group at a time.

    A group that cannot be written is kept and tried again; what is never written is sent
    again after its lease, so a message may come twice and none is lost.
    """

    def __init__(
        self,
        report: Report,
        *,
        written: Callable[[Sequence[DeliveryOutcome]], None],
        retry_after: float = 1.0,
    ) -> None:
        """Call *written* with each group that was taken over."""
        self._report = report
        self._written = written
        self._retry_after = retry_after
        self._outcomes: list[DeliveryOutcome] = []
        self._arrived = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._closing = False

    def add(self, outcome: DeliveryOutcome) -> None:
        """Put *outcome* into the next group."""
        self._outcomes.append(outcome)
        self._arrived.set()
        if self._task is None and not self._closing:
            self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Write what is left, once, and stop."""
        self._closing = True
        self._arrived.set()
        if self._task is not None:
            # A group that is being written is never cut off.
            await self._task
            self._task = None
        if self._outcomes:
            await self._write()

    async def _run(self) -> None:
        while not self._closing:
            await self._arrived.wait()
            self._arrived.clear()
            if self._outcomes and not await self._write():
                self._arrived.set()
                await asyncio.sleep(self._retry_after)

    async def _write(self) -> bool:
        group, self._outcomes = self._outcomes, []
        try:
            await self._report(group)
        except Exception:
            logger.exception("%d outcomes of deliveries could not be written", len(group))
            self._outcomes = group + self._outcomes
            return False
        self._written(group)
        return True
