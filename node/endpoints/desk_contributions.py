"""``/desk/contributions``: what others propose for our works, and what we propose for theirs."""

from collections.abc import Sequence
from typing import Final

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from node.endpoints import desk_contribution, desk_work
from node.endpoints.app_keys import DATABASE
from node.endpoints.contribution_items import (
    Surroundings,
    contribution_item,
    named_in,
    surroundings,
    work_item,
)
from node.endpoints.desk_frame import DeskPage, desk_response
from node.endpoints.work_views import stands_here
from node.pages.contribution_views import ContributionGroup, ContributionsView
from node.pages.desk_views import Waiting
from node.storage import contributions, resource_lists
from node.storage.contributions import ContributionRow
from node.storage.resource_rows import ResourceFilter, ResourceRow
from vocab.classes import ResourceClass
from vocab.work_fields import SHARED_WORKS

#: Rows of one group, and works of others; who knows an address reaches the rest.
MOST: Final = 50
LONGEST_ADDRESS: Final = 2_000
AUDIENCES: Final = ("public", "network")


async def get_contributions(request: web.Request) -> web.Response:
    """Answer with what waits, what we sent, what was decided, and works to go on with.

    ``?about=`` is an address at which no work stands here.
    """
    about = request.query.get("about", "")[:LONGEST_ADDRESS]
    async with request.app[DATABASE].reading() as connection:
        missing = bool(about) and await stands_here(connection, about) is None
        rows = await _rows(connection)
        theirs = _theirs()
        works = await resource_lists.list_page(connection, theirs, limit=MOST)
        total = await resource_lists.count(connection, theirs)
        own = await _own_collaborations(connection)
        around = await surroundings(request, connection, named_in(rows))
    view = ContributionsView(
        groups=tuple(_groups(rows, around)),
        works=tuple(work_item(row, around.context) for row in works),
        works_total=total,
        own=tuple(work_item(row, around.context) for row in own),
        about=about,
        problem="not_here" if missing else "",
    )
    done = request.query.get("done", "")
    return desk_response(request, "desk_contributions.html", "contributions", view, done=done)


async def _rows(connection: AsyncConnection) -> list[ContributionRow]:
    """Return what waits and what was decided last, the newest first, each once."""
    found = {
        row.id: row
        for kind in ("revision", "join")
        for state in ("open", None)
        for row in await contributions.listed(connection, kind, state=state)
    }
    return sorted(found.values(), key=lambda row: row.created_at, reverse=True)


def _theirs() -> ResourceFilter:
    return ResourceFilter(classes=tuple(sorted(SHARED_WORKS)), audiences=AUDIENCES, local=False)


async def _own_collaborations(connection: AsyncConnection) -> list[ResourceRow]:
    wanted = ResourceFilter(classes=(ResourceClass.COLLABORATION,), audiences=AUDIENCES, local=True)
    return await resource_lists.list_page(connection, wanted, limit=MOST)


def _groups(rows: Sequence[ContributionRow], around: Surroundings) -> list[ContributionGroup]:
    """Return the groups that have rows in them, in the order of their urgency."""
    by_group: dict[str, list[ContributionRow]] = {"received": [], "sent": [], "settled": []}
    for row in rows:
        waits = "sent" if row.sent else "received"
        by_group[waits if row.state == "open" else "settled"].append(row)
    return [
        ContributionGroup(
            heading=name,
            rows=tuple(contribution_item(row, around) for row in found[:MOST]),
            total=len(found),
        )
        for name, found in by_group.items()
        if found
    ]


async def waiting(_request: web.Request, connection: AsyncConnection) -> Sequence[Waiting]:
    """Return how many proposals and requests wait for a decision."""
    numbers = await contributions.count_waiting(connection)
    return tuple(
        Waiting(what=f"{kind}s", count=numbers.get(kind, 0), href="/desk/contributions#received")
        for kind in ("revision", "join")
    )


def _add_routes(router: web.UrlDispatcher) -> None:
    router.add_get("/desk/contributions", get_contributions)
    desk_work.add_routes(router)
    desk_contribution.add_routes(router)


PAGE = DeskPage(name="contributions", add_routes=_add_routes, waiting=waiting)
