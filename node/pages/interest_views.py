"""What the desk's pages about interest in offers and needs show, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from node.pages.views import Link, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestItem:
    """One interest in a list; times are written out."""

    number: int
    #: offer or need: what it is about, and its mark.
    kind: str
    title: str
    #: asking, asked or both.
    side: str
    #: The other cluster.
    other: str
    #: Companies as far as they are known here.
    companies: tuple[str, ...] = ()
    #: A key of ``interest_words.STATES``.
    state: str
    responsible: str = ""
    moved: str = ""
    #: Since when, or until when, it waits for this desk.
    due: str = ""
    is_due: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestGroup:
    """Interests that stand alike; ``heading`` is a key of ``interest_words.GROUPS``."""

    heading: str
    items: tuple[InterestItem, ...]
    total: int
    #: Where the pages before and after this one are.
    previous: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestsView:
    """All interest that this desk has to do with, what waits for it first."""

    groups: tuple[InterestGroup, ...]
    #: The only group that is shown; empty: all.
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a history; ``event`` is a key of ``interest_words.EVENTS``."""

    event: str
    who: str
    when: str
    note: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A company on one side; ``said`` is a key of ``interest_words.NAMED``, or empty."""

    label: str
    company: Link | None = None
    said: str = ""
    by: str = ""
    when: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestView:
    """One interest, its history, and what this desk can do about it now."""

    item: InterestItem
    about: Link
    #: The other cluster, with its own page.
    other: Link
    quantity: str
    unit: str
    message: str
    ends: str = ""
    opened: str
    substitute: str = ""
    parties: tuple[Party, ...] = ()
    #: Numbers of the interest that this one counters, and of the one that counters it.
    before: int | None = None
    after: int | None = None
    history: tuple[Entry, ...] = ()
    #: Keys of ``interest_words.ACTIONS``, the most likely first.
    actions: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    #: What was wrong with the last form: the action, why, and what it held.
    failed: str = ""
    problem: tuple[Passage, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInterestView:
    """The form in which a member's interest is shown."""

    about: str
    #: What it is about, where that is known here.
    thing: Link | None = None
    kind: str = ""
    #: The cluster that it is of.
    other: str = ""
    local: bool = False
    quantity: str = ""
    unit: str = ""
    #: The quantity cannot be chosen.
    fixed: bool = False
    members: tuple[tuple[str, str], ...] = ()
    #: It is being read and sent.
    running: bool = False
    problem: tuple[Passage, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingItem:
    """An offer or need of ours that ends soon or has ended."""

    iri: str
    kind: str
    title: Link
    company: str = ""
    ends: str
    ended: bool
    #: The day that the form proposes.
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OffersView:
    """Our offers and needs whose time is up, or soon will be."""

    items: tuple[EndingItem, ...]
    #: The first day that may be chosen.
    earliest: str = ""
    problem: tuple[Passage, ...] = ()
