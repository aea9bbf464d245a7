"""``/desk/servers``: every server that the node knows, those that wait for a decision first."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from node.desk.decide_about_servers import read_host
from node.desk.peer_sheets import PeerSheet, list_sheets, read_card
from node.endpoints import (
    desk_domain_lists,
    desk_mode,
    desk_server,
    desk_suggestions,
    server_decisions,
)
from node.endpoints.app_keys import DATABASE, IDENTITY, POLICIES
from node.endpoints.desk_frame import DeskPage, desk_response
from node.endpoints.server_items import Surroundings, server_href, server_item
from node.errors import NodeError
from node.pages.desk_views import Waiting
from node.pages.server_views import ServerGroup, ServersView
from node.storage import deliveries, peer_groups, peers
from node.storage.peer_groups import GROUPS, Group

#: Servers shown in one group, and those that ask of whom it is told who they are.
MOST: Final = 100
MOST_CARDS: Final = 30
#: Servers that are looked at to count how many ask.
MOST_COUNTED: Final = 1_000
LONGEST: Final = 300


async def get_servers(request: web.Request) -> web.Response:
    """Answer with all servers, or those whose names hold ``?find=``."""
    find = request.query.get("find", "").strip()[:LONGEST]
    async with request.app[DATABASE].reading() as connection:
        host = _host_of(find)
        groups = await _groups(request, connection, (host or find).lower())
        known = bool(host) and await peers.get(connection, host) is not None
    view = ServersView(
        groups=groups, find=find, unknown=server_href(host) if host and not known else ""
    )
    done = request.query.get("done", "")
    return desk_response(request, "desk_servers.html", "servers", view, done=done)


def _host_of(text: str) -> str:
    """Return the host that *text* names; nothing for a part of a name."""
    with suppress(NodeError):
        host = read_host(text)
        return host if "." in host or ":" in host else ""
    return ""


async def _groups(
    request: web.Request, connection: AsyncConnection, part: str
) -> tuple[ServerGroup, ...]:
    """Return the groups that have servers in them, in the order of their urgency."""
    counts = await peer_groups.count_groups(connection, part=part)
    found = {
        group: await peer_groups.hosts_in(connection, group, limit=MOST, part=part)
        for group in GROUPS
        if counts[group]
    }
    around = await Surroundings.of(request, connection)
    hosts = [host for group in found.values() for host in group]
    sheets = await list_sheets(connection, request.app[IDENTITY], hosts=hosts)
    by_host = {sheet.overview.peer.host: sheet for sheet in sheets}
    made = []
    for group, hosts in found.items():
        shown = [by_host[host] for host in hosts if host in by_host]
        made.append(await _group(connection, group, shown, counts[group], around))
    return tuple(made)


async def _group(
    connection: AsyncConnection,
    group: Group,
    sheets: Sequence[PeerSheet],
    total: int,
    around: Surroundings,
) -> ServerGroup:
    items = []
    for place, sheet in enumerate(sheets):
        asks = group == "asking" and place < MOST_CARDS
        card = await read_card(connection, sheet.overview.peer.host) if asks else None
        items.append(server_item(sheet, around, card))
    return ServerGroup(heading=group, servers=tuple(items), total=total)


async def waiting(request: web.Request, connection: AsyncConnection) -> Sequence[Waiting]:
    """Return how many servers wait for a decision, are in trouble, or lost messages."""
    policy = await request.app[POLICIES].read(connection)
    knock = await peer_groups.hosts_in(connection, "asking", limit=MOST_COUNTED)
    asking = [host for host in knock if policy.rule_for(host).state == "pending"]
    queued = await deliveries.count_by_state(connection)
    return (
        Waiting(what="servers_asking", count=len(asking), href="/desk/servers#asking"),
        Waiting(
            what="servers_in_trouble",
            count=await peer_groups.count_troubled(connection),
            href="/desk/servers#approved",
        ),
        Waiting(what="messages_given_up", count=queued.get("dead", 0), href="/desk/servers"),
    )


def _add_routes(router: web.UrlDispatcher) -> None:
    router.add_get("/desk/servers", get_servers)
    server_decisions.add_routes(router)
    desk_server.add_routes(router)
    desk_mode.add_routes(router)
    desk_domain_lists.add_routes(router)
    desk_suggestions.add_routes(router)


PAGE = DeskPage(name="servers", add_routes=_add_routes, waiting=waiting)
