"""What the desk's pages about works of several nodes show, as frozen values for one visitor."""

from dataclasses import dataclass

from node.pages.views import Link, Particular, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionItem:
    """A proposed revision or a request to join, in a list or on its page.

    ``kind`` is revision or join, ``state`` a key of ``contribution_words.STATES``.
    """

    id: str
    kind: str
    sent: bool
    state: str
    #: What the work is: case, collaboration or practice; empty where it is gone.
    mark: str
    title: Passage
    partner: str
    #: The company that is named, if one is, and its address.
    company: str = ""
    member: str = ""
    when: str
    message: str = ""
    reason: str = ""
    #: Who proposed it here, or decided here.
    who: str = ""
    decided_by: str = ""
    decided: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionGroup:
    """Contributions that stand alike; ``heading`` is a key of ``contribution_words.GROUPS``."""

    heading: str
    rows: tuple[ContributionItem, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """A case, collaboration or guide that can be developed further."""

    mark: str
    title: Passage
    href: str
    cluster: str
    #: A key of ``words.STAGES``, or empty.
    stage: str = ""
    network: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionsView:
    """What waits, what we sent, and the works of others; ``problem`` is a key of PROBLEMS."""

    groups: tuple[ContributionGroup, ...] = ()
    works: tuple[WorkItem, ...] = ()
    works_total: int = 0
    own: tuple[WorkItem, ...] = ()
    about: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some words of which the same is true: same, removed or added; ``after`` is the space."""

    kind: str
    text: str
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """One field, old and new; ``outcome`` is applies, conflict or stands already."""

    field: str
    #: A key of ``contribution_words.FIELDS``.
    key: str
    #: The language in words and its tag; empty for what is in none.
    tongue: str = ""
    language: str = ""
    old: tuple[Piece, ...] = ()
    new: tuple[Piece, ...] = ()
    outcome: str
    #: Of a conflict, what stood before either side changed it.
    before: str = ""
    #: What the desk chose before the page had to be shown again: proposed, current or empty.
    chosen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionView:
    """One contribution, and what the desk can decide about it."""

    item: ContributionItem
    #: Where the work is shown, and its address.
    work: Link
    facts: tuple[Particular, ...] = ()
    fields: tuple[FieldView, ...] = ()
    #: Version of the work before the desk, as its own number and as its record's.
    seen: int = 0
    version: str = ""
    next_version: str = ""
    #: Who is named as contributors once it is accepted.
    named: tuple[str, ...] = ()
    #: Keys of ``contribution_words.PROBLEMS``; what breaks the rules, in words.
    problem: str = ""
    findings: tuple[str, ...] = ()
    reason: str = ""

    @property
    def decidable(self) -> bool:
        """Whether it waits for this desk."""
        return self.item.state == "open" and not self.item.sent


@dataclass(frozen=True, slots=True, kw_only=True)
class TextInput:
    """A text to edit; ``newer`` is what stands now where it has changed meanwhile."""

    field: str
    key: str
    text: str
    mark: str
    longest: int
    rows: int
    markup: bool = False
    newer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageInputs:
    """The texts of one language."""

    language: str
    tongue: str
    texts: tuple[TextInput, ...]
    #: Whether it is unfolded.
    open: bool = False
    #: Whether anything is written in it yet.
    written: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A member or a case in a list to choose from."""

    iri: str
    name: str
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkView:
    """A work, and what the desk can do with it."""

    iri: str
    mark: str
    title: Passage
    cluster: str
    local: bool
    network: bool
    summary: Passage | None = None
    page: str = ""
    facts: tuple[Particular, ...] = ()
    ended: bool = False
    languages: tuple[LanguageInputs, ...] = ()
    companies: tuple[Choice, ...] = ()
    #: Requests to join that wait or were accepted.
    joins: tuple[ContributionItem, ...] = ()
    #: Cases that an own collaboration may have led to.
    cases: tuple[Choice, ...] = ()
    message: str = ""
    problem: str = ""
    findings: tuple[str, ...] = ()
