"""Reject: the followed actor does not let us in; or what we offered or contributed is declined."""

from node.receiving.answers import our_follow
from node.receiving.batch import Batch
from node.receiving.contribution_answers import settle_contribution
from node.receiving.interest_moves import receive_answer
from node.receiving.outcomes import DONE, Outcome, Received, ignored
from node.storage import follows
from vocab.clock import timestamp


async def receive_reject(batch: Batch, received: Received) -> Outcome:
    """Mark what we asked for as rejected; what was taken in so far stays."""
    follow = await our_follow(batch, received)
    if follow is None:
        answered = await receive_answer(batch, received, "decline") or await settle_contribution(
            batch, received, state="declined"
        )
        return answered or ignored("It rejects nothing that this node has asked for.")
    await follows.decide(
        batch.connection,
        follower=follow.follower,
        followed=follow.followed,
        state="rejected",
        at=timestamp(batch.moment),
    )
    batch.forget_follows()
    return DONE
