"""``/resource?iri=``: a thing of another node, as this node holds it."""

from aiohttp import web

from node.endpoints.app_keys import IDENTITY, RESOURCES
from node.endpoints.negotiation import HTML, RESOURCE_FORMATS, chosen_format, split_suffix
from node.endpoints.resource_get import data_response
from node.endpoints.resource_pages import resource_page
from node.errors import UnknownResource, WithdrawnResource
from node.storage.shown_resources import HIDDEN


async def get_federated(request: web.Request) -> web.StreamResponse:
    """Answer with the public thing *iri*; one of ours is sent on to its own address."""
    iri = request.query.get("iri", "")
    _, suffix = split_suffix(request.path.lstrip("/"))
    if request.app[IDENTITY].is_local(iri):
        raise web.HTTPSeeOther(iri)
    row = await request.app[RESOURCES].get(iri)
    if row is None or row.audience != "public" or row.state in ("draft", HIDDEN):
        raise UnknownResource(
            "This node holds nothing by that address.",
            remedy="It may be shown where it comes from; open the address itself.",
        )
    if row.state == "withdrawn":
        raise WithdrawnResource(row.document, row.klass.value)
    media_type = chosen_format(request, RESOURCE_FORMATS, suffix)
    if media_type == HTML:
        return await resource_page(request, row)
    response = await data_response(request, row, media_type)
    response.headers["Link"] = f'<{iri}>; rel="canonical"'
    return response
