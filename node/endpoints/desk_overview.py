"""The first page of the desk: what waits, each with one thing to do about it."""

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from node.endpoints.app_keys import DATABASE, IDENTITY
from node.endpoints.desk_frame import DESK_PAGES, DeskPage, desk_response
from node.pages.desk_views import Figure, OverviewView
from node.storage import deliveries, follows, peer_groups


async def get_overview(request: web.Request) -> web.Response:
    """Answer with what waits on every page of the desk."""
    async with request.app[DATABASE].reading() as connection:
        waiting = [
            item
            for page in request.app[DESK_PAGES]
            for item in await page.waiting(request, connection)
            if item.count
        ]
        figures = await _figures(request, connection)
    view = OverviewView(waiting=tuple(waiting), figures=figures)
    return desk_response(request, "desk_overview.html", "overview", view)


async def _figures(request: web.Request, connection: AsyncConnection) -> tuple[Figure, ...]:
    cluster = request.app[IDENTITY].cluster
    queued = (await deliveries.count_by_state(connection)).get("waiting", 0)
    return (
        Figure(
            what="followed",
            count=await follows.count_following(connection, cluster),
            href="/desk/follow",
        ),
        Figure(what="followers", count=await follows.count_followers(connection, cluster)),
        Figure(
            what="servers", count=await peer_groups.count_known(connection), href="/desk/servers"
        ),
        Figure(what="queued", count=queued),
    )


def _add_routes(router: web.UrlDispatcher) -> None:
    router.add_get("/desk", get_overview)


PAGE = DeskPage(name="overview", add_routes=_add_routes)
