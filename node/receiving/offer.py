"""Offer: something is offered to one of our actors, by what it is."""

from collections.abc import Awaitable, Callable, Sequence

from node.receiving.batch import Batch
from node.receiving.interest_offer import take_interest
from node.receiving.offered_revision import take_revision
from node.receiving.outcomes import Outcome, Received, ignored, object_id
from node.receiving.tell_desk import addressed_actor, named, tell_desk, writing_of

#: Takes an Offer of one kind of thing; None where it is of another kind.
Taker = Callable[[Batch, Received], Awaitable[Outcome | None]]

#: Who takes what is offered, asked in order. What none of them takes, the desk is told of.
TAKERS: Sequence[Taker] = (take_interest, take_revision)


async def receive_offer(batch: Batch, received: Received) -> Outcome:
    """Hand it to whoever takes such a thing; else tell the desk, if it is for one of ours."""
    for take in TAKERS:
        outcome = await take(batch, received)
        if outcome is not None:
            return outcome
    target = list(named(received.document.get("target")))
    about = await addressed_actor(batch, received.document, {"to": target})
    if about is None:
        return ignored("It offers nothing to an actor of this node.")
    embedded = received.embedded
    return await tell_desk(
        batch,
        received,
        kind="offer",
        about=about,
        writing=writing_of(embedded.document if embedded else received.document),
        url=object_id(received.document.get("object")),
    )
