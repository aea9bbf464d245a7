"""Take in what somebody passes on: the owner's proof in it makes it the owner's word.

Whoever this node follows may pass on what others wrote whom it follows too (FEDERATION.md). A
proof needs no fetch, so it does not matter whether the owner's server answers; what came so is
checked again when it does (``workers.recheck``).
"""

from federation.addressing import audience_of
from federation.verify_activity import INTEGRITY_PROOF
from node.receiving.batch import Batch
from node.receiving.ingest_resource import Source, ingest
from node.receiving.outcomes import Outcome, ignored
from vocab.wire_object import WireObject


async def ingest_proved(batch: Batch, wire: WireObject, *, activity: str | None) -> Outcome | None:
    """Take in *wire*, which *activity* or a page of somebody else's carried.

    None where no proof makes it its owner's. Raises UnacceptableDocument as ``ingest`` does.
    """
    prover = await batch.proofs.prover_of(wire.document)
    if prover is None:
        return None
    if not await batch.takes_from(prover.actor):
        return ignored("This node does not follow the author of what is passed on.")
    if audience_of(wire.document, None) != "public":
        return ignored("Only what is for everyone is passed on.")
    source = Source(
        owner=prover.actor,
        activity=activity,
        authenticated_by=INTEGRITY_PROOF,
        verification_method=prover.key_id,
        received_at=batch.arrival,
    )
    outcome = await ingest(batch, wire, source)
    batch.recheck_wanted |= outcome.state == "done"
    return outcome
