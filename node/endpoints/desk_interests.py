"""``/desk/interests``: interest in offers and needs, ours and others', what waits for us first."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from node.desk.list_interests import InterestView, desk_settings, list_interests
from node.endpoints import desk_interest, desk_new_interest
from node.endpoints.app_keys import DATABASE, SETTINGS
from node.endpoints.desk_frame import DeskPage, desk_response
from node.endpoints.interest_rows import interest_item
from node.endpoints.page_context import page_language
from node.pages.desk_views import Waiting
from node.pages.interest_views import InterestGroup, InterestsView
from node.storage import resources
from vocab.clock import now
from vocab.interest_states import OPEN

#: Interests shown in one group on one page.
MOST: Final = 100
#: Interests that the pages of one group reach; the newest, but of those that wait the oldest.
REACHED: Final = 5_000
NAMES: Final = ("ours", "theirs", "made", "over")


async def get_interests(request: web.Request) -> web.Response:
    """Answer with all interests, those that wait for this desk first, the longest first.

    ``?group=`` is one of ``NAMES`` alone, and ``?page=`` a page of it.
    """
    name, page = request.query.get("group", ""), read_page(request.query.get("page", ""))
    if name not in NAMES:
        name, page = "", 1
    async with request.app[DATABASE].reading() as connection:
        groups = await _found(request, connection, limit=REACHED if name else None)
        parts = {
            group: views[(page - 1) * MOST : page * MOST]
            for group, views in groups.items()
            if views and name in ("", group)
        }
        shown = {view.proposal for views in parts.values() for view in views}
        about = await resources.get_many(connection, sorted(shown))
    language, moment = page_language(request), now()
    view = InterestsView(
        groups=tuple(
            InterestGroup(
                heading=group,
                items=tuple(
                    interest_item(one, about.get(one.proposal), moment, language) for one in views
                ),
                total=len(groups[group]),
                previous=_address(group, page - 1) if page > 1 else "",
                next=_address(group, page + 1) if page * MOST < len(groups[group]) else "",
            )
            for group, views in parts.items()
        ),
        group=name,
    )
    done = request.query.get("done", "")
    return desk_response(request, "desk_interests.html", "interests", view, done=done)


def read_page(text: str) -> int:
    """Return the number of a page; the first where *text* is none."""
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) <= 4 else 1


def _address(group: str, page: int) -> str:
    return f"/desk/interests?{urlencode({'group': group, 'page': page})}"


async def _found(
    request: web.Request, connection: AsyncConnection, *, limit: int | None
) -> dict[str, list[InterestView]]:
    settings = desk_settings(request.app[SETTINGS])
    standing = await list_interests(connection, settings, oldest_first=True, limit=limit)
    known = await list_interests(connection, settings, all_states=True, limit=limit)
    return _groups([*standing, *(view for view in known if view.state not in OPEN)])


def _groups(views: Sequence[InterestView]) -> dict[str, list[InterestView]]:
    """Return the groups in the order of their urgency."""
    by_group: dict[str, list[InterestView]] = {name: [] for name in NAMES}
    for view in views:
        by_group[_group_of(view)].append(view)
    by_group["ours"].sort(key=lambda view: view.due_at or "")
    return by_group


def _group_of(view: InterestView) -> str:
    if view.due_at is not None:
        return "ours"
    if view.state in OPEN:
        return "theirs"
    return "made" if view.state == "accepted" else "over"


async def waiting(request: web.Request, connection: AsyncConnection) -> Sequence[Waiting]:
    """Return how many interests wait for this desk, and how many of them for too long."""
    settings = desk_settings(request.app[SETTINGS])
    views = await list_interests(connection, settings, oldest_first=True)
    ours = [view.is_due for view in views if view.due_at is not None]
    path = "/desk/interests#ours"
    return (
        Waiting(what="interests_due", count=sum(ours), href=path),
        Waiting(what="interests_waiting", count=len(ours) - sum(ours), href=path),
    )


def _add_routes(router: web.UrlDispatcher) -> None:
    router.add_get("/desk/interests", get_interests)
    desk_new_interest.add_routes(router)
    desk_interest.add_routes(router)


PAGE = DeskPage(name="interests", add_routes=_add_routes, waiting=waiting)
