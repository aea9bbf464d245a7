"""What commands ask of the running node, through the Unix socket in its folder."""

import os
from collections.abc import Awaitable, Callable

from aiohttp import web

from node.endpoints import sparql
from node.endpoints.app_keys import BELLS, IDENTITY, RESOURCES, SETTINGS
from node.endpoints.error_responses import answer_errors
from node.endpoints.query_keys import QUERY_POOL

Rebuild = Callable[[], Awaitable[tuple[str, str]]]
Reload = Callable[[], Awaitable[None]]

#: Makes the graph anew; returns its hash before and after.
REBUILD: web.AppKey[Rebuild] = web.AppKey(
    "REBUILD",
    Callable,  # type: ignore[arg-type]  # AppKey takes a class, this is a function
)
#: Reads again what the desk decided about peers.
RELOAD: web.AppKey[Reload] = web.AppKey(
    "RELOAD",
    Callable,  # type: ignore[arg-type]  # as above
)


async def post_wake(request: web.Request) -> web.Response:
    """A command has written something: look everywhere."""
    await look_everywhere(request.app)
    return web.Response(status=204)


async def look_everywhere(application: web.Application) -> None:
    """Read again what the desk decides, and let every worker look for what was written."""
    await application[RELOAD]()
    application[RESOURCES].clear()
    application[BELLS].ring_all()


async def get_status(request: web.Request) -> web.Response:
    """Tell who runs this node, and which state of the graph is asked."""
    pool = request.app[QUERY_POOL]
    return web.json_response(
        {
            "url": request.app[IDENTITY].base_url,
            "pid": os.getpid(),
            "workers": pool.pids,
            "snapshot": pool.snapshot_tag,
        }
    )


async def post_rebuild(request: web.Request) -> web.Response:
    """Make the graph anew from SQL."""
    before, after = await request.app[REBUILD]()
    return web.json_response({"before": before, "after": after})


def control_application(main: web.Application) -> web.Application:
    """Return the application behind the socket, sharing the parts of *main*."""
    control = web.Application(middlewares=[answer_errors])
    control[BELLS] = main[BELLS]
    control[IDENTITY] = main[IDENTITY]
    control[QUERY_POOL] = main[QUERY_POOL]
    control[REBUILD] = main[REBUILD]
    control[RELOAD] = main[RELOAD]
    control[RESOURCES] = main[RESOURCES]
    control[SETTINGS] = main[SETTINGS]
    control.router.add_get("/sparql", sparql.answer)
    control.router.add_post("/sparql", sparql.answer)
    control.router.add_post("/wake", post_wake)
    control.router.add_get("/status", get_status)
    control.router.add_post("/rebuild", post_rebuild)
    return control
