"""Undo: its own actor takes back a Follow, Like, share, Block, Offer or contribution."""

from collections.abc import Mapping

from node.receiving.batch import Batch
from node.receiving.block import undo_block
from node.receiving.contribution_answers import take_back_contribution
from node.receiving.follow import undo_follow
from node.receiving.interest_moves import receive_withdrawal
from node.receiving.outcomes import DONE, Outcome, Received, ignored, object_id, refused
from node.storage import follows, reactions
from node.storage.reactions import Kind

#: Which activities count something that their Undo takes back.
REACTIONS: Mapping[str, Kind] = {"Like": "like", "Announce": "share"}


async def receive_undo(batch: Batch, received: Received) -> Outcome:
    """Undo what its own actor did: the inner activity's actor must be the sender."""
    undone = received.document.get("object")
    if isinstance(undone, Mapping):
        if object_id(undone.get("actor")) != received.actor:
            return refused("It undoes what another actor did.")
        followed = object_id(undone.get("object"))
        if undone.get("type") == "Follow" and followed is not None:
            return await undo_follow(batch, received, followed, object_id(undone))
        if undone.get("type") == "Block" and followed is not None:
            return await undo_block(batch, received, followed, object_id(undone))
        kind = REACTIONS.get(str(undone.get("type")))
        if (
            kind is not None
            and followed is not None
            and await reactions.take_back(batch.connection, received.actor, followed, kind)
        ):
            return DONE
    identifier = object_id(undone)
    if identifier and await reactions.take_back_activity(
        batch.connection, received.actor, identifier
    ):
        return DONE
    found = await follows.by_activity(batch.connection, identifier) if identifier else None
    if found is not None and found.follower == received.actor:
        return await undo_follow(batch, received, found.followed, identifier)
    taken_back = await receive_withdrawal(batch, received) or await take_back_contribution(
        batch, received, identifier
    )
    return taken_back or ignored("There is nothing of it to undo here.")
