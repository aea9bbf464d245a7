"""What an authentic document may carry within itself, and what shrinks to a link.

An embedded copy is believed where it has no id of its own, is a fragment of what it stands
in, or shares origin and owner with it (FEP-fe34). Every other copy could be doctored: its id
alone stays, and whoever wants the thing fetches it there. So do copies of actors, since keys
come from nothing but an actor fetched at its own id.
"""

from typing import Any, Final

from federation.authority import is_actor, may_speak_for, names_as_member, reference
from federation.origins import same_origin

#: Where activities carry what they are about.
_CARRIERS: Final = ("object", "target", "origin", "result", "instrument")
_KEY_FIELDS: Final = frozenset({"publicKey", "assertionMethod", "authentication"})


def with_own_copies_only(document: dict[str, Any], owner: str) -> dict[str, Any]:
    """Return *document*, an authentic thing of *owner*, without copies that it cannot vouch for.

    It is the same dict where there are none. Raises MalformedRequest for an embedded object
    that names itself by ``@id``, or by an id that is no text.
    """
    wrapper = document.get("id")
    changed: dict[str, Any] = {}
    for field in _CARRIERS:
        if field in document:
            value = document[field]
            settled = _settled(value, owner, wrapper if isinstance(wrapper, str) else "")
            if settled is not value:
                changed[field] = settled
    return {**document, **changed} if changed else document


def _settled(value: Any, owner: str, wrapper: str) -> Any:
    if isinstance(value, list):
        settled = [_settled(entry, owner, wrapper) for entry in value]
        same = all(new is old for new, old in zip(settled, value, strict=True))
        return value if same else settled
    return own_copy(value, owner, wrapper) if isinstance(value, dict) else value


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
