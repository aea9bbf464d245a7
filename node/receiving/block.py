"""Block, and its Undo: an actor wants nothing to do with one of ours; the desk is told."""

from node.receiving.batch import Batch
from node.receiving.outcomes import DONE, Outcome, Received, ignored, object_id
from node.receiving.tell_desk import Writing, tell_desk
from node.storage import actors, follows, journal


async def receive_block(batch: Batch, received: Received) -> Outcome:
    """End the Follows between the two, both ways; whether the desk can be told or not."""
    blocked = object_id(received.document.get("object"))
    actor = await actors.get(batch.connection, blocked) if blocked else None
    if actor is None or not actor.local:
        return ignored("It blocks nobody here.")
    for follower, followed, state in (
        (received.actor, actor.iri, "undone"),
        (actor.iri, received.actor, "rejected"),
    ):
        await follows.decide(
            batch.connection, follower=follower, followed=followed, state=state, at=batch.arrival
        )
    batch.forget_follows()
    await tell_desk(
        batch,
        received,
        kind="block",
        about=actor.iri,
        writing=Writing(title="", text="This actor has blocked ours. Neither follows the other."),
    )
    return DONE


async def undo_block(batch: Batch, received: Received, blocked: str, undone: str | None) -> Outcome:
    """Tell the desk that the Block *undone* is over; the Follows that it ended have ended."""
    actor = await actors.get(batch.connection, blocked)
    came = undone and await journal.was_received(batch.connection, received.actor, undone)
    if actor is None or not actor.local or not came:
        return ignored("There is no Block of it to undo here.")
    await tell_desk(
        batch,
        received,
        kind="block",
        about=actor.iri,
        writing=Writing(
            title="",
            text="This actor blocks ours no more. To receive from it again, follow it anew.",
        ),
    )
    return DONE
