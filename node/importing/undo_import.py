"""Take an import back: all it did, except where somebody has edited since."""

import json
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from node.errors import UnknownResource
from node.identity import Identity
from node.publishing.drafts import Draft
from node.publishing.publish_documents import publish
from node.publishing.withdraw_resource import withdraw
from node.storage import import_batches, resources
from node.storage.import_batches import ImportedRow
from node.storage.resource_rows import ResourceRow
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
    for row in sorted(rows, key=lambda row: standing[row.iri].klass is ResourceClass.CONCEPT):
        current = standing[row.iri]
        if current.version != row.version_after or await _is_used(connection, current):
            kept.append(row.iri)
        elif row.version_before is None:
            await withdraw(connection, identity, row.iri)
            withdrawn += 1
        else:
            await _restore(connection, identity, row, current)
            restored += 1
    await import_batches.mark_undone(connection, batch_id, at=clock.timestamp())
    return UndoResult(withdrawn=withdrawn, restored=restored, kept=tuple(kept))


async def _is_used(connection: AsyncConnection, row: ResourceRow) -> bool:
    """An expertise that a member still has stays."""
    if row.klass is not ResourceClass.CONCEPT:
        return False
    members = await resources.all_local(connection, ResourceClass.MEMBER)
    return any(f'"{row.iri}"' in member.wire for member in members)


async def _restore(
    connection: AsyncConnection, identity: Identity, row: ImportedRow, current: ResourceRow
) -> None:
    before = await resources.version(connection, row.iri, row.version_before or 0)
    if before is None:
        return
    details = json.loads(before.private_details) if before.private_details else {}
    draft = Draft(
        document=before.document,
        klass=current.klass,
        iri=row.iri,
        private=details,
        organisation_number=current.organisation_number,
        publish=before.state == "published",
    )
    await publish(connection, identity, [draft])
