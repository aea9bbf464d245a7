"""Forget, once a day, what is settled and old, a few hundred rows at a time."""

import math
import time
from datetime import timedelta

from node.setting_groups import FederationSettings
from node.storage import forgetting
from node.storage.database import Database
from node.workers.pace import give_way
from vocab import clock

#: From the end of one round to the next, in seconds.
DAY = 86_400.0


class ForgetWorker:
    """Keeps journal, queue and the lists of servers and actors from growing for ever."""

    def __init__(self, database: Database, settings: FederationSettings) -> None:
        """Forget what is older than *settings* say; the first round comes at once."""
        self._database = database
        self._keep = timedelta(days=settings.keep_days)
        self._queue = timedelta(days=settings.queue_days)
        self._next_round = -math.inf

    async def step(self) -> bool:
        """Remove some rows where it is time; return whether there may be more."""
        if time.monotonic() < self._next_round:
            return False
        began = time.monotonic()
        removed = await self._forget_some()
        if removed:
            await give_way(time.monotonic() - began)
            return True
        self._next_round = time.monotonic() + DAY
        return False

    async def _forget_some(self) -> int:
        now = clock.now()
        old, too_long = clock.timestamp(now - self._keep), clock.timestamp(now - self._queue)
        removed = 0
        for forget, before in (
            (forgetting.forget_inbox, old),
            (forgetting.give_up_deliveries, too_long),
            (forgetting.forget_dead_deliveries, old),
            (forgetting.forget_follows, old),
            (forgetting.forget_strangers, old),
            (forgetting.forget_servers, old),
        ):
            async with self._database.transaction() as connection:
                removed += await forget(connection, before=before)
        return removed
