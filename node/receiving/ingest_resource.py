"""Take a foreign resource in: however it came, these are the rules.

The caller has made sure that the document is authentic; that its owner may speak for it is
checked here once more (``federation.authority``), so that no path can leave it out. Then it is
decided whether it is of the profile, well formed, newer than what stands, and for whom it is.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from federation.addressing import Audience, audience_of
from federation.authority import check_embedded_object, check_tombstone, tombstone_applies
from federation.origins import host_of
from federation.verify_activity import INTEGRITY_PROOF
from node.publishing.resource_rows import end_time
from node.receiving.batch import Batch
from node.receiving.outcomes import DONE, Outcome, ignored, refused
from node.storage.resource_rows import ResourceRow
from vocab.classes import ResourceClass, classify
from vocab.clock import parse_time, timestamp
from vocab.inline_context import without_proof
from vocab.texts import title
from vocab.validation import Profile, validate
from vocab.wire_object import WireObject, wire_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """How a document came and why it is believed."""

    owner: str
    activity: str | None
    authenticated_by: str
    verification_method: str
    received_at: str
    #: The activity that it came embedded in, whose addressing counts too.
    carrier: Mapping[str, Any] | None = None


#: What an old message, or an old proof, comes to.
NOT_NEWER = ignored("What stands here is as new, or newer.")


async def ingest(
    batch: Batch, wire: WireObject, source: Source, *, corrects: bool = False
) -> Outcome:
    """Store *wire* as the current version of its resource, or say why not.

    It must be newer than what stands, unless it *corrects* what its owner never told us.

    Raises UnacceptableDocument where it could be read in two ways, ForbiddenOrigin or
    MalformedRequest where the owner may not speak for it.
    """
    document = wire.document
    check_embedded_object(source.owner, document)
    iri = document["id"]
    klass = classify(document)
    if klass is None:
        return ignored("It is not of a class that nodes exchange.")
    if not batch.policy.takes(host_of(source.owner), klass):
        return ignored("The desk takes nothing of its class from this server.")
    audience = await _audience(batch, source.carrier or document, source.owner)
    if audience == "private":
        return ignored("It is addressed to persons; it is kept in the journal for the desk.")
    before = await batch.standing(iri)
    problem = _conflict(before, document, source.owner)
    if problem == NOT_NEWER and before is not None and is_proved_anew(before, document):
        batch.save(_with_text(before, wire, source))
        return DONE
    if problem is not None and not (corrects and problem == NOT_NEWER):
        return problem
    violations = [
        finding
        for finding in validate(document, Profile.RECEIVE, wire.quads)
        if finding.severity == "violation"
    ]
    if violations:
        return refused("; ".join(finding.message("en") for finding in violations))
    batch.save(_row(wire, klass, audience, before, source), wire.quads)
    return DONE


async def _audience(batch: Batch, document: Mapping[str, Any], owner: str) -> Audience:
    actor = await batch.remote_actor(owner)
    return audience_of(document, actor.network if actor else None)


def _conflict(
    before: ResourceRow | None, document: Mapping[str, Any], owner: str
) -> Outcome | None:
    """Say why what stands must stay, or None."""
    if before is None:
        return None
    if before.local:
        return refused("It is a resource of this node.")
    if before.owner != owner:
        # Nobody deletes in advance what is not theirs: such a tombstone does not count.
        return None if _only_a_tombstone(before) else refused("Another actor owns it.")
    if changed_at(document) <= _stands_since(before):
        return NOT_NEWER
    return None


def is_proved_anew(before: ResourceRow, document: Mapping[str, Any]) -> bool:
    """Say whether *document* is what stands, with another proof, no older than the one there.

    Whoever replaces a key proves its things anew. An older proof replaces none, so what somebody
    passes on cannot bring back one whose key has ended.
    """
    standing = before.document
    if before.state != "published" or standing == document or "proof" not in document:
        return False
    if proved_at(document) < proved_at(standing):
        return False
    return without_proof(standing) == without_proof(document)


def proved_at(document: Mapping[str, Any]) -> str:
    """Return when the proof of *document* says it was made, as sortable text; empty for none."""
    proof = document.get("proof")
    return changed_at({"updated": proof.get("created")}) if isinstance(proof, Mapping) else ""


def _with_text(before: ResourceRow, wire: WireObject, source: Source) -> ResourceRow:
    """The same version in its new text; how it is believed stays where that is by more."""
    if source.authenticated_by == INTEGRITY_PROOF != before.authenticated_by:
        return replace(before, wire=wire.text)
    return replace(
        before,
        wire=wire.text,
        received_at=source.received_at,
        authenticated_by=source.authenticated_by,
        verification_method=source.verification_method,
    )


def _only_a_tombstone(before: ResourceRow) -> bool:
    return before.state == "withdrawn" and before.version == 1


def changed_at(document: Mapping[str, Any]) -> str:
    """Return when *document* says it last changed, as sortable text; empty if it does not."""
    for key in ("updated", "published"):
        try:
            return timestamp(parse_time(document[key]))
        except (KeyError, TypeError, ValueError):
            continue
    return ""


def _stands_since(before: ResourceRow) -> str:
    standing = json.loads(before.wire)
    if before.state == "withdrawn":
        deleted = {"updated": standing.get("deleted")}
        return changed_at(deleted) or before.updated_at
    return changed_at(standing)


def _row(
    wire: WireObject,
    klass: ResourceClass,
    audience: str,
    before: ResourceRow | None,
    source: Source,
) -> ResourceRow:
    document = wire.document
    return ResourceRow(
        iri=document["id"],
        klass=klass,
        local=False,
        host=host_of(document["id"]),
        owner=source.owner,
        audience=audience,
        state="published",
        version=(before.version if before else 0) + 1,
        wire=wire.text,
        title=title(document, ())[1],
        published_at=_published(document) or source.received_at,
        updated_at=changed_at(document) or source.received_at,
        ends_at=end_time(document),
        activity=source.activity,
        received_at=source.received_at,
        authenticated_by=source.authenticated_by,
        verification_method=source.verification_method,
    )


def _published(document: Mapping[str, Any]) -> str:
    return changed_at({"published": document.get("published")})


async def withdraw_foreign(
    batch: Batch, iri: str, tombstone: Mapping[str, Any], source: Source
) -> Outcome:
    """Put *tombstone* where the resource *iri* stood, if *source* speaks for its owner.

    Raises ForbiddenOrigin where that is of another server.
    """
    check_tombstone(source.owner, iri)
    before = await batch.standing(iri)
    if before is not None and before.local:
        return refused("It is a resource of this node.")
    if before is not None and not tombstone_applies(source.owner, before.owner):
        return refused("Another actor owns it.")
    if before is not None and before.state == "withdrawn":
        return ignored("It was withdrawn before.")
    batch.save(_tombstone_row(iri, tombstone, before, source))
    return DONE


#: Which list a tombstone of something never seen would have stood in; nothing shows it.
FORMER_CLASSES = {
    "Organization": ResourceClass.MEMBER,
    "Concept": ResourceClass.CONCEPT,
    "Event": ResourceClass.EVENT,
    "Article": ResourceClass.CASE,
}


def _tombstone_row(
    iri: str, tombstone: Mapping[str, Any], before: ResourceRow | None, source: Source
) -> ResourceRow:
    former = FORMER_CLASSES.get(str(tombstone.get("formerType")), ResourceClass.OFFER)
    return ResourceRow(
        iri=iri,
        klass=before.klass if before else former,
        local=False,
        host=host_of(iri),
        owner=source.owner,
        audience=before.audience if before else "public",
        state="withdrawn",
        version=(before.version if before else 0) + 1,
        wire=wire_text(tombstone),
        title="",
        published_at=before.published_at if before else source.received_at,
        updated_at=source.received_at,
        activity=source.activity,
        received_at=source.received_at,
        authenticated_by=source.authenticated_by,
        verification_method=source.verification_method,
    )
