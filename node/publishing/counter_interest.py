"""A counter-offer: a new Offer in reply to one that it takes the place of."""

from dataclasses import replace
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from node.identity import Identity
from node.publishing.express_interest import check_message, chosen_amount, subject
from node.publishing.move_interest import steppable
from node.publishing.outgoing import Outgoing
from node.publishing.proposal_facts import ProposalFacts
from node.publishing.tell_interest import record
from node.storage.interests import InterestRow
from vocab.clock import timestamp
from vocab.interest_states import furthest


async def counter_interest(
    connection: AsyncConnection,
    identity: Identity,
    iri: str,
    proposal: ProposalFacts,
    *,
    outgoing: Outgoing,
    by: str,
    message: str,
    quantity: str | None = None,
    note: str = "",
) -> InterestRow:
    """Make a new Offer about the same thing, whichever side this desk is on; return it.

    The other desk answers it as any Offer; the one before is “countered” on both sides.
    Raises UnknownResource and NodeError as ``move_interest`` and ``express_interest`` do.
    """
    check_message(message)
    row = await steppable(connection, iri, "counter", now=timestamp(outgoing.moment))
    amount = chosen_amount(proposal, quantity)
    new = _counter(row, proposal, amount, outgoing, by=by, message=message)
    former = replace(row, state=furthest(row.state, "countered"))
    # No message of its own: the new Offer says which it replies to.
    await record(connection, identity, former, "counter", outgoing=outgoing, by=by, note=note)
    return await record(
        connection, identity, new, "send", outgoing=outgoing, by=by, note=note, message=message
    )


def _counter(
    row: InterestRow,
    proposal: ProposalFacts,
    amount: Decimal,
    outgoing: Outgoing,
    *,
    by: str,
    message: str,
) -> InterestRow:
    now = timestamp(outgoing.moment)
    return replace(
        row,
        **subject(proposal, amount),
        iri=outgoing.new_id(),
        side="both" if row.peer is None else "asking",
        state="sent",
        message=message,
        in_reply_to=row.iri,
        agreement=None,
        document=None,
        responsible=by,
        opened_at=now,
        moved_at=now,
        reminded_at=None,
    )
