"""What the desk's pages about servers show, as frozen values for one visitor.

Times are written out; what is a key says of which words (``server_words``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from node.pages.views import Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """Who asks on behalf of a server; anybody may say anything there."""

    actor: str
    name: str
    summary: str = ""
    url: str = ""
    #: The algorithm of each key, and its fingerprint.
    fingerprints: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerItem:
    """A server as the desk sees it."""

    host: str
    #: The address of its own page.
    href: str
    name: str = ""
    #: pending, approved, limited or blocked, as it counts.
    state: str
    #: Why, who decided it and when; empty where nothing was.
    reason: Passage | None = None
    decided_by: str = ""
    decided_at: str = ""
    is_node: bool = False
    software: str = ""
    #: How our Follow of it stands: pending, accepted, rejected; empty without one.
    following: str = ""
    followers: int = 0
    #: Those of it who want to follow us and were not let in yet.
    knocking: int = 0
    #: The type of its first message.
    asked: str = ""
    card: CardView | None = None
    last_success: str = ""
    #: The last trouble, where it is later than the last success.
    trouble: Passage | None = None
    trouble_since: str = ""
    #: It is left in peace until then.
    rests_until: str = ""
    next_attempt: str = ""
    #: The desk lets nothing go out to it; until when, or empty for no end.
    paused: bool = False
    paused_until: str = ""
    waiting: int = 0
    oldest: str = ""
    given_up: int = 0
    delivered: int = 0
    received: int = 0
    kept: int = 0
    #: both, send or receive.
    direction: str = "both"
    #: Keys of ``words.LISTS``; None for all.
    classes: tuple[str, ...] | None = None
    #: What the desk can do: keys of ``ACTIONS``, the most likely first.
    actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerGroup:
    """Servers that stand alike; ``heading`` is a key of ``SERVER_GROUPS``."""

    heading: str
    servers: tuple[ServerItem, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServersView:
    """Every server that the node knows, or those whose names hold ``find``."""

    groups: tuple[ServerGroup, ...]
    find: str = ""
    #: The page of the server that ``find`` names and that is not known.
    unknown: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryItem:
    """One decision; ``decision`` is a key of ``DECISIONS``."""

    decision: str
    when: str
    who: str = ""
    reason: Passage | None = None
    #: A scope is written as a server's is; an end of a pause, a mode or an address as text.
    direction: str = ""
    classes: tuple[str, ...] | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerView:
    """One server with everything; one that is not known yet has an item with its host alone."""

    item: ServerItem
    known: bool
    #: Keys of ``EFFECTS``.
    effects: tuple[str, ...]
    users: int | None = None
    first_seen: str = ""
    signature: str = ""
    signature_learnt: str = ""
    #: closed, open or half_open.
    breaker: str = "closed"
    history: tuple[HistoryItem, ...] = ()
    #: The states that can be decided, keys of ``DECIDE``.
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeView:
    """Which servers the node deals with; keys of ``MODES``."""

    mode: str
    #: The mode of the settings.
    settings: str
    #: The desk chose it.
    chosen: bool
    modes: tuple[str, ...] = ()
    history: tuple[HistoryItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedItem:
    """What an import does with one line; ``state`` as a server's."""

    line: int
    host: str
    state: str
    #: Why it stays as it is.
    why: Passage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """What a list would change, before it does."""

    text: str
    allow: bool
    force: bool
    #: Why it cannot be read at all, and what to do.
    refused: tuple[Passage, ...] = ()
    changed: tuple[PlannedItem, ...] = ()
    kept: tuple[PlannedItem, ...] = ()
    problems: tuple[tuple[int, Passage], ...] = ()
    #: How many there are: changed, kept, unchanged, problems.
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainListsView:
    """Lists of domains out and in."""

    #: How many servers are blocked or limited, and approved.
    kept_out: int
    let_in: int
    plan: PlanView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedItem:
    """A node that others name."""

    actor: str
    host: str
    href: str
    named_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionsView:
    """Whom the followed nodes name; ``state`` is none, running, done or failed."""

    state: str
    when: str = ""
    asked: int = 0
    found: tuple[SuggestedItem, ...] = ()
    problems: tuple[tuple[str, Passage], ...] = ()
    #: The node asks by itself, once a day.
    daily: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StragglerItem:
    """A server that something has not reached; ``why`` is None where it was not tried yet."""

    host: str
    href: str
    given_up: bool = False
    why: Passage | None = None
    paused: bool = False
    next_attempt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachItem:
    """How far something of ours got."""

    title: str
    #: The address of the thing, and the kind as in ``words.KINDS``; empty for other messages.
    href: str = ""
    kind: str = ""
    #: A key of ``SENT``.
    type: str
    when: str
    reached: int
    inboxes: int
    waiting: tuple[StragglerItem, ...] = ()
    given_up: tuple[StragglerItem, ...] = ()
    dropped: int = 0
    #: The page with all about it.
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachView:
    """What was published lately with its reach, or all messages about one thing."""

    items: tuple[ReachItem, ...]
    about: str = ""
