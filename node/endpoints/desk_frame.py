"""What every page of the desk shares: who is there, the menu, the answer's headers.

How to add a page: README.md in this folder.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from node.endpoints.app_keys import RENDERER
from node.endpoints.desk_visitor import VISITOR
from node.endpoints.guard_desk import DESK
from node.endpoints.page_context import carried, html_response, page_language
from node.pages import desk_words
from node.pages.desk_views import DeskFrame, Waiting
from node.pages.views import DataFoot, Frame

#: Returns what of a page's subject waits for the desk; read-only, in a few quick queries.
CountWaiting = Callable[[web.Request, AsyncConnection], Awaitable[Sequence[Waiting]]]


async def nothing_waits(_request: web.Request, _connection: AsyncConnection) -> Sequence[Waiting]:
    """Return nothing, for pages where nothing waits."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPage:
    """A page of the desk; ``name`` is its key in ``desk_words.PAGES`` and its address."""

    name: str
    add_routes: Callable[[web.UrlDispatcher], None]
    waiting: CountWaiting = nothing_waits


#: All pages, in the order of the menu.
DESK_PAGES: web.AppKey[tuple[DeskPage, ...]] = web.AppKey("DESK_PAGES", tuple)


def desk_response(
    request: web.Request, template: str, current: str, view: Any, *, done: str = ""
) -> web.Response:
    """Return the page that *template* makes of *view*; *current* is its key in the menu.

    *done* is what the last form did, a key of ``desk_words.DONE``; others say nothing.
    """
    visitor = request[VISITOR]
    desk = DeskFrame(
        visitor=visitor.name,
        csrf=visitor.csrf,
        pages=tuple(page.name for page in request.app[DESK_PAGES]),
        current=current,
        done=done if done in desk_words.DONE and _comes_from_here(request) else "",
    )
    page = request.app[RENDERER].desk_page(template, desk_frame(request), desk, view)
    return html_response(request, page)


def _comes_from_here(request: web.Request) -> bool:
    """Whether a form led here: no link of others may have a page say that something was done."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


def desk_frame(request: web.Request) -> Frame:
    """Return the frame of the page that was asked for, which nobody else is to find."""
    frame = Frame(
        path=request.path,
        language=page_language(request),
        data=DataFoot(iri=""),
        query=tuple((key, value) for key, value in request.query.items() if key != "lang"),
    )
    return carried(request, frame)


def see(page: str, **query: str) -> NoReturn:
    """End a form by leading to a *page* of the desk, where loading anew changes nothing."""
    path = DESK if page == "overview" else f"{DESK}/{page}"
    raise web.HTTPSeeOther(f"{path}?{urlencode(query)}" if query else path)
