"""Name our company to the other desk, once it has consented; who recorded that stays here."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from node.errors import NodeError
from node.identity import Identity
from node.publishing.move_interest import held_interest
from node.publishing.outgoing import Outgoing
from node.publishing.tell_interest import record
from node.storage.interests import InterestRow
from vocab.clock import timestamp

#: Where an interest stands when there is nobody to tell any more.
OVER = ("withdrawn", "declined", "countered")


def may_name(row: InterestRow) -> bool:
    """Say whether our company can be named to another desk, which does not know it yet."""
    hidden = row.our_company is not None and row.consented_at is None
    return hidden and row.peer is not None and row.state not in OVER


async def name_company(
    connection: AsyncConnection,
    identity: Identity,
    iri: str,
    *,
    outgoing: Outgoing,
    by: str,
    note: str = "",
) -> InterestRow:
    """Record our company's consent to being named, and name it; twice changes nothing.

    Raises UnknownResource where there is no such interest, NodeError where no company of ours
    is known to stand behind it, or where nothing more is to be told.
    """
    row = (await held_interest(connection, iri)).interest
    if row.our_company is None:
        raise NodeError(
            "No company of this cluster is known to stand behind it.",
            remedy="Write its provider or receiver into the offer or need, then try again.",
            status=422,
        )
    if row.state in OVER:
        raise NodeError("It is over: there is nobody to tell.", status=409)
    if row.consented_at is not None:
        return row
    named = replace(row, consented_at=timestamp(outgoing.moment), consented_by=by)
    return await record(connection, identity, named, "name", outgoing=outgoing, by=by, note=note)
