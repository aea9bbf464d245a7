"""One page of a list: by date as SQL has it, or by name or time in the reader's order."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from node.endpoints.app_keys import SETTINGS
from node.pages.alphabet import initial, sort_key
from node.pages.views import Link
from node.pages.wire_values import moment
from node.storage import resource_lists, resources
from node.storage.resource_rows import ResourceFilter, ResourceRow

#: Events ahead of us that are put in order; nobody plans more.
EVENTS = 2_000
#: A register of letters helps from this many names on.
LONG = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The rows of a page, where the pages before and after it are, and a register."""

    rows: list[ResourceRow]
    previous: str = ""
    next: str = ""
    letters: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A resource by what it is sorted by; ``cursor`` is its place in the list."""

    text: str
    iri: str

    @property
    def cursor(self) -> str:
        """Its place as it stands in addresses."""
        return f"{self.text} {self.iri}"


async def newest(request: web.Request, connection: AsyncConnection, wanted: ResourceFilter) -> Cut:
    """Return a page of what is *wanted*, the newest first."""
    length = request.app[SETTINGS].pages.length
    before, after = request.query.get("before"), request.query.get("after")
    try:
        rows = await resource_lists.list_page(
            connection, wanted, limit=length + 1, before=before, after=after
        )
    except ValueError as error:
        raise web.HTTPBadRequest(text=str(error)) from error
    more = len(rows) > length
    rows = rows[1:] if more and after else rows[:length]
    if not rows:
        return Cut(rows=[])
    newer = bool(before) or (bool(after) and more)
    older = more if not after else True
    return Cut(
        rows=rows,
        previous=turn(request, "after", rows[0].cursor) if newer else "",
        next=turn(request, "before", rows[-1].cursor) if older else "",
    )


async def by_name(request: web.Request, connection: AsyncConnection, wanted: ResourceFilter) -> Cut:
    """Return a page of what is *wanted* in the order of the alphabet, with a register."""
    found = await resource_lists.names(connection, wanted)
    entries = [Entry(title, iri) for iri, title in found]
    entries.sort(key=lambda entry: (sort_key(entry.text), entry.iri))
    cut = _cut(request, entries, sort_key)
    known = await resources.get_many(connection, [entry.iri for entry in cut.entries])
    return Cut(
        rows=[known[entry.iri] for entry in cut.entries if entry.iri in known],
        previous=cut.previous,
        next=cut.next,
        letters=_letters(request, entries) if len(entries) > LONG else (),
    )


async def by_start(
    request: web.Request, connection: AsyncConnection, wanted: ResourceFilter
) -> Cut:
    """Return a page of what is *wanted*, what begins soonest first."""
    rows = await resource_lists.list_page(connection, wanted, limit=EVENTS)
    known = {Entry(_start(row), row.iri): row for row in rows}
    entries = sorted(known, key=lambda entry: (entry.text, entry.iri))
    cut = _cut(request, entries, str)
    return Cut(rows=[known[entry] for entry in cut.entries], previous=cut.previous, next=cut.next)


def _start(row: ResourceRow) -> str:
    start = moment(row.document.get("startTime"), "UTC")
    return start.isoformat() if start else ""


def turn(request: web.Request, name: str, cursor: str) -> str:
    """Return the address of the page of this list that *cursor* leads to."""
    kept = {key: value for key, value in request.query.items() if key not in ("before", "after")}
    return f"{request.path}?{urlencode({**kept, name: cursor})}"


@dataclass(frozen=True, slots=True)
class _Entries:
    entries: Sequence[Entry]
    previous: str
    next: str


def _cut(request: web.Request, entries: Sequence[Entry], key: Callable[[str], str]) -> _Entries:
    """Return the page of sorted *entries* that the request's cursor leads to.

    A cursor is a place and need not be an entry, so it holds when entries come and go.
    """
    length = request.app[SETTINGS].pages.length
    places = [(key(entry.text), entry.iri) for entry in entries]
    start = 0
    if after := request.query.get("after"):
        start = bisect_right(places, _place(after, key))
    elif before := request.query.get("before"):
        start = max(0, bisect_left(places, _place(before, key)) - length)
    shown = entries[start : start + length]
    return _Entries(
        shown,
        turn(request, "before", shown[0].cursor) if shown and start else "",
        turn(request, "after", shown[-1].cursor) if start + length < len(entries) else "",
    )


def _place(cursor: str, key: Callable[[str], str]) -> tuple[str, str]:
    text, space, iri = cursor.rpartition(" ")
    return (key(text), iri) if space else (key(cursor), "")


def _letters(request: web.Request, entries: Sequence[Entry]) -> tuple[Link, ...]:
    """Return the capitals that names begin with, each leading to the first of them."""
    links: dict[str, Link] = {}
    last: Entry | None = None
    for entry in entries:
        letter = initial(entry.text)
        if letter not in links:
            href = turn(request, "after", last.cursor) if last else turn_back(request)
            links[letter] = Link(text=letter, href=href)
        last = entry
    return tuple(links.values())


def turn_back(request: web.Request) -> str:
    """Return the address of the first page of this list."""
    kept = {key: value for key, value in request.query.items() if key not in ("before", "after")}
    return f"{request.path}?{urlencode(kept)}" if kept else request.path
