"""Resources read lately, so that a much read document costs no query.

The cache is emptied whenever this process writes or is told that another one did; what it
holds is never older than a second, in case nobody tells.
"""

import time
from collections import OrderedDict

from node.storage import resources
from node.storage.database import Database
from node.storage.resource_rows import ResourceRow

ENTRIES = 2_000
SECONDS = 1.0


class ResourceCache:
    """Current rows by IRI, None for what is not there."""

    def __init__(self, database: Database) -> None:
        """Read from *database*."""
        self._database = database
        self._rows: OrderedDict[str, tuple[float, ResourceRow | None]] = OrderedDict()

    def clear(self) -> None:
        """Something was written: read everything anew."""
        self._rows.clear()

    async def get(self, iri: str) -> ResourceRow | None:
        """Return the current row of *iri*, or None."""
        held = self._rows.get(iri)
        if held is not None and held[0] > time.monotonic():
            return held[1]
        async with self._database.reading() as connection:
            row = await resources.get(connection, iri)
        self._rows[iri] = (time.monotonic() + SECONDS, row)
        self._rows.move_to_end(iri)
        if len(self._rows) > ENTRIES:
            self._rows.popitem(last=False)
        return row
