"""Servers by what the desk has to do with them, found and counted without reading them all.

========  ==================================================================
group     servers
========  ==================================================================
asking    pending, and a node or with somebody who wants to follow us
approved  approved; likewise limited and blocked
seen      pending, and nobody there wants anything: followers on Mastodon …
========  ==================================================================
"""

from collections.abc import Sequence
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import tables

Group = Literal["asking", "approved", "limited", "blocked", "seen"]
GROUPS: tuple[Group, ...] = get_args(Group)

PEERS = tables.peers


def _asks() -> ColumnElement[bool]:
    actors, follows = tables.actors, tables.follows
    knocking = (
        select(actors.c.host)
        .join(follows, follows.c.follower == actors.c.iri)
        .where(~follows.c.follower_local, follows.c.state == "pending")
    )
    return or_(PEERS.c.is_node, PEERS.c.host.in_(knocking))


def _is_in(group: Group) -> ColumnElement[bool]:
    if group == "asking":
        return and_(PEERS.c.state == "pending", _asks())
    if group == "seen":
        return and_(PEERS.c.state == "pending", not_(_asks()))
    return PEERS.c.state == group


async def hosts_in(
    connection: AsyncConnection, group: Group, *, limit: int, part: str = ""
) -> list[str]:
    """Return hosts of *group*, nodes first, by name; those alone that hold *part*."""
    query = select(PEERS.c.host).where(_is_in(group))
    if part:
        query = query.where(PEERS.c.host.contains(part, autoescape=True))
    query = query.order_by(PEERS.c.is_node.desc(), PEERS.c.host).limit(limit)
    return list((await connection.execute(query)).scalars())


async def count_groups(connection: AsyncConnection, *, part: str = "") -> dict[Group, int]:
    """Return how many servers each group has."""
    named: Any = case(
        (PEERS.c.state != "pending", PEERS.c.state), (_asks(), "asking"), else_="seen"
    ).label("named")
    query = select(named, func.count().label("number"))
    if part:
        query = query.where(PEERS.c.host.contains(part, autoescape=True))
    rows: Sequence[Any] = (await connection.execute(query.group_by(named))).all()
    found = {row.named: int(row.number) for row in rows}
    return {group: found.get(group, 0) for group in GROUPS}


async def count_known(connection: AsyncConnection) -> int:
    """Return how many servers are known."""
    return int(await connection.scalar(select(func.count()).select_from(PEERS)) or 0)


async def count_troubled(connection: AsyncConnection) -> int:
    """Return of how many approved servers the last that happened was a failure."""
    failed = PEERS.c.last_error_at > func.coalesce(PEERS.c.last_success_at, "")
    query = select(func.count()).select_from(PEERS).where(PEERS.c.state == "approved", failed)
    return int(await connection.scalar(query) or 0)
