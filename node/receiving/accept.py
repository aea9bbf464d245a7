"""Accept: the followed actor lets us in; or what we offered or contributed is taken."""

from node.receiving.answers import our_follow
from node.receiving.batch import Batch
from node.receiving.contribution_answers import settle_contribution
from node.receiving.interest_moves import receive_answer
from node.receiving.outcomes import DONE, Outcome, Received, ignored
from node.storage import follows
from vocab.clock import timestamp


async def receive_accept(batch: Batch, received: Received) -> Outcome:
    """Mark what we asked for as accepted; after a Follow, ask for the catch-up.

    Nobody else can accept it.
    """
    follow = await our_follow(batch, received)
    if follow is None:
        answered = await receive_answer(batch, received, "accept") or await settle_contribution(
            batch, received, state="accepted"
        )
        return answered or ignored("It accepts nothing that this node has asked for.")
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
