"""Show the interest of a member in an offer or need, of another cluster or of our own.

The cluster is the party; the company stands in the message only where it has consented.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from federation.origins import host_of
from node.errors import NodeError, UnknownResource
from node.identity import Identity
from node.publishing.outgoing import Outgoing
from node.publishing.proposal_facts import ProposalFacts
from node.publishing.tell_interest import record
from node.storage import interests, resources
from node.storage.interests import InterestRow
from node.storage.resource_rows import ResourceRow
from vocab.classes import ResourceClass
from vocab.clock import timestamp
from vocab.quantities import (
    UnsuitableQuantity,
    check_quantity,
    number_text,
    times,
    usual_amount,
)

#: Longer ones belong into a conversation.
MESSAGE_LENGTH = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInterest:
    """What a desk says about a member's interest."""

    #: IRI of the member.
    member: str
    message: str
    #: None: what is usual for the offer or need.
    quantity: str | None = None
    #: Whether the member has consented to being named now.
    name_company: bool = False
    by: str
    note: str = ""
    #: The Offer that this one counters.
    in_reply_to: str | None = None


async def express_interest(
    connection: AsyncConnection,
    identity: Identity,
    proposal: ProposalFacts,
    new: NewInterest,
    *,
    outgoing: Outgoing,
) -> InterestRow:
    """Keep the interest and send it to the cluster that answers for *proposal*.

    Raises UnknownResource where the member is none of ours, NodeError where the offer or need
    has ended, the quantity does not suit it, or the member has shown its interest already.
    """
    now = timestamp(outgoing.moment)
    check_message(new.message)
    if proposal.has_ended(now):
        raise NodeError(
            f"“{proposal.title}” ended on {(proposal.ends_at or '')[:10]} "
            "and takes no more interest.",
            remedy="Ask its cluster to renew it.",
            status=409,
        )
    await _check_member(connection, proposal, new)
    amount = chosen_amount(proposal, new.quantity)
    row = await _row(connection, identity, proposal, new, amount, outgoing)
    return await record(
        connection,
        identity,
        row,
        "send",
        outgoing=outgoing,
        by=new.by,
        note=new.note,
        message=new.message,
    )


def check_message(message: str) -> None:
    """Raise NodeError where *message* is too long to be sent."""
    if len(message) > MESSAGE_LENGTH:
        raise NodeError(
            f"The message has {len(message)} characters; {MESSAGE_LENGTH} are allowed.",
            remedy="Shorten it; the rest can be said once contact is made.",
            status=422,
        )


def chosen_amount(proposal: ProposalFacts, quantity: str | None) -> Decimal:
    """Return the amount chosen, or the usual one. Raises NodeError where it does not suit."""
    terms = proposal.terms
    wanted = number_text(usual_amount(terms)) if quantity is None else quantity
    try:
        return check_quantity(terms, wanted, terms.unit)
    except UnsuitableQuantity as error:
        raise NodeError(str(error), remedy="Choose another quantity.", status=422) from error


async def known_member(connection: AsyncConnection, iri: str) -> ResourceRow:
    """Return the member *iri* of ours. Raises UnknownResource where there is none."""
    row = await resources.get(connection, iri)
    if row is None or not row.local or row.klass is not ResourceClass.MEMBER:
        raise UnknownResource(
            f"{iri} is no member of this cluster.",
            remedy="Give the address of its page, or org:NO: or org:DK: and its number.",
        )
    if row.state == "withdrawn":
        raise UnknownResource(f"The member {iri} was withdrawn.")
    return row


async def _check_member(
    connection: AsyncConnection, proposal: ProposalFacts, new: NewInterest
) -> None:
    await known_member(connection, new.member)
    if new.member == await company_behind(connection, proposal):
        raise NodeError(
            "It is this member's own offer or need.", remedy="Choose another member.", status=422
        )
    standing = await interests.open_of(connection, proposal.iri, new.member)
    if standing is not None and standing != new.in_reply_to:
        raise NodeError(
            f"The member has shown its interest already: {standing}",
            remedy="Withdraw that first, or make a counter-offer.",
            status=409,
        )


async def company_behind(connection: AsyncConnection, proposal: ProposalFacts) -> str | None:
    """Return the company of an offer or need, from our own records where it is anonymous."""
    if proposal.company is not None:
        return proposal.company
    hidden = await resources.private_details(connection, proposal.iri)
    found = hidden.get("provider" if proposal.purpose == "offer" else "receiver")
    found = found.get("id") if isinstance(found, dict) else found
    return found if isinstance(found, str) else None


async def _row(
    connection: AsyncConnection,
    identity: Identity,
    proposal: ProposalFacts,
    new: NewInterest,
    amount: Decimal,
    outgoing: Outgoing,
) -> InterestRow:
    now, ours = timestamp(outgoing.moment), proposal.owner == identity.cluster
    consent = {"consented_at": now, "consented_by": new.by} if new.name_company else {}
    theirs = await company_behind(connection, proposal) if ours else proposal.company
    return InterestRow(
        iri=outgoing.new_id(),
        side="both" if ours else "asking",
        peer=None if ours else proposal.owner,
        host=None if ours else host_of(proposal.owner),
        proposing=ours,
        **subject(proposal, amount),
        message=new.message,
        our_company=new.member,
        their_company=theirs,
        in_reply_to=new.in_reply_to,
        responsible=new.by,
        opened_at=now,
        moved_at=now,
        **consent,
    )


def subject(proposal: ProposalFacts, amount: Decimal) -> dict[str, Any]:
    """Return the columns that say what an interest is about, and how much of it."""
    back, count = proposal.reciprocal_terms, times(proposal.terms, amount)
    return {
        "proposal": proposal.iri,
        "purpose": proposal.purpose,
        "title": proposal.title,
        "ends_at": proposal.ends_at,
        "intent": proposal.intent,
        "quantity": number_text(amount),
        "unit": proposal.terms.unit,
        "reciprocal_intent": proposal.reciprocal_intent,
        "reciprocal_quantity": number_text(usual_amount(back) * count) if back else None,
        "reciprocal_unit": back.unit if back else None,
    }
