"""A revision of a work of ours, offered by a contributor on another node.

The draft has an id of its own on the contributor's host, and says which version it starts
from: by ``version`` and, since two may share one, by that version's own dates. It is kept in
SQL for the desk, safe to show, and nowhere else.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from federation.authority import check_embedded_object
from federation.origins import is_http_iri
from node.publishing.names import random_name
from node.publishing.sanitise_texts import with_safe_texts
from node.receiving.batch import Batch
from node.receiving.contributing import (
    Contributor,
    contributor_to,
    contributors_of,
    iris,
    is_on,
    message_of,
    turned_down,
)
from node.receiving.outcomes import DONE, Outcome, Received, object_id, refused
from node.storage import contributions, resources
from node.storage.contributions import ContributionRow
from node.storage.resource_rows import ResourceRow
from vocab.classes import ResourceClass, classify
from vocab.validation import Profile, validate
from vocab.wire_object import wire_text
from vocab.work_fields import SHARED_WORKS, Fields, with_work_fields, work_fields

OTHER_CLASS = "The draft is not of the class of the work that it would revise."
UNKNOWN_BASE = (
    "The draft does not say which version of the work it starts from, or it was never published."
)
SAYS_NOTHING = "The draft says nothing that its work could say."
PROPOSED_BEFORE = "A draft of that address was proposed before. Give the new one its own."
TOO_MANY = "The draft has too many texts."
NO_ADDRESS = "What the draft links to must have addresses that begin with http."
#: Texts of all languages, and other fields, that one draft may have.
MOST_FIELDS = 64
#: What has the addresses of other things.
LINKS = ("participant", "subjectConcept", "teaches", "relatedESCOSkill", "region", "call")
#: Contributors on the proposer's host that one draft may name.
MOST_NAMED = 16


def is_revision(offered: Mapping[str, Any]) -> bool:
    """Say whether what is offered is a draft of a work that stands."""
    return "inReplyTo" in offered and classify(offered) in SHARED_WORKS


async def take_revision(batch: Batch, received: Received) -> Outcome | None:
    """Take a revision; None where something else is offered."""
    offered = received.document.get("object")
    if not isinstance(offered, Mapping) or not is_revision(offered):
        return None
    return await receive_revision(batch, received)


async def receive_revision(batch: Batch, received: Received) -> Outcome:
    """Keep the draft for the desk if its sender may propose it, or say why it cannot be."""
    if received.embedded is None:
        return refused("The draft is not its sender's own.")
    document = received.embedded.document
    check_embedded_object(received.actor, document)
    about = object_id(document.get("inReplyTo"))
    if about is None:
        return refused("The draft names no work that it would revise.")
    found = await contributor_to(batch, received, about)
    if isinstance(found, Outcome):
        return found
    problem = _problem(document, found.work) or await _was_proposed(batch, received, document)
    if problem:
        return turned_down(batch, received, found.actor, about, problem)
    base = await base_version(batch.connection, about, document)
    if base is None:
        return turned_down(batch, received, found.actor, about, UNKNOWN_BASE)
    await contributions.add(batch.connection, _row(batch, received, found, document, base))
    return DONE


def _problem(document: Mapping[str, Any], work: ResourceRow) -> str:
    if classify(document) is not work.klass:
        return OTHER_CLASS
    violations = [
        finding.message("en")
        for finding in validate(document, Profile.RECEIVE)
        if finding.severity == "violation"
    ]
    return "; ".join(violations) or _content_problem(work_fields(document))


def _content_problem(fields: Fields) -> str:
    if not fields:
        return SAYS_NOTHING
    if len(fields) > MOST_FIELDS:
        return TOO_MANY
    named = [iri for key in LINKS for iri in iris(fields.get(key))]
    return "" if all(map(is_http_iri, named)) else NO_ADDRESS


async def _was_proposed(batch: Batch, received: Received, document: Mapping[str, Any]) -> str:
    draft = str(document["id"])
    known = await contributions.by_draft(batch.connection, draft, host=received.host)
    return PROPOSED_BEFORE if known is not None else ""


async def base_version(
    connection: AsyncConnection, about: str, draft: Mapping[str, Any]
) -> int | None:
    """Return the number of the version of *about* that *draft* starts from, if one is meant.

    The dates of a version are its own; where a draft says none, its ``version`` must have
    been that of one version only.
    """
    stated = draft.get("version")
    documents = [
        (row.number, row.document)
        for row in await resources.versions(connection, about)
        if row.state == "published"
    ]
    fitting = [(number, it) for number, it in documents if stated in (None, it.get("version"))]
    dated = [number for number, it in fitting if last_change(it) == last_change(draft)]
    if last_change(draft) and dated:
        return dated[0]
    dateless = "updated" not in draft and stated is not None
    return fitting[0][0] if dateless and len(fitting) == 1 else None


def last_change(document: Mapping[str, Any]) -> str:
    """Return the date by which a version is known; empty where it has none."""
    return str(document.get("updated") or document.get("published") or "")


def _row(
    batch: Batch, received: Received, found: Contributor, document: Mapping[str, Any], base: int
) -> ContributionRow:
    return ContributionRow(
        id=random_name(),
        kind="revision",
        sent=False,
        partner=received.actor,
        host=received.host,
        activity=received.activity,
        about=found.work.iri,
        draft=document["id"],
        base_version=base,
        wire=wire_text(_kept(document, found.work.klass, received.host)),
        message=message_of(received.document),
        created_at=batch.arrival,
    )


def _kept(document: Mapping[str, Any], klass: ResourceClass, host: str) -> dict[str, Any]:
    """What of a draft counts: what authors write, made safe, and contributors of its own host."""
    named = ("type", "kind", "id", "attributedTo", "inReplyTo", "published", "updated", "version")
    frame = {key: document[key] for key in named if key in document}
    own = [iri for iri in contributors_of(document) if is_on(iri, host)][:MOST_NAMED]
    whole = {**frame, **({"contributor": own} if own else {})}
    return with_safe_texts(with_work_fields(whole, work_fields(document), klass))
