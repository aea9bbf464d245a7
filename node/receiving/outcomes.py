"""What can become of an activity that arrived, and what a handler is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from vocab.wire_object import WireObject

State = Literal["done", "ignored", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A journaled activity: verified before it was journaled, the same tree as then."""

    seq: int
    activity: str
    type: str
    actor: str
    host: str
    document: Mapping[str, Any]
    recipient: str | None
    authenticated_by: str
    verification_method: str
    received_at: str
    #: The object, embedded in it, as a document of its own; None where it is a link.
    embedded: WireObject | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it, with the reason in plain words for the desk."""

    state: State
    reason: str = ""


DONE = Outcome("done")


def ignored(reason: str) -> Outcome:
    """The activity was fine, and is of no concern to this node."""
    return Outcome("ignored", reason)


def refused(reason: str) -> Outcome:
    """The activity says what its sender may not say."""
    return Outcome("refused", reason)


class NeedsFetch(Exception):
    """The handler must see a document first; the worker fetches it and calls again."""

    def __init__(self, url: str) -> None:
        """*url* is the id of the document."""
        super().__init__(url)
        self.url = url


class ComesEarly(Exception):
    """Its sender has not answered our Follow yet; the activity is looked at again later.

    Messages about different things may overtake each other on their way.
    """


def object_id(value: Any) -> str | None:
    """Return the id of an object given as IRI or embedded, or None."""
    identifier = value.get("id") if isinstance(value, Mapping) else value
    return identifier if isinstance(identifier, str) else None
