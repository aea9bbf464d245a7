"""The messages of an interest as they go over the wire, in FEP-0837's words.

Each is addressed to the other cluster and to nobody else, and has no proof: a proof would make
a leak provable. The company stands in one only by its own recorded consent.
"""

import html
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from federation import activities
from node.publishing.names import random_name
from node.publishing.outgoing import Outgoing
from node.storage.interests import InterestRow
from vocab.clock import parse_time, wire_time
from vocab.inline_context import with_inline_context
from vocab.interest_states import STEPS
from vocab.wire_object import wire_text

Wire = dict[str, Any]

#: What an agreement is called where people read it; nothing here binds anybody.
NAMES = {
    "nb": "Kontakt formidlet, uforpliktende",
    "nn": "Kontakt formidla, uforpliktande",
    "da": "Kontakt formidlet, uforpligtende",
    "en": "Contact made, not binding",
}
#: What a confirmation is called.
RECEIPTS = {
    "nb": "Kontakten er fullført, uforpliktende",
    "nn": "Kontakten er fullførd, uforpliktande",
    "da": "Kontakten er afsluttet, uforpligtende",
    "en": "The contact is completed, not binding",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A member of ours that may be named."""

    iri: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What there is to tell the other desk."""

    row: InterestRow
    actor: str
    outgoing: Outgoing
    #: The step that was taken, or "name".
    event: str
    #: Plain text for the other desk.
    message: str
    #: Only where it has consented.
    company: Company | None

    @property
    def now(self) -> str:
        """The time as the wire has it."""
        return wire_time(self.outgoing.moment)

    @property
    def to(self) -> list[str]:
        """Whom it is for: the other cluster alone."""
        return [self.row.peer or ""]


def party_key(row: InterestRow) -> str:
    """Return whether our company would provide or receive."""
    return "provider" if (row.purpose == "offer") == row.proposing else "receiver"


def paragraphs(text: str) -> str:
    """Return plain *text* as the HTML that content on the wire is."""
    blocks = (block.strip() for block in text.split("\n\n"))
    return "".join(f"<p>{html.escape(block, quote=False)}</p>" for block in blocks if block)


def offer_activity(telling: Telling, *, updated: bool = False) -> Wire:
    """Return the Offer that is the interest, as it stands."""
    row = telling.row
    more: Wire = {"published": wire_time(parse_time(row.opened_at))}
    if updated:
        more["updated"] = telling.now
    if row.message:
        more["content"] = paragraphs(row.message)
    if row.in_reply_to:
        more["inReplyTo"] = row.in_reply_to
    agreement = _agreement(telling, None)
    return activities.offer(
        id=row.iri, actor=telling.actor, object=agreement, to=telling.to, **more
    )


def _agreement(telling: Telling, iri: str | None) -> Wire:
    row = telling.row
    document: Wire = {"type": "Agreement"}
    if iri is not None:
        document |= {"id": iri, "attributedTo": telling.actor, "inReplyTo": row.iri}
        document |= {"name": NAMES["nb"], "nameMap": dict(NAMES), "to": telling.to}
        document["updated"] = telling.now
    document["stipulates"] = _commitment(row.intent, row.quantity, row.unit, iri, "primary")
    if telling.company is not None:
        named = {"type": "Organization", "id": telling.company.iri, "name": telling.company.name}
        document["stipulates"][party_key(row)] = named
    if row.reciprocal_intent:
        document["stipulatesReciprocal"] = _commitment(
            row.reciprocal_intent,
            row.reciprocal_quantity or "1",
            row.reciprocal_unit or "one",
            iri,
            "reciprocal",
        )
    return document


def _commitment(intent: str, number: str, unit: str, iri: str | None, fragment: str) -> Wire:
    commitment: Wire = {"type": "Commitment"}
    if iri is not None:
        commitment["id"] = f"{iri}#{fragment}"
    quantity = {"hasUnit": unit, "hasNumericalValue": number}
    return commitment | {"satisfies": intent, "resourceQuantity": quantity}


def own_agreement(telling: Telling) -> tuple[InterestRow, Wire]:
    """Return the agreement of this desk's making, and the row that keeps it as it stands."""
    row = telling.row
    iri = row.agreement or telling.outgoing.identity.resource("agreements", random_name(16))
    document = _agreement(telling, iri)
    step = STEPS.get(telling.event) or _step_to(row.state)
    if step is not None and step.status:
        document["status"] = step.status
    kept = wire_text(with_inline_context(document))
    return replace(row, agreement=iri, document=kept), document


def _step_to(state: str) -> Any:
    return next((step for step in STEPS.values() if step.to == state), None)


def _update(telling: Telling) -> tuple[InterestRow, Wire]:
    """The agreement as it stands: FEP-0837 has no word for what happens before the answer."""
    row, document = own_agreement(telling)
    if telling.message:
        document["content"] = paragraphs(telling.message)
    return row, activities.update(
        id=telling.outgoing.new_id(), actor=telling.actor, object=document, published=telling.now
    )


def _accept(telling: Telling) -> tuple[InterestRow, Wire]:
    row, document = own_agreement(telling)
    more: Wire = {"published": telling.now}
    if telling.message:
        more["content"] = paragraphs(telling.message)
    return row, activities.accept_offer(
        id=telling.outgoing.new_id(),
        actor=telling.actor,
        offer=row.iri,
        to=telling.to,
        result=document,
        **more,
    )


def _reject(telling: Telling) -> tuple[InterestRow, Wire]:
    return telling.row, reject_activity(
        telling.outgoing,
        telling.actor,
        telling.row.iri,
        to=telling.row.peer or "",
        reason=telling.message,
    )


def reject_activity(outgoing: Outgoing, actor: str, offer: str, *, to: str, reason: str) -> Wire:
    """Return the Reject of an Offer, with its reason."""
    return activities.reject_offer(
        id=outgoing.new_id(), actor=actor, offer=offer, to=[to], content=paragraphs(reason)
    )


def _undo(telling: Telling) -> tuple[InterestRow, Wire]:
    offer = offer_activity(telling)
    undo = activities.undo(id=telling.outgoing.new_id(), actor=telling.actor, object=offer)
    if telling.message:
        undo["content"] = paragraphs(telling.message)
    return telling.row, undo


def _confirmation(telling: Telling) -> tuple[InterestRow, Wire]:
    """A document about the agreement; the Offer it names lets it be told from any other."""
    row = telling.row
    receipt: Wire = {
        "type": "Document",
        "id": telling.outgoing.identity.resource("receipts", random_name(16)),
        "attributedTo": telling.actor,
        "to": telling.to,
        "name": RECEIPTS["nb"],
        "nameMap": dict(RECEIPTS),
        "context": row.agreement,
        "inReplyTo": row.iri,
        "published": telling.now,
    }
    if telling.message:
        receipt["content"] = paragraphs(telling.message)
    return row, activities.create(
        id=telling.outgoing.new_id(), actor=telling.actor, object=receipt, published=telling.now
    )


def _offer(telling: Telling) -> tuple[InterestRow, Wire]:
    return telling.row, offer_activity(telling)


def _named(telling: Telling) -> tuple[InterestRow, Wire]:
    """Tell who the company is: in the Offer where it is ours, else in the agreement."""
    if telling.row.side != "asking":
        return _update(telling)
    offer = offer_activity(telling, updated=True)
    return telling.row, activities.update(
        id=telling.outgoing.new_id(), actor=telling.actor, object=offer, published=telling.now
    )


#: What makes the message of each event; a counter-offer is told by the Offer that it is.
MESSAGES: Mapping[str, Callable[[Telling], tuple[InterestRow, Wire]]] = {
    "send": _offer,
    "name": _named,
    "take_over": _update,
    "pass_on": _update,
    "answer": _update,
    "accept": _accept,
    "decline": _reject,
    "withdraw": _undo,
    "complete": _confirmation,
}


def kept_agreement(row: InterestRow) -> Wire:
    """Return the agreement of ours as it was last sent."""
    document: Wire = json.loads(row.document or "{}")
    return document
