"""Two who decide by what stands, at the same time."""

import asyncio

from federation.ports import KnownKey
from federation.proof_verifier import ProofVerifier
from node.graph.recent_quads import RecentQuads
from node.identity import Identity
from node.publishing.outgoing import Outgoing
from node.receiving.batch import Batch
from node.receiving.ingest_resource import Source, ingest, withdraw_foreign
from node.storage import resources
from node.storage.database import Database
from node.storage.peer_policy import PeerPolicy
from tests.bench.graph_documents import BASE, offer
from vocab.clock import now, timestamp
from vocab.wire_object import WireObject

HERE = Identity(base_url="https://here.example", handle="here")


async def test_a_deleted_thing_does_not_come_back_with_the_catch_up(database: Database) -> None:
    """Whoever read first writes first, on PostgreSQL too; the Delete is the last word."""
    document = offer(1) | {"attributedTo": f"{BASE}/cluster"}
    newer = document | {"updated": "2026-11-23T11:00:00Z"}
    source = Source(
        owner=f"{BASE}/cluster",
        activity=None,
        authenticated_by="Fetch",
        verification_method=BASE,
        received_at=timestamp(),
    )
    read = asyncio.Event()

    async def take_in(written: dict[str, object], *, slowly: bool = False) -> None:
        async with database.transaction() as connection:
            batch = _batch(connection)
            await batch.preload([document["id"]])
            read.set()
            if slowly:
                await asyncio.sleep(0.2)  # the other has begun by then, whatever comes of it
            if written.get("type") == "Tombstone":
                await withdraw_foreign(batch, document["id"], written, source)
            else:
                await ingest(batch, WireObject(written), source)
            await batch.flush()

    async def delete() -> None:
        await read.wait()
        await take_in({"id": document["id"], "type": "Tombstone"})

    await take_in(document)
    read.clear()
    await asyncio.gather(take_in(newer, slowly=True), delete())
    async with database.reading() as connection:
        row = await resources.get(connection, document["id"])

    assert row is not None
    assert (row.state, row.version) == ("withdrawn", 3)


def _batch(connection: object) -> Batch:
    moment = now()
    return Batch(
        connection=connection,  # type: ignore[arg-type] # passed on as it came
        identity=HERE,
        policy=PeerPolicy(mode="open"),
        moment=moment,
        outgoing=Outgoing(identity=HERE, moment=moment),
        recent=RecentQuads(),
        proofs=ProofVerifier(_no_key),
    )


async def _no_key(key_id: str) -> KnownKey | None:
    return None
