"""The home page, the contact pages, and the page of errors."""

from collections import Counter
from collections.abc import Mapping, Sequence

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from node.endpoints.app_keys import DATABASE, IDENTITY, RENDERER, RESOURCES, SETTINGS
from node.endpoints.page_context import (
    html_response,
    page_context,
    page_language,
    stored_thing,
)
from node.errors import UnknownResource
from node.pages.addresses import data_foot, mail_link
from node.pages.listing_items import company_of, listing_items, title_of
from node.pages.sparql_examples import starting_query
from node.pages.view_context import ViewContext
from node.pages.views import (
    ContactView,
    Crossing,
    Frame,
    HomeView,
    Link,
    MessageView,
    Port,
    SparqlView,
    Tag,
)
from node.settings import ClusterSettings
from node.storage import actors, follows, resource_lists, resources
from node.storage.actors import ActorRow
from node.storage.resource_rows import ResourceFilter, ResourceRow
from vocab.classes import ResourceClass
from vocab.clock import timestamp

#: Rows of each list on the home page, and fields of expertise.
ROWS, TAGS = 5, 16
#: Members that the counts of expertise are made from.
MEMBERS = 10_000
LEARNT = (
    ResourceClass.CASE,
    ResourceClass.PRACTICE,
    ResourceClass.EVENT,
    ResourceClass.COLLABORATION,
)


async def get_home(request: web.Request) -> web.Response:
    """Answer with the home page of the cluster."""
    async with request.app[DATABASE].reading() as connection:
        offers, needs, learnt = [
            await _newest(connection, classes)
            for classes in ((ResourceClass.OFFER,), (ResourceClass.NEED,), LEARNT)
        ]
        counts = await resource_lists.count_by_class(connection, ResourceFilter(at=timestamp()))
        members_here = await resource_lists.count(
            connection, ResourceFilter(classes=(ResourceClass.MEMBER,), local=True)
        )
        popular = await _popular_concepts(connection)
        concepts = await resources.get_many(connection, [iri for iri, _ in popular])
        followed = await _followed_clusters(request, connection)
        crossed = await resource_lists.counts_by_host(connection)
        context = await page_context(request, connection, [*offers, *needs, *learnt])
    cluster = request.app[SETTINGS].cluster
    ports = _ports(request, cluster, followed)
    view = HomeView(
        frame=_frame(request, "/", request.app[IDENTITY].cluster),
        headline=context.chosen(cluster.headline),
        introduction=context.chosen(cluster.introduction),
        members_here=members_here,
        members_elsewhere=counts.get(ResourceClass.MEMBER, 0) - members_here,
        ports=ports,
        crossings=_crossings(cluster.name, ports, followed, crossed),
        offers=listing_items([stored_thing(row) for row in offers], context),
        offers_total=counts.get(ResourceClass.OFFER, 0),
        needs=listing_items([stored_thing(row) for row in needs], context),
        needs_total=counts.get(ResourceClass.NEED, 0),
        learnt=listing_items([stored_thing(row) for row in learnt], context),
        tags=_tags(popular, concepts, context),
        tags_total=counts.get(ResourceClass.CONCEPT, 0),
    )
    return html_response(request, request.app[RENDERER].home_page(view))


async def _newest(
    connection: AsyncConnection, classes: tuple[ResourceClass, ...]
) -> list[ResourceRow]:
    wanted = ResourceFilter(classes=classes, at=timestamp())
    return await resource_lists.list_page(connection, wanted, limit=ROWS)


async def _popular_concepts(connection: AsyncConnection) -> list[tuple[str, int]]:
    """Return the expertises that most public members have, with how many."""
    counter: Counter[str] = Counter()
    everyone = ResourceFilter(classes=(ResourceClass.MEMBER,))
    for row in await resource_lists.list_page(connection, everyone, limit=MEMBERS):
        known = row.document.get("knowsAbout")
        counter.update([known] if isinstance(known, str) else known or [])
    return counter.most_common(TAGS)


def _tags(
    popular: Sequence[tuple[str, int]],
    concepts: Mapping[str, ResourceRow],
    context: ViewContext,
) -> tuple[Tag, ...]:
    """The same expertise on several nodes is one tag per label; the most common one leads."""
    tags: dict[str, Tag] = {}
    for iri, count in popular:
        if iri not in concepts:
            continue
        name = title_of(concepts[iri].document, context)
        known = tags.get(name.text)
        tags[name.text] = Tag(
            text=name.text,
            href=known.href if known else context.page(iri),
            count=count + (known.count if known else 0),
            language=name.language,
        )
    return tuple(sorted(tags.values(), key=lambda tag: -tag.count))


async def _followed_clusters(request: web.Request, connection: AsyncConnection) -> list[ActorRow]:
    followed = await follows.followed_by_us(connection)
    known = await actors.get_many(connection, followed)
    return [row for row in known.values() if row.kind == "cluster"]


def _ports(
    request: web.Request, cluster: ClusterSettings, followed: Sequence[ActorRow]
) -> tuple[Port, ...]:
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
        latitude, longitude = place.get("latitude"), place.get("longitude")
        if isinstance(latitude, int | float) and isinstance(longitude, int | float):
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


def _crossings(
    here: str, ports: Sequence[Port], followed: Sequence[ActorRow], counts: Mapping[str, int]
) -> tuple[Crossing, ...]:
    placed = {port.name for port in ports}
    return tuple(
        Crossing(origin=actor.name, destination=here, count=counts[actor.host])
        for actor in followed
        if counts.get(actor.host) and actor.name in placed
    )


def _frame(request: web.Request, path: str, iri: str) -> Frame:
    return Frame(
        path=path,
        language=page_language(request),
        data=data_foot(iri, request.app[IDENTITY].base_url),
        query=tuple((key, value) for key, value in request.query.items() if key != "lang"),
        canonical=request.app[IDENTITY].url(path),
    )


async def get_contact(request: web.Request) -> web.Response:
    """Answer with how to reach who stands behind the thing ``about``, or the office."""
    about = request.query.get("about")
    if not about:
        return await _contact(request, None)
    row = await request.app[RESOURCES].get(about)
    if row is None or not row.is_public:
        raise UnknownResource
    return await _contact(request, row)


async def get_member_contact(request: web.Request) -> web.Response:
    """Answer with how to reach a member through the cluster's office."""
    iri = request.app[IDENTITY].resource("members", request.match_info["name"])
    row = await request.app[RESOURCES].get(iri)
    if row is None or not row.is_public:
        raise UnknownResource
    return await _contact(request, row)


async def _contact(request: web.Request, row: ResourceRow | None) -> web.Response:
    async with request.app[DATABASE].reading() as connection:
        context = await page_context(request, connection, [row] if row else [])
    renderer = request.app[RENDERER]
    frame = _frame(request, request.path, request.app[IDENTITY].url(request.path))
    email = renderer.node.office.email
    if row is None:
        view = ContactView(frame=frame, mail_link=mail_link(email, ""))
        return html_response(request, renderer.contact_page(view))
    title = title_of(row.document, context)
    company = context.actor(company_of(row.document))
    view = ContactView(
        frame=frame,
        about=Link(text=title.text, href=context.page(row.iri), language=title.language),
        kind=row.klass.value,
        company=company.text if company else "",
        cluster=context.cluster(row.iri),
        local=row.local,
        subject=title.text,
        mail_link=mail_link(email, title.text),
    )
    return html_response(request, renderer.contact_page(view))


async def error_page(request: web.Request, status: int, text: str, remedy: str) -> str:
    """Return the page that says what went wrong, in the reader's language."""
    frame = _frame(request, request.path, request.app[IDENTITY].url(request.path))
    return request.app[RENDERER].message_page(MessageView(frame=frame, status=status))


async def sparql_page(request: web.Request) -> web.StreamResponse:
    """Answer a browser at ``/sparql`` with the form."""
    frame = _frame(request, "/sparql", request.app[IDENTITY].url("/sparql"))
    query = starting_query(request.query.get("example"), request.query.get("about"))
    return html_response(
        request, request.app[RENDERER].sparql_page(SparqlView(frame=frame, query=query))
    )
