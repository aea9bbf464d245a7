"""What the desk's pages show, as frozen values for one visitor."""

from dataclasses import dataclass

from node.pages.views import Frame, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskFrame:
    """What stands around every page of the desk.

    ``pages`` and ``current`` are keys of ``desk_words.PAGES``; ``done`` is a key of
    ``desk_words.DONE``, what the last form did, or empty.
    """

    visitor: str
    csrf: str
    pages: tuple[str, ...]
    current: str
    done: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Something that waits for the desk; ``what`` is a key of ``desk_words.WAITING``."""

    what: str
    count: int
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewView:
    """The first page: what waits, each with one thing to do about it."""

    waiting: tuple[Waiting, ...]
    #: Name and number, such as followers; ``text`` is a key of ``desk_words.FIGURES``.
    figures: tuple["Figure", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number to know, and where it is spelled out; keys of ``desk_words.FIGURES``."""

    what: str
    count: int
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerItem:
    """A server as the desk sees it. Times are written out; ``state`` is a key of words."""

    host: str
    name: str = ""
    #: pending, approved, blocked …
    state: str
    is_node: bool = False
    software: str = ""
    #: How our Follow of it stands: pending, accepted, rejected; empty without one.
    following: str = ""
    followers: int = 0
    #: Those of it who want to follow us and were not let in yet.
    knocking: int = 0
    last_success: str = ""
    #: The last trouble, where it is later than the last success.
    trouble: Passage | None = None
    trouble_since: str = ""
    waiting: int = 0
    given_up: int = 0
    paused_until: str = ""
    delivered: int = 0
    received: int = 0
    kept: int = 0
    signature: str = ""
    #: What the desk can do: keys of ``desk_words.ACTIONS``, the most likely first.
    actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerGroup:
    """Servers that stand alike; ``heading`` is a key of ``desk_words.SERVER_GROUPS``."""

    heading: str
    servers: tuple[ServerItem, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServersView:
    """Every server that the node knows."""

    groups: tuple[ServerGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedItem:
    """An actor that this cluster follows, or asked to; its address is where it is at home."""

    iri: str
    name: str
    host: str
    #: pending, accepted or rejected.
    state: str
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupView:
    """What became of looking an address up; ``outcome`` is a key of ``desk_words.LOOKUPS``."""

    address: str
    outcome: str
    name: str = ""
    problem: Passage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowView:
    """The form to follow another cluster, what became of it, and who is followed."""

    address: str = ""
    lookup: LookupView | None = None
    followed: tuple[FollowedItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginView:
    """Signing in; ``step`` is ask, confirm or signed-in.

    ``problem`` is a key of ``desk_words.SIGN_IN_PROBLEMS``, or empty.
    """

    frame: Frame
    step: str
    token: str = ""
    next: str = ""
    problem: str = ""
    visitor: str = ""
