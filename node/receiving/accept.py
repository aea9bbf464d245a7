"""Accept: the followed actor lets us in, and is then read; or an Offer of ours is accepted."""

from node.receiving.answers import our_follow
from node.receiving.batch import Batch
from node.receiving.interest_moves import receive_answer
from node.receiving.outcomes import DONE, Outcome, Received, ignored
from node.storage import follows
from vocab.clock import timestamp


async def receive_accept(batch: Batch, received: Received) -> Outcome:
    """Mark our Follow as accepted and ask for the catch-up; nobody else can accept it."""
    follow = await our_follow(batch, received)
    if follow is None:
        answered = await receive_answer(batch, received, "accept")
        return answered or ignored("It accepts no Follow and no Offer of ours.")
    if follow.state == "accepted":
        return DONE
    await follows.decide(
        batch.connection,
        follower=follow.follower,
        followed=follow.followed,
        state="accepted",
        at=timestamp(batch.moment),
    )
    batch.forget_follows()
    await follows.want_catch_up(batch.connection, follow.follower, follow.followed)
    batch.catch_up_wanted = True
    return DONE
