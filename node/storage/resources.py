"""Resources: their current state, their versions, what stays with us.

Every write adds to the change log in the same transaction, so projections miss nothing.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import authentications, change_log, tables
from node.storage.change_log import Change
from node.storage.errors import VersionConflict
from node.storage.resource_rows import ResourceRow, VersionRow
from node.storage.statements import (
    chunks,
    columns,
    fetch_all,
    fetch_one,
    named,
    overwrite,
    values,
    write_all,
)
from vocab.classes import ResourceClass

RESOURCES = tables.resources
VERSIONS = tables.resource_versions
PRIVATE = tables.private_details
COLUMNS = columns(RESOURCES)
VERSION_COLUMNS = columns(VERSIONS)
TRY_AGAIN = "Look at what stands there now, and try again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """What stands in a resource's place from now on."""

    iri: str
    #: JSON text.
    tombstone: str
    activity: str | None


async def take_turn(connection: AsyncConnection) -> None:
    """Let nobody else change resources until this transaction ends.

    For who decides by what stands: on PostgreSQL two could read the same state, and the later
    one to write would win, a Create over a Delete. On SQLite there is one writer anyway.
    """
    await change_log.take_turn(connection)


async def get(connection: AsyncConnection, iri: str) -> ResourceRow | None:
    """Return the resource *iri*, drafts and withdrawn ones too."""
    return await fetch_one(
        connection, select(*COLUMNS).where(RESOURCES.c.iri == iri), ResourceRow.from_row
    )


async def get_many(connection: AsyncConnection, iris: Sequence[str]) -> dict[str, ResourceRow]:
    """Return the known ones of *iris* by IRI."""
    found: dict[str, ResourceRow] = {}
    for part in chunks(iris):
        result = await connection.execute(select(*COLUMNS).where(RESOURCES.c.iri.in_(part)))
        found |= {row["iri"]: ResourceRow.from_row(row) for row in named(result)}
    return found


async def by_organisation_numbers(
    connection: AsyncConnection, numbers: Sequence[str]
) -> dict[str, ResourceRow]:
    """Return our members that have one of *numbers* ("NO:988077917"), by number."""
    found: dict[str, ResourceRow] = {}
    for part in chunks(numbers):
        query = select(*COLUMNS).where(RESOURCES.c.local, RESOURCES.c.organisation_number.in_(part))
        rows = named(await connection.execute(query))
        found |= {row["organisation_number"]: ResourceRow.from_row(row) for row in rows}
    return found


async def all_local(connection: AsyncConnection, klass: ResourceClass) -> list[ResourceRow]:
    """Return every published resource of ours of one class, for all audiences, by IRI."""
    query = select(*COLUMNS).where(
        RESOURCES.c.klass == klass, RESOURCES.c.state == "published", RESOURCES.c.local
    )
    return await fetch_all(connection, query.order_by(RESOURCES.c.iri), ResourceRow.from_row)


async def local_wires(connection: AsyncConnection) -> list[tuple[str, str]]:
    """Return IRI and wire object of everything of ours that stands, drafts too."""
    query = select(RESOURCES.c.iri, RESOURCES.c.wire).where(
        RESOURCES.c.local, RESOURCES.c.state != "withdrawn"
    )
    return [(row.iri, row.wire) for row in (await connection.execute(query)).all()]


async def owned_by(connection: AsyncConnection, owner: str) -> list[str]:
    """Return the IRIs of what *owner* answers for and has not withdrawn."""
    query = select(RESOURCES.c.iri).where(
        RESOURCES.c.owner == owner, RESOURCES.c.state != "withdrawn"
    )
    return list((await connection.execute(query.order_by(RESOURCES.c.iri))).scalars())


async def save_versions(
    connection: AsyncConnection,
    rows: Sequence[ResourceRow],
    private: Mapping[str, Mapping[str, Any] | None],
) -> None:
    """Let *rows* be the current state of their resources, and log the changes.

    Of ours every version is kept, of others' how each was authenticated. *private* holds by IRI
    what stays with us: given replaces, None removes, absent leaves as it is. Raises
    VersionConflict where a version of ours is there already: someone else was faster, and the
    transaction must be given up.
    """
    try:
        await write_all(connection, overwrite(connection, RESOURCES), [values(row) for row in rows])
    except IntegrityError as error:  # another has taken a member's organisation number
        raise VersionConflict(log=str(error.orig), remedy=TRY_AGAIN) from error
    for part in chunks(iri for iri, details in private.items() if details is None):
        await connection.execute(delete(PRIVATE).where(PRIVATE.c.iri.in_(part)))
    kept = [{"iri": iri, "details": write_json(it)} for iri, it in private.items() if it]
    await write_all(connection, overwrite(connection, PRIVATE), kept)
    await _keep_versions(connection, [row for row in rows if row.local])
    await authentications.record(connection, [row for row in rows if not row.local])
    await change_log.append(connection, [_change(row) for row in rows])


async def _keep_versions(connection: AsyncConnection, rows: Sequence[ResourceRow]) -> None:
    details = select(PRIVATE.c.details).where(PRIVATE.c.iri == bindparam("of"))
    statement = VERSIONS.insert().values(private_details=details.scalar_subquery())
    versions = [
        {
            "of": row.iri,
            "iri": row.iri,
            "number": row.version,
            "wire": row.wire,
            "state": row.state,
            "audience": row.audience,
            "activity": row.activity,
            "recorded_at": row.updated_at,
        }
        for row in rows
    ]
    try:
        await write_all(connection, statement, versions)
    except IntegrityError as error:
        raise VersionConflict(log=str(error.orig), remedy=TRY_AGAIN) from error


def _change(row: ResourceRow) -> Change:
    return Change(
        iri=row.iri,
        klass=row.klass,
        local=row.local,
        public=row.is_public,
        changed_at=row.updated_at,
    )


async def renew_proof(
    connection: AsyncConnection, standing: ResourceRow, renewed: ResourceRow, *, at: str
) -> bool:
    """Let the same version of a resource of ours have the text of *renewed* from now on.

    Only where *standing* still stands; says whether it did. Readers of the order of changes see
    it again.
    """
    still = (RESOURCES.c.iri == standing.iri, RESOURCES.c.version == standing.version)
    statement = update(RESOURCES).where(*still, RESOURCES.c.wire == standing.wire)
    if (await connection.execute(statement.values(wire=renewed.wire))).rowcount != 1:
        return False
    version = update(VERSIONS).where(
        VERSIONS.c.iri == standing.iri, VERSIONS.c.number == standing.version
    )
    await connection.execute(version.values(wire=renewed.wire))
    await change_log.append(connection, [replace(_change(renewed), changed_at=at)])
    return True


async def withdraw(
    connection: AsyncConnection, stones: Sequence[Withdrawal], *, at: str
) -> list[ResourceRow]:
    """Put each Tombstone where its resource stood; return the new rows.

    Organisation numbers are free again: a member that comes back gets a new IRI, since other
    servers never again take in what they saw deleted. What stayed with us is removed, from
    the versions too. What was withdrawn before is left out. Of a draft nobody may learn that
    it ever was.
    """
    by_iri = {stone.iri: stone for stone in stones}
    standing = await get_many(connection, list(by_iri))
    rows = [
        _withdrawn(row, by_iri[iri], at)
        for iri, row in standing.items()
        if row.state != "withdrawn"
    ]
    await save_versions(connection, rows, {row.iri: None for row in rows})
    for part in chunks(row.iri for row in rows):
        now = VERSIONS.update().where(VERSIONS.c.iri.in_(part))
        await connection.execute(now.values(private_details=None))
    return rows


def _withdrawn(standing: ResourceRow, stone: Withdrawal, at: str) -> ResourceRow:
    return replace(
        standing,
        state="withdrawn",
        audience="private" if standing.state == "draft" else standing.audience,
        version=standing.version + 1,
        wire=stone.tombstone,
        title="",
        updated_at=at,
        activity=stone.activity,
        organisation_number=None,
    )


async def versions(connection: AsyncConnection, iri: str) -> list[VersionRow]:
    """Return all versions of a resource of ours, the newest first."""
    query = select(*VERSION_COLUMNS).where(VERSIONS.c.iri == iri)
    return await fetch_all(
        connection, query.order_by(VERSIONS.c.number.desc()), VersionRow.from_row
    )


async def version(connection: AsyncConnection, iri: str, number: int) -> VersionRow | None:
    """Return version *number* of a resource of ours."""
    query = select(*VERSION_COLUMNS).where(VERSIONS.c.iri == iri, VERSIONS.c.number == number)
    return await fetch_one(connection, query, VersionRow.from_row)


async def erase_versions(connection: AsyncConnection, iris: Sequence[str]) -> None:
    """Remove all but the current version of *iris*, and what stayed with us."""
    for part in chunks(iris):
        await connection.execute(delete(PRIVATE).where(PRIVATE.c.iri.in_(part)))
        current = select(RESOURCES.c.version).where(RESOURCES.c.iri == VERSIONS.c.iri)
        earlier = VERSIONS.c.number < current.scalar_subquery()
        await connection.execute(delete(VERSIONS).where(VERSIONS.c.iri.in_(part), earlier))
        now = VERSIONS.update().where(VERSIONS.c.iri.in_(part))
        await connection.execute(now.values(private_details=None))


async def private_details(connection: AsyncConnection, iri: str) -> dict[str, Any]:
    """Return what of the resource stays with us; empty where nothing does."""
    found = await connection.scalar(select(PRIVATE.c.details).where(PRIVATE.c.iri == iri))
    details: dict[str, Any] = json.loads(found) if found else {}
    return details


async def private_details_of(
    connection: AsyncConnection, iris: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Return what stays with us of each of *iris* of which something does."""
    found: dict[str, dict[str, Any]] = {}
    for part in chunks(iris):
        query = select(PRIVATE.c.iri, PRIVATE.c.details).where(PRIVATE.c.iri.in_(part))
        rows = (await connection.execute(query)).all()
        found |= {row.iri: json.loads(row.details) for row in rows}
    return found


async def set_private_details(
    connection: AsyncConnection, iri: str, details: Mapping[str, Any]
) -> None:
    """Keep *details* with us for a resource that is there."""
    row = {"iri": iri, "details": write_json(details)}
    await connection.execute(overwrite(connection, PRIVATE), row)


def write_json(document: Mapping[str, Any]) -> str:
    """Return *document* as compact JSON text, keys in their order."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
