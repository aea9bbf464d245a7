"""Following from one's own server: the way out to it, and the way in for this node's own people.

A visitor is shown where it goes on and goes there by a link: nobody is sent to another site
unasked, and the forms of our pages lead nowhere but here.
"""

import asyncio
from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from federation.errors import FederationError, FetchRefused
from federation.intents import find_follow_page
from federation.webfinger import Address, parse_address
from node.endpoints.app_keys import CLIENT, DATABASE, IDENTITY, POLICIES, RENDERER, SETTINGS
from node.endpoints.page_context import html_response, page_frame
from node.endpoints.request_rates import RequestRate
from node.endpoints.sparql import client_key
from node.errors import TooManyRequests, UnknownResource
from node.pages.views import RemoteFollowView
from node.storage import actors, resources
from node.storage.actors import ActorRow

#: Addresses that one visitor may have looked up in a minute.
PER_MINUTE: Final = 10
LONGEST: Final = 300
#: Servers that are asked at the same time, for all visitors together.
AT_ONCE: Final = 16
RATE: web.AppKey[RequestRate] = web.AppKey("REMOTE_FOLLOW_RATE", RequestRate)
LOOKUPS: web.AppKey[asyncio.Semaphore] = web.AppKey("LOOKUPS_OF_VISITORS", asyncio.Semaphore)
#: The desk's own page for it.
DESK_FOLLOW: Final = "/desk/follow"


def desk_follows(application: web.Application) -> bool:
    """Say whether this node has the page on which its desk follows others."""
    return any(entry.canonical == DESK_FOLLOW for entry in application.router.resources())


async def get_authorize_interaction(request: web.Request) -> web.Response:
    """Send the desk's people, who come from another server, to the form with its address."""
    uri = request.query.get("uri", "")
    if not uri or len(uri) > LONGEST or not desk_follows(request.app):
        raise UnknownResource
    raise web.HTTPSeeOther(f"{DESK_FOLLOW}?{urlencode({'uri': uri})}")


async def get_remote_follow(request: web.Request) -> web.Response:
    """Show a visitor the way to where the own server follows the cluster, or one of its members."""
    written = request.query.get("address", "").strip()[:LONGEST]
    followed = await _followed(request)
    view = RemoteFollowView(
        frame=page_frame(request, "/remote-follow", request.app[IDENTITY].url("/remote-follow")),
        name=followed.name or request.app[SETTINGS].cluster.name,
        actor=followed.iri,
        address=str(Address(name=followed.handle or "", host=followed.host)),
        written=written,
    )
    if not written:
        return _page(request, view, 200)
    try:
        own = parse_address(written)
    except FederationError:
        return _page(request, view, 400)
    request.app[RATE].take(client_key(request.remote))
    view = replace(view, server=own.host)
    try:
        found = await _find_page(request, own, followed.iri)
    except FederationError:
        return _page(request, view, 200)
    return _page(request, replace(view, page=found), 200)


async def _find_page(request: web.Request, own: Address, followed: str) -> str:
    """Ask the visitor's server, unless as many are asked already as this node asks at once."""
    if request.app[LOOKUPS].locked():
        raise TooManyRequests(retry_after=5)
    async with request.app[LOOKUPS]:
        _check_peer(request, own.host)
        return await find_follow_page(request.app[CLIENT], own, followed=followed)


async def _followed(request: web.Request) -> ActorRow:
    """Return the actor of ours that is to be followed: the cluster, or a member that is shown."""
    iri = request.query.get("actor") or request.app[IDENTITY].cluster
    async with request.app[DATABASE].reading() as connection:
        actor = await actors.get(connection, iri)
        row = await resources.get(connection, iri)
    if actor is None or not actor.local or row is None or not row.is_public:
        raise UnknownResource
    return actor


def _check_peer(request: web.Request, host: str) -> None:
    """By allow-list only servers that were let in are asked; the client refuses the blocked."""
    if not request.app[POLICIES].policy.may_deliver(host):
        raise FetchRefused(f"The server {host} is not approved here.")


def _page(request: web.Request, view: RemoteFollowView, status: int) -> web.Response:
    response = html_response(request, request.app[RENDERER].remote_follow_page(view), status)
    response.headers["Cache-Control"] = "no-store"
    return response
