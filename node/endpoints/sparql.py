"""``/sparql``: queries over HTTP as the SPARQL 1.1 Protocol has them.

Answers are whole before they are sent (see :mod:`node.graph.query_pool`), so each has a
Content-Length and a failure is never hidden behind a 200.
"""

import asyncio
import hashlib
import ipaddress
from functools import lru_cache
from typing import Final

from aiohttp import web

from node.endpoints.query_keys import QUERY_POOL, SPARQL_PAGE
from node.endpoints.sparql_description import describe_service
from node.endpoints.sparql_errors import query_error_response
from node.endpoints.sparql_formats import (
    GRAPHS,
    ResultFormat,
    choose_format,
    formats_of,
    prefers_page,
)
from node.endpoints.sparql_request import ProtocolRequest, read_request
from node.errors import NodeError, NotAcceptable
from node.graph.errors import ClientGone, RefusedQuery
from node.graph.query_guard import CheckedQuery, check_query
from node.graph.query_pool import QueryPool, QueryRequest, QueryResult

PATH: Final = "/sparql"

_HEADERS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Retry-After",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept",
}
_PREFLIGHT: Final = {
    **_HEADERS,
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
    "Allow": "GET, HEAD, POST, OPTIONS",
}
#: How often to look whether the client is still there, and how long one write may take.
_LOOK: Final = 0.25
_WRITE: Final = 30.0


def register(app: web.Application, pool: QueryPool) -> None:
    """Let *app* answer queries from *pool*, which somebody else starts and closes."""
    app[QUERY_POOL] = pool
    for path in (PATH, PATH + "/"):
        app.router.add_get(path, answer)
        app.router.add_post(path, answer)
        app.router.add_route("OPTIONS", path, preflight)


async def preflight(request: web.Request) -> web.StreamResponse:
    """Answer OPTIONS: scripts of any page may ask."""
    return web.Response(status=204, headers=_PREFLIGHT)


async def answer(request: web.Request) -> web.StreamResponse:
    """Answer GET, HEAD and POST; without a query the page, or the service's description."""
    try:
        asked = await read_request(request)
        if asked.text is None:
            return await _introduce(request, asked)
        return await _answer_query(request, asked, check_query(asked.text))
    except NodeError as error:
        response = await query_error_response(request, error)
        response.headers.update(_HEADERS)
        return response


async def _introduce(request: web.Request, asked: ProtocolRequest) -> web.StreamResponse:
    accept = request.headers.get("Accept", "")
    if request.method == "POST":
        raise RefusedQuery("There is no query.")
    page = request.app.get(SPARQL_PAGE, None)
    if page is not None and not asked.format and prefers_page(accept):
        return await page(request)
    try:
        chosen = choose_format(GRAPHS, accept, asked.format)
    except NotAcceptable:
        raise RefusedQuery(
            "There is no query.", remedy="Send one as the parameter query; see the description."
        ) from None
    body = describe_service(str(request.url.with_query(None)), chosen)
    return web.Response(body=body, headers={**_HEADERS, "Content-Type": chosen.content_type})


async def _answer_query(
    request: web.Request, asked: ProtocolRequest, query: CheckedQuery
) -> web.StreamResponse:
    pool = request.app[QUERY_POOL]
    accept = request.headers.get("Accept", "")
    chosen = choose_format(formats_of(query.form), accept, asked.format)
    headers = {**_HEADERS, "Content-Type": chosen.content_type, "Cache-Control": "no-cache"}
    known = request.headers.get("If-None-Match")
    if known and query.repeatable and known == _etag(pool.snapshot_tag, asked, chosen):
        headers["ETag"] = known
        return web.Response(status=304, headers=headers)
    wanted = QueryRequest(
        query=query,
        format=chosen.name,
        client=client_key(request.remote),
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
    )
    result = await _while_connected(request, pool, wanted)
    try:
        if query.repeatable:
            headers["ETag"] = _etag(result.snapshot_tag, asked, chosen)
        return await _send(request, result, headers)
    finally:
        result.close()


async def _while_connected(
    request: web.Request, pool: QueryPool, wanted: QueryRequest
) -> QueryResult:
    """Run the query; cancel it, and so kill its process, when the client goes away."""
    departure = _Departure(request)
    try:
        return await pool.run(wanted)
    except asyncio.CancelledError:
        if departure.caused_cancellation():
            raise ClientGone from None
        raise
    finally:
        departure.stop()


class _Departure:
    """Cancels the task of a request whose client has gone, by looking now and then."""

    def __init__(self, request: web.Request) -> None:
        self._request = request
        self._task = asyncio.current_task()
        self._seen = False
        self._arm()

    def _arm(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(_LOOK, self._look)

    def _look(self) -> None:
        transport = self._request.transport
        if transport is not None and not transport.is_closing():
            self._arm()
        elif self._task is not None:
            self._seen = True
            self._task.cancel()

    def caused_cancellation(self) -> bool:
        """Tell whether this and nothing else cancelled the task; then it may go on."""
        return self._seen and self._task is not None and self._task.uncancel() == 0

    def stop(self) -> None:
        """Look no more."""
        self._timer.cancel()


async def _send(
    request: web.Request, result: QueryResult, headers: dict[str, str]
) -> web.StreamResponse:
    if result.body is not None:
        return web.Response(body=result.body, headers=headers)
    response = web.StreamResponse(headers=headers)
    response.content_length = result.size
    await response.prepare(request)
    if request.method != "HEAD":
        for chunk in result.chunks():
            async with asyncio.timeout(_WRITE):
                await response.write(chunk)
    return response


def _etag(tag: str | None, asked: ProtocolRequest, chosen: ResultFormat) -> str:
    """Name the answer: weak, since the order of rows without ORDER BY is free."""
    parts = (tag, chosen.media_type, asked.text, asked.default_graphs, asked.named_graphs)
    return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


@lru_cache(maxsize=1024)
def client_key(remote: str | None) -> str:
    """Return who counts as one client: an IPv4 address, or a /64 of IPv6."""
    try:
        address = ipaddress.ip_address((remote or "").partition("%")[0])
    except ValueError:
        return remote or "local"
    if isinstance(address, ipaddress.IPv6Address) and not address.ipv4_mapped:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return remote or "local"
