"""``/desk/servers``: every server that the node knows, and what the desk can decide about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NoReturn

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from federation.origins import host_of
from node.desk.decide_about_servers import decide_server, read_host, retry_server
from node.endpoints.app_keys import DATABASE, IDENTITY
from node.endpoints.control import look_everywhere
from node.endpoints.desk_frame import DeskPage, desk_response, see
from node.endpoints.desk_visitor import FORM, VISITOR
from node.endpoints.page_context import cluster_names, page_language
from node.pages.desk_views import ServerGroup, ServerItem, ServersView, Waiting
from node.pages.desk_words import SIGNATURES
from node.pages.details import in_words
from node.pages.formatting import ago_text
from node.pages.views import Passage
from node.storage import follows, peers
from node.storage.peers import PeerOverview, PeerRow
from vocab.clock import now, parse_time

#: Servers shown in one group; the command line lists all.
MOST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Surroundings:
    """What a server's row needs beside the row."""

    language: str
    moment: datetime
    names: Mapping[str, str]
    following: Mapping[str, str]
    followers: Mapping[str, int]
    #: Actors by host that want to follow us and were not let in yet.
    knocking: Mapping[str, int]

    def ago(self, at: str | None) -> str:
        return ago_text(parse_time(at), self.moment, self.language) if at else ""


async def get_servers(request: web.Request) -> web.Response:
    """Answer with all servers, those that wait for a decision first."""
    async with request.app[DATABASE].reading() as connection:
        known = await peers.list_peers(connection)
        around = await _surroundings(request, connection)
    view = ServersView(groups=tuple(_groups(known, around)))
    done = request.query.get("done", "")
    return desk_response(request, "desk_servers.html", "servers", view, done=done)


async def _surroundings(request: web.Request, connection: AsyncConnection) -> _Surroundings:
    cluster = request.app[IDENTITY].cluster
    asked = await follows.asked_by(connection, cluster)
    counts = await follows.followers_by_host(connection)
    return _Surroundings(
        language=page_language(request),
        moment=now(),
        names=await cluster_names(request, connection),
        following={host_of(row.followed): row.state for row in asked if row.state != "undone"},
        followers={host: by.get("accepted", 0) for host, by in counts.items()},
        knocking=_knocking(counts),
    )


def _knocking(counts: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    return {host: by["pending"] for host, by in counts.items() if by.get("pending")}


def _groups(known: Sequence[PeerOverview], around: _Surroundings) -> list[ServerGroup]:
    """Return the groups that have servers in them, in the order of their urgency."""
    by_group: dict[str, list[PeerOverview]] = {
        name: [] for name in ("asking", "approved", "seen", "blocked")
    }
    for overview in known:
        by_group[_group_of(overview.peer, around.knocking)].append(overview)
    return [
        ServerGroup(
            heading=name,
            servers=tuple(server_item(overview, around) for overview in servers[:MOST]),
            total=len(servers),
        )
        for name, servers in by_group.items()
        if servers
    ]


def _group_of(peer: PeerRow, knocking: Mapping[str, int]) -> str:
    """Other nodes wait for a decision, by allow-list also whoever wants to follow."""
    if peer.state == "pending":
        return "asking" if peer.is_node or knocking.get(peer.host) else "seen"
    return peer.state if peer.state == "blocked" else "approved"


def server_item(overview: PeerOverview, around: _Surroundings) -> ServerItem:
    """Return the row of one server."""
    peer = overview.peer
    troubled = _in_trouble(peer)
    return ServerItem(
        host=peer.host,
        name=around.names.get(peer.host, ""),
        state=peer.state,
        is_node=peer.is_node,
        software=peer.software or "",
        following=around.following.get(peer.host, ""),
        followers=around.followers.get(peer.host, 0),
        knocking=around.knocking.get(peer.host, 0),
        last_success=around.ago(peer.last_success_at),
        trouble=_said(peer.last_error, around.language) if troubled else None,
        trouble_since=around.ago(peer.last_error_at),
        waiting=overview.waiting,
        given_up=overview.dead,
        paused_until=around.ago(peer.paused_until) if troubled else "",
        delivered=peer.delivered,
        received=peer.received,
        kept=overview.resources,
        signature=SIGNATURES.get(peer.signature_format or "", peer.signature_format or ""),
        actions=_actions(overview),
    )


def _in_trouble(peer: PeerRow) -> bool:
    """Whether the last that happened was a failure."""
    failed, succeeded = peer.last_error_at, peer.last_success_at
    return bool(failed) and (not succeeded or str(failed) > succeeded)


def _said(text: str | None, language: str) -> Passage:
    """Return what went wrong in the visitor's language, or in English as it was written down."""
    known = in_words(text or "", language)
    return (
        Passage(text=known, language=language) if known else Passage(text=text or "", language="en")
    )


def _actions(overview: PeerOverview) -> tuple[str, ...]:
    peer = overview.peer
    actions = ["approve"] if peer.state != "approved" else []
    if peer.state != "blocked":
        actions += ["retry"] if overview.waiting + overview.dead and _in_trouble(peer) else []
        actions += ["retry"] if overview.dead and "retry" not in actions else []
        actions.append("block")
    return tuple(actions)


async def waiting(_request: web.Request, connection: AsyncConnection) -> Sequence[Waiting]:
    """Return how many servers wait for a decision, are in trouble, or lost messages."""
    known = await peers.list_peers(connection)
    knocking = _knocking(await follows.followers_by_host(connection))
    asking = [row for row in known if _group_of(row.peer, knocking) == "asking"]
    troubled = [row for row in known if row.peer.state == "approved" and _in_trouble(row.peer)]
    return (
        Waiting(what="servers_asking", count=len(asking), href="/desk/servers#asking"),
        Waiting(what="servers_in_trouble", count=len(troubled), href="/desk/servers#approved"),
        Waiting(
            what="messages_given_up",
            count=sum(row.dead for row in known if row.peer.state != "blocked"),
            href="/desk/servers",
        ),
    )


async def post_approve(request: web.Request) -> web.Response:
    """Let a server in."""
    await _decide(request, "approve", "approved")


async def post_block(request: web.Request) -> web.Response:
    """Block a server."""
    await _decide(request, "block", "blocked")


async def post_retry(request: web.Request) -> web.Response:
    """Try again what waits for a server or was given up."""
    host = read_host(request[FORM].get("host", ""))
    async with request.app[DATABASE].transaction() as connection:
        await retry_server(connection, host)
    await look_everywhere(request.app)
    see("servers", done="retry")


async def _decide(request: web.Request, done: str, state: str) -> NoReturn:
    host, who = read_host(request[FORM].get("host", "")), request[VISITOR].name
    async with request.app[DATABASE].transaction() as connection:
        await decide_server(connection, request.app[IDENTITY], host, state, who=who)
    await look_everywhere(request.app)
    see("servers", done=done)


def _add_routes(router: web.UrlDispatcher) -> None:
    router.add_get("/desk/servers", get_servers)
    router.add_post("/desk/servers/approve", post_approve)
    router.add_post("/desk/servers/block", post_block)
    router.add_post("/desk/servers/retry", post_retry)


PAGE = DeskPage(name="servers", add_routes=_add_routes, waiting=waiting)
