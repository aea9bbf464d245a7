"""Requests that programs make with an access token (RFC 6750, header only)."""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from node.endpoints.app_keys import DATABASE
from node.endpoints.error_responses import Handler, answer_errors
from node.errors import TokenRefused
from node.storage import access_tokens
from node.storage.access_tokens import AccessToken
from vocab.clock import now, timestamp

#: Scripts of any page may use a token that they were given; cookies count for nothing here.
FOR_CLIENTS: Final[Mapping[str, str]] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Location, WWW-Authenticate, Retry-After",
    "Cache-Control": "no-store",
}
PREFLIGHT: Final[Mapping[str, str]] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, Idempotency-Key",
    "Access-Control-Max-Age": "86400",
}
_LONGEST: Final = 200


def shows_token(request: web.Request) -> bool:
    """Whether *request* comes with an access token, of whatever worth."""
    return request.headers.get("Authorization", "").partition(" ")[0].lower() == "bearer"


async def bearer(request: web.Request, *scopes: str, actor: str | None = None) -> AccessToken:
    """Return the token that *request* shows.

    It must allow one of *scopes*, for *actor* where one is named. Raises TokenRefused with what
    RFC 6750, 3 has the client told.
    """
    secret = request.headers.get("Authorization", "").partition(" ")[2].strip()
    if not shows_token(request) or not 0 < len(secret) <= _LONGEST:
        raise TokenRefused("This needs an access token.", remedy="Send Authorization: Bearer.")
    moment = now()
    async with request.app[DATABASE].reading() as connection:
        token = await access_tokens.find(connection, secret)
    if token is None or token.state(timestamp(moment)) != "valid":
        raise TokenRefused("The access token is not valid.", code="invalid_token")
    if not any(map(token.allows, scopes)) or actor not in (None, token.actor):
        raise TokenRefused(
            "The access token does not allow this.", code="insufficient_scope", scope=scopes[0]
        )
    if not access_tokens.use_is_noted(token, moment):
        async with request.app[DATABASE].transaction() as connection:
            await access_tokens.note_use(connection, token.id, moment)
    return token


def for_clients(handler: Handler) -> Handler:
    """Let scripts of any page read what *handler* answers, errors included."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = await answer_errors(request, handler)
        response.headers.update(FOR_CLIENTS)
        return response

    return answer


async def answer_clients_preflight(request: web.Request) -> web.Response:
    """Answer a browser that asks whether a script may send a token here (CORS)."""
    return web.Response(status=204, headers=PREFLIGHT)
