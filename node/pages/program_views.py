"""What the desk's page of programs shows, as frozen values for one visitor."""

from dataclasses import dataclass

from node.pages.views import Link, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramItem:
    """An access token as the desk sees it; its secret is not known. Times are written out."""

    id: str
    name: str
    #: Keys of ``program_words.SCOPES``.
    scopes: tuple[str, ...]
    #: The cluster or a member that it acts for.
    actor: Link
    #: Where the program comes from that asked by OAuth; else the desk made it.
    client: str = ""
    created_by: str
    created: str
    #: Until when, or since when not any more.
    ends: str
    last_used: str = ""
    #: expired or revoked, else empty.
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramForm:
    """What stands in the form: empty, or what was sent and is to be mended."""

    name: str = ""
    scopes: tuple[str, ...] = ("publish",)
    actor: str = ""
    days: str = "90"
    problem: Passage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramsView:
    """Programs that have or had access, and the form for one more."""

    #: By key of ``program_words.LISTS``; those of them that are shown.
    lists: tuple[tuple[str, tuple[ProgramItem, ...]], ...]
    form: ProgramForm
    cluster: Link
    members: tuple[Link, ...] = ()
    most_days: int
    #: The secret of the token just made, this once.
    secret: str = ""
    made: ProgramItem | None = None
