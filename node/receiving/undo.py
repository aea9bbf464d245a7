"""Undo: a Follow or a contribution is taken back; there is nothing else to undo here."""

from collections.abc import Mapping

from node.receiving.batch import Batch
from node.receiving.contribution_answers import take_back_contribution
from node.receiving.follow import undo_follow
from node.receiving.outcomes import Outcome, Received, ignored, object_id, refused
from node.storage import follows


async def receive_undo(batch: Batch, received: Received) -> Outcome:
    """Undo what its own actor did: the inner activity's actor must be the sender."""
    undone = received.document.get("object")
    if isinstance(undone, Mapping):
        if object_id(undone.get("actor")) != received.actor:
            return refused("It undoes what another actor did.")
        followed = object_id(undone.get("object"))
        if undone.get("type") == "Follow" and followed is not None:
            return await undo_follow(batch, received, followed, object_id(undone))
    identifier = object_id(undone)
    found = await follows.by_activity(batch.connection, identifier) if identifier else None
    if found is not None and found.follower == received.actor:
        return await undo_follow(batch, received, found.followed, identifier)
    taken_back = await take_back_contribution(batch, received, identifier)
    if taken_back is not None:
        return taken_back
    return ignored("There is nothing of it to undo here.")
