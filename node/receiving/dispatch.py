"""Which module takes which type of activity."""

from collections.abc import Awaitable, Callable, Mapping

from federation.errors import FederationError
from node.receiving.accept import receive_accept
from node.receiving.add import receive_add
from node.receiving.announce import receive_announce
from node.receiving.batch import Batch
from node.receiving.block import receive_block
from node.receiving.create import receive_create
from node.receiving.delete import receive_delete
from node.receiving.flag import receive_flag
from node.receiving.follow import receive_follow
from node.receiving.join import receive_join
from node.receiving.leave import receive_leave
from node.receiving.like import receive_like
from node.receiving.move import receive_move
from node.receiving.offer import receive_offer
from node.receiving.outcomes import Outcome, Received, ignored, refused
from node.receiving.reject import receive_reject
from node.receiving.remove import receive_remove
from node.receiving.undo import receive_undo
from node.receiving.update import receive_update
from vocab.errors import VocabularyError

Handler = Callable[[Batch, Received], Awaitable[Outcome]]

HANDLERS: Mapping[str, Handler] = {
    "Accept": receive_accept,
    "AcceptAgreement": receive_accept,  # so Mitra calls them, too
    "Add": receive_add,
    "Announce": receive_announce,
    "Block": receive_block,
    "Create": receive_create,
    "Delete": receive_delete,
    "Flag": receive_flag,
    "Follow": receive_follow,
    "Join": receive_join,
    "Leave": receive_leave,
    "Like": receive_like,
    "Move": receive_move,
    "Offer": receive_offer,
    "OfferAgreement": receive_offer,
    "Reject": receive_reject,
    "Remove": receive_remove,
    "Undo": receive_undo,
    "Update": receive_update,
}


async def dispatch(batch: Batch, received: Received) -> Outcome:
    """Hand *received* to its module; of a type without one it stays in the journal.

    Raises NeedsFetch where a document must be read first, ComesEarly where it is to be looked
    at again later. What the sender may not say or
    cannot be read is refused, with the reason.
    """
    handler = HANDLERS.get(received.type)
    if handler is None:
        return ignored(f"Activities of type {received.type} have no meaning here.")
    try:
        return await handler(batch, received)
    except FederationError as error:
        return refused(error.safe)
    except VocabularyError as error:
        return refused(str(error))
