"""The page of one thing, with lists of what concerns it."""

from collections.abc import Sequence

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from node.endpoints.app_keys import DATABASE, RENDERER
from node.endpoints.page_context import html_response, page_context, stored_thing
from node.pages.listing_items import listing_items
from node.pages.sheets import sheet_view
from node.pages.view_context import ViewContext
from node.pages.views import Related
from node.storage import resource_lists
from node.storage.resource_rows import ResourceFilter, ResourceRow
from vocab.classes import ResourceClass
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
#: Longest such list; the rest is a query away.
LENGTH = 50


async def resource_page(request: web.Request, row: ResourceRow) -> web.Response:
    """Answer with the page of *row*, ours or another node's."""
    async with request.app[DATABASE].reading() as connection:
        lists = {
            klass: await _mentioning(connection, row, klass) for klass in RELATED.get(row.klass, ())
        }
        shown = [row, *(other for rows in lists.values() for other in rows)]
        context = await page_context(request, connection, shown)
    related = tuple(_related(klass, rows, context) for klass, rows in lists.items() if rows)
    view = sheet_view(stored_thing(row), context, related)
    return html_response(request, request.app[RENDERER].sheet_page(view))


async def _mentioning(
    connection: AsyncConnection, row: ResourceRow, klass: ResourceClass
) -> list[ResourceRow]:
    wanted = ResourceFilter(classes=(klass,), at=timestamp())
    return await resource_lists.mentioning(connection, row.iri, wanted, limit=LENGTH)


def _related(klass: ResourceClass, rows: Sequence[ResourceRow], context: ViewContext) -> Related:
    items = listing_items([stored_thing(row) for row in rows], context)
    return Related(heading=klass.value, items=items, total=len(items))
