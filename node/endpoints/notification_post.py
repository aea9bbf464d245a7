"""Linked Data Notifications (W3C LDN): left by signed requests and by programs, for the desk.

A program shows an access token of the cluster's or a member's with the scope ``notify``. Who
reads them is signed in at the desk, or shows a token of the cluster with ``read`` or ``notify``.
"""

import json
from typing import Any

from aiohttp import web

from federation.content_types import LD_JSON, is_activity, media_type
from federation.errors import MalformedRequest, PayloadTooLarge, UnauthenticatedRequest
from federation.origins import host_of
from federation.signed_request import SignedRequest
from federation.strict_json import JsonLimits, parse_document
from node.desk.handle_message import read_number
from node.endpoints.app_keys import DATABASE, IDENTITY, POLICIES, SETTINGS, VERIFIER
from node.endpoints.bearer_tokens import FOR_CLIENTS, PREFLIGHT, bearer, shows_token
from node.endpoints.error_responses import error_response
from node.endpoints.guard_desk import current_session
from node.endpoints.negotiation import ACTIVITY, JSON_LD
from node.errors import UnknownResource
from node.receiving.batch import MessageLimits
from node.receiving.receive_notification import Sender, receive_notification
from node.storage import actors, messages
from node.storage.access_tokens import AccessToken
from vocab.clock import now
from vocab.contexts import check_document

#: A notification is a note, not a load.
LONGEST = 64 * 1024
#: Notifications that one list names.
LISTED = 200
LDP = {"@context": {"ldp": "http://www.w3.org/ns/ldp#"}}
ACCEPT_POST = f"{ACTIVITY}, {JSON_LD}"
#: What an inbox takes; some senders say nothing of the type, or that they do not know it.
TAKEN = frozenset({"", "application/octet-stream", ACTIVITY, JSON_LD, "application/json"})
PRIVATE = {"Vary": "Accept, Authorization, Cookie", "Cache-Control": "private, no-store"}


def check_type(request: web.Request) -> None:
    """Refuse what no inbox takes. Raises MalformedRequest (415)."""
    if media_type(request.headers.get("Content-Type", "")) not in TAKEN:
        raise MalformedRequest(f"An inbox takes {ACCEPT_POST}.", status=415)


def read_notification(request: web.Request, body: bytes) -> dict[str, Any] | None:
    """Return the notification in *body*, None where it is an activity.

    An activity comes as one of the types of ActivityPub, or has the id, type and actor that make
    it one. Raises MalformedRequest, PayloadTooLarge.
    """
    content_type = request.headers.get("Content-Type", "")
    if media_type(content_type) != LD_JSON or is_activity(content_type):
        return None
    document = _parsed(request, body)
    if isinstance(document.get("id"), str) and "actor" in document and "type" in document:
        return None
    return _checked(document, body)


def _parsed(request: web.Request, body: bytes) -> dict[str, Any]:
    return parse_document(body, JsonLimits(body=request.app[SETTINGS].http.body_bytes))


def _checked(document: dict[str, Any], body: bytes) -> dict[str, Any]:
    if len(body) > LONGEST:
        raise PayloadTooLarge(f"A notification has more than {LONGEST} bytes.")
    check_document(document)
    return document


async def take_notification(
    request: web.Request, signed: SignedRequest, document: dict[str, Any]
) -> web.Response:
    """Keep a notification and say where it is; its sender must have signed the request."""
    key = await request.app[VERIFIER].verify_reader(signed)
    if key is None:
        raise UnauthenticatedRequest("A notification is taken from signed requests only.")
    async with request.app[DATABASE].reading() as connection:
        row = await actors.get(connection, key.actor)
    sender = Sender(iri=key.actor, name=row.name if row else "", host=host_of(key.actor))
    return await _keep(request, sender, document)


async def take_from_program(request: web.Request, token: AccessToken, body: bytes) -> web.Response:
    """Keep what a program leaves by *token*, under the token's name, and say where it is.

    Whatever JSON-LD object it is, it is a notification: programs publish by the outbox.
    """
    sender = Sender(iri=token.actor, name=token.name, host=request.app[IDENTITY].host)
    response = await _keep(request, sender, _checked(_parsed(request, body), body))
    response.headers.update(FOR_CLIENTS)
    return response


async def _keep(request: web.Request, sender: Sender, document: dict[str, Any]) -> web.Response:
    federation = request.app[SETTINGS].federation
    async with request.app[DATABASE].transaction() as connection:
        number = await receive_notification(
            connection,
            request.app[IDENTITY],
            sender,
            document,
            policy=request.app[POLICIES].policy,
            limits=MessageLimits.from_settings(federation),
            moment=now(),
        )
    return web.Response(status=201, headers={"Location": _address(request, number)})


def _address(request: web.Request, number: int) -> str:
    return f"{request.app[IDENTITY].shared_inbox}/{number}"


async def get_inbox(request: web.Request) -> web.StreamResponse:
    """List the notifications for the desk; nobody else learns whether there are any."""
    if not await _may_read(request):
        return await _not_for_you(request)
    async with request.app[DATABASE].reading() as connection:
        rows = await messages.page(connection, limit=LISTED, kind="notification")
    inbox = request.app[IDENTITY].url(request.path)
    listed = {"@id": inbox, "ldp:contains": [{"@id": _address(request, row.seq)} for row in rows]}
    return _json_ld(LDP | listed)


async def get_notification(request: web.Request) -> web.StreamResponse:
    """Answer with one notification, as it came, for the desk."""
    if not await _may_read(request):
        return await _not_for_you(request)
    number = read_number(request.match_info["number"])
    async with request.app[DATABASE].reading() as connection:
        row = await messages.get(connection, number)
    if row is None or row.body is None:
        raise UnknownResource
    return _json_ld(json.loads(row.body))


async def _may_read(request: web.Request) -> bool:
    """Whether it is the desk. Raises TokenRefused where a token is shown that does not allow it."""
    if shows_token(request):
        await bearer(request, "read", "notify", actor=request.app[IDENTITY].cluster)
        return True
    return await current_session(request) is not None


async def options_of_inbox(request: web.Request) -> web.Response:
    """Say what may be posted (LDP 1.0, Accept-Post)."""
    headers = {"Allow": "GET, HEAD, OPTIONS, POST", "Accept-Post": ACCEPT_POST}
    return web.Response(status=204, headers={**PREFLIGHT, **headers})


def _json_ld(document: dict[str, Any]) -> web.Response:
    text = json.dumps(document, ensure_ascii=False)
    headers = PRIVATE | {"Accept-Post": ACCEPT_POST}
    return web.Response(text=text, content_type=JSON_LD, headers=headers)


async def _not_for_you(request: web.Request) -> web.StreamResponse:
    response = await error_response(request, 401, "Only the desk reads what is in the inbox.")
    response.headers.update(PRIVATE)
    response.headers["WWW-Authenticate"] = 'Bearer realm="desk"'
    return response
