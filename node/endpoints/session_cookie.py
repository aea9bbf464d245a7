"""The cookie that holds the token of a session at the desk.

Its name carries the node, since cookies ignore ports. Over https it begins with ``__Host-``
(RFC 6265bis, 4.1.3.2), so no other host of the same domain can set one. ``SameSite=Lax`` and
not ``Strict``: people come to ``/desk/follow`` by links of other servers. What a Lax cookie
leaves open, a POST from elsewhere, is refused by ``form_post``.
"""

import hashlib

from aiohttp import web

from node.endpoints.app_keys import IDENTITY, SETTINGS


def cookie_name(request: web.Request) -> str:
    """Return the name of the cookie of this node."""
    digest = hashlib.sha256(request.app[IDENTITY].base_url.encode()).hexdigest()[:8]
    return f"__Host-desk-{digest}" if _is_secure(request) else f"desk-{digest}"


def session_token(request: web.Request) -> str:
    """Return the token that the browser brings, or nothing."""
    return request.cookies.get(cookie_name(request), "")


def set_session(request: web.Request, response: web.StreamResponse, token: str) -> None:
    """Have the browser bring *token* from now on."""
    response.set_cookie(
        cookie_name(request),
        token,
        max_age=request.app[SETTINGS].desk.session_days * 86400,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=_is_secure(request),
    )


def forget_session(request: web.Request, response: web.StreamResponse) -> None:
    """Have the browser forget its token."""
    response.del_cookie(
        cookie_name(request),
        path="/",
        httponly=True,
        samesite="Lax",
        secure=_is_secure(request),
    )


def _is_secure(request: web.Request) -> bool:
    return request.app[IDENTITY].base_url.startswith("https:")
