"""The parts that ``/sparql`` fetches from the application, each under its typed key."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from node.graph.query_pool import QueryPool

QUERY_POOL = web.AppKey("QUERY_POOL", QueryPool)

Page = Callable[[web.Request], Awaitable[web.StreamResponse]]

#: Shows the query editor to who comes to /sparql with a browser; optional.
SPARQL_PAGE: web.AppKey[Page] = web.AppKey("SPARQL_PAGE", Callable)  # type: ignore[arg-type]  # AppKey takes a class, the page is a function
