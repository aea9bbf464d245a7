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
