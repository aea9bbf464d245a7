"""The provenance graph, dereferenced by its own IRI."""

from aiohttp import web

from node.endpoints.app_keys import IDENTITY


async def get_provenance(request: web.Request) -> web.StreamResponse:
    """Send on to the query that describes it: the graph may be large, the endpoint has limits."""
    graph = request.app[IDENTITY].provenance
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    raise web.HTTPSeeOther(str(request.url.with_path("/sparql").with_query(query=query)))
