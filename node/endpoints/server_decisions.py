"""What the desk decides about one server, by the forms of its pages.

Each form names the ``host``; with ``on=page`` it leads back to the server's own page.
"""

from collections.abc import Awaitable, Callable
from typing import Final, NoReturn

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from node.desk.decide_about_servers import (
    decide_server,
    forget_server,
    pause_server,
    read_end,
    read_host,
    resume_server,
    retry_server,
    scope_server,
    unblock_server,
)
from node.desk.exchanged_lists import LISTS, read_lists
from node.endpoints.app_keys import DATABASE, IDENTITY
from node.endpoints.control import look_everywhere
from node.endpoints.desk_frame import see
from node.endpoints.desk_visitor import FORM, VISITOR
from node.endpoints.server_items import server_href
from node.errors import NodeError
from node.storage.peer_policy import DIRECTIONS

Action = Callable[[web.Request, AsyncConnection, str], Awaitable[object]]


async def _approve(request: web.Request, connection: AsyncConnection, host: str) -> None:
    await _decide(request, connection, host, "approved")


async def _limit(request: web.Request, connection: AsyncConnection, host: str) -> None:
    await _decide(request, connection, host, "limited")


async def _block(request: web.Request, connection: AsyncConnection, host: str) -> None:
    await _decide(request, connection, host, "blocked")


async def _decide(request: web.Request, connection: AsyncConnection, host: str, state: str) -> None:
    await decide_server(
        connection,
        request.app[IDENTITY],
        host,
        state,
        who=request[VISITOR].name,
        reason=request[FORM].get("reason", ""),
    )


async def _unblock(request: web.Request, connection: AsyncConnection, host: str) -> None:
    reason = request[FORM].get("reason", "")
    who = request[VISITOR].name
    await unblock_server(connection, request.app[IDENTITY], host, who=who, reason=reason)


async def _forget(request: web.Request, connection: AsyncConnection, host: str) -> None:
    await forget_server(connection, request.app[IDENTITY], host, who=request[VISITOR].name)


async def _scope(request: web.Request, connection: AsyncConnection, host: str) -> None:
    form = request[FORM]
    direction = form.get("direction", "")
    if direction not in DIRECTIONS:
        raise NodeError("The form cannot be read.", status=400)
    classes = read_lists(klass.value for klass in LISTS.values() if klass.value in form)
    await scope_server(
        connection,
        request.app[IDENTITY],
        host,
        direction=direction,
        classes=classes,
        who=request[VISITOR].name,
    )


async def _pause(request: web.Request, connection: AsyncConnection, host: str) -> None:
    form = request[FORM]
    until, reason = read_end(form.get("until", "")), form.get("reason", "")
    await pause_server(connection, host, until=until, who=request[VISITOR].name, reason=reason)


async def _resume(request: web.Request, connection: AsyncConnection, host: str) -> None:
    await resume_server(connection, host, who=request[VISITOR].name)


async def _retry(_request: web.Request, connection: AsyncConnection, host: str) -> None:
    await retry_server(connection, host)


ACTIONS: Final[dict[str, Action]] = {
    "approve": _approve,
    "limit": _limit,
    "block": _block,
    "unblock": _unblock,
    "forget": _forget,
    "scope": _scope,
    "pause": _pause,
    "resume": _resume,
    "retry": _retry,
}


def _handler(name: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def post_decision(request: web.Request) -> web.Response:
        host = read_host(request[FORM].get("host", ""))
        async with request.app[DATABASE].transaction() as connection:
            await ACTIONS[name](request, connection, host)
        await look_everywhere(request.app)
        _see(request, host, name)

    return post_decision


def _see(request: web.Request, host: str, done: str) -> NoReturn:
    if request[FORM].get("on") == "page" and done != "forget":
        raise web.HTTPSeeOther(f"{server_href(host)}?done={done}")
    see("servers", done=done)


def add_routes(router: web.UrlDispatcher) -> None:
    """Add the address of every decision."""
    for name in ACTIONS:
        router.add_post(f"/desk/servers/{name}", _handler(name))
