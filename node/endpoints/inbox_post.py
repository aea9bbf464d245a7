"""POST to an inbox: verified, journaled, and only then answered with 202 (DESIGN §3).

A Linked Data Notification is kept for the desk instead, and answered with 201. So is whatever
comes with an access token.
"""

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Final

from aiohttp import StreamReader, web

from federation.collection_synchronization import HEADER, read_synchronization
from federation.errors import MalformedRequest, PayloadTooLarge, UnknownDelete
from federation.signed_request import SignedRequest
from federation.verify_activity import HTTP_SIGNATURE
from node.endpoints.app_keys import (
    BELLS,
    BODIES,
    IDENTITY,
    JOURNAL,
    POLICIES,
    SETTINGS,
    VERIFIER,
)
from node.endpoints.bearer_tokens import bearer, shows_token
from node.endpoints.body_budget import BodyShare
from node.endpoints.notification_post import (
    check_type,
    read_notification,
    take_from_program,
    take_notification,
)
from node.endpoints.public_members import public_member
from node.endpoints.stated_signer import stated_host
from node.errors import RefusedPeer
from node.receiving.accept_activity import journal_row
from node.storage.journal import NewInboxRow
from vocab.contexts import check_document

#: A body that takes longer has no place among those that are being read.
READ_SECONDS: Final = 30.0


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
    check_type(request)
    token = await bearer(request, "notify") if shows_token(request) else None
    with request.app[BODIES].share() as share:
        body = await _read_body(request, share)
        if token is not None:
            return await take_from_program(request, token, body)
        try:
            signed = signed_request(request, body)
            notification = read_notification(request, signed.body)
            if notification is not None:
                return await take_notification(request, signed, notification)
            row = await _verified_row(request, signed, recipient)
        except UnknownDelete:
            return web.Response(status=202)
        request.app[BELLS].hear_from(row.host)
        _hear_of_followers(request, signed, row)
        if await request.app[JOURNAL].put(row):
            request.app[BELLS].inbox.ring()
    return web.Response(status=202)


async def _verified_row(
    request: web.Request, signed: SignedRequest, recipient: str | None
) -> NewInboxRow:
    """Return what is to be journaled; the tree of the document ends here.

    Raises RefusedPeer for who is kept out; nothing is fetched or computed for it.
    """
    policy = request.app[POLICIES].policy
    said = stated_host(request.headers)
    if said is not None and policy.blocks(said):
        raise RefusedPeer
    verified = await request.app[VERIFIER].verify(signed)
    if not policy.may_receive(verified.host, verified.type):
        raise RefusedPeer
    check_document(verified.document)
    return journal_row(verified, recipient)


def _hear_of_followers(request: web.Request, signed: SignedRequest, row: NewInboxRow) -> None:
    """Note what the sender, where it signed itself, says of its followers here (FEP-8fcf)."""
    if HEADER in request.headers and row.authenticated_by == HTTP_SIGNATURE:
        said = read_synchronization(signed)
        if said is not None:
            request.app[BELLS].want_synchronization(row.actor, said)


async def _read_body(request: web.Request, share: BodyShare) -> bytes:
    """Return the body, counted as it comes in.

    Raises PayloadTooLarge, TooMuchAtOnce, or MalformedRequest where it does not come in time.
    """
    limit = request.app[SETTINGS].http.body_bytes
    if request.content_length is not None:
        _check_length(request.content_length, limit)
        share.check(request.content_length)
    body = bytearray()
    try:
        async with _time_for(request.content):
            async for part in request.content.iter_any():
                _check_length(len(body) + len(part), limit)
                share.take(len(part))
                body += part
    except TimeoutError as error:
        raise MalformedRequest("The body did not come in time.", status=408) from error
    return bytes(body)


def _time_for(content: StreamReader) -> AbstractAsyncContextManager[object]:
    """Limit the time to read *content*; what came with its head is not waited for."""
    return nullcontext() if content.is_eof() else asyncio.timeout(READ_SECONDS)


def _check_length(length: int, limit: int) -> None:
    if length > limit:
        raise PayloadTooLarge(f"The body has more than {limit} bytes.")


def signed_request(request: web.Request, body: bytes = b"") -> SignedRequest:
    """Return the request as the verifier reads it."""
    return SignedRequest(
        method=request.method,
        path_and_query=request.raw_path,
        headers=list(request.headers.items()),
        body=body,
        host=request.app[IDENTITY].host,
        scheme=request.app[IDENTITY].scheme,
    )
