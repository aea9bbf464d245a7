"""GET of a draft that this node proposed: for the home of its work, by a signed request."""

from aiohttp import web

from federation.errors import UnauthenticatedRequest
from federation.origins import host_of
from node.endpoints.app_keys import DATABASE, VERIFIER
from node.endpoints.inbox_post import signed_request
from node.endpoints.negotiation import ACTIVITY
from node.errors import UnknownResource
from node.storage import contributions, peers
from node.storage.contributions import ContributionRow


async def get_draft(request: web.Request) -> web.Response:
    """Answer the cluster that it was proposed to, or its node; to all others it is not there."""
    async with request.app[DATABASE].reading() as connection:
        row = await contributions.get(connection, request.match_info["name"])
    if row is None or not row.sent or not row.wire or not await _is_for(request, row):
        raise UnknownResource
    headers = {"Vary": "Accept, Signature", "Cache-Control": "private, no-store"}
    return web.Response(text=row.wire, content_type=ACTIVITY, headers=headers)


async def _is_for(request: web.Request, row: ContributionRow) -> bool:
    """Whether the home's cluster signed, or another actor of the same node (it fetches)."""
    try:
        reader = await request.app[VERIFIER].verify_reader(signed_request(request))
    except UnauthenticatedRequest:
        return False  # an answer of its own would tell that something is here
    if reader is None or host_of(reader.actor) != row.host:
        return False
    async with request.app[DATABASE].reading() as connection:
        peer = await peers.get(connection, row.host)
    if peer is None or peer.state == "blocked":
        return False
    return reader.actor == row.partner or peer.is_node
