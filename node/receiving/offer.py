"""Offer: somebody offers this node something; what it is decides who takes it.

What is offered is recognised by its shape (FEP-2277). Other things that can be offered get
a line in ``OFFERED`` and a module of their own.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from node.receiving.batch import Batch
from node.receiving.offered_revision import is_revision, receive_revision
from node.receiving.outcomes import Outcome, Received, ignored

Recognises = Callable[[Mapping[str, Any]], bool]
Handler = Callable[[Batch, Received], Awaitable[Outcome]]

#: The first that recognises the object takes it.
OFFERED: Sequence[tuple[Recognises, Handler]] = ((is_revision, receive_revision),)


async def receive_offer(batch: Batch, received: Received) -> Outcome:
    """Hand what is offered to its module."""
    offered = received.document.get("object")
    if isinstance(offered, Mapping):
        for recognises, handler in OFFERED:
            if recognises(offered):
                return await handler(batch, received)
    return ignored("What it offers has no meaning here.")
