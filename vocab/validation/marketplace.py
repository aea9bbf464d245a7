"""FEP-0837's tables as checks: what each message of a federated marketplace must hold.

Every function yields one sentence for each thing that is missing or wrong, by the FEP's own
words MUST and REQUIRED; nothing where all is as it should be. What the FEP recommends only is
not looked for.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from vocab.quantities import read_number
from vocab.terms import local_name

Document = Mapping[str, Any]

_ACTIONS: Final = ("deliverService", "transfer")
_PURPOSES: Final = ("offer", "request")


def message_problems(activity: Document) -> list[str]:
    """Return what is wrong with an activity of the marketplace, by its type and object."""
    return [*_required(activity, "id", "type", "actor", "to"), *_of_activity(activity)]


def _of_activity(activity: Document) -> Iterator[str]:
    kind, thing = activity.get("type"), activity.get("object")
    if kind in ("Create", "Update") and isinstance(thing, Mapping):
        yield from _WRITTEN.get(_type_of(thing), _nothing)(thing)
        if thing.get("type") == "Document" and not _is_iri(thing.get("context")):
            yield "context: a confirmation MUST name the agreement"
    elif kind == "Offer":
        yield from _below("object", thing, agreement_problems)
    elif kind == "Accept":
        yield from _named_offer(thing)
        yield from _below("result", activity.get("result"), finalised_problems)
        result = activity.get("result")
        owner = result.get("attributedTo") if isinstance(result, Mapping) else None
        if owner != activity.get("actor"):
            yield "result: attributedTo MUST be the actor of the Accept"
    elif kind == "Reject":
        yield from _named_offer(thing)


def proposal_problems(proposal: Document) -> Iterator[str]:
    """Yield what is wrong with a proposal."""
    yield from _required(proposal, "id", "type", "purpose", "attributedTo", "publishes", "to")
    if proposal.get("purpose") not in _PURPOSES:
        yield f"purpose: one of {', '.join(_PURPOSES)}"
    yield from _below("publishes", proposal.get("publishes"), intent_problems)
    if "reciprocal" in proposal:
        yield from _below("reciprocal", proposal["reciprocal"], intent_problems)
    if not isinstance(proposal.get("unitBased", False), bool):
        yield "unitBased: true or false"


def intent_problems(intent: Document) -> Iterator[str]:
    """Yield what is wrong with an intent."""
    yield from _required(intent, "id", "type", "action", "resourceQuantity")
    yield from _of_type(intent, "Intent")
    if intent.get("action") not in _ACTIONS:
        yield f"action: one of {', '.join(_ACTIONS)}"
    for key in ("resourceQuantity", "availableQuantity", "minimumQuantity"):
        if key in intent:
            yield from _below(key, intent[key], quantity_problems)


def agreement_problems(agreement: Document) -> Iterator[str]:
    """Yield what is wrong with an agreement that is proposed."""
    yield from _required(agreement, "type", "stipulates")
    yield from _of_type(agreement, "Agreement")
    for key in ("stipulates", "stipulatesReciprocal"):
        if key in agreement:
            yield from _below(key, agreement[key], commitment_problems)


def finalised_problems(agreement: Document) -> Iterator[str]:
    """Yield what is wrong with an agreement that has come about."""
    yield from _required(agreement, "id", "attributedTo")
    yield from agreement_problems(agreement)
    for key in ("stipulates", "stipulatesReciprocal"):
        commitment = agreement.get(key)
        if isinstance(commitment, Mapping) and not _is_iri(commitment.get("id")):
            yield f"{key}: id is REQUIRED in a finalised agreement"


def commitment_problems(commitment: Document) -> Iterator[str]:
    """Yield what is wrong with a commitment."""
    yield from _required(commitment, "type", "satisfies", "resourceQuantity")
    yield from _of_type(commitment, "Commitment")
    if not _is_iri(commitment.get("satisfies")):
        yield "satisfies: the id of an intent"
    yield from _below("resourceQuantity", commitment.get("resourceQuantity"), amount_problems)


def quantity_problems(quantity: Document) -> Iterator[str]:
    """Yield what is wrong with a quantity, which may leave the amount open."""
    yield from _required(quantity, "hasUnit")
    number = quantity.get("hasNumericalValue")
    if number is not None and (not isinstance(number, str) or read_number(number) is None):
        yield "hasNumericalValue: a number, as text"


def amount_problems(quantity: Document) -> Iterator[str]:
    """Yield what is wrong with the quantity of a commitment, which names an amount."""
    yield from _required(quantity, "hasNumericalValue")
    yield from quantity_problems(quantity)


def _named_offer(thing: Any) -> Iterator[str]:
    if not _is_iri(thing):
        yield "object: MUST be the id of the Offer"


def _required(document: Document, *keys: str) -> Iterator[str]:
    for key in keys:
        if not document.get(key):
            yield f"{key}: REQUIRED"


def _of_type(document: Document, kind: str) -> Iterator[str]:
    if document.get("type") != kind:
        yield f"type: MUST be {kind}"


def _below(key: str, value: Any, check: Callable[[Document], Iterator[str]]) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"{key}: an object"
        return
    for problem in check(value):
        yield f"{key}.{problem}"


def _type_of(thing: Document) -> str:
    """Return what the marketplace takes a thing for; our proposals say it beside their type."""
    return local_name(str(thing.get("kind") or thing.get("type")))


def _nothing(_: Document) -> Iterator[str]:
    return iter(())


def _offer_again(thing: Document) -> Iterator[str]:
    return iter(message_problems(thing))


#: What may be created and updated, by its type.
_WRITTEN: Final[Mapping[str, Callable[[Document], Iterator[str]]]] = {
    "Proposal": proposal_problems,
    "Agreement": finalised_problems,
    "Offer": _offer_again,
}


def _is_iri(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("https://", "http://"))
