"""``/desk/follow``: follow another cluster, and stop following it.

The address may come along as ``?address=`` or ``?uri=``, as links for remote following have it.
"""

from collections.abc import Sequence
from typing import Final

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from federation.origins import host_of
from node.desk.follow_address import find_and_follow
from node.endpoints.app_keys import CLIENT, DATABASE, IDENTITY
from node.endpoints.control import look_everywhere
from node.endpoints.desk_frame import DeskPage, desk_response, see
from node.endpoints.desk_visitor import FORM, VISITOR
from node.endpoints.follow_lookups import FollowLookups, Lookup
from node.endpoints.page_context import page_language
from node.pages.desk_views import FollowedItem, FollowView, LookupView, Waiting
from node.pages.desk_words import FOLLOW_STATES
from node.pages.details import in_words
from node.pages.formatting import date_text
from node.pages.views import Passage
from node.publishing.unfollow_actor import unfollow_actor
from node.storage import actors, follows
from node.storage.actors import ActorRow
from node.storage.follows import FollowRow
from vocab.clock import parse_time

LOOKUPS: web.AppKey[FollowLookups] = web.AppKey("LOOKUPS", FollowLookups)
LONGEST: Final = 1_000


def register(application: web.Application) -> None:
    """Let *application* look addresses up beside its requests, until it ends."""

    async def follow(address: str, who: str) -> tuple[str, bool]:
        actor, asked = await find_and_follow(
            application[DATABASE], application[IDENTITY], application[CLIENT], address, who=who
        )
        await look_everywhere(application)
        return actor.name or actor.iri, asked

    async def close(_application: web.Application) -> None:
        await application[LOOKUPS].close()

    application[LOOKUPS] = FollowLookups(follow)
    application.on_shutdown.append(close)


async def get_follow(request: web.Request) -> web.Response:
    """Answer with the form, what became of the last address, and who is followed."""
    language = page_language(request)
    async with request.app[DATABASE].reading() as connection:
        rows = await _asked(request, connection)
        known = await actors.get_many(connection, [row.followed for row in rows])
    lookup = request.app[LOOKUPS].get(request.query.get("lookup", ""))
    given = request.query.get("address") or request.query.get("uri") or ""
    failed = lookup is not None and lookup.outcome == "failed"
    view = FollowView(
        address=given[:LONGEST] or (lookup.address if lookup and failed else ""),
        lookup=_lookup_view(lookup, language) if lookup else _busy(request, given),
        followed=tuple(_followed_item(row, known.get(row.followed), language) for row in rows),
    )
    done = request.query.get("done", "")
    return desk_response(request, "desk_follow.html", "follow", view, done=done)


async def _asked(request: web.Request, connection: AsyncConnection) -> list[FollowRow]:
    rows = await follows.asked_by(connection, request.app[IDENTITY].cluster)
    return [row for row in rows if row.state in FOLLOW_STATES]


def _lookup_view(lookup: Lookup, language: str) -> LookupView:
    problem = None
    if lookup.problem:
        known = in_words(lookup.problem, language)
        problem = Passage(text=known or lookup.problem, language=language if known else "en")
    return LookupView(
        address=lookup.address, outcome=lookup.outcome, name=lookup.name, problem=problem
    )


def _busy(request: web.Request, given: str) -> LookupView | None:
    busy = request.query.get("done") == "busy"
    return LookupView(address=given[:LONGEST], outcome="busy") if busy else None


def _followed_item(row: FollowRow, actor: ActorRow | None, language: str) -> FollowedItem:
    return FollowedItem(
        iri=row.followed,
        name=(actor.name if actor else "") or row.followed,
        host=host_of(row.followed),
        state=row.state,
        since=date_text(parse_time(row.decided_at or row.created_at), language),
    )


async def waiting(request: web.Request, connection: AsyncConnection) -> Sequence[Waiting]:
    """Return how many declined to be followed."""
    refused = [row for row in await _asked(request, connection) if row.state == "rejected"]
    return (Waiting(what="follows_refused", count=len(refused), href="/desk/follow"),)


async def post_follow(request: web.Request) -> web.Response:
    """Begin to look an address up; the page says how it stands."""
    address = request[FORM].get("address", "").strip()[:LONGEST]
    if not address:
        see("follow")
    key = request.app[LOOKUPS].start(address, request[VISITOR].name)
    if key is None:
        see("follow", done="busy", address=address)
    see("follow", lookup=key)


async def post_undo(request: web.Request) -> web.Response:
    """Stop following an actor."""
    identity, who = request.app[IDENTITY], request[VISITOR].name
    actor = request[FORM].get("actor", "")
    async with request.app[DATABASE].transaction() as connection:
        undone = await unfollow_actor(connection, identity, actor, who=who)
    if undone:
        await look_everywhere(request.app)
        see("follow", done="undo")
    see("follow")


def _add_routes(router: web.UrlDispatcher) -> None:
    router.add_get("/desk/follow", get_follow)
    router.add_post("/desk/follow", post_follow)
    router.add_post("/desk/follow/undo", post_undo)


PAGE = DeskPage(name="follow", add_routes=_add_routes, waiting=waiting)
