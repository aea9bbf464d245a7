"""The state and the scope of servers, written down as the desk decides them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, exists, or_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import tables
from node.storage.statements import insert, values, write_all

PEERS = tables.peers
RULING = ("state", "reason", "decided_by", "decided_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What is decided about one server, or all below a domain."""

    host: str
    state: str
    reason: str | None
    decided_by: str
    decided_at: str


async def decide(connection: AsyncConnection, rulings: Sequence[Ruling]) -> None:
    """Let *rulings* stand, of servers too that were not known."""
    statement = insert(connection, PEERS)
    given = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=["host"], set_={name: given[name] for name in RULING}
    )
    rows = [values(ruling) | {"first_seen_at": ruling.decided_at} for ruling in rulings]
    await write_all(connection, statement, rows)


async def clear(connection: AsyncConnection, host: str) -> None:
    """Let nothing be decided about *host*."""
    nothing = dict.fromkeys(("reason", "decided_by", "decided_at", "classes"))
    nothing |= {"held_at": None, "held_until": None}
    statement = update(PEERS).where(PEERS.c.host == host)
    await connection.execute(statement.values(state="pending", direction="both", **nothing))


async def remove_if_idle(connection: AsyncConnection, host: str) -> None:
    """Remove *host* from what is known, unless somebody there follows or is followed."""
    follows, actors = tables.follows, tables.actors
    either = or_(follows.c.follower == actors.c.iri, follows.c.followed == actors.c.iri)
    tied = exists().where(actors.c.host == host, either, follows.c.state != "undone")
    await connection.execute(delete(PEERS).where(PEERS.c.host == host, ~tied))


async def set_scope(
    connection: AsyncConnection, host: str, *, direction: str, classes: str | None
) -> bool:
    """Write down what is exchanged with *host*; False where it is not known."""
    statement = update(PEERS).where(PEERS.c.host == host)
    result = await connection.execute(statement.values(direction=direction, classes=classes))
    return result.rowcount == 1
