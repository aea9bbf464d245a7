"""``/desk/servers/{host}``: all about one server, and everything that can be decided."""

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from node.desk.decide_about_servers import read_host
from node.desk.peer_sheets import PeerSheet, decisions_about, effects_of, list_sheets, read_card
from node.endpoints.app_keys import DATABASE, IDENTITY, POLICIES
from node.endpoints.desk_frame import desk_response
from node.endpoints.server_items import Surroundings, history_item, server_href, server_item
from node.pages.server_views import ServerItem, ServerView
from node.pages.server_words import SIGNATURES

#: What a server can be made, by what it is.
CHOICES = {
    "pending": ("approve", "limit", "block"),
    "approved": ("limit", "block"),
    "limited": ("approve", "block"),
    "blocked": ("approve", "limit"),
}


async def get_server(request: web.Request) -> web.Response:
    """Answer with what is known of a server, or what can be decided about one that is not."""
    host = read_host(request.match_info["host"])
    async with request.app[DATABASE].reading() as connection:
        around = await Surroundings.of(request, connection)
        sheets = await list_sheets(connection, request.app[IDENTITY], hosts=[host])
        if sheets:
            view = await _known(connection, sheets[0], around)
        else:
            view = await _unknown(request, connection, host)
    done = request.query.get("done", "")
    return desk_response(request, "desk_server.html", "servers", view, done=done)


async def _known(connection: AsyncConnection, sheet: PeerSheet, around: Surroundings) -> ServerView:
    peer = sheet.overview.peer
    card = await read_card(connection, peer.host)
    made = await decisions_about(connection, peer.host)
    return ServerView(
        item=server_item(sheet, around, card),
        known=True,
        effects=sheet.effects,
        users=peer.users,
        first_seen=around.time(peer.first_seen_at),
        signature=SIGNATURES.get(peer.signature_format or "", peer.signature_format or ""),
        signature_learnt=around.ago(peer.signature_learnt_at),
        breaker=sheet.breaker,
        history=tuple(history_item(one, around) for one in made),
        choices=CHOICES[peer.state],
    )


async def _unknown(request: web.Request, connection: AsyncConnection, host: str) -> ServerView:
    policy = await request.app[POLICIES].read(connection)
    around = await Surroundings.of(request, connection)
    made = await decisions_about(connection, host)
    return ServerView(
        item=ServerItem(host=host, href=server_href(host), state=policy.rule_for(host).state),
        known=False,
        effects=effects_of(policy, host),
        history=tuple(history_item(one, around) for one in made),
        choices=CHOICES["pending"],
    )


def add_routes(router: web.UrlDispatcher) -> None:
    """Add the address of every server."""
    router.add_get("/desk/servers/{host}", get_server)
