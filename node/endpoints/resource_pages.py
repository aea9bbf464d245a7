"""The page of one thing, with lists of what concerns it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from node.endpoints.app_keys import DATABASE, RENDERER
from node.endpoints.page_context import (
    all_expertise,
    html_response,
    page_context,
    stored_thing,
)
from node.pages.alphabet import sort_key
from node.pages.expertise import kin
from node.pages.listing_items import listing_items
from node.pages.sheets import sheet_view
from node.pages.view_context import ViewContext
from node.pages.views import Related
from node.storage import resource_lists, resources
from node.storage.resource_rows import ResourceFilter, ResourceRow
from vocab.classes import PROFILES, ResourceClass
from vocab.clock import timestamp

#: Lists on the page of a member or an expertise, in this order.
RELATED: dict[ResourceClass, tuple[ResourceClass, ...]] = {
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


async def resource_page(request: web.Request, row: ResourceRow) -> web.Response:
    """Answer with the page of *row*, ours or another node's."""
    async with request.app[DATABASE].reading() as connection:
        naming = await _kin(request, connection, row)
        lists = [
            found
            for klass in RELATED.get(row.klass, ())
            if (found := await _naming(connection, naming, klass)).rows
        ]
        shown = [row, *(other for found in lists for other in found.rows)]
        context = await page_context(request, connection, shown)
    related = tuple(_related(found, row.iri, context) for found in lists)
    view = sheet_view(stored_thing(row), context, related)
    return html_response(request, request.app[RENDERER].sheet_page(view))


async def _kin(
    request: web.Request, connection: AsyncConnection, row: ResourceRow
) -> tuple[str, ...]:
    """An expertise is what it is called: what names it on another node concerns it too."""
    if row.klass is not ResourceClass.CONCEPT:
        return (row.iri,)
    context = await page_context(request, connection, [])
    return kin(row.iri, await all_expertise(request, connection, context))


@dataclass(frozen=True, slots=True)
class _Found:
    klass: ResourceClass
    rows: list[ResourceRow]
    total: int


async def _naming(
    connection: AsyncConnection, naming: tuple[str, ...], klass: ResourceClass
) -> _Found:
    wanted = ResourceFilter(classes=(klass,), naming=naming, at=timestamp())
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


def _related(found: _Found, about: str, context: ViewContext) -> Related:
    items = listing_items([stored_thing(row) for row in found.rows], context)
    path = f"/{PROFILES[found.klass].collection}"
    href = f"{path}?{urlencode({'about': about})}" if found.total > len(items) else ""
    return Related(heading=found.klass.value, items=items, total=found.total, href=href)
