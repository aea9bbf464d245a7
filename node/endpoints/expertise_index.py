"""Every expertise and who has it, read once for each state of the node.

Counting means reading all members, some 50 ms for a thousand; pages are asked for more often
than members change.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from node.pages.wire_values import iris
from node.storage import change_log, resource_lists
from node.storage.resource_rows import ResourceFilter, ResourceRow
from vocab.classes import ResourceClass

#: The most that is counted of either.
MOST = 20_000
#: Where much changes, it is read at most this often, in seconds.
SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownExpertise:
    """The public concepts of all nodes, ours first, and the members that have each."""

    concepts: tuple[ResourceRow, ...] = ()
    holders: Mapping[str, frozenset[str]]


class ExpertiseIndex:
    """Holds what was read last."""

    def __init__(self) -> None:
        """Nothing is read before somebody asks."""
        self._known: KnownExpertise | None = None
        self._position = -1
        self._until = 0.0

    async def read(self, connection: AsyncConnection) -> KnownExpertise:
        """Return what is known, at most two seconds old."""
        if self._known is not None and time.monotonic() < self._until:
            return self._known
        position = await change_log.head(connection)
        if self._known is None or position != self._position:
            self._known = await _read(connection)
            self._position = position
        self._until = time.monotonic() + SECONDS
        return self._known


async def _read(connection: AsyncConnection) -> KnownExpertise:
    holders: dict[str, set[str]] = {}
    for row in await _all(connection, ResourceClass.MEMBER):
        for iri in iris(row.document.get("knowsAbout")):
            holders.setdefault(iri, set()).add(row.iri)
    concepts = sorted(await _all(connection, ResourceClass.CONCEPT), key=lambda row: not row.local)
    return KnownExpertise(
        concepts=tuple(concepts),
        holders={iri: frozenset(members) for iri, members in holders.items()},
    )


async def _all(connection: AsyncConnection, klass: ResourceClass) -> list[ResourceRow]:
    return await resource_lists.list_page(connection, ResourceFilter(classes=(klass,)), limit=MOST)
