"""Interest of another cluster in an offer or need of ours, or its counter-offer to ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from federation.authority import may_speak_for
from federation.origins import host_of, is_too_long
from node.publishing.express_interest import MESSAGE_LENGTH, company_behind, subject
from node.publishing.interest_documents import reject_activity
from node.publishing.proposal_facts import ProposalFacts, proposal_facts, remembered_facts
from node.receiving.batch import Batch
from node.receiving.ingest_resource import changed_at
from node.receiving.interest_moves import apply_move, name_their_company
from node.receiving.outcomes import DONE, Outcome, Received, object_id, refused
from node.storage import interests, journal, peers
from node.storage.interests import InterestRow, MoveRow
from node.storage.resource_rows import ResourceRow
from vocab.models.agreements import Agreement, Commitment, read_agreement
from vocab.quantities import UnsuitableQuantity, check_quantity
from vocab.texts import plain_text

#: Who recorded the consent of a company that is named in public.
BY_ITSELF = "the offer or need itself"


class Declined(Exception):
    """The Offer is answered with a Reject at once; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offered:
    """An Offer of an Agreement, read."""

    iri: str
    #: The activity that brought it: itself, or an Update of it.
    activity: str
    document: Mapping[str, Any]
    agreement: Agreement
    commitment: Commitment
    message: str
    in_reply_to: str | None


async def take_interest(batch: Batch, received: Received) -> Outcome | None:
    """Take an Offer of an Agreement; None where something else is offered."""
    agreement = read_agreement(received.document.get("object"))
    if agreement is None:
        return None
    return await receive_interest(batch, received, received.document, agreement)


async def receive_interest(
    batch: Batch, received: Received, offer: Mapping[str, Any], agreement: Agreement
) -> Outcome:
    """Keep the interest that *offer* states; what cannot be is rejected with the reason.

    *offer* is the activity itself, or, where that was overtaken by its Update, stands in it.
    """
    iri, sender = object_id(offer), await batch.remote_actor(received.actor)
    if iri is None or sender is None:
        return refused("Who sends it is not known.")
    if not batch.policy.may_write(received.host):
        return refused("The desk has not let this server in.")
    standing = await interests.get(batch.connection, iri)
    if standing is not None:
        same = standing.peer == received.actor and standing.asked
        return DONE if same else refused("Another actor's interest has this id.")
    try:
        read = _read(received, iri, offer, agreement)
        proposal, countered = await _about(batch, received, read)
        await _check(batch, received, read, proposal)
    except Declined as reason:
        answer = reject_activity(
            batch.outgoing, batch.identity.cluster, iri, to=received.actor, reason=str(reason)
        )
        batch.outgoing.send(answer, audience="private", inboxes=[sender.inbox], about=iri)
        return refused(str(reason))
    await _keep(batch, received, read, proposal, countered)
    return DONE


def _read(received: Received, iri: str, offer: Mapping[str, Any], agreement: Agreement) -> _Offered:
    commitment, content = agreement.stipulates, offer.get("content")
    if commitment is None or commitment.satisfies is None:
        raise Declined("The agreement does not say which offer or need it answers.")
    message = plain_text(content).strip() if isinstance(content, str) else ""
    if len(message) > MESSAGE_LENGTH:
        raise Declined(f"The message is longer than {MESSAGE_LENGTH} characters.")
    return _Offered(
        iri=iri,
        activity=received.activity,
        document=offer,
        agreement=agreement,
        commitment=commitment,
        message=message,
        in_reply_to=_short(object_id(offer.get("inReplyTo"))),
    )


def _short(iri: str | None) -> str | None:
    """An address that no index holds names nothing of ours."""
    return None if iri is None or is_too_long(iri) else iri


async def _about(
    batch: Batch, received: Received, read: _Offered
) -> tuple[ProposalFacts, InterestRow | None]:
    """Return what it is about: a proposal of ours, or, in reply to our Offer, one of theirs."""
    satisfied = read.commitment.satisfies or ""
    row = await batch.standing(satisfied.partition("#")[0])
    countered = await _countered(batch, received, read)
    facts = _facts(batch, row, countered)
    if facts is None or facts.intent != satisfied:
        raise Declined("There is no such offer or need here.")
    if facts.owner != batch.identity.cluster:
        if countered is None or countered.proposal != facts.iri:
            raise Declined("It is about an offer or need of another cluster.")
    elif row is None or not _may_see(batch, row, received.host):
        raise Declined("There is no such offer or need here.")
    return facts, countered


def _facts(
    batch: Batch, row: ResourceRow | None, countered: InterestRow | None
) -> ProposalFacts | None:
    if row is not None:
        return proposal_facts(row.document) if row.state == "published" else None
    if countered is None or countered.proposing:
        return None
    # It was read at its own address when a member of ours showed its interest.
    return remembered_facts(countered, countered.peer or "")


async def _countered(batch: Batch, received: Received, read: _Offered) -> InterestRow | None:
    if read.in_reply_to is None:
        return None
    found = await interests.get(batch.connection, read.in_reply_to)
    return found if found is not None and found.peer == received.actor else None


def _may_see(batch: Batch, row: ResourceRow, host: str) -> bool:
    if row.audience == "network":
        return batch.policy.may_share(host, row.klass)
    return row.audience == "public"


async def _check(batch: Batch, received: Received, read: _Offered, proposal: ProposalFacts) -> None:
    """Raise Declined where the Offer does not fit the proposal, or is one too many."""
    said = _published(read.document)
    if proposal.has_ended(said or batch.arrival):
        raise Declined("It has ended, and takes no more interest.")
    quantity = read.commitment.quantity
    try:
        check_quantity(
            proposal.terms,
            quantity.number if quantity else None,
            quantity.unit if quantity else None,
        )
    except UnsuitableQuantity as error:
        raise Declined(str(error)) from error
    back = read.agreement.reciprocal
    if proposal.reciprocal_intent != (back.satisfies if back else None):
        raise Declined("The agreement is not about what is expected in return.")
    waiting = await interests.count_open(batch.connection, received.host)
    if waiting >= batch.waiting_limits.interests:
        raise Declined("Too much interest of this server waits for an answer already.")


def _published(document: Mapping[str, Any]) -> str | None:
    """Return when it was sent, by its own word: a message may have waited for this node."""
    return changed_at({"published": document.get("published")}) or None


async def _keep(
    batch: Batch,
    received: Received,
    read: _Offered,
    proposal: ProposalFacts,
    countered: InterestRow | None,
) -> None:
    connection, at = batch.connection, batch.arrival
    await peers.upsert_seen(connection, received.host, now=at)
    row = await _row(batch, received, read, proposal, countered)
    first = MoveRow(
        interest=row.iri,
        event="send",
        state="sent",
        who=received.actor,
        ours=False,
        at=at,
        message=read.message,
        activity=read.activity,
    )
    await interests.add(connection, row, first)
    row = await name_their_company(batch, row, read.commitment, activity=read.activity)
    if countered is not None:
        await apply_move(batch, countered, "counter", activity=read.activity)
    if await interests.is_countered(connection, row.iri, received.actor):
        row = await apply_move(batch, row, "counter", activity=read.activity)
    if await journal.was_undone(connection, received.actor, row.iri):
        await apply_move(batch, row, "withdraw", activity=read.activity)


async def _row(
    batch: Batch,
    received: Received,
    read: _Offered,
    proposal: ProposalFacts,
    before: InterestRow | None,
) -> InterestRow:
    quantity = read.commitment.quantity
    amount = check_quantity(
        proposal.terms, quantity.number if quantity else None, proposal.terms.unit
    )
    ours = proposal.owner == batch.identity.cluster
    return InterestRow(
        iri=read.iri,
        side="asked",
        peer=received.actor,
        host=host_of(received.actor),
        proposing=ours,
        **subject(proposal, amount),
        message=read.message,
        their_company=None if ours else proposal.company,
        in_reply_to=read.in_reply_to,
        opened_at=batch.arrival,
        moved_at=batch.arrival,
        **(_as_before(before) if before else await _our_company(batch, proposal)),
    )


def _as_before(before: InterestRow) -> dict[str, Any]:
    """A counter-offer finds company, consent and desk as the Offer before it did."""
    names = ("our_company", "consented_at", "consented_by", "responsible", "substitute")
    return {name: getattr(before, name) for name in names}


async def _our_company(batch: Batch, proposal: ProposalFacts) -> dict[str, Any]:
    """A company that the offer or need names in public has consented to being named."""
    company = await company_behind(batch.connection, proposal)
    if company is None or company != proposal.company:
        return {"our_company": company}
    said = {"consented_at": batch.arrival, "consented_by": BY_ITSELF}
    return {"our_company": company, **said}


async def receive_offer_update(batch: Batch, received: Received) -> Outcome | None:
    """Take in an Update of an Offer: who the company is. None where it is about no Offer."""
    offer = received.document.get("object")
    if not isinstance(offer, Mapping) or offer.get("type") not in ("Offer", "OfferAgreement"):
        return None
    agreement = read_agreement(offer.get("object"))
    if agreement is None:
        return None
    if not may_speak_for(received.actor, offer):
        return refused("It updates another actor's Offer.")
    standing = await interests.get(batch.connection, str(object_id(offer)))
    if standing is None:
        return await receive_interest(batch, received, offer, agreement)
    if standing.peer != received.actor or not standing.asked:
        return refused("It updates another actor's Offer.")
    if agreement.stipulates is not None:
        await name_their_company(batch, standing, agreement.stipulates, activity=received.activity)
    return DONE
