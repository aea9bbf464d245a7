"""Proofs anew where the key of the cluster is another: after a rotation, or where none was.

Nothing else of a document changes: not its version, not its dates, and nobody is sent anything.
It moves to the end of ``/cluster/changes``, so that other nodes come by the new proof when they
read on, and can pass the thing on as before.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from node.identity import Identity
from node.publishing.prove_documents import Prover
from node.storage import change_log, resources
from node.storage.database import Database
from node.storage.resource_rows import ResourceRow
from vocab import clock
from vocab.inline_context import without_proof
from vocab.wire_object import wire_text

#: Things read at once; each is written in a transaction of its own, so nobody waits for a row.
BATCH = 100
#: Changes of others passed over before that is written down.
PASSED_OVER = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What changed of ours since proofs were last looked after."""

    projection: str
    prover: Prover
    rows: Sequence[ResourceRow]
    reached: int
    position: int
    more: bool


async def renew_proofs(database: Database, identity: Identity) -> bool:
    """Renew some proofs; return whether there may be more.

    It reads the order of changes as a projection does, from the beginning for each new key: so
    all that stands is looked at once, and whatever is published meanwhile.
    """
    reading = await _read(database, identity)
    if reading is None:
        return False
    for row in reading.rows:
        if _lacks_proof(row, reading.prover, identity):
            await _renew(database, row, reading.prover, identity)
            await asyncio.sleep(0)
    if reading.rows or reading.reached - reading.position > PASSED_OVER:
        async with database.transaction() as connection:
            await change_log.set_position(connection, reading.projection, reading.reached)
    return reading.more


async def _read(database: Database, identity: Identity) -> _Reading | None:
    """Return what is next, None before there is a key."""
    async with database.reading() as connection:
        prover = await Prover.load(connection, [identity.cluster], clock.now())
        key = prover.keys.get(identity.cluster)
        if key is None:
            return None
        projection = f"proofs by {key.key_id}"
        position = await change_log.position(connection, projection)
        head = await change_log.head(connection)
        changes = await change_log.read_after(connection, position, BATCH, local=True)
        rows = await resources.get_many(connection, [change.iri for change in changes])
    more = len(changes) == BATCH
    return _Reading(
        projection=projection,
        prover=prover,
        rows=list(rows.values()),
        reached=changes[-1].seq if changes else head,
        position=position,
        more=more,
    )


def _lacks_proof(row: ResourceRow, prover: Prover, identity: Identity) -> bool:
    """Say whether *row* is for everyone and has no proof by the key that proves now."""
    if not row.is_public:
        return False
    proof = row.document.get("proof")
    key = prover.keys[identity.cluster]
    return not isinstance(proof, dict) or proof.get("verificationMethod") != key.key_id


async def _renew(database: Database, row: ResourceRow, prover: Prover, identity: Identity) -> None:
    document = prover.prove(without_proof(row.document), identity.cluster)
    renewed = replace(row, wire=wire_text(document))
    async with database.transaction() as connection:
        await resources.renew_proof(connection, row, renewed, at=clock.timestamp())
