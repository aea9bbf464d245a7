"""Keys: the public ones of everyone, the private ones of ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import tables
from node.storage.statements import (
    chunks,
    columns,
    fetch_all,
    fetch_one,
    insert,
    values,
    write_all,
)

KEYS = tables.keys
COLUMNS = columns(KEYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """A key as SQL keeps it."""

    key_id: str
    actor: str
    #: "rsa" or "ed25519".
    algorithm: str
    #: PEM (rsa) or multibase Multikey (ed25519).
    public: str
    #: PKCS#8 PEM, of ours only.
    private: str | None = field(default=None, repr=False)
    created_at: str
    #: From then on it verifies nothing. Of ours: it was replaced, and signs nothing.
    expires_at: str | None = None
    #: Of ours only: from then on nobody should believe it, whatever it signed.
    revoked_at: str | None = None

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        """Return the key of one row of the table."""
        return cls(**row)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedKey:
    """A public key with what must be known of its owner to trust it."""

    key: KeyRow
    #: instance, cluster or member of ours; cluster or other of others.
    actor_kind: str
    actor_local: bool


async def find_key(connection: AsyncConnection, key_id: str) -> OwnedKey | None:
    """Return the key of that id with its owner's kind; None where the owner is gone."""
    actors = tables.actors
    query = (
        select(*COLUMNS, actors.c.kind.label("actor_kind"), actors.c.local.label("actor_local"))
        .join(actors, actors.c.iri == KEYS.c.actor)
        .where(KEYS.c.key_id == key_id, actors.c.gone_at.is_(None))
    )
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        return None
    key = {name: value for name, value in row.items() if not name.startswith("actor_")}
    return OwnedKey(
        key=KeyRow.from_row(key), actor_kind=row["actor_kind"], actor_local=row["actor_local"]
    )


async def keys_of(connection: AsyncConnection, actor: str) -> list[KeyRow]:
    """Return all keys of *actor*, the oldest first; of ours with their private halves."""
    query = select(*COLUMNS).where(KEYS.c.actor == actor)
    return await fetch_all(
        connection, query.order_by(KEYS.c.created_at, KEYS.c.key_id), KeyRow.from_row
    )


async def signing_key(connection: AsyncConnection, actor: str, algorithm: str) -> KeyRow | None:
    """Return the newest key of *algorithm* that our *actor* signs with; None before it has one."""
    query = (
        select(*COLUMNS)
        .where(
            KEYS.c.actor == actor,
            KEYS.c.algorithm == algorithm,
            KEYS.c.private.is_not(None),
            KEYS.c.expires_at.is_(None),  # retired ones stay listed, but sign nothing
        )
        .order_by(KEYS.c.created_at.desc())
        .limit(1)
    )
    return await fetch_one(connection, query, KeyRow.from_row)


async def signing_keys(
    connection: AsyncConnection, actors: Sequence[str], algorithm: str
) -> dict[str, KeyRow]:
    """Return by actor what ``signing_key`` returns for each of *actors* that has such a key."""
    found: dict[str, KeyRow] = {}
    for part in chunks(actors):
        query = select(*COLUMNS).where(
            KEYS.c.actor.in_(part),
            KEYS.c.algorithm == algorithm,
            KEYS.c.private.is_not(None),
            KEYS.c.expires_at.is_(None),
        )
        rows = await fetch_all(connection, query.order_by(KEYS.c.created_at), KeyRow.from_row)
        found |= {row.actor: row for row in rows}
    return found


async def retire_keys(
    connection: AsyncConnection, actor: str, algorithm: str, *, expires_at: str
) -> None:
    """Let the key of *algorithm* that our *actor* signs with sign no more; its private half goes.

    Others may believe what it signed until *expires_at*.
    """
    standing = update(KEYS).where(
        KEYS.c.actor == actor, KEYS.c.algorithm == algorithm, KEYS.c.expires_at.is_(None)
    )
    await connection.execute(standing.values(private=None, expires_at=expires_at))


async def revoke_keys(
    connection: AsyncConnection, actor: str, algorithm: str, *, at: str
) -> list[str]:
    """Revoke every key of *algorithm* of our *actor* that somebody would believe yet.

    Returns their ids.
    """
    believed = (
        KEYS.c.actor == actor,
        KEYS.c.algorithm == algorithm,
        KEYS.c.revoked_at.is_(None),
        KEYS.c.expires_at.is_(None) | (KEYS.c.expires_at > at),
    )
    found = list((await connection.execute(select(KEYS.c.key_id).where(*believed))).scalars())
    statement = update(KEYS).where(*believed)
    await connection.execute(statement.values(private=None, expires_at=at, revoked_at=at))
    return found


async def add_keys(connection: AsyncConnection, keys: Sequence[KeyRow]) -> None:
    """Add *keys*; a key id that is taken stays with the actor that has it."""
    statement = insert(connection, KEYS).on_conflict_do_nothing(index_elements=["key_id"])
    await write_all(connection, statement, [values(key) for key in keys])


async def replace_keys(connection: AsyncConnection, actor: str, keys: Sequence[KeyRow]) -> None:
    """Let *keys* be exactly the keys of another server's *actor*.

    A key id that another actor has stays with that actor.
    """
    await connection.execute(delete(KEYS).where(KEYS.c.actor == actor))
    await add_keys(connection, keys)
