"""``/desk/reach``: how far what this node sends out got, and whom it has not reached."""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from node.desk.show_reach import NOT_TRIED, Reach, Waiting, show_reach, show_recent
from node.endpoints.app_keys import DATABASE
from node.endpoints.desk_frame import DeskPage, desk_response
from node.endpoints.server_items import Surroundings, server_href
from node.pages.server_views import ReachItem, ReachView, StragglerItem
from node.storage import resources
from node.storage.resource_rows import ResourceRow

LONGEST: Final = 2_000


async def get_reach(request: web.Request) -> web.Response:
    """Answer with what was sent out lately, or with all that was sent about ``?iri=``."""
    about = request.query.get("iri", "").strip()[:LONGEST]
    async with request.app[DATABASE].reading() as connection:
        around = await Surroundings.of(request, connection)
        found = await (show_reach(connection, about) if about else show_recent(connection))
        named = [reach.about for reach in found if reach.about]
        known = await resources.get_many(connection, sorted(set(named)))
    items = tuple(_item(reach, known, around, alone=bool(about)) for reach in found)
    view = ReachView(items=items, about=about)
    return desk_response(request, "desk_reach.html", "reach", view)


def _item(
    reach: Reach, known: Mapping[str, ResourceRow], around: Surroundings, *, alone: bool
) -> ReachItem:
    row = known.get(reach.about or "")
    waiting = [_straggler(one, around) for one in reach.waiting]
    return ReachItem(
        title=(row.title if row else "") or reach.about or reach.activity,
        href=row.iri if row and row.local and row.state == "published" else "",
        kind=row.klass.value if row else "",
        type=reach.type,
        when=around.ago(reach.published_at),
        reached=reach.reached,
        inboxes=reach.inboxes,
        waiting=tuple(one for one in waiting if not one.given_up),
        given_up=tuple(one for one in waiting if one.given_up),
        dropped=reach.dropped,
        more="" if alone or not reach.about else reach.about,
    )


def _straggler(one: Waiting, around: Surroundings) -> StragglerItem:
    tried = one.why != NOT_TRIED and not one.held
    return StragglerItem(
        host=one.host,
        href=server_href(one.host),
        given_up=one.given_up,
        why=around.said(one.why) if tried else None,
        paused=one.held,
        next_attempt=around.coming(one.next_attempt_at),
    )


def _add_routes(router: web.UrlDispatcher) -> None:
    router.add_get("/desk/reach", get_reach)


PAGE = DeskPage(name="reach", add_routes=_add_routes)
