"""Keep the graph in step with SQL: read the change log, replace documents, take a snapshot.

What is not public has no quads at all, so no query can find it (DESIGN §2.5).
"""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from node.graph.projector import GraphChange, GraphProjector, Provenance
from node.graph.recent_quads import RecentQuads
from node.graph.snapshots import SnapshotKeeper
from node.storage import change_log, resources
from node.storage.database import Database
from node.storage.resource_rows import ResourceRow
from vocab.clock import parse_time

log = logging.getLogger(__name__)

T = TypeVar("T")

BATCH = 500
#: A snapshot costs about as much computing as twenty documents, and every answer that was
#: kept. So the first change is seen at once, and those that follow share one this often;
SNAPSHOT_PAUSE = 0.25
#: or this often, while more changes wait than one batch holds.
SNAPSHOT_SECONDS = 0.7
#: The store is tidied once nothing has changed for so long.
IDLE_SECONDS = 10.0


class GraphWorker:
    """Projects changes; the store is written to by one thread of its own."""

    def __init__(
        self,
        database: Database,
        projector: GraphProjector,
        snapshots: SnapshotKeeper,
        recent: RecentQuads,
    ) -> None:
        """Go on from where *projector* says that it stopped; take quads known from *recent*."""
        self._database = database
        self._projector = projector
        self._snapshots = snapshots
        self._recent = recent
        self._thread = ThreadPoolExecutor(1, "graph")
        self._position = projector.position
        self._stale = True
        self._taken = 0.0
        self._turn = asyncio.Lock()
        self._tidying: asyncio.Task[None] | None = None

    async def step(self) -> bool:
        """Project one batch; return whether there may be more."""
        async with self._turn:
            more = await self._project()
            if self._stale and not more:
                await asyncio.sleep(self._taken + SNAPSHOT_PAUSE - time.monotonic())
                more = await self._project()
            if self._stale and (not more or time.monotonic() - self._taken > SNAPSHOT_SECONDS):
                await self._run(self._snapshots.take)
                self._taken = time.monotonic()
                self._stale = False
        self._tidy_when_idle()
        return more

    async def rebuild(self) -> tuple[str, str]:
        """Empty the graph and make it anew from SQL; return its hash before and after.

        What has changed in SQL meanwhile is projected first: the two differ by damage alone.
        """
        async with self._turn:
            while await self._project():
                pass
            before = await self._run(self._projector.canonical_hash)
            await self._run(self._projector.clear)
            self._position = 0
            while await self._project():
                pass
            await self._run(self._snapshots.take)
            return before, await self._run(self._projector.canonical_hash)

    async def close(self) -> None:
        """Write what is in memory, let go of the store, and end the thread."""
        async with self._turn:
            if self._tidying is not None:
                await self._tidying
            self._snapshots.close()
            await self._run(self._projector.close)
        self._thread.shutdown()

    async def _project(self) -> bool:
        async with self._database.reading() as connection:
            changes = await change_log.read_after(connection, self._position, BATCH)
            rows = await resources.get_many(connection, [change.iri for change in changes])
        if not changes:
            return False
        wanted = [self._graph_change(change.iri, rows.get(change.iri)) for change in changes]
        reached = changes[-1].seq
        failures = await self._run(lambda: self._projector.apply(wanted, position=reached))
        for failure in failures:
            log.warning("%s has no graph: %s", failure.iri, failure.reason)
        self._position = reached
        self._stale = True
        return len(changes) == BATCH

    def _graph_change(self, iri: str, row: ResourceRow | None) -> GraphChange:
        if row is None or not row.is_public:
            return GraphChange(iri=iri)
        provenance = provenance_of(row)
        quads = self._recent.take(row.wire)
        if quads is not None:
            return GraphChange(iri=iri, quads=quads, provenance=provenance)
        return GraphChange(iri=iri, wire=row.document, provenance=provenance)

    def _tidy_when_idle(self) -> None:
        idle = time.monotonic() - self._taken > IDLE_SECONDS
        if idle and self._projector.untidy and self._tidying is None:
            self._tidying = asyncio.create_task(self._tidy())

    async def _tidy(self) -> None:
        """Merge the store's files beside everything else; the next snapshot has the new ones."""
        try:
            await asyncio.to_thread(self._projector.tidy)
            self._stale = True
        except (OSError, RuntimeError) as error:  # A full disk: reading goes on as before.
            log.warning("The graph is not tidied: %s", error)
        finally:
            self._tidying = None

    async def _run(self, function: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, function)


def provenance_of(row: ResourceRow) -> Provenance:
    """Return where *row* came from and why it is believed."""
    return Provenance(
        actor=row.owner,
        activity=row.activity,
        generated=parse_time(row.updated_at),
        received=parse_time(row.received_at or row.updated_at),
        authenticated_by=row.authenticated_by,
        verification_method=row.verification_method,
    )
