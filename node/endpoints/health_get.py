"""Is the node alive, is it ready: for monitors and for the demo."""

from aiohttp import web
from sqlalchemy import text

from node.endpoints.app_keys import DATABASE
from node.endpoints.query_keys import QUERY_POOL


async def get_health(request: web.Request) -> web.Response:
    """Answer 200 while the process answers at all."""
    return web.Response(text="ok\n")


async def get_ready(request: web.Request) -> web.Response:
    """Answer 200 once the database answers and there is a snapshot to query, else 503."""
    async with request.app[DATABASE].reading() as connection:
        await connection.execute(text("SELECT 1"))
    if request.app[QUERY_POOL].snapshot_tag is None:
        return web.Response(status=503, text="The graph is not there yet.\n")
    return web.Response(text="ready\n")
