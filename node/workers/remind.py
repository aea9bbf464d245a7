"""Mark what lies: interest that this desk has not moved for some working days.

The mark stands in the history and on the lists; it goes with the next step.
"""

import time
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from node.desk.list_interests import DeskSettings, due_time
from node.storage import interests
from node.storage.database import Database
from node.storage.interests import MoveRow, StandingInterest
from vocab import clock

#: Between two looks, in seconds: days are what is counted.
PAUSE = 300.0
BATCH = 100
#: Who marks it, in the history.
NODE = "the node"


class ReminderWorker:
    """Marks each interest once for every time that it lies too long."""

    def __init__(self, database: Database, settings: DeskSettings) -> None:
        """*settings* say which days count, and how many."""
        self._database = database
        self._settings = settings
        self._looked = -PAUSE

    async def step(self) -> bool:
        """Look every few minutes; return whether there may be more."""
        if time.monotonic() - self._looked < PAUSE:
            return False
        marked = await self.mark()
        if marked == 0:
            self._looked = time.monotonic()
        return marked > 0

    async def mark(self) -> int:
        """Mark some of what is due now; return how many."""
        moment = clock.now()
        # Working days are days, so nothing moved later can be due.
        before = clock.timestamp(moment - timedelta(days=self._settings.working_days))
        async with self._database.transaction() as connection:
            lying = await interests.lying_since(connection, before, limit=BATCH)
            due = [
                standing
                for standing in lying
                if (at := due_time(standing, self._settings, moment)) is not None
                and at <= clock.timestamp(moment)
            ]
            for standing in due:
                await _mark(connection, standing, at=clock.timestamp(moment))
        return len(due)


async def _mark(connection: AsyncConnection, standing: StandingInterest, *, at: str) -> None:
    row = await interests.get(connection, standing.interest.iri)
    if row is None or row.moved_at != standing.interest.moved_at:
        return
    await interests.save(connection, replace(row, reminded_at=at))
    move = MoveRow(interest=row.iri, event="remind", state=row.state, who=NODE, ours=True, at=at)
    await interests.add_move(connection, move)
