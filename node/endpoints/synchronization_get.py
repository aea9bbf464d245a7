"""Who of the reader's own server follows an actor of ours (FEP-8fcf)."""

import json

from aiohttp import web

from federation import collections
from federation.errors import UnauthenticatedRequest
from federation.origins import host_of
from node.endpoints.app_keys import DATABASE, IDENTITY, VERIFIER
from node.endpoints.inbox_post import signed_request
from node.endpoints.negotiation import ACTIVITY
from node.endpoints.public_members import public_member
from node.errors import UnknownResource
from node.publishing.say_followers import MOST
from node.storage import follows, peers


async def get_followers_of_reader(request: web.Request) -> web.Response:
    """Answer a signed request with the followers on the server that signed it, and no others.

    Raises UnauthenticatedRequest, KeyUnavailable, and UnknownResource for a blocked server.
    """
    name = request.match_info.get("name")
    actor = await public_member(request, name) if name else request.app[IDENTITY].cluster
    reader = await request.app[VERIFIER].verify_reader(signed_request(request))
    if reader is None:
        raise UnauthenticatedRequest("Only a server itself learns who of it follows.")
    host = host_of(reader.actor)
    async with request.app[DATABASE].reading() as connection:
        peer = await peers.get(connection, host)
        found = (await follows.follower_hosts(connection, actor, [host])).get(host, [])
    if (peer is not None and peer.state == "blocked") or len(found) > MOST:
        raise UnknownResource
    iri = f"{actor}/followers_synchronization"
    wire = collections.collection(iri, len(found), None) | {"orderedItems": sorted(found)}
    headers = {"Vary": "Accept, Signature", "Cache-Control": "private, no-store"}
    text = json.dumps(wire, ensure_ascii=False)
    return web.Response(text=text, content_type=ACTIVITY, headers=headers)
