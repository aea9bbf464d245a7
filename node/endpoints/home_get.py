"""The home page: whose node it is, the chart, what is new, what the clusters know."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import timedelta
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from node.endpoints.app_keys import DATABASE, IDENTITY, RENDERER, SETTINGS
from node.endpoints.negotiation import ACTIVITY, HTML, JSON_LD, N_TRIPLES, TURTLE, chosen_format
from node.endpoints.page_context import (
    all_expertise,
    html_response,
    page_context,
    page_frame,
    stored_thing,
)
from node.endpoints.resource_get import other_formats
from node.pages.expertise import expertise_tags
from node.pages.listing_items import listing_items
from node.pages.views import Crossing, HomeView, Port
from node.publishing.move_cluster import addresses_of
from node.setting_groups import ClusterSettings
from node.storage import actors, follows, resource_lists
from node.storage.actors import ActorRow
from node.storage.resource_rows import ResourceFilter, ResourceRow
from vocab.classes import ResourceClass
from vocab.clock import now, timestamp

#: Rows of each list on the home page, and fields of expertise.
ROWS, TAGS = 5, 18
#: The newest ones that the rows are chosen from.
CHOICE = 100
#: What crossed within this time is drawn on the chart.
LATELY = timedelta(days=90)
LEARNT = (
    ResourceClass.CASE,
    ResourceClass.PRACTICE,
    ResourceClass.EVENT,
    ResourceClass.COLLABORATION,
)
#: What clusters tell each other about; members and expertise are who they are.
TOLD = (ResourceClass.OFFER, ResourceClass.NEED, *LEARNT)


async def get_home(request: web.Request) -> web.Response:
    """Answer with the home page of the cluster; who asks for data is sent to the cluster."""
    if chosen_format(request, (HTML, ACTIVITY, JSON_LD, TURTLE, N_TRIPLES), None) != HTML:
        raise web.HTTPSeeOther(request.app[IDENTITY].cluster, headers={"Vary": "Accept"})
    async with request.app[DATABASE].reading() as connection:
        offers, needs, learnt = [
            await _news(connection, classes)
            for classes in ((ResourceClass.OFFER,), (ResourceClass.NEED,), LEARNT)
        ]
        counts = await resource_lists.count_by_class(connection, ResourceFilter(at=timestamp()))
        members_here = await resource_lists.count(
            connection, ResourceFilter(classes=(ResourceClass.MEMBER,), local=True)
        )
        context = await page_context(request, connection, [*offers, *needs, *learnt])
        known = await all_expertise(request, connection, context)
        ports = _ports(request.app[SETTINGS].cluster, await _followed_clusters(request, connection))
        crossings = await _crossings(request, connection)
        addresses = await addresses_of(connection, request.app[IDENTITY])
    cluster = request.app[SETTINGS].cluster
    view = HomeView(
        frame=page_frame(request, "/", request.app[IDENTITY].cluster),
        headline=context.chosen(cluster.headline),
        introduction=context.chosen(cluster.introduction),
        moved_to=addresses.moved_to,
        members_here=members_here,
        members_elsewhere=counts.get(ResourceClass.MEMBER, 0) - members_here,
        ports=ports,
        crossings=crossings,
        offers=listing_items([stored_thing(row) for row in offers], context),
        offers_total=counts.get(ResourceClass.OFFER, 0),
        offers_here=f"/offers?{urlencode({'origin': request.app[IDENTITY].host})}",
        needs=listing_items([stored_thing(row) for row in needs], context),
        needs_total=counts.get(ResourceClass.NEED, 0),
        learnt=listing_items([stored_thing(row) for row in learnt], context),
        tags=expertise_tags(known, context, TAGS),
        tags_total=len(known),
    )
    response = html_response(request, request.app[RENDERER].home_page(view))
    actor = request.app[IDENTITY].cluster
    inbox = f'<{actor}/inbox>; rel="http://www.w3.org/ns/ldp#inbox"'
    response.headers["Link"] = f"{other_formats(actor)}, {inbox}"
    return response


async def _news(
    connection: AsyncConnection, classes: tuple[ResourceClass, ...]
) -> list[ResourceRow]:
    """Return what is new, from each cluster and of each class in turn.

    Otherwise whoever published last, or most at once, would have the page to itself.
    """
    wanted = ResourceFilter(classes=classes, at=timestamp())
    rows = await resource_lists.list_page(connection, wanted, limit=CHOICE)
    return in_turn(in_turn(rows, lambda row: row.host), lambda row: row.klass)[:ROWS]


def in_turn(
    rows: Sequence[ResourceRow], group: Callable[[ResourceRow], Hashable]
) -> list[ResourceRow]:
    """Return *rows* so that their groups take turns; each keeps its own order."""
    turns: dict[Hashable, int] = {}
    placed = []
    for row in rows:
        number = turns.get(group(row), 0)
        turns[group(row)] = number + 1
        placed.append((number, row))
    return [row for _, row in sorted(placed, key=lambda place: place[0])]


async def _followed_clusters(request: web.Request, connection: AsyncConnection) -> list[ActorRow]:
    followed = await follows.followed_by_us(connection)
    known = await actors.get_many(connection, followed)
    return [row for row in known.values() if row.kind == "cluster"]


def _ports(cluster: ClusterSettings, followed: Sequence[ActorRow]) -> tuple[Port, ...]:
    """This cluster and those it follows, where they say that they are."""
    ports = []
    if cluster.latitude is not None and cluster.longitude is not None:
        ports.append(
            Port(
                name=cluster.name,
                place=cluster.place,
                latitude=cluster.latitude,
                longitude=cluster.longitude,
                href="/",
            )
        )
    for actor in followed:
        document = actor.read_document()
        place = document.get("location")
        if not isinstance(place, Mapping):
            continue
        latitude = _degrees(place.get("latitude"), 90)
        longitude = _degrees(place.get("longitude"), 180)
        if latitude is not None and longitude is not None:
            ports.append(
                Port(
                    name=actor.name,
                    place=str(place.get("name", "")),
                    latitude=latitude,
                    longitude=longitude,
                    href=str(document.get("url", actor.iri)),
                )
            )
    return tuple(ports)


def _degrees(value: object, most: int) -> float | None:
    """Return the coordinate that another cluster gives for itself, None where it is none.

    The grid of the chart has lines for every degree between the ports.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if -most <= value <= most else None


async def _crossings(request: web.Request, connection: AsyncConnection) -> tuple[Crossing, ...]:
    """How much came lately from each cluster, and went to those that follow this one."""
    identity, here = request.app[IDENTITY], request.app[SETTINGS].cluster.name
    wanted = ResourceFilter(classes=TOLD, since=timestamp(now() - LATELY))
    counts = await resource_lists.count_by_host(connection, wanted)
    came = [
        Crossing(origin=actor.name, destination=here, count=counts[actor.host])
        for actor in await _followed_clusters(request, connection)
        if counts.get(actor.host)
    ]
    went = [
        Crossing(origin=here, destination=follower.name, count=counts[identity.host])
        for follower in await follows.followers_of(connection, identity.cluster)
        if follower.is_node and counts.get(identity.host)
    ]
    return (*came, *went)
