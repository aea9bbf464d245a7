"""Take an import back: all it did, except where somebody has edited since."""

import json
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from node.errors import UnknownResource
from node.identity import Identity
from node.publishing.drafts import Draft
from node.publishing.publish_documents import publish
from node.publishing.withdraw_resource import withdraw
from node.storage import import_batches, resource_lists, resources
from node.storage.import_batches import ImportedRow
from node.storage.resource_rows import ResourceFilter, ResourceRow
from vocab import clock
from vocab.classes import ResourceClass


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoResult:
    """What was taken back, and the IRIs of what was edited or is used since, and so kept."""

    withdrawn: int
    restored: int
    kept: tuple[str, ...]


async def undo_import(connection: AsyncConnection, identity: Identity, batch_id: str) -> UndoResult:
    """Take the import *batch_id* back in the caller's transaction.

    Raises UnknownResource where there is no such import, or it was taken back before.
    """
    batch = await import_batches.get(connection, batch_id)
    if batch is None or batch.undone_at is not None:
        known = ", ".join(
            row.id for row in await import_batches.list_batches(connection) if row.undone_at is None
        )
        raise UnknownResource(
            f"There is no import {batch_id} to take back.",
            remedy=f"Imports that can be taken back: {known or 'none'}.",
        )
    rows = await import_batches.rows_of(connection, batch_id)
    standing = await resources.get_many(connection, [row.iri for row in rows])
    withdrawn, restored, kept = 0, 0, []
    for row in sorted(rows, key=lambda row: ORDER.get(standing[row.iri].klass, 0)):
        current = standing[row.iri]
        if current.version != row.version_after or await _is_used(connection, row, current):
            kept.append(row.iri)
        elif row.version_before is None:
            await withdraw(connection, identity, row.iri)
            withdrawn += 1
        else:
            await _restore(connection, identity, row, current)
            restored += 1
    await import_batches.mark_undone(connection, batch_id, at=clock.timestamp())
    return UndoResult(withdrawn=withdrawn, restored=restored, kept=tuple(kept))


#: What others name goes last: drafts name members, and all name expertises.
ORDER = {ResourceClass.MEMBER: 1, ResourceClass.CONCEPT: 2}
#: What may name a member.
NAMING = tuple(set(ResourceClass) - {ResourceClass.CLUSTER, *ORDER})


async def _is_used(connection: AsyncConnection, row: ImportedRow, current: ResourceRow) -> bool:
    """Whether something of ours would lose what the import made, and it names."""
    if row.version_before is not None or current.klass not in ORDER:
        return False
    classes = NAMING if current.klass is ResourceClass.MEMBER else ()
    naming = ResourceFilter(
        classes=classes, audiences=(), state=None, local=True, naming=(row.iri,)
    )
    return bool(await resource_lists.list_page(connection, naming, limit=1))


async def _restore(
    connection: AsyncConnection, identity: Identity, row: ImportedRow, current: ResourceRow
) -> None:
    before = await resources.version(connection, row.iri, row.version_before or 0)
    if before is None:
        return
    draft = Draft(
        document={"audienceLevel": before.audience, **before.document},
        klass=current.klass,
        iri=row.iri,
        private=json.loads(before.private_details) if before.private_details else {},
        organisation_number=current.organisation_number,
    )
    await publish(connection, identity, [draft])
