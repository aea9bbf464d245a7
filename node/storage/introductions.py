"""Which nodes this one introduces to others: those it follows, that the desk has approved."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import tables
from node.storage.actors import ActorRow
from node.storage.statements import columns, fetch_all

#: More are not told.
MOST = 500


async def introduced(
    connection: AsyncConnection, cluster: str, *, limit: int = MOST
) -> list[ActorRow]:
    """Return the clusters that *cluster* follows and that accepted it, on approved servers."""
    actors, follows, peers = tables.actors, tables.follows, tables.peers
    query = (
        select(*columns(actors))
        .join(follows, follows.c.followed == actors.c.iri)
        .join(peers, peers.c.host == actors.c.host)
        .where(
            follows.c.follower == cluster,
            follows.c.state == "accepted",
            peers.c.state == "approved",
            actors.c.kind == "cluster",
            actors.c.gone_at.is_(None),
        )
        .order_by(actors.c.iri)
        .limit(limit)
    )
    return await fetch_all(connection, query, ActorRow.from_row)
