"""Actors of other servers that follow a node, written directly into its database."""

from collections.abc import Sequence

from federation.origins import host_of
from node.storage import peers, tables
from node.storage.actors import ActorRow
from node.storage.follows import FollowRow
from node.storage.statements import values
from tests.bench.bench_node import BenchNode
from vocab.clock import timestamp


async def add_followers(node: BenchNode, iris: Sequence[str]) -> None:
    """Let the actors *iris*, each with an inbox of its own, follow the node's cluster."""
    now, cluster = timestamp(), node.folder.identity.cluster
    rows = [
        ActorRow(iri=iri, kind="other", local=False, host=host_of(iri), inbox=f"{iri}/inbox")
        for iri in iris
    ]
    async with node.folder.open_database() as database, database.transaction() as connection:
        for host in sorted({row.host for row in rows}):
            await peers.upsert_seen(connection, host, now=now)
        await connection.execute(tables.actors.insert(), [values(row) for row in rows])
        await connection.execute(
            tables.follows.insert(), [values(_accepted(iri, cluster, now)) for iri in iris]
        )


def _accepted(follower: str, followed: str, at: str) -> FollowRow:
    return FollowRow(
        follower=follower,
        followed=followed,
        activity=f"{follower}/follow",
        state="accepted",
        follower_local=False,
        created_at=at,
        decided_at=at,
    )
