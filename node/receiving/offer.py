"""Offer: what is offered decides who takes it in.

An agreement to an offer or need is interest in it (FEP-0837). Whoever adds another kind of
offering adds it here.
"""

from node.receiving.batch import Batch
from node.receiving.interest_offer import receive_interest
from node.receiving.outcomes import Outcome, Received, ignored
from vocab.models.agreements import read_agreement


async def receive_offer(batch: Batch, received: Received) -> Outcome:
    """Hand what is offered to its module."""
    agreement = read_agreement(received.document.get("object"))
    if agreement is not None:
        return await receive_interest(batch, received, received.document, agreement)
    return ignored("What it offers has no meaning here.")
