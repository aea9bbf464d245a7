"""What the desk's page on who sent something shows, as frozen values for one visitor."""

from dataclasses import dataclass

from node.pages.views import Link, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFacts:
    """A key that somebody signed with; ``state`` is a key of ``authenticity_words.KEY_STATES``."""

    id: str
    algorithm: str = ""
    state: str
    ends: str = ""
    #: When its actor was last read at its own address.
    read: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFacts:
    """That one version was believed, and why."""

    number: int
    state: str
    method: str
    by: str = ""
    activity: str = ""
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticityFacts:
    """Why something is believed. Times are written out; states are keys of words."""

    iri: str
    #: resource, activity or actor.
    kind: str
    #: Class of a thing, type of an activity, kind of an actor.
    what: str
    title: str = ""
    #: Where this node shows it.
    page: str = ""
    ours: bool
    owner: Link
    host: str
    audience: str = ""
    state: str
    outcome: Passage | None = None
    method: str
    #: The key's id or the address, where the key itself is not known.
    by: str = ""
    key: KeyFacts | None = None
    activity: str = ""
    at: str = ""
    rechecked: str = ""
    actor_read: str = ""
    verdict: str
    reason: Passage
    proved: str = ""
    versions: tuple[VersionFacts, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticityView:
    """The field for an address, and what is known of it; without ``found`` nothing is."""

    iri: str = ""
    found: AuthenticityFacts | None = None
