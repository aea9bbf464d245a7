"""What becomes of a contribution: its home answers, or who sent it takes it back."""

from typing import Literal

from node.receiving.batch import Batch
from node.receiving.contributing import message_of
from node.receiving.outcomes import DONE, Outcome, Received, ignored, object_id, refused
from node.receiving.tell_answers import tell_of_decision
from node.storage import contributions


async def settle_contribution(
    batch: Batch, received: Received, *, state: Literal["accepted", "declined"]
) -> Outcome | None:
    """Note the answer to a contribution of ours; None where *received* answers none.

    The desk is told. Only the cluster that it was sent to can answer it (SECURITY A18).
    """
    activity = object_id(received.document.get("object"))
    sent = await contributions.by_activity(batch.connection, activity) if activity else None
    if sent is None or not sent.sent:
        return None
    if sent.partner != received.actor:
        return refused("The answer does not come from whom was asked.")
    reason = message_of(received.document)
    changed = await contributions.decide(
        batch.connection, sent.id, state=state, at=batch.arrival, reason=reason or None
    )
    if not changed:
        return ignored("The contribution was settled before.")
    await tell_of_decision(batch, sent, activity=received.activity, state=state, reason=reason)
    return DONE


async def take_back_contribution(
    batch: Batch, received: Received, activity: str | None
) -> Outcome | None:
    """Take back a contribution that waits here, for who sent it; None where there is none."""
    found = await contributions.by_activity(batch.connection, activity) if activity else None
    if found is None or found.sent or found.partner != received.actor:
        return None
    changed = await contributions.decide(
        batch.connection, found.id, state="withdrawn", at=batch.arrival
    )
    return DONE if changed else ignored("The desk has decided about it already.")
