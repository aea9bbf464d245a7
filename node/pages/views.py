"""What a page shows: plain values made for one reader, in one language.

Texts that people wrote carry their language, so that the page can mark it. Dates are already
written out; counts are numbers.
"""

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A text with its language tag; an empty tag where the language is not known.

    ``tongue`` is the language in the reader's words, where it is not the reader's own.
    """

    text: str
    language: str = ""
    tongue: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Where a name leads; without an address it is only the name."""

    text: str
    href: str = ""
    language: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The cluster's office, which answers for its members."""

    email: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeFace:
    """What every page of a node says about it."""

    name: str
    base_url: str
    handle: str
    office: Office = Office()
    language: str = "nb"
    accent: str = "#0f4c63"
    demonstration: bool = False

    @property
    def address(self) -> str:
        """Name of the cluster in the fediverse, such as ``@digin@node.digin.example``."""
        return f"@{self.handle}@{self.base_url.partition('://')[2]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFoot:
    """The page as data: its own IRI, formats, and a query about it."""

    iri: str
    formats: tuple[Link, ...] = ()
    query: str = "/sparql"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The page around its content: where it is, what it is as data.

    ``carried`` is the language that its links ask for, where nothing else remembers it.
    """

    path: str
    language: str
    data: DataFoot
    query: tuple[tuple[str, str], ...] = ()
    section: str = ""
    canonical: str = ""
    carried: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """One ruled row: what it is, whose, from which cluster, until when, in which languages.

    ``clusters`` have an expertise, ``joint`` are those behind what several did together.
    """

    kind: str
    title: Passage
    href: str
    local: bool
    company: str = ""
    cluster: str = ""
    clusters: tuple[str, ...] = ()
    summary: Passage | None = None
    starts: str = ""
    ends: str = ""
    place: str = ""
    online: bool = False
    joint: tuple[str, ...] = ()
    published: str = ""
    region: str = ""
    industry: Passage | None = None
    version: str = ""
    readiness: str = ""
    stage: str = ""
    languages: tuple[str, ...] = ()
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A field of expertise and how many members have it."""

    text: str
    href: str
    count: int
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of what someone wrote; ``heading`` is a key of ``words.SECTIONS`` or empty."""

    html: Markup
    language: str = ""
    tongue: str = ""
    heading: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Particular:
    """One line of the list of facts; ``label`` is a key of ``words.PARTICULARS``."""

    label: str
    values: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticity:
    """How this node knows who sent a thing; ``how`` is a key of ``words.PROOFS``."""

    how: str
    sender: str
    key: str = ""
    received: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Things that concern the one shown; ``heading`` is a key of ``words.RELATED``."""

    heading: str
    items: tuple[ListItem, ...]
    total: int = 0
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetView:
    """One thing, whole."""

    frame: Frame
    kind: str
    title: Passage
    local: bool
    cluster: str
    origin: str = ""
    company: Link | None = None
    joint: tuple[str, ...] = ()
    when: str = ""
    place: str = ""
    online: bool = False
    published: str = ""
    updated: str = ""
    ended: bool = False
    languages: tuple[str, ...] = ()
    description: str = ""
    lead: Passage | None = None
    sections: tuple[Section, ...] = ()
    particulars: tuple[Particular, ...] = ()
    tags: tuple[Link, ...] = ()
    authenticity: Authenticity | None = None
    related: tuple[Related, ...] = ()
    contact: str = ""
    #: Of an earlier version: where the current one is.
    current: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemGroup:
    """Rows of a list below a heading, or without one where they belong nowhere."""

    heading: Link | None
    items: tuple[ListItem, ...]
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginChoice:
    """One choice of the filter by cluster; an empty text stands for all of them."""

    text: str
    href: str
    chosen: bool
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView:
    """A page of a list; ``kind`` is the singular: offer, need, case, member, concept.

    ``subject`` is what the list is narrowed to, ``letters`` a register of its names. A list
    has ``items``, or ``groups`` of them.
    """

    frame: Frame
    kind: str
    total: int
    items: tuple[ListItem, ...] = ()
    groups: tuple[ItemGroup, ...] = ()
    previous: str = ""
    next: str = ""
    letters: tuple[Link, ...] = ()
    subject: Link | None = None
    origins: tuple[OriginChoice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """A cluster and where it is."""

    name: str
    place: str
    latitude: float
    longitude: float
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """How many things went lately from one cluster to another, by the names of their ports."""

    origin: str
    destination: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeView:
    """The home page of a cluster."""

    frame: Frame
    headline: Passage | None = None
    introduction: Passage | None = None
    #: Where the cluster lives now, if not here.
    moved_to: str | None = None
    members_here: int = 0
    members_elsewhere: int = 0
    ports: tuple[Port, ...] = ()
    crossings: tuple[Crossing, ...] = ()
    offers: tuple[ListItem, ...] = ()
    offers_total: int = 0
    offers_here: str = "/offers"
    needs: tuple[ListItem, ...] = ()
    needs_total: int = 0
    learnt: tuple[ListItem, ...] = ()
    tags: tuple[Tag, ...] = ()
    tags_total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """A page that says what happened; the words come from the status.

    ``detail`` and ``remedy`` are in the language of the page; ``asked`` is the address of
    another node's thing that was asked for.
    """

    frame: Frame
    status: int
    kind: str = ""
    when: str = ""
    detail: str = ""
    remedy: str = ""
    asked: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFollowView:
    """The way to where a visitor's own server follows an actor of this node.

    ``written`` is what the visitor wrote, ``server`` the host in it where it is an address, and
    ``page`` the page there, where the server names one.
    """

    frame: Frame
    name: str
    actor: str
    address: str
    written: str = ""
    server: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizeView:
    """Whether a program may act for the cluster: who asks, for what, for how many days.

    ``fields`` are what the form sends back unchanged.
    """

    frame: Frame
    client: str
    host: str
    scopes: tuple[str, ...]
    days: int
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactView:
    """How to reach a member through the cluster's office."""

    frame: Frame
    about: Link | None = None
    kind: str = ""
    company: str = ""
    cluster: str = ""
    local: bool = True
    subject: str = ""
    #: Who speaks for the member, where a consent is recorded.
    person: str = ""
    mail_link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SparqlView:
    """The plain form for queries; ``problem`` is what was wrong with one.

    ``said`` are the words of the parser, which knows English only.
    """

    frame: Frame
    query: str = ""
    chosen: str = ""
    refused: bool = False
    problem: str = ""
    said: str = ""
