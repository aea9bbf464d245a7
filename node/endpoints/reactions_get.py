"""How many like and share a thing of ours. Who they are stays with us."""

import json

from aiohttp import web

from federation import collections
from node.endpoints.app_keys import DATABASE, IDENTITY
from node.endpoints.negotiation import ACTIVITY
from node.endpoints.resource_get import OPEN, PRIVATE, visible_row
from node.storage import reactions
from node.storage.reactions import Kind


async def get_likes(request: web.Request) -> web.Response:
    """Answer with how many like it."""
    return await _count(request, "like", "likes")


async def get_shares(request: web.Request) -> web.Response:
    """Answer with how many shared it."""
    return await _count(request, "share", "shares")


async def _count(request: web.Request, kind: Kind, name: str) -> web.Response:
    match = request.match_info
    row = await visible_row(
        request, request.app[IDENTITY].resource(match["collection"], match["name"])
    )
    async with request.app[DATABASE].reading() as connection:
        total = await reactions.count(connection, row.iri, kind)
    headers = {**OPEN, "Vary": "Accept, Signature"}
    if row.audience != "public":
        headers["Cache-Control"] = PRIVATE
    wire = collections.collection(f"{row.iri}/{name}", total, None)
    text = json.dumps(wire, ensure_ascii=False)
    return web.Response(text=text, content_type=ACTIVITY, headers=headers)
