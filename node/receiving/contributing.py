"""Who may contribute to which work of ours, and what is said to who may not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from federation.actors import RemoteActor
from federation.origins import host_of, is_http_iri, same_iri
from node.publishing.answer_contribution import asked_activity, reject_contribution
from node.receiving.batch import Batch
from node.receiving.outcomes import Outcome, Received, ignored, refused
from node.storage import contributions
from node.storage.resource_rows import ResourceRow
from vocab.texts import plain_text
from vocab.work_fields import SHARED_WORKS

#: Characters of a message that are kept.
MESSAGE_LENGTH = 4_000
NOT_HERE = "There is no such work of this node that others can contribute to."
NOT_ALLOWED = "The desk takes contributions from approved nodes and listed contributors."


@dataclass(frozen=True, slots=True, kw_only=True)
class Contributor:
    """A cluster that may contribute to a work of ours."""

    actor: RemoteActor
    work: ResourceRow


async def contributor_to(batch: Batch, received: Received, about: str) -> Contributor | Outcome:
    """Return the sender as a contributor to the work *about*, or why it is none.

    Who is not allowed gets no answer, so nobody learns what is for the network here.
    """
    actor, work = await batch.remote_actor(received.actor), await batch.standing(about)
    if actor is None:
        return refused("Its sender is not known.")
    if not _is_taken_from(batch, actor, received.host, work):
        return ignored(NOT_ALLOWED)
    if work is None or not _takes_contributions(work):
        return turned_down(batch, received, actor, about, NOT_HERE)
    most = batch.waiting_limits.contributions
    if await contributions.count_open_from(batch.connection, received.host) >= most:
        many = f"{most} contributions of your node wait for us already."
        return turned_down(batch, received, actor, about, many)
    return Contributor(actor=actor, work=work)


def _takes_contributions(work: ResourceRow) -> bool:
    shown = work.state == "published" and work.audience != "private"
    return work.local and shown and work.klass in SHARED_WORKS


def _is_taken_from(batch: Batch, actor: RemoteActor, host: str, work: ResourceRow | None) -> bool:
    """An approved node, or who is listed already; what is for the network, only the former."""
    klass = work.klass if work is not None else None
    if batch.policy.may_share(host, klass):
        return actor.kind == "cluster" or (work is not None and _lists(work, actor.iri))
    if work is None or not work.is_public or not batch.policy.may_write(host):
        return False
    return _lists(work, actor.iri)


def _lists(work: ResourceRow, actor: str) -> bool:
    named = contributors_of(work.document)
    return work.local and any(same_iri(contributor, actor) for contributor in named)


def contributors_of(document: Mapping[str, Any]) -> list[str]:
    """Return the contributors that *document* names."""
    return iris(document.get("contributor"))


def iris(value: Any) -> list[str]:
    """Return the IRIs in *value*, one alone or in a list."""
    several = value if isinstance(value, (list, tuple)) else [value]
    return [entry for entry in several if isinstance(entry, str) and entry]


def is_on(iri: str, host: str) -> bool:
    """Say whether *iri* is an address on *host*."""
    return is_http_iri(iri) and host_of(iri) == host


def turned_down(
    batch: Batch, received: Received, actor: RemoteActor, about: str, reason: str
) -> Outcome:
    """Tell the sender at once that what it asks cannot be."""
    asked = asked_activity(received.type, id=received.activity, actor=received.actor, object=about)
    reject_contribution(batch.outgoing, asked, reason=reason, inbox=actor.inbox)
    return refused(reason)


def message_of(document: Mapping[str, Any]) -> str:
    """Return what a person wrote under ``content``, as plain text of bounded length."""
    written = document.get("content")
    return plain_text(written)[:MESSAGE_LENGTH] if isinstance(written, str) else ""
