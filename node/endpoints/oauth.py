"""The pages and addresses of OAuth 2: a signed-in person decides, a program gets its token.

RFC 6749, 7009, 7636, 8414, 9207. The page is one of the desk's, so whoever is not signed in
is sent to do so first, and only the visitor's own form decides (``guard_desk``).
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from aiohttp import web
from yarl import URL

from federation.oauth_clients import OAuthClient, fetch_client
from node.desk.authorize_client import (
    SCOPES,
    TOKEN_DAYS,
    GrantRefused,
    Wish,
    check_redirect,
    grant_code,
    read_wish,
    redeem_code,
    scopes_of,
)
from node.endpoints.app_keys import CLIENT, DATABASE, IDENTITY, RENDERER
from node.endpoints.desk_visitor import FORM, VISITOR
from node.endpoints.page_context import POLICY, html_response, page_frame
from node.endpoints.request_rates import RequestRate
from node.endpoints.sparql import client_key
from node.identity import Identity
from node.pages.views import AuthorizeView
from node.storage import access_tokens
from vocab.clock import now, timestamp

AUTHORIZE: Final = "/desk/authorize"
REDEEM: Final = "/oauth/token"
REVOKE: Final = "/oauth/revoke"
#: Posts of one client to the token endpoint in a minute.
PER_MINUTE: Final = 30
RATE: web.AppKey[RequestRate] = web.AppKey("OAUTH_RATE", RequestRate)


def oauth_endpoints(identity: Identity) -> dict[str, str]:
    """Return what actors say of OAuth under ``endpoints``."""
    return {
        "oauthAuthorizationEndpoint": identity.url(AUTHORIZE),
        "oauthTokenEndpoint": identity.url(REDEEM),
    }


async def get_metadata(request: web.Request) -> web.Response:
    """Answer with what is offered and where (RFC 8414)."""
    return web.json_response(metadata(request.app[IDENTITY]))


def metadata(identity: Identity) -> dict[str, Any]:
    """Return the authorization server's metadata."""
    return {
        "issuer": identity.base_url,
        "authorization_endpoint": identity.url(AUTHORIZE),
        "token_endpoint": identity.url(REDEEM),
        "revocation_endpoint": identity.url(REVOKE),
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "token_endpoint_auth_methods_supported": ["none"],
        "revocation_endpoint_auth_methods_supported": ["none"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "client_id_metadata_document_supported": True,
    }


async def get_authorize(request: web.Request) -> web.Response:
    """Ask the person at the desk whether a program may act."""
    visitor = request[VISITOR]
    wish = await _wish(request, request.query)
    view = AuthorizeView(
        frame=page_frame(request, AUTHORIZE, request.app[IDENTITY].url(AUTHORIZE)),
        client=wish.client.name,
        host=wish.client.host,
        scopes=wish.scopes,
        days=TOKEN_DAYS,
        fields=(*_fields(request.query), ("csrf", visitor.csrf)),
    )
    response = html_response(request, request.app[RENDERER].authorize_page(view))
    # Browsers hold the answer to a form to the policy of its page, redirects included.
    policy = POLICY.replace("form-action 'self'", f"form-action 'self' {_source(wish)}")
    response.headers["Content-Security-Policy"] = policy
    response.headers["Cache-Control"] = "no-store"
    return response


async def post_authorize(request: web.Request) -> web.Response:
    """Lead the program back with a code, or with the refusal."""
    visitor, form = request[VISITOR], request[FORM]
    wish = await _wish(request, form)
    if form.get("decision") != "allow":
        raise _led_back(request, wish.redirect_uri, wish.state, error="access_denied")
    async with request.app[DATABASE].transaction() as connection:
        code = await grant_code(
            connection,
            wish,
            actor=request.app[IDENTITY].cluster,
            approved_by=visitor.name,
            moment=now(),
        )
    raise _led_back(request, wish.redirect_uri, wish.state, code=code)


async def _form(request: web.Request) -> Mapping[str, str]:
    fields = await request.post()
    return {name: text for name, text in fields.items() if isinstance(text, str)}


async def _wish(request: web.Request, asked: Mapping[str, str]) -> Wish:
    """Return what is asked for; who asks is fetched anew each time.

    What is wrong is told to the client once it is certain where that is, and before on a page.
    """
    client: OAuthClient = await fetch_client(request.app[CLIENT], asked.get("client_id", ""))
    redirect_uri = check_redirect(client, asked.get("redirect_uri", ""))
    try:
        return read_wish(client, redirect_uri, asked)
    except GrantRefused as error:
        state = asked.get("state", "")[:1_000]
        raise _led_back(
            request, redirect_uri, state, error=error.code, error_description=error.safe
        ) from error


def _led_back(request: web.Request, redirect_uri: str, state: str, **said: str) -> web.HTTPSeeOther:
    """Return the way back to the client, with who says so (RFC 9207)."""
    query = {**said, **({"state": state} if state else {}), "iss": request.app[IDENTITY].base_url}
    joint = "&" if urlsplit(redirect_uri).query else "?"
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    place = URL(f"{redirect_uri}{joint}{urlencode(query)}", encoded=True)
    return web.HTTPSeeOther(place, headers=headers)


_PASSED_ON: Final = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
)


def _fields(asked: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(name, asked[name]) for name in _PASSED_ON if name in asked]


def _source(wish: Wish) -> str:
    """Return where the client is led back to, as a Content-Security-Policy names it."""
    parts = urlsplit(wish.redirect_uri)
    if parts.scheme in ("http", "https"):
        return f"{parts.scheme}://{parts.netloc}"
    return f"{parts.scheme}:"


async def post_token(request: web.Request) -> web.Response:
    """Give a token for a code (RFC 6749, 4.1.3)."""
    request.app[RATE].take(client_key(request.remote))
    shown = await _form(request)
    if shown.get("grant_type") != "authorization_code":
        return _grant_problem("unsupported_grant_type", "Only authorization_code is offered.")
    async with request.app[DATABASE].transaction() as connection:
        redeemed = await redeem_code(connection, request.app[IDENTITY], shown, now())
    if redeemed.token is None:
        return _grant_problem("invalid_grant", redeemed.problem)
    return web.json_response(
        {
            "access_token": redeemed.secret,
            "token_type": "Bearer",
            "expires_in": TOKEN_DAYS * 86_400,
            "scope": " ".join(scopes_of(redeemed.token)),
        }
    )


def _grant_problem(code: str, text: str) -> web.Response:
    return web.json_response({"error": code, "error_description": text}, status=400)


async def post_revoke(request: web.Request) -> web.Response:
    """End a token that its holder shows; answered alike whether there was one (RFC 7009, 2.2)."""
    request.app[RATE].take(client_key(request.remote))
    secret = (await _form(request)).get("token", "")
    async with request.app[DATABASE].reading() as connection:
        token = await access_tokens.find(connection, secret)
    if token is not None and token.client is not None:
        async with request.app[DATABASE].transaction() as connection:
            await access_tokens.revoke(connection, token.id, at=timestamp())
    return web.Response(status=200)
