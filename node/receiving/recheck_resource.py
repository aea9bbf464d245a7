"""What was believed by its proof alone, once its owner's server answers again.

A proof says that the owner once wrote this, not that it still stands. So the owner is asked: 410
removes it, another version replaces it, and the same makes it as good as fetched.
"""

from dataclasses import replace

from federation.authority import check_read
from federation.errors import FederationError, GoneResource
from federation.ports import FetchedDocument
from federation.verify_activity import FETCH, INTEGRITY_PROOF
from node.receiving.batch import Batch
from node.receiving.delete import tombstone_of
from node.receiving.ingest_resource import Source, ingest, withdraw_foreign
from node.receiving.outcomes import DONE, Outcome, ignored, refused
from node.storage.resource_rows import ResourceRow
from vocab.wire_object import WireObject


async def recheck(
    batch: Batch, asked: ResourceRow, answer: FetchedDocument | FederationError
) -> Outcome:
    """Let what the owner of *asked* answers stand instead; nothing changes for any other error.

    Raises ForbiddenOrigin, MalformedRequest and UnacceptableDocument for an answer that is not
    the owner's word about it.
    """
    standing = await batch.standing(asked.iri)
    if standing is None or not rests_on_proof(standing) or standing.version != asked.version:
        return ignored("It was told by its owner meanwhile.")
    source = Source(
        owner=standing.owner,
        activity=standing.activity,
        authenticated_by=FETCH,
        verification_method=asked.iri if isinstance(answer, Exception) else answer.url,
        received_at=batch.arrival,
    )
    if isinstance(answer, GoneResource):
        return await withdraw_foreign(
            batch, asked.iri, tombstone_of(asked.iri, None, batch), source
        )
    if isinstance(answer, Exception):
        return refused(answer.safe)
    return await _settle(batch, standing, answer, source)


def rests_on_proof(row: ResourceRow) -> bool:
    """Say whether nothing but a proof authenticates what *row* shows."""
    return row.authenticated_by == INTEGRITY_PROOF and row.state == "published" and not row.local


async def _settle(
    batch: Batch, standing: ResourceRow, found: FetchedDocument, source: Source
) -> Outcome:
    check_read(standing.iri, standing.owner, url=found.url, document=found.document)
    if found.document != standing.document:
        return await ingest(batch, WireObject(found.document), source, corrects=True)
    batch.save(
        replace(
            standing,
            received_at=source.received_at,
            authenticated_by=source.authenticated_by,
            verification_method=source.verification_method,
        )
    )
    return DONE
