"""What each type of activity may say about its object, before anything is looked up here.

Whether the object's owner, as it is kept here, is the actor is for the receiver to check
with ``authority.check_owner``; these rules need the activity alone.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from federation.authority import check_embedded_object, owner_of, reference
from federation.errors import ForbiddenOrigin, MalformedRequest
from federation.origins import check_length, host_of, is_http_iri, same_iri, same_origin

Activity = Mapping[str, Any]


def check_activity(activity: Activity, *, actor: str, type: str, own_host: str) -> None:
    """Check that *actor* may make the claims of *activity*, received by *own_host*.

    Its id must be of the actor's origin (SECURITY A4). Raises ForbiddenOrigin, or
    MalformedRequest where the object that the rules are about is missing or manifold.
    """
    iri = activity["id"]
    if not same_origin(iri, actor):
        raise ForbiddenOrigin(
            "The activity's id is on another server than its actor.", log=f"{iri} by {actor}"
        )
    rule = _RULES.get(type)
    if rule is not None:
        rule(activity, actor, own_host)


def _check_writing(activity: Activity, actor: str, own_host: str) -> None:
    thing = activity.get("object")
    _check_place(_needed(thing), actor, own_host)
    if isinstance(thing, dict):
        check_embedded_object(actor, thing)


def _check_deleting(activity: Activity, actor: str, own_host: str) -> None:
    thing = activity.get("object")
    _check_place(_needed(thing), actor, own_host)
    if isinstance(thing, dict) and owner_of(thing) is not None:
        check_embedded_object(actor, thing)


def _check_undoing(activity: Activity, actor: str, own_host: str) -> None:
    thing = activity.get("object")
    iri = reference(thing)
    if iri is not None:
        _check_place(iri, actor, own_host)
    if isinstance(thing, dict):
        undone_by = reference(thing.get("actor"))
        if undone_by is None or not same_iri(undone_by, actor):
            raise ForbiddenOrigin("Only who did a thing can undo it.", log=f"Undo by {actor}")


def _check_collecting(activity: Activity, actor: str, own_host: str) -> None:
    _needed(activity.get("object"))
    _check_place(_needed(activity.get("target")), actor, own_host)


def _check_answering(activity: Activity, actor: str, own_host: str) -> None:
    asked = activity.get("object")
    reference(asked)
    if isinstance(asked, dict) and asked.get("type") == "Follow":
        followed = reference(asked.get("object"))
        if followed is None or not same_iri(followed, actor):
            raise ForbiddenOrigin("Only who was to be followed can answer.", log=f"by {actor}")


def _check_pointing(activity: Activity, actor: str, own_host: str) -> None:
    _needed(activity.get("object"))


def _needed(value: object) -> str:
    iri = reference(value)
    check_length(iri)
    if iri is None or not is_http_iri(iri):
        raise MalformedRequest("The activity's object or target has no id that can be fetched.")
    return iri


def _check_place(iri: str, actor: str, own_host: str) -> None:
    check_length(iri)
    if is_http_iri(iri) and host_of(iri) == own_host:
        raise ForbiddenOrigin(
            "What is on this server cannot be changed from another.", log=f"{iri} by {actor}"
        )
    if not same_origin(iri, actor):
        raise ForbiddenOrigin(
            "The object is on another server than the actor.", log=f"{iri!r} by {actor}"
        )


_RULES: Final[Mapping[str, Callable[[Activity, str, str], None]]] = {
    "Create": _check_writing,
    "Update": _check_writing,
    "Delete": _check_deleting,
    "Undo": _check_undoing,
    "Add": _check_collecting,
    "Remove": _check_collecting,
    "Accept": _check_answering,
    "Reject": _check_answering,
    "Announce": _check_pointing,
    "Follow": _check_pointing,
    "Join": _check_pointing,
    "Leave": _check_pointing,
}
