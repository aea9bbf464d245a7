"""Servers as their messages come in: counted, and known from the first one on."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import tables
from node.storage.statements import chunks, insert, write_all

PEERS = tables.peers


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What came from one server in one batch."""

    host: str
    #: The actor and the type of the first of it.
    actor: str
    type: str
    count: int


async def record(
    connection: AsyncConnection, arrivals: Sequence[Arrival], *, at: str, most_waiting: int
) -> bool:
    """Count *arrivals*; say whether a server is among them that was not known.

    Names cost a stranger nothing, so where *most_waiting* servers wait for a decision new ones
    are not written down: their messages count, and they are seen when there is room again.
    """
    known = await _known(connection, [arrival.host for arrival in arrivals])
    strangers = [arrival for arrival in arrivals if arrival.host not in known]
    room = await _room(connection, most_waiting) if strangers else 0
    kept = [arrival for arrival in arrivals if arrival.host in known] + strangers[:room]
    await _write(connection, kept, at)
    return bool(strangers[:room])


async def _known(connection: AsyncConnection, hosts: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for part in chunks(hosts):
        query = select(PEERS.c.host).where(PEERS.c.host.in_(part))
        found.update((await connection.execute(query)).scalars())
    return found


async def _room(connection: AsyncConnection, most_waiting: int) -> int:
    query = select(func.count()).where(PEERS.c.state == "pending")
    return max(0, most_waiting - int(await connection.scalar(query) or 0))


async def _write(connection: AsyncConnection, arrivals: Sequence[Arrival], at: str) -> None:
    statement = insert(connection, PEERS)
    given = statement.excluded
    counted = statement.on_conflict_do_update(
        index_elements=["host"],
        set_={
            "received": PEERS.c.received + given.received,
            "asked": func.coalesce(PEERS.c.asked, given.asked),
            "asked_by": func.coalesce(PEERS.c.asked_by, given.asked_by),
        },
    )
    rows = [
        {
            "host": arrival.host,
            "state": "pending",
            "first_seen_at": at,
            "received": arrival.count,
            "asked": arrival.type,
            "asked_by": arrival.actor,
        }
        for arrival in sorted(arrivals, key=lambda arrival: arrival.host)
    ]
    await write_all(connection, counted, rows)
