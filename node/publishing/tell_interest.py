"""Tell the other desk what happened to an interest: one private message to its own inbox."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from node.identity import Identity
from node.publishing.interest_documents import MESSAGES, Company, Telling
from node.publishing.outgoing import Outgoing
from node.storage import actors, interests, resources
from node.storage.interests import InterestRow, MoveRow
from vocab.clock import timestamp


async def record(
    connection: AsyncConnection,
    identity: Identity,
    row: InterestRow,
    event: str,
    *,
    outgoing: Outgoing,
    by: str,
    note: str = "",
    message: str = "",
) -> InterestRow:
    """Keep *row* as it is after *event*, write it into the history, tell the other desk.

    Between two members of one cluster there is nobody else to tell.
    """
    activity = None
    if row.peer is not None and event in MESSAGES:
        row, activity = await _tell(connection, identity, row, event, outgoing, message)
    at = timestamp(outgoing.moment)
    row = replace(row, moved_at=at, reminded_at=None)
    move = MoveRow(
        interest=row.iri,
        event=event,
        state=row.state,
        who=by,
        ours=True,
        at=at,
        note=note,
        message=message,
        activity=activity,
    )
    if event == "send":
        await interests.add(connection, row, move)
    else:
        await interests.save(connection, row)
        await interests.add_move(connection, move)
    return row


async def _tell(
    connection: AsyncConnection,
    identity: Identity,
    row: InterestRow,
    event: str,
    outgoing: Outgoing,
    message: str,
) -> tuple[InterestRow, str]:
    telling = Telling(
        row=row,
        actor=identity.cluster,
        outgoing=outgoing,
        event=event,
        message=message,
        company=await consenting_company(connection, row),
    )
    row, activity = MESSAGES[event](telling)
    peer = await actors.get(connection, row.peer or "")
    inboxes = [peer.inbox] if peer is not None and peer.inbox else []
    # All that is about one Offer comes in its order.
    return row, outgoing.send(activity, audience="private", inboxes=inboxes, about=row.iri)


async def consenting_company(connection: AsyncConnection, row: InterestRow) -> Company | None:
    """Return our company as it may be named, None where it has not consented."""
    if row.our_company is None or row.consented_at is None:
        return None
    member = await resources.get(connection, row.our_company)
    return Company(iri=row.our_company, name=member.title if member else "")
