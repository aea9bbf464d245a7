"""Actors: ours, and those of others as they were last fetched."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import tables
from node.storage.keys import KeyRow, add_keys, replace_keys
from node.storage.statements import (
    chunks,
    columns,
    fetch_all,
    fetch_one,
    insert,
    overwrite,
    values,
    write_all,
)

ACTORS = tables.actors
COLUMNS = columns(ACTORS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorRow:
    """An actor as SQL keeps it."""

    iri: str
    #: instance, cluster or member of ours; cluster or other of others.
    kind: str
    local: bool
    #: With its port unless that is the scheme's own.
    host: str
    handle: str | None = None
    name: str = ""
    inbox: str | None = None
    shared_inbox: str | None = None
    #: JSON text, as fetched; of ours without keys.
    document: str | None = None
    fetched_at: str | None = None
    #: When it answered 410 or was deleted.
    gone_at: str | None = None

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        """Return the actor of one row of the table."""
        return cls(**row)

    def read_document(self) -> dict[str, Any]:
        """Return the actor's document as a tree; empty where none is kept."""
        document: dict[str, Any] = json.loads(self.document) if self.document else {}
        return document


async def get(connection: AsyncConnection, iri: str) -> ActorRow | None:
    """Return the actor *iri*, gone ones too; None for one we never knew."""
    return await fetch_one(
        connection, select(*COLUMNS).where(ACTORS.c.iri == iri), ActorRow.from_row
    )


async def get_many(connection: AsyncConnection, iris: Sequence[str]) -> dict[str, ActorRow]:
    """Return the known ones of *iris* by IRI."""
    found: dict[str, ActorRow] = {}
    for part in chunks(iris):
        result = await connection.execute(select(*COLUMNS).where(ACTORS.c.iri.in_(part)))
        found |= {row["iri"]: ActorRow.from_row(row) for row in result.mappings()}
    return found


async def by_handle(connection: AsyncConnection, handle: str) -> ActorRow | None:
    """Return our own actor of that handle (preferredUsername), in any case of letters."""
    query = select(*COLUMNS).where(ACTORS.c.local, ACTORS.c.handle == handle.lower())
    return await fetch_one(connection, query, ActorRow.from_row)


async def save_remote(connection: AsyncConnection, actor: ActorRow, keys: Sequence[KeyRow]) -> None:
    """Keep *actor* as it was just fetched; exactly *keys* are its keys from now on.

    An actor of ours is never overwritten: ValueError.
    """
    standing = await get(connection, actor.iri)
    if actor.local or (standing is not None and standing.local):
        raise ValueError(f"{actor.iri} is an actor of this node")
    await connection.execute(overwrite(connection, ACTORS), values(actor))
    await replace_keys(connection, actor.iri, keys)


async def insert_local(
    connection: AsyncConnection, actors: Sequence[ActorRow], keys: Sequence[KeyRow]
) -> None:
    """Add actors of ours with the keys that are ready; 1,000 at once are fine.

    Handles are kept in small letters. Those already there stay as they are.
    """
    rows = [values(actor) | {"handle": (actor.handle or "").lower() or None} for actor in actors]
    statement = insert(connection, ACTORS).on_conflict_do_nothing(index_elements=["iri"])
    await write_all(connection, statement, rows)
    await add_keys(connection, keys)


async def update_local(connection: AsyncConnection, actor: ActorRow) -> None:
    """Overwrite what is kept of an actor of ours; its keys stay."""
    statement = update(ACTORS).where(ACTORS.c.iri == actor.iri, ACTORS.c.local)
    await connection.execute(statement, values(actor))


async def local_actors(connection: AsyncConnection, kind: str | None = None) -> list[ActorRow]:
    """Return our own actors that are not gone, of *kind* or of all kinds."""
    query = select(*COLUMNS).where(ACTORS.c.local, ACTORS.c.gone_at.is_(None))
    if kind is not None:
        query = query.where(ACTORS.c.kind == kind)
    return await fetch_all(connection, query.order_by(ACTORS.c.iri), ActorRow.from_row)


async def local_handles(connection: AsyncConnection) -> set[str | None]:
    """Return the handles of our own actors, of those who are gone too."""
    return set((await connection.execute(select(ACTORS.c.handle).where(ACTORS.c.local))).scalars())


async def lacking_key(
    connection: AsyncConnection, algorithm: str, *, limit: int = 100
) -> list[ActorRow]:
    """Return actors of ours, not gone, that have no key of *algorithm* (rsa, ed25519) yet."""
    keys = tables.keys
    has_one = exists().where(keys.c.actor == ACTORS.c.iri, keys.c.algorithm == algorithm)
    query = (
        select(*COLUMNS)
        .where(ACTORS.c.local, ACTORS.c.gone_at.is_(None), ~has_one)
        .order_by(ACTORS.c.iri)
        .limit(limit)
    )
    return await fetch_all(connection, query, ActorRow.from_row)


async def mark_gone(connection: AsyncConnection, iri: str, *, at: str) -> None:
    """Note that the actor is gone; its keys sign nothing any more."""
    statement = update(ACTORS).where(ACTORS.c.iri == iri).values(gone_at=at)
    await connection.execute(statement)


async def remote_clusters(connection: AsyncConnection) -> list[ActorRow]:
    """Return the clusters of other nodes, as they were last fetched."""
    query = select(*COLUMNS).where(~ACTORS.c.local, ACTORS.c.kind == "cluster")
    return await fetch_all(connection, query.order_by(ACTORS.c.iri), ActorRow.from_row)
