"""GET of one activity of ours, as it was sent."""

from aiohttp import web

from node.endpoints.app_keys import DATABASE, IDENTITY
from node.endpoints.negotiation import ACTIVITY
from node.errors import UnknownResource
from node.storage import journal


async def get_activity(request: web.Request) -> web.Response:
    """Answer with a public activity; of others there is nothing here."""
    iri = request.app[IDENTITY].activity(request.match_info["name"])
    async with request.app[DATABASE].reading() as connection:
        row = await journal.get_activity(connection, iri)
    if row is None or row.audience != "public":
        raise UnknownResource
    headers = {"Vary": "Accept, Signature", "Access-Control-Allow-Origin": "*"}
    return web.Response(text=row.body, content_type=ACTIVITY, headers=headers)
