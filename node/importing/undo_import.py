"""Take an import back: all it did, except where somebody has edited since."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from node.errors import NodeError, UnknownResource
from node.identity import Identity
from node.publishing.drafts import Draft, Prepared, content_of
from node.publishing.prepare_documents import prepare_documents
from node.publishing.publish_documents import write_prepared
from node.publishing.withdraw_resource import withdraw_all
from node.storage import import_batches, resources
from node.storage.import_batches import ImportedRow
from node.storage.resource_rows import ResourceRow, VersionRow
from vocab import clock
from vocab.classes import ResourceClass


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoResult:
    """What was taken back, and the IRIs of what was not.

    ``kept`` was edited or is used since; ``gone`` had been withdrawn already.
    """

    withdrawn: int
    restored: int
    kept: tuple[str, ...]
    gone: tuple[str, ...]


async def undo_import(connection: AsyncConnection, identity: Identity, batch_id: str) -> UndoResult:
    """Take the import *batch_id* back in the caller's transaction.

    Where something is kept, the rest of it can be taken back later. Raises UnknownResource
    where there is no such import, or it was taken back before.
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
    gone = [row.iri for row in rows if standing[row.iri].state == "withdrawn"]
    left = [row for row in rows if standing[row.iri].state != "withdrawn"]
    mine = await _as_imported(connection, left, standing)
    before = await _as_before(connection, left, standing)
    kept = [row.iri for row in left if row.iri not in mine | before]
    changed = [row for row in left if row.iri in mine and row.version_before is not None]
    refused = await _restore(connection, identity, changed, standing)
    made = [row for row in left if row.iri in mine and row.version_before is None]
    withdrawn, named = await _withdraw(connection, identity, [standing[row.iri] for row in made])
    kept += [*refused, *named]
    if not kept:
        await import_batches.mark_undone(connection, batch_id, at=clock.timestamp())
    return UndoResult(
        withdrawn=withdrawn,
        restored=len(changed) - len(refused),
        kept=tuple(kept),
        gone=tuple(gone),
    )


async def _withdraw(
    connection: AsyncConnection, identity: Identity, made: Sequence[ResourceRow]
) -> tuple[int, list[str]]:
    """Withdraw what nothing else names; return how many, and the IRIs of the rest."""
    withdrawn, kept = 0, []
    for classes in IN_TURN:
        found = [row for row in made if row.klass in classes]
        named = await _named(connection, found)
        kept += [row.iri for row in found if row.iri in named]
        free = [row for row in found if row.iri not in named]
        withdrawn += len(await withdraw_all(connection, identity, free))
    return withdrawn, kept


#: What others name goes last: drafts name members, and all name expertises.
IN_TURN = (
    frozenset({ResourceClass.OFFER, ResourceClass.NEED}),
    frozenset({ResourceClass.MEMBER}),
    frozenset({ResourceClass.CONCEPT}),
)


async def _as_imported(
    connection: AsyncConnection, rows: Sequence[ImportedRow], standing: Mapping[str, ResourceRow]
) -> set[str]:
    """Return the IRIs of what is as the import left it.

    A later import that was taken back has made versions, but has changed nothing.
    """
    newest = {row.iri for row in rows if standing[row.iri].version == row.version_after}
    later = {row.iri: row.version_after for row in rows if row.iri not in newest}
    return newest | await _unchanged_since(connection, later, standing)


async def _as_before(
    connection: AsyncConnection, rows: Sequence[ImportedRow], standing: Mapping[str, ResourceRow]
) -> set[str]:
    """Return the IRIs of what is as it was before the import, for it was given back since."""
    before = {
        row.iri: row.version_before
        for row in rows
        if row.version_before is not None and standing[row.iri].version > row.version_after
    }
    return await _unchanged_since(connection, before, standing)


async def _unchanged_since(
    connection: AsyncConnection, numbers: Mapping[str, int], standing: Mapping[str, ResourceRow]
) -> set[str]:
    """Return of which resources that version says what stands now, dates aside."""
    details = await resources.private_details_of(connection, list(numbers))
    same = set()
    for iri, number in numbers.items():
        version, row = await resources.version(connection, iri, number), standing[iri]
        if version is not None and (
            (version.state, version.audience) == (row.state, row.audience)
            and content_of(version.document) == content_of(row.document)
            and json.loads(version.private_details or "{}") == details.get(iri, {})
        ):
            same.add(iri)
    return same


async def _named(connection: AsyncConnection, rows: Sequence[ResourceRow]) -> set[str]:
    """Return which of *rows* something else of ours names, which would lose it.

    An IRI in a wire object is a JSON text of its own, so the quotes make the match exact.
    """
    own = {row.iri for row in rows}
    wires = [wire for iri, wire in await resources.local_wires(connection) if iri not in own]
    written = set(re.findall(r'"(https?://[^"\\]+)"', "\n".join(wires)))
    return own & written


async def _restore(
    connection: AsyncConnection,
    identity: Identity,
    rows: Sequence[ImportedRow],
    standing: Mapping[str, ResourceRow],
) -> list[str]:
    """Publish what stood before the import; return what the rules no longer allow."""
    drafts = [_former(await _version_before(connection, row), standing[row.iri]) for row in rows]
    moment = clock.now()
    results = await prepare_documents(connection, identity, drafts, moment)
    ready = [result for result in results if isinstance(result, Prepared)]
    await write_prepared(connection, identity, ready, moment)
    good = {item.iri for item in ready}
    return [row.iri for row in rows if row.iri not in good]


async def _version_before(connection: AsyncConnection, row: ImportedRow) -> VersionRow:
    version = await resources.version(connection, row.iri, row.version_before or 0)
    if version is None:
        raise NodeError(f"The version of {row.iri} before this import is not kept any more.")
    return version


def _former(version: VersionRow, current: ResourceRow) -> Draft:
    return Draft(
        document={"audienceLevel": version.audience, **version.document},
        klass=current.klass,
        iri=version.iri,
        private=json.loads(version.private_details) if version.private_details else {},
        organisation_number=current.organisation_number,
    )
