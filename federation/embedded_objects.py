"""What an authentic document may carry within itself, and what shrinks to a link.

An embedded copy is believed where it has no id of its own, is a fragment of what it stands
in, shares origin and owner with it (FEP-fe34), or carries a proof of its owner (FEP-8b32).
Every other copy could be doctored: its id alone stays, and whoever wants the thing fetches it
there. So do copies of actors, since keys come from nothing but an actor fetched at its own id.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from federation.authority import is_actor, may_speak_for, names_as_member, reference
from federation.origins import same_origin

#: Where activities carry what they are about.
_CARRIERS: Final = ("object", "target", "origin", "result", "instrument")
_KEY_FIELDS: Final = frozenset({"publicKey", "assertionMethod", "authentication"})


Believed = Callable[[dict[str, Any]], bool]


def _nobody(_: dict[str, Any]) -> bool:
    return False


def proved_copies(document: dict[str, Any], owner: str) -> Iterator[dict[str, Any]]:
    """Yield the embedded copies that are not *owner*'s but carry proofs, not yet verified."""
    for field in _CARRIERS:
        value = document.get(field)
        for entry in value if isinstance(value, list) else [value]:
            if isinstance(entry, dict) and "proof" in entry and not may_speak_for(owner, entry):
                yield entry


def with_own_copies_only(
    document: dict[str, Any], owner: str, believed: Believed = _nobody
) -> dict[str, Any]:
    """Return *document*, an authentic thing of *owner*, without copies that it cannot vouch for.

    Copies of others stay that are *believed*, unchanged, so that their proofs hold for whoever
    looks again. It is the same dict where nothing had to go. Raises MalformedRequest for an
    embedded object that names itself by ``@id``, or by an id that is no text.
    """
    wrapper = document.get("id")
    changed: dict[str, Any] = {}
    for field in _CARRIERS:
        if field in document:
            value = document[field]
            settled = _settled(value, owner, wrapper if isinstance(wrapper, str) else "", believed)
            if settled is not value:
                changed[field] = settled
    return {**document, **changed} if changed else document


def _settled(value: Any, owner: str, wrapper: str, believed: Believed) -> Any:
    if isinstance(value, list):
        settled = [_settled(entry, owner, wrapper, believed) for entry in value]
        same = all(new is old for new, old in zip(settled, value, strict=True))
        return value if same else settled
    if not isinstance(value, dict) or believed(value):
        return value
    return own_copy(value, owner, wrapper)


def own_copy(value: dict[str, Any], owner: str, wrapper: str = "") -> dict[str, Any] | str:
    """Return *value*, embedded in a thing of *owner*, or its id where it is not vouched for.

    Also for the items of a collection page, whose *owner* is the collection's. A Tombstone
    names no owner: one of the same origin stays, and binds only together with *owner*.
    """
    iri = reference(value)
    if iri is None or (wrapper and iri.startswith(f"{wrapper}#")):
        return with_own_copies_only(value, owner)
    if names_as_member(value, owner) and same_origin(iri, owner):
        return {name: entry for name, entry in value.items() if name not in _KEY_FIELDS}
    buried = value.get("type") == "Tombstone" and same_origin(iri, owner)
    if is_actor(value) or not (buried or may_speak_for(owner, value)):
        return iri
    return with_own_copies_only(value, owner)
