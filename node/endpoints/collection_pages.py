"""Pages of a collection by cursor, both ways, newest first.

A page goes on *below* what stood last on the one before it, or ends just *above* what stood first
on the one after it. So it stays what it is, however much is added on top.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

from aiohttp import web

from federation import collections
from federation.errors import MalformedRequest

Row = TypeVar("Row")
LONGEST_CURSOR = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Which page is asked for; neither cursor: the first."""

    before: str | None = None
    after: str | None = None


def asked_place(request: web.Request) -> Place | None:
    """Return the page that the query asks for, None for the collection itself.

    Raises MalformedRequest.
    """
    before, after = request.query.get("before"), request.query.get("after")
    if before is not None and after is not None:
        raise MalformedRequest("Ask for what is before or after a place, not for both.")
    if max(len(before or ""), len(after or "")) > LONGEST_CURSOR:
        raise MalformedRequest("The page asked for does not exist: its cursor cannot be read.")
    if before is None and after is None and "page" not in request.query:
        return None
    return Place(before=before, after=after)


def number(cursor: str | None) -> int | None:
    """Return a cursor that is a number. Raises MalformedRequest."""
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdecimal()) or len(cursor) > 18:
        raise MalformedRequest("The page asked for does not exist: its cursor cannot be read.")
    return int(cursor)


def overview(iri: str, total: int, bottom: str) -> dict[str, Any]:
    """Return the collection itself; *bottom* is the cursor below all its rows."""
    last = f"{iri}?after={quote(bottom, safe='')}"
    return collections.collection(iri, total=total, first=f"{iri}?page=1", last=last)


def page(
    iri: str,
    place: Place,
    rows: Sequence[Row],
    length: int,
    *,
    bottom: str,
    cursor: Callable[[Row], str],
    item: Callable[[Row], Any],
) -> dict[str, Any]:
    """Return the page at *place* of the collection *iri*.

    *rows* are one more than the page has, where there are so many: the one beyond it.
    """
    upwards, beyond = place.after is not None, len(rows) > length
    shown = rows[-length:] if upwards else rows[:length]
    older = beyond if not upwards else place.after != bottom
    newer = beyond if upwards else place.before is not None
    following = _link(iri, "before", cursor(shown[-1])) if shown and older else None
    preceding = _link(iri, "after", cursor(shown[0])) if shown and newer else None
    return collections.page(
        _address(iri, place),
        part_of=iri,
        items=[item(row) for row in shown],
        next=following,
        prev=preceding,
    )


def _address(iri: str, place: Place) -> str:
    if place.before is not None:
        return _link(iri, "before", place.before)
    return _link(iri, "after", place.after) if place.after is not None else f"{iri}?page=1"


def _link(iri: str, name: str, cursor: str) -> str:
    return f"{iri}?{name}={quote(cursor, safe='')}"
