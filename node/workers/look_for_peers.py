"""Ask the followed nodes once a day whom they follow, so that the desk finds suggestions ready.

Nobody is followed by it.
"""

import math
import time
from datetime import timedelta

from federation.safe_fetch import SafeClient
from node.desk.keep_suggestions import ask_for_suggestions
from node.identity import Identity
from node.storage import suggestions
from node.storage.database import Database
from vocab import clock

DAY = timedelta(days=1)
#: Between two looks at the clock, in seconds; also before another try where one went wrong.
PAUSE = 3_600.0
#: The same where there was nobody to ask, as on a node that is about to follow its first.
SOON = 60.0


class SuggestionWorker:
    """Keeps the suggestions no older than a day."""

    def __init__(self, database: Database, identity: Identity, client: SafeClient) -> None:
        """Ask with *client*; the first time at once, unless that was done today."""
        self._database = database
        self._identity = identity
        self._client = client
        self._next_look = -math.inf

    async def step(self) -> bool:
        """Ask where the last answer is a day old; there is never more to do at once."""
        if time.monotonic() < self._next_look:
            return False
        self._next_look = time.monotonic() + PAUSE
        if await self._is_due():
            kept = await ask_for_suggestions(self._database, self._identity, self._client)
            if not kept.suggestions.asked:
                self._next_look = time.monotonic() + SOON
        return False

    async def _is_due(self) -> bool:
        async with self._database.reading() as connection:
            kept = await suggestions.last(connection)
        if kept is None:
            return True
        at, answer = kept
        return not answer["asked"] or clock.parse_time(at) + DAY <= clock.now()
