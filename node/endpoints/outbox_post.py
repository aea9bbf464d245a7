"""POST to an outbox: a client of ours speaks for the cluster or a member (ActivityPub, 6)."""

import asyncio
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from federation.content_types import is_activity
from federation.errors import MalformedRequest
from federation.strict_json import parse_document
from node.desk.client_activities import (
    ClientActivity,
    object_id,
    read_client_activity,
    take_client_activity,
)
from node.desk.follow_address import find_actor
from node.endpoints.app_keys import BELLS, CLIENT, DATABASE, IDENTITY, RESOURCES
from node.endpoints.bearer_tokens import bearer
from node.endpoints.inbox_post import READ_SECONDS
from node.endpoints.negotiation import ACTIVITY
from node.endpoints.public_members import public_member
from node.errors import NodeError
from node.storage import access_tokens, journal
from node.storage.access_tokens import AccessToken, ClientPost
from vocab.clock import now, timestamp

#: A post is known again for this long by its ``Idempotency-Key``.
REMEMBERED: Final = timedelta(days=1)
_LONGEST_KEY: Final = 200


async def post_to_cluster_outbox(request: web.Request) -> web.Response:
    """Take an activity of the cluster."""
    return await _take(request, request.app[IDENTITY].cluster)


async def post_to_member_outbox(request: web.Request) -> web.Response:
    """Take an activity of a member."""
    return await _take(request, await public_member(request, request.match_info["name"]))


async def _take(request: web.Request, actor: str) -> web.Response:
    token = await bearer(request, "publish", actor=actor)
    body = await read_client_body(request)
    wire = read_client_activity(parse_document(body))
    _check_actor(wire, actor)
    found = None
    if wire["type"] == "Follow":  # before the transaction, which waits for nobody
        found = await find_actor(request.app[CLIENT], object_id(wire))
    posted = ClientActivity(identity=request.app[IDENTITY], actor=actor, wire=wire, found=found)
    key = _idempotency_key(request)
    async with request.app[DATABASE].transaction() as connection:
        place = (
            await _take_once(connection, posted, token, key, body)
            if key
            else await take_client_activity(connection, posted)
        )
        row = await journal.get_activity(connection, place)
    request.app[RESOURCES].clear()
    request.app[BELLS].ring_all()
    headers = {"Location": place}
    if row is None:
        return web.Response(status=201, headers=headers)
    return web.Response(status=201, text=row.body, content_type=ACTIVITY, headers=headers)


async def read_client_body(request: web.Request) -> bytes:
    """Return the body of an activity, which is bounded as every body of a request is.

    Raises MalformedRequest where its type is another, or it does not come in time.
    """
    if not is_activity(request.headers.get("Content-Type", "")):
        raise MalformedRequest(f"Send it as {ACTIVITY}.", status=415)
    try:
        async with asyncio.timeout(READ_SECONDS):
            return await request.read()
    except TimeoutError as error:
        raise MalformedRequest("The body did not come in time.", status=408) from error


def _check_actor(wire: dict[str, Any], actor: str) -> None:
    named = wire.get("actor", actor)
    if named != actor and not (isinstance(named, dict) and named.get("id") == actor):
        raise NodeError(
            "The activity names another actor than this outbox has.",
            remedy=f"Leave “actor” out, or name {actor}.",
            status=422,
        )


def _idempotency_key(request: web.Request) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 0 < len(key) <= _LONGEST_KEY:
        raise NodeError(f"An Idempotency-Key has 1 to {_LONGEST_KEY} characters.", status=400)
    return key


async def _take_once(
    connection: AsyncConnection, posted: ClientActivity, token: AccessToken, key: str, body: bytes
) -> str:
    """Do what *posted* asks for unless it was done under *key* before; return where it stands."""
    moment = now()
    post = ClientPost(
        token=token.id,
        key=key,
        digest=sha256(body).hexdigest(),
        location="",
        created_at=timestamp(moment),
    )
    forget_before = timestamp(moment - REMEMBERED)
    if await access_tokens.claim_post(connection, post, forget_before=forget_before):
        place = await take_client_activity(connection, posted)
        await access_tokens.settle_post(connection, token.id, key, place)
        return place
    known = await access_tokens.find_post(connection, token.id, key)
    if known is None or known.digest != post.digest:
        raise NodeError("That Idempotency-Key stands for another post.", status=422)
    return known.location
