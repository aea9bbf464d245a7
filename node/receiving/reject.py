"""Reject: the followed actor does not let us in, or no longer; or an Offer is declined."""

from node.receiving.answers import our_follow
from node.receiving.batch import Batch
from node.receiving.interest_moves import receive_answer
from node.receiving.outcomes import DONE, Outcome, Received, ignored
from node.storage import follows
from vocab.clock import timestamp


async def receive_reject(batch: Batch, received: Received) -> Outcome:
    """Mark our Follow as rejected; what was taken in so far stays."""
    follow = await our_follow(batch, received)
    if follow is None:
        answered = await receive_answer(batch, received, "decline")
        return answered or ignored("It rejects no Follow and no Offer of ours.")
    await follows.decide(
        batch.connection,
        follower=follow.follower,
        followed=follow.followed,
        state="rejected",
        at=timestamp(batch.moment),
    )
    batch.forget_follows()
    return DONE
