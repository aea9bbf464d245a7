"""The page of one thing, with lists of what concerns it."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from node.endpoints.app_keys import DATABASE, EXPERTISE, RENDERER
from node.endpoints.page_context import (
    all_expertise,
    carried,
    html_response,
    own_frame,
    page_context,
    stored_thing,
)
from node.pages.alphabet import sort_key
from node.pages.expertise import kin, narrower
from node.pages.listing_items import listing_items
from node.pages.sheets import sheet_view
from node.pages.view_context import StoredThing, ViewContext
from node.pages.views import Related
from node.pages.wire_values import concepts_named
from node.storage import resource_lists, resources
from node.storage.resource_rows import ResourceFilter, ResourceRow
from vocab.classes import PROFILES, ResourceClass
from vocab.clock import timestamp

#: Lists on the page of a member or an expertise, in this order; an offer meets needs.
RELATED: dict[ResourceClass, tuple[ResourceClass, ...]] = {
    ResourceClass.OFFER: (ResourceClass.NEED,),
    ResourceClass.NEED: (ResourceClass.OFFER,),
    ResourceClass.MEMBER: (
        ResourceClass.OFFER,
        ResourceClass.NEED,
        ResourceClass.CASE,
        ResourceClass.COLLABORATION,
    ),
    ResourceClass.CONCEPT: (
        ResourceClass.OFFER,
        ResourceClass.NEED,
        ResourceClass.CASE,
        ResourceClass.PRACTICE,
        ResourceClass.MEMBER,
    ),
}
#: Longest such list; "All" leads to the rest.
LENGTH = 8


async def resource_page(
    request: web.Request, row: ResourceRow, *, earlier: bool = False
) -> web.Response:
    """Answer with the page of *row*, ours or another node's, or of an *earlier* version of it."""
    async with request.app[DATABASE].reading() as connection:
        subject = await _subject(request, connection, row)
        lists = [
            found
            for klass in RELATED.get(row.klass, ())
            if (found := await _concerning(request, connection, subject, klass)).rows
        ]
        shown = [row, *(other for found in lists for other in found.rows)]
        context = await page_context(request, connection, shown, subject.narrower)
    related = tuple(_related(found, subject, context) for found in lists)
    view = sheet_view(_thing(row, subject), context, related)
    framed = own_frame if row.local else carried
    if earlier:
        here = replace(view.frame, path=request.path)
        view = replace(view, frame=here, current=view.frame.path, contact="", related=())
    view = replace(view, frame=framed(request, view.frame))
    return html_response(request, request.app[RENDERER].sheet_page(view))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    """What the lists of a page are about: the thing itself, or expertise.

    ``narrower`` lies right below an expertise; its own node states only what lies above.
    """

    iri: str
    #: What "All" leads to, where one thing stands for the whole subject.
    about: str
    concepts: frozenset[str] = frozenset()
    narrower: tuple[str, ...] = ()


async def _subject(request: web.Request, connection: AsyncConnection, row: ResourceRow) -> _Subject:
    """An expertise is what it is called: what names it on another node concerns it too."""
    named = {
        ResourceClass.CONCEPT: [row.iri],
        ResourceClass.OFFER: concepts_named(row.document),
        ResourceClass.NEED: concepts_named(row.document),
    }.get(row.klass)
    if named is None:
        return _Subject(iri=row.iri, about=row.iri)
    context = await page_context(request, connection, [])
    known = await all_expertise(request, connection, context)
    return _Subject(
        iri=row.iri,
        about=named[0] if len(named) == 1 else "",
        concepts=frozenset().union(*(kin(iri, known) for iri in named)),
        narrower=narrower(stored_thing(row), known) if named == [row.iri] else (),
    )


def _thing(row: ResourceRow, subject: _Subject) -> StoredThing:
    """Return *row* as its page shows it: an expertise with what others put below it."""
    thing = stored_thing(row)
    if not subject.narrower:
        return thing
    return replace(thing, document={**thing.document, "narrower": list(subject.narrower)})


@dataclass(frozen=True, slots=True)
class _Found:
    klass: ResourceClass
    rows: list[ResourceRow]
    total: int


async def _concerning(
    request: web.Request, connection: AsyncConnection, subject: _Subject, klass: ResourceClass
) -> _Found:
    wanted = ResourceFilter(classes=(klass,), at=timestamp())
    if subject.about == subject.iri and not subject.concepts:
        wanted = replace(wanted, naming=(subject.iri,))
    else:
        known = await request.app[EXPERTISE].read(connection)
        wanted = replace(wanted, among=known.concerned(subject.concepts, klass))
    if klass is ResourceClass.MEMBER:
        return await _first_by_name(connection, wanted)
    rows = await resource_lists.list_page(connection, wanted, limit=LENGTH)
    total = await resource_lists.count(connection, wanted) if len(rows) == LENGTH else len(rows)
    return _Found(klass, rows, total)


async def _first_by_name(connection: AsyncConnection, wanted: ResourceFilter) -> _Found:
    found = await resource_lists.names(connection, wanted)
    found.sort(key=lambda pair: (sort_key(pair[1]), pair[0]))
    shown = [iri for iri, _ in found[:LENGTH]]
    known = await resources.get_many(connection, shown)
    return _Found(ResourceClass.MEMBER, [known[iri] for iri in shown if iri in known], len(found))


def _related(found: _Found, subject: _Subject, context: ViewContext) -> Related:
    items = listing_items([stored_thing(row) for row in found.rows], context)
    path = f"/{PROFILES[found.klass].collection}"
    more = found.total > len(items) and subject.about
    href = f"{path}?{urlencode({'about': subject.about})}" if more else ""
    # An offer or a need is met by others; what a member or an expertise has is its own.
    alike = subject.concepts and subject.about != subject.iri
    heading = f"{found.klass.value}_alike" if alike else found.klass.value
    return Related(heading=heading, items=items, total=found.total, href=href)
