"""Reject: the followed actor does not let us in, or no longer."""

from node.receiving.answers import our_follow
from node.receiving.batch import Batch
from node.receiving.outcomes import DONE, Outcome, Received, ignored
from node.storage import follows
from vocab.clock import timestamp


async def receive_reject(batch: Batch, received: Received) -> Outcome:
    """Mark our Follow as rejected; what was taken in so far stays."""
    follow = await our_follow(batch, received)
    if follow is None:
        return ignored("It rejects no Follow of ours.")
    await follows.decide(
        batch.connection,
        follower=follow.follower,
        followed=follow.followed,
        state="rejected",
        at=timestamp(batch.moment),
    )
    batch.forget_follows()
    return DONE
