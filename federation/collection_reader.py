"""Reading another server's collection, page by page, to an end that it does not choose.

A collection may claim to go on forever or lead back to itself (H3), so reading stops after
200 pages or 10,000 items, at a page seen before, and where it leaves its own origin.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from federation.errors import ForbiddenOrigin, MalformedRequest
from federation.origins import same_iri, same_origin
from federation.ports import FetchedDocument, Fetcher

_PAGES = frozenset({"CollectionPage", "OrderedCollectionPage"})
_COLLECTIONS = frozenset({"Collection", "OrderedCollection"}) | _PAGES


class Ending(StrEnum):
    """Why no page follows."""

    COMPLETE = "complete"
    #: The page or item cap is reached; there may be more.
    CAPPED = "capped"
    #: ``next`` leads to a page that was read already.
    LOOP = "loop"
    #: ``next`` leads to another origin.
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLimits:
    """How much of one collection is read."""

    pages: int = 200
    items: int = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionPage:
    """One page that was read."""

    url: str
    items: tuple[Any, ...]
    #: Where reading goes on, also where a cap ended it; None at the end.
    next: str | None
    #: How many items the whole collection claims to have.
    total: int | None
    #: None where another page follows.
    ending: Ending | None


async def read_pages(
    client: Fetcher, url: str, limits: ReadLimits | None = None
) -> AsyncIterator[CollectionPage]:
    """Give the pages of the collection, or from the page, at *url*; the last has an ending.

    Raises MalformedRequest where it is no collection, ForbiddenOrigin where a page says it
    is another one or a redirect leads to another origin, and what the client raises.
    """
    limits = limits or ReadLimits()
    left, seen, total = limits.items, {url}, None
    fetched = await _fetch(client, url)
    for number in range(1, limits.pages + 1):
        document = fetched.document
        total = _read_total(document, total)
        items, link = _items(document)[:left], _next(document)
        left -= len(items)
        ending = _ending(fetched.url, link, seen, capped=left <= 0 or number == limits.pages)
        yield CollectionPage(
            url=fetched.url, items=items, next=_iri(link), total=total, ending=ending
        )
        if ending is not None:
            return
        fetched = await _follow(client, fetched.url, link, seen)


async def _fetch(client: Fetcher, url: str) -> FetchedDocument:
    fetched = await client.fetch_document(url)
    if not same_origin(url, fetched.url):
        raise ForbiddenOrigin("A page of a collection was sent on to another server.")
    _check(fetched.url, fetched.document)
    return fetched


def _check(url: str, document: Mapping[str, Any]) -> None:
    if not _types(document) & _COLLECTIONS:
        raise MalformedRequest(f"There is no collection at {url}.")
    identity = document.get("id")
    if isinstance(identity, str) and not same_origin(url, identity):
        raise ForbiddenOrigin("A page of a collection claims to be of another server.")


async def _follow(client: Fetcher, url: str, link: Any, seen: set[str]) -> FetchedDocument:
    iri = _iri(link)
    if iri is not None:
        seen.add(iri)
    if isinstance(link, dict):
        # A first page may stand inside its collection, on the same authority.
        _check(url, link)
        return FetchedDocument(url=iri or url, document=link, content_type="")
    return await _fetch(client, iri or url)


def _ending(url: str, link: Any, seen: set[str], *, capped: bool) -> Ending | None:
    if link is None:
        return Ending.COMPLETE
    iri = _iri(link)
    if iri is not None and not same_origin(url, iri):
        return Ending.FOREIGN
    if iri is not None and any(same_iri(iri, earlier) for earlier in seen):
        return Ending.LOOP
    return Ending.CAPPED if capped else None


def _next(document: Mapping[str, Any]) -> Any:
    """Return the link to what follows: an IRI, a whole first page, or None."""
    link = document.get("next" if _types(document) & _PAGES else "first")
    embedded = isinstance(link, dict) and bool(_types(link) & _PAGES)
    return link if embedded else _iri(link) or None


def _iri(link: Any) -> str | None:
    identity = link.get("id") if isinstance(link, dict) else link
    return identity if isinstance(identity, str) else None


def _items(document: Mapping[str, Any]) -> tuple[Any, ...]:
    items = document.get("orderedItems", document.get("items"))
    if items is None:
        return ()
    return tuple(items) if isinstance(items, list) else (items,)


def _types(document: Mapping[str, Any]) -> set[str]:
    types = document.get("type")
    return {t for t in (types if isinstance(types, list) else [types]) if isinstance(t, str)}


def _read_total(document: Mapping[str, Any], known: int | None) -> int | None:
    total = document.get("totalItems")
    countable = isinstance(total, int) and not isinstance(total, bool) and total >= 0
    return total if countable else known
