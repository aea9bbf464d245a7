"""What the other desk did about an interest: each step known once, in whatever order it comes.

The state is the furthest that any known step led to (vocab.interest_states), so both desks
come to the same one. Every function returns None where the message is about no interest.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from federation.origins import is_too_long, same_origin
from node.publishing.express_interest import MESSAGE_LENGTH
from node.publishing.interest_documents import party_key
from node.receiving.batch import Batch
from node.receiving.outcomes import DONE, ComesEarly, Outcome, Received, object_id, refused
from node.receiving.tell_answers import tell_of_step
from node.storage import interests
from node.storage.interests import InterestRow, MoveRow
from vocab.interest_states import BY_STATUS, STEPS, furthest, may_take
from vocab.models.agreements import Agreement, Commitment, read_agreement
from vocab.quantities import read_number
from vocab.texts import plain_text

NOT_THEIRS = refused("It is not for its sender to do that about this interest.")


async def receive_answer(batch: Batch, received: Received, event: str) -> Outcome | None:
    """Take in an Accept or a Reject of an Offer of ours."""
    offer = object_id(received.document.get("object"))
    row = await interests.get(batch.connection, offer) if offer else None
    if row is None:
        return None
    if not await _may(batch, row, received, event):
        return NOT_THEIRS
    if event == "accept":
        agreement = read_agreement(received.document.get("result"))
        problem = _unlike(row, agreement, received.actor)
        if agreement is None or problem is not None:
            return refused(problem or "It accepts without an agreement.")
        row = await _learn(batch, row, agreement, received.activity)
    await apply_move(
        batch, row, event, activity=received.activity, message=_message(received.document)
    )
    return DONE


async def receive_status(batch: Batch, received: Received) -> Outcome | None:
    """Take in an Update of the agreement that the asked desk makes: how far it has come."""
    agreement = read_agreement(received.document.get("object"))
    if agreement is None or agreement.in_reply_to is None:
        return None
    row = await interests.get(batch.connection, agreement.in_reply_to)
    if row is None or not await _may(batch, row, received, "take_over"):
        return refused("It is about no Offer of this cluster to its sender.")
    problem = _unlike(row, agreement, received.actor)
    if problem is not None:
        return refused(problem)
    row = await _learn(batch, row, agreement, received.activity)
    event = BY_STATUS.get(agreement.status or "")
    if event is not None:
        message = _message(_embedded(received))
        await apply_move(batch, row, event, activity=received.activity, message=message)
    return DONE


async def receive_withdrawal(batch: Batch, received: Received) -> Outcome | None:
    """Take in the Undo of an Offer; one that comes before its Offer is found when that comes."""
    offer = object_id(received.document.get("object"))
    row = await interests.get(batch.connection, offer) if offer else None
    if row is None:
        return None
    if not await _may(batch, row, received, "withdraw"):
        return NOT_THEIRS
    message = _message(received.document)
    await apply_move(batch, row, "withdraw", activity=received.activity, message=message)
    return DONE


async def receive_confirmation(batch: Batch, received: Received) -> Outcome | None:
    """Take in a document about an agreement: the contact is completed.

    Raises ComesEarly where it is about an agreement that is not known yet.
    """
    document = _embedded(received)
    agreement, offer = object_id(document.get("context")), object_id(document.get("inReplyTo"))
    if document.get("type") != "Document" or agreement is None:
        return None
    row = await interests.by_agreement(batch.connection, agreement, received.actor)
    if row is None and offer is not None:
        row = await interests.get(batch.connection, offer)
    if row is None:
        return await _perhaps_early(batch, received)
    if not await _may(batch, row, received, "complete"):
        return NOT_THEIRS
    await apply_move(batch, row, "complete", activity=received.activity, message=_message(document))
    return DONE


async def _perhaps_early(batch: Batch, received: Received) -> Outcome | None:
    """A confirmation may overtake the Accept that tells which agreement it is about."""
    if await interests.awaits(batch.connection, received.actor):
        raise ComesEarly
    return None


async def _may(batch: Batch, row: InterestRow, received: Received, event: str) -> bool:
    """Say whether the other side of *row* sent it, may take the step, and is not blocked."""
    if row.peer != received.actor or batch.policy.blocks(received.host):
        return False
    return may_take(STEPS[event], asking=row.asked, asked=row.asking, proposing=not row.proposing)


def _unlike(row: InterestRow, agreement: Agreement | None, actor: str) -> str | None:
    """Say in what an agreement differs from what was offered, None where in nothing."""
    commitment = agreement.stipulates if agreement else None
    if agreement is None or commitment is None or _unusable(agreement.id):
        return "It has no agreement with an id and a commitment."
    if agreement.attributed_to != actor:
        return "The agreement is not attributed to its sender."
    if commitment.satisfies != row.intent:
        return "The agreement is about another offer or need."
    return _other_amount(row.quantity, row.unit, commitment) or (
        _other_amount(row.reciprocal_quantity or "1", row.reciprocal_unit, agreement.reciprocal)
        if row.reciprocal_intent
        else None
    )


def _unusable(iri: str | None) -> bool:
    return iri is None or is_too_long(iri)


def _other_amount(number: str, unit: str | None, commitment: Commitment | None) -> str | None:
    quantity = commitment.quantity if commitment else None
    if quantity is None or quantity.unit != unit:
        return "The unit in the agreement is another than that in the Offer."
    if read_number(quantity.number) != read_number(number):
        return "The quantity in the agreement is another than that in the Offer."
    return None


async def _learn(
    batch: Batch, row: InterestRow, agreement: Agreement, activity: str
) -> InterestRow:
    """Keep which agreement it is, and the company that it names."""
    row = replace(row, agreement=agreement.id)
    await interests.save(batch.connection, row)
    if agreement.stipulates is None:
        return row
    return await name_their_company(batch, row, agreement.stipulates, activity=activity)


async def name_their_company(
    batch: Batch, row: InterestRow, commitment: Commitment, *, activity: str
) -> InterestRow:
    """Keep the company that the other side names as its own, if it does."""
    theirs = "receiver" if party_key(row) == "provider" else "provider"
    party = commitment.receiver if theirs == "receiver" else commitment.provider
    if party is None or party.id is None or party.id == row.their_company:
        return row
    if _unusable(party.id) or not same_origin(party.id, row.peer or ""):
        return row  # a cluster speaks for its own members, not for anybody else's
    named = replace(row, their_company=party.id, their_company_name=(party.name or "")[:300])
    await interests.save(batch.connection, named)
    if not await interests.has_happened(batch.connection, row.iri, "name", ours=False):
        # Once is enough: a history that a stranger could make longer would have no end.
        await interests.add_move(batch.connection, _move(batch, named, "name", activity))
    return named


async def apply_move(
    batch: Batch, row: InterestRow, event: str, *, activity: str, message: str = ""
) -> InterestRow:
    """Let the step of the other side count, and tell the desk; again it changes nothing."""
    if await interests.has_happened(batch.connection, row.iri, event):
        return row
    moved = replace(
        row,
        state=furthest(row.state, STEPS[event].to),
        moved_at=batch.arrival,
        reminded_at=None,
    )
    await interests.save(batch.connection, moved)
    await interests.add_move(batch.connection, _move(batch, moved, event, activity, message))
    await tell_of_step(batch, moved, event, activity=activity, message=message)
    return moved


def _move(batch: Batch, row: InterestRow, event: str, activity: str, message: str = "") -> MoveRow:
    return MoveRow(
        interest=row.iri,
        event=event,
        state=row.state,
        who=row.peer or "",
        ours=False,
        at=batch.arrival,
        message=message,
        activity=activity,
    )


def _embedded(received: Received) -> Mapping[str, Any]:
    written = received.document.get("object")
    return written if isinstance(written, Mapping) else {}


def _message(document: Mapping[str, Any]) -> str:
    """Return what the other desk writes, as plain text, cut where it is too long to show."""
    content = document.get("content")
    return plain_text(content).strip()[:MESSAGE_LENGTH] if isinstance(content, str) else ""
