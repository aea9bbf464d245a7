"""Every expertise and what concerns it, read once for each state of the node.

Counting means reading all members, some 50 ms for a thousand; pages are asked for more often
than members change. A wide field has hundreds of concepts below it, too many to look for in SQL.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from node.pages.wire_values import concepts_named
from node.storage import change_log, resource_lists
from node.storage.resource_rows import ResourceFilter, ResourceRow
from vocab.classes import ResourceClass

#: The most that is counted of each; SQLite takes 32,766 values in a query.
MOST = 20_000
#: What names expertise beside members.
OTHERS = (
    ResourceClass.OFFER,
    ResourceClass.NEED,
    ResourceClass.CASE,
    ResourceClass.PRACTICE,
    ResourceClass.EVENT,
    ResourceClass.COLLABORATION,
)
#: Where much changes, it is read at most this often, in seconds.
SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownExpertise:
    """The public concepts of all nodes, ours first; who has each, and what else names it."""

    concepts: tuple[ResourceRow, ...] = ()
    holders: Mapping[str, frozenset[str]]
    others: Mapping[str, frozenset[str]]

    def concerned(self, concepts: Iterable[str], klass: ResourceClass) -> frozenset[str]:
        """Return what of *klass* names one of *concepts*; other classes may be among it."""
        naming = self.holders if klass is ResourceClass.MEMBER else self.others
        return frozenset().union(*(naming.get(iri, ()) for iri in concepts))


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
    concepts = sorted(await _all(connection, ResourceClass.CONCEPT), key=lambda row: not row.local)
    return KnownExpertise(
        concepts=tuple(concepts),
        holders=_by_concept(await _all(connection, ResourceClass.MEMBER)),
        others=_by_concept(await _all(connection, *OTHERS)),
    )


def _by_concept(rows: Iterable[ResourceRow]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in rows:
        for iri in concepts_named(row.document):
            found.setdefault(iri, set()).add(row.iri)
    return {iri: frozenset(naming) for iri, naming in found.items()}


async def _all(connection: AsyncConnection, *classes: ResourceClass) -> list[ResourceRow]:
    return await resource_lists.list_page(connection, ResourceFilter(classes=classes), limit=MOST)
