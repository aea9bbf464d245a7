"""``proxyUrl``: a program asks for a document of another server by way of this node.

ActivityPub, 4.1. The one request that waits for another server: that is what it is for. It is
fetched like everything else, by the instance actor and within the same policy (SECURITY E).
"""

import json
from typing import Final

from aiohttp import web

from federation.errors import FetchRefused
from federation.origins import host_of
from node.endpoints.app_keys import CLIENT, POLICIES
from node.endpoints.bearer_tokens import bearer
from node.endpoints.negotiation import ACTIVITY
from node.endpoints.request_rates import RequestRate
from node.errors import NodeError

#: Requests of one token in a minute.
PER_MINUTE: Final = 60
RATE: web.AppKey[RequestRate] = web.AppKey("RATE", RequestRate)


async def post_to_proxy(request: web.Request) -> web.Response:
    """Answer with the document at ``id`` as its server shows it to this node."""
    token = await bearer(request, "read")
    request.app[RATE].take(token.id)
    iri = (await request.post()).get("id")
    if not isinstance(iri, str) or not iri:
        raise NodeError("Send the address as the form field “id”.", status=400)
    check_peer(request, iri)
    found = await request.app[CLIENT].fetch_document(iri)
    text = json.dumps(found.document, ensure_ascii=False)
    return web.Response(text=text, content_type=ACTIVITY)


def check_peer(request: web.Request, iri: str) -> None:
    """By allow-list only servers that were let in are asked; the client refuses the blocked.

    Raises FetchRefused.
    """
    request.app[CLIENT].policy.check_url(iri)
    host = host_of(iri)
    if not request.app[POLICIES].policy.may_deliver(host):
        raise FetchRefused(f"The server {host} is not approved here.")
