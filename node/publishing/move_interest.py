"""Take an interest further: take over, pass on, answer, accept, decline, withdraw, complete."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from node.errors import NodeError, UnknownResource
from node.identity import Identity
from node.publishing.express_interest import check_message
from node.publishing.outgoing import Outgoing
from node.publishing.tell_interest import record
from node.storage import interests
from node.storage.interests import InterestRow, StandingInterest
from vocab.clock import timestamp
from vocab.interest_states import STEPS, furthest, may_take, shown_state


async def move_interest(
    connection: AsyncConnection,
    identity: Identity,
    iri: str,
    event: str,
    *,
    outgoing: Outgoing,
    by: str,
    note: str = "",
    message: str = "",
) -> InterestRow:
    """Take the step *event* about the interest *iri*, and tell the other desk.

    *note* stays here, *message* goes over. Raises UnknownResource where there is no such
    interest, NodeError where this desk may not take the step, or not from where it stands.
    """
    check_message(message)
    row = await steppable(connection, iri, event, now=timestamp(outgoing.moment))
    row = replace(row, state=furthest(row.state, STEPS[event].to))
    if event == "take_over":
        row = replace(row, responsible=by)
    return await record(
        connection, identity, row, event, outgoing=outgoing, by=by, note=note, message=message
    )


async def held_interest(connection: AsyncConnection, iri: str) -> StandingInterest:
    """Return the interest *iri*, held for this transaction. Raises UnknownResource."""
    await interests.get(connection, iri)
    return await known_interest(connection, iri)


async def known_interest(connection: AsyncConnection, iri: str) -> StandingInterest:
    """Return the interest *iri*, for who only reads. Raises UnknownResource."""
    found = await interests.standing(connection, iri)
    if found is None:
        raise UnknownResource(
            f"There is no interest {iri}.",
            remedy="“skagerrak interest list” shows those there are.",
        )
    return found


async def steppable(connection: AsyncConnection, iri: str, event: str, *, now: str) -> InterestRow:
    """Return the interest *iri* if this desk may take the step *event* now.

    Raises UnknownResource and NodeError as ``move_interest`` does.
    """
    found = await held_interest(connection, iri)
    row, step = found.interest, STEPS[event]
    if not may_take(step, asking=row.asking, asked=row.asked, proposing=row.proposing):
        raise NodeError(
            "This is for the other desk to do.",
            remedy="“skagerrak interest history” shows what this desk can do.",
            status=409,
        )
    state = shown_state(row.state, over=found.is_over(now))
    if state not in step.after:
        raise NodeError(
            f"That cannot be done: the interest stands at “{state.replace('_', ' ')}”.",
            remedy="“skagerrak interest history” shows what has happened.",
            status=409,
        )
    return row
