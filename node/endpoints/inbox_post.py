"""POST to an inbox: verified, journaled, and only then answered with 202 (DESIGN §3)."""

from aiohttp import web

from federation.errors import PayloadTooLarge, UnknownDelete
from federation.signed_request import SignedRequest
from node.endpoints.app_keys import BELLS, IDENTITY, JOURNAL, SETTINGS, VERIFIER
from node.endpoints.collections_get import public_member
from node.receiving.accept_activity import journal_row
from vocab.contexts import check_document


async def post_to_shared_inbox(request: web.Request) -> web.Response:
    """Take an activity for anyone here."""
    return await _take(request, None)


async def post_to_cluster_inbox(request: web.Request) -> web.Response:
    """Take an activity for the cluster."""
    return await _take(request, request.app[IDENTITY].cluster)


async def post_to_member_inbox(request: web.Request) -> web.Response:
    """Take an activity for a member that is an actor."""
    return await _take(request, await public_member(request, request.match_info["name"]))


async def _take(request: web.Request, recipient: str | None) -> web.Response:
    signed = await read_signed_request(request)
    try:
        verified = await request.app[VERIFIER].verify(signed)
    except UnknownDelete:
        return web.Response(status=202)
    check_document(verified.document)
    request.app[BELLS].hear_from(verified.host)
    if await request.app[JOURNAL].put(journal_row(verified, recipient)):
        request.app[BELLS].inbox.ring()
    return web.Response(status=202)


async def read_signed_request(request: web.Request) -> SignedRequest:
    """Return the request as the verifier reads it; raises PayloadTooLarge."""
    limit = request.app[SETTINGS].http.body_bytes
    if request.content_length is not None and request.content_length > limit:
        raise PayloadTooLarge
    return SignedRequest(
        method=request.method,
        path_and_query=request.raw_path,
        headers=list(request.headers.items()),
        body=await request.read(),
        host=request.app[IDENTITY].host,
        scheme=request.app[IDENTITY].scheme,
    )
