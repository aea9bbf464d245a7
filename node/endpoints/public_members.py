"""Members that everyone may see, by the names in their addresses."""

from aiohttp import web

from node.endpoints.app_keys import IDENTITY, RESOURCES
from node.errors import UnknownResource


async def public_member(request: web.Request, name: str) -> str:
    """Return the IRI of our member *name*; raises UnknownResource where none is to be seen."""
    iri = request.app[IDENTITY].resource("members", name)
    row = await request.app[RESOURCES].get(iri)
    if row is None or not row.is_public:
        raise UnknownResource
    return iri
