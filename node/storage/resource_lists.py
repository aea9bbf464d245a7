"""Lists and counts of resources: pages that stay put while things are added."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import tables
from node.storage.change_log import LOG, is_latest
from node.storage.resource_rows import ResourceFilter, ResourceRow
from node.storage.resources import COLUMNS, RESOURCES
from node.storage.statements import fetch_all
from vocab.classes import ResourceClass


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalChange:
    """A resource of ours that is or was public, as it stands, in the order of changes."""

    seq: int
    resource: ResourceRow


async def list_page(
    connection: AsyncConnection,
    wanted: ResourceFilter,
    *,
    limit: int,
    before: str | None = None,
    after: str | None = None,
) -> list[ResourceRow]:
    """Return up to *limit* resources, the newest first.

    *before* and *after* are ``ResourceRow.cursor`` texts: the page goes on with what is older
    than *before*, or ends just above *after* (the page before). Raises ValueError for a cursor
    that is none.
    """
    place = tuple_(RESOURCES.c.published_at, RESOURCES.c.iri)
    query = select(*COLUMNS).where(*_conditions(wanted))
    if before is not None:
        query = query.where(place < _read_cursor(before))
    if after is not None:
        query = query.where(place > _read_cursor(after))
        query = query.order_by(RESOURCES.c.published_at, RESOURCES.c.iri)
    else:
        query = query.order_by(RESOURCES.c.published_at.desc(), RESOURCES.c.iri.desc())
    rows = (await connection.execute(query.limit(limit))).mappings().all()
    page = [ResourceRow.from_row(row) for row in rows]
    return page[::-1] if after is not None else page


def _read_cursor(cursor: str) -> Any:
    published_at, space, iri = cursor.partition(" ")
    if not space or not iri:
        raise ValueError(f"{cursor!r} is no place in a list")
    return tuple_(published_at, iri)


def _conditions(wanted: ResourceFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.classes:
        found.append(RESOURCES.c.klass.in_(wanted.classes))
    if wanted.audiences:
        found.append(RESOURCES.c.audience.in_(wanted.audiences))
    for name in ("state", "local", "host", "owner"):
        value = getattr(wanted, name)
        if value is not None:
            found.append(RESOURCES.c[name] == value)
    if wanted.at is not None:
        found.append(RESOURCES.c.ends_at.is_(None) | (RESOURCES.c.ends_at > wanted.at))
    if wanted.since is not None:
        found.append(RESOURCES.c.published_at >= wanted.since)
    if wanted.naming:
        # Every row of the class is read: some thousand take milliseconds. An IRI in a wire
        # object is a JSON text of its own, so the quotes make the match exact.
        named = (RESOURCES.c.wire.contains(f'"{iri}"', autoescape=True) for iri in wanted.naming)
        found += [or_(*named), RESOURCES.c.iri.not_in(wanted.naming)]
    if wanted.among is not None:
        found.append(RESOURCES.c.iri.in_(sorted(wanted.among)))
    return found


async def count_by_class(
    connection: AsyncConnection, wanted: ResourceFilter
) -> dict[ResourceClass, int]:
    """Return how many there are of each class that has any."""
    number = func.count().label("number")
    query = select(RESOURCES.c.klass.label("klass"), number).where(*_conditions(wanted))
    rows = (await connection.execute(query.group_by(RESOURCES.c.klass))).all()
    return {ResourceClass(row.klass): row.number for row in rows}


async def count(connection: AsyncConnection, wanted: ResourceFilter) -> int:
    """Return how many there are."""
    return sum((await count_by_class(connection, wanted)).values())


async def drafts(
    connection: AsyncConnection, classes: Sequence[ResourceClass] = ()
) -> list[ResourceRow]:
    """Return our drafts, the one changed last first."""
    wanted = ResourceFilter(classes=tuple(classes), audiences=(), state="draft", local=True)
    query = select(*COLUMNS).where(*_conditions(wanted))
    newest = query.order_by(RESOURCES.c.updated_at.desc(), RESOURCES.c.iri)
    return await fetch_all(connection, newest, ResourceRow.from_row)


async def ours_ending(
    connection: AsyncConnection,
    classes: Sequence[ResourceClass],
    after: str,
    until: str,
    *,
    limit: int,
) -> list[ResourceRow]:
    """Return the last *limit* of what ends later than *after* and by *until*, in that order."""
    wanted = ResourceFilter(classes=tuple(classes), audiences=(), local=True)
    ends_at = RESOURCES.c.ends_at
    query = select(*COLUMNS).where(*_conditions(wanted), ends_at > after, ends_at <= until)
    last = query.order_by(ends_at.desc(), RESOURCES.c.iri).limit(limit)
    return (await fetch_all(connection, last, ResourceRow.from_row))[::-1]


async def local_changes_after(
    connection: AsyncConnection, position: int, limit: int
) -> list[LocalChange]:
    """Return what of ours changed after *position* and is or once was public, as it stands.

    One that is withdrawn comes with its Tombstone; one that is no longer ``is_public`` for
    another reason (a narrower audience, a draft again) is to be told as deleted too. What never
    was public is not there, so nothing can be learnt of it.
    """
    query = _local_changes().where(LOG.c.seq > position).order_by(LOG.c.seq)
    return await _read_changes(connection, query.limit(limit))


async def local_changes_until(
    connection: AsyncConnection, position: int, limit: int
) -> list[LocalChange]:
    """Return the last *limit* of what changed up to *position*, in the same order."""
    query = _local_changes().where(LOG.c.seq <= position).order_by(LOG.c.seq.desc())
    return (await _read_changes(connection, query.limit(limit)))[::-1]


def _local_changes() -> Select[Any]:
    once = LOG.alias("once")
    was_public = exists().where(once.c.iri == LOG.c.iri, once.c.public)
    return (
        select(LOG.c.seq, *COLUMNS)
        .join(tables.resources, RESOURCES.c.iri == LOG.c.iri)
        .where(LOG.c.local, is_latest(), was_public)
    )


async def _read_changes(connection: AsyncConnection, query: Select[Any]) -> list[LocalChange]:
    rows = (await connection.execute(query)).mappings().all()
    return [
        LocalChange(
            seq=row["seq"],
            resource=ResourceRow.from_row({k: v for k, v in row.items() if k != "seq"}),
        )
        for row in rows
    ]


async def resting_on_proof(
    connection: AsyncConnection, *, limit: int, without: Sequence[str] = ()
) -> list[ResourceRow]:
    """Return things of others that a proof alone authenticates, in no order, by any host.

    Hosts in *without* are left out. In no order, so that what stays unanswered hides nothing.
    """
    query = select(*COLUMNS).where(
        RESOURCES.c.authenticated_by == "IntegrityProof",
        RESOURCES.c.state == "published",
        ~RESOURCES.c.local,
        RESOURCES.c.host.not_in(without),
    )
    return await fetch_all(
        connection, query.order_by(func.random()).limit(limit), ResourceRow.from_row
    )


async def count_by_host(connection: AsyncConnection, wanted: ResourceFilter) -> dict[str, int]:
    """Return how many there are of each host that has any, ours included."""
    query = select(RESOURCES.c.host, func.count().label("number")).where(*_conditions(wanted))
    rows = (await connection.execute(query.group_by(RESOURCES.c.host))).all()
    return {row.host: row.number for row in rows}


async def names(connection: AsyncConnection, wanted: ResourceFilter) -> list[tuple[str, str]]:
    """Return IRI and title of every resource, in no order: alphabets are the reader's."""
    query = select(RESOURCES.c.iri, RESOURCES.c.title).where(*_conditions(wanted))
    return [(row.iri, row.title) for row in (await connection.execute(query)).all()]
