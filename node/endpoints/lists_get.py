"""Lists of resources, ours and others': pages, and as data the collection of ours."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from federation.origins import host_of
from node.endpoints.app_keys import DATABASE, EXPERTISE, IDENTITY, RENDERER, RESOURCES
from node.endpoints.list_data import LIST_FORMATS, answer_collection
from node.endpoints.list_pages import by_name, by_start, newest
from node.endpoints.negotiation import HTML, chosen_format, split_suffix
from node.endpoints.page_context import (
    all_expertise,
    cluster_names,
    html_response,
    own_frame,
    page_context,
    page_language,
    stored_thing,
)
from node.errors import UnknownResource
from node.pages.addresses import FORMATS as DATA_FORMATS
from node.pages.expertise import expertise_groups, kin
from node.pages.listing_items import listing_items, title_of
from node.pages.views import DataFoot, Frame, Link, ListView, OriginChoice
from node.storage import resource_lists
from node.storage.resource_rows import ResourceFilter
from vocab.classes import PROFILES, ResourceClass
from vocab.clock import timestamp

CLASSES = {
    profile.collection: klass
    for klass, profile in PROFILES.items()
    if klass not in (ResourceClass.CLUSTER, ResourceClass.CONTACT)
}
#: How people look through each list; the others begin with the newest.
ORDERS = {ResourceClass.MEMBER: by_name, ResourceClass.EVENT: by_start}


async def get_list(request: web.Request) -> web.StreamResponse:
    """Answer for a list: a page of all nodes' things, or the collection of ours as data."""
    segment = request.match_info["collection"]
    _, suffix = split_suffix(request.path.lstrip("/"))
    media_type = chosen_format(request, LIST_FORMATS, suffix)
    if media_type == HTML:
        return await _page(request, segment)
    iri = request.app[IDENTITY].collection(segment)
    return await answer_collection(request, iri, CLASSES[segment], media_type)


async def get_list_with_slash(request: web.Request) -> web.StreamResponse:
    """Send on to the list itself, whose address has no slash at its end."""
    raise web.HTTPPermanentRedirect(
        request.rel_url.with_path(request.path.rstrip("/"), keep_query=True)
    )


async def _page(request: web.Request, segment: str) -> web.Response:
    if segment == PROFILES[ResourceClass.CONCEPT].collection:
        view = await _expertise_view(request, segment)
    else:
        view = await _list_view(request, segment)
    return html_response(request, request.app[RENDERER].list_page(view))


async def _list_view(request: web.Request, segment: str) -> ListView:
    klass = CLASSES[segment]
    async with request.app[DATABASE].reading() as connection:
        subject = await _subject(request, connection)
        everywhere = ResourceFilter(classes=(klass,), at=timestamp())
        if subject:
            everywhere = await _narrowed(request, connection, everywhere, subject)
        names = await cluster_names(request, connection)
        wanted = replace(everywhere, host=_origin(request, names) or None)
        cut = await ORDERS.get(klass, newest)(request, connection, wanted)
        total = await resource_lists.count(connection, wanted)
        counts = await resource_lists.count_by_host(connection, everywhere)
        context = await page_context(request, connection, cut.rows)
    return ListView(
        frame=_frame(request, segment),
        kind=klass.value,
        items=listing_items([stored_thing(row) for row in cut.rows], context),
        total=total,
        previous=cut.previous,
        next=cut.next,
        letters=cut.letters,
        subject=subject.link if subject else None,
        origins=_origins(request, counts, names),
    )


async def _expertise_view(request: web.Request, segment: str) -> ListView:
    """All expertise on one page, each label once: there are hundreds, not thousands."""
    async with request.app[DATABASE].reading() as connection:
        context = await page_context(request, connection, [])
        known = await all_expertise(request, connection, context)
        names = await cluster_names(request, connection)
    here = [(one, {host_of(iri) for iri in one.iris}) for one in known]
    counts = Counter(host for _, hosts in here for host in hosts)
    origin = _origin(request, names)
    shown = [one for one, hosts in here if not origin or origin in hosts]
    return ListView(
        frame=_frame(request, segment),
        kind=ResourceClass.CONCEPT.value,
        groups=expertise_groups(shown, known, context),
        total=len(shown),
        origins=_origins(request, counts, names, total=len(known)),
    )


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a list is narrowed to: things that name *iri*, or one of these *concepts*."""

    link: Link
    iri: str
    concepts: frozenset[str]


async def _subject(request: web.Request, connection: AsyncConnection) -> _Subject | None:
    """Return what ``about`` names: an expertise with all below it, or another thing."""
    about = request.query.get("about")
    if not about:
        return None
    row = await request.app[RESOURCES].get(about)
    if row is None or not row.is_public:
        raise UnknownResource
    context = await page_context(request, connection, [])
    title = title_of(row.document, context)
    concepts: frozenset[str] = frozenset()
    if row.klass is ResourceClass.CONCEPT:
        concepts = kin(about, await all_expertise(request, connection, context))
    link = Link(text=title.text, href=context.page(about), language=title.language)
    return _Subject(link, about, concepts)


async def _narrowed(
    request: web.Request, connection: AsyncConnection, wanted: ResourceFilter, subject: _Subject
) -> ResourceFilter:
    """Return *wanted*, but only what concerns *subject*."""
    if not subject.concepts:
        return replace(wanted, naming=(subject.iri,))
    known = await request.app[EXPERTISE].read(connection)
    return replace(wanted, among=known.concerned(subject.concepts, *wanted.classes))


def _origin(request: web.Request, names: Mapping[str, str]) -> str:
    """Return the host that the list is narrowed to, or nothing.

    Raises UnknownResource for one that no cluster known here has: "nothing is offered" would
    say too much.
    """
    host = request.query.get("origin") or ""
    if host and host not in names:
        raise UnknownResource("No cluster that is known here has that address.")
    return host


def _origins(
    request: web.Request,
    counts: Mapping[str, int],
    names: Mapping[str, str],
    *,
    total: int | None = None,
) -> tuple[OriginChoice, ...]:
    """All clusters, then each that the list holds things of and the chosen one, with how many."""
    chosen = request.query.get("origin") or ""
    counts = {**({chosen: 0} if chosen else {}), **counts}
    kept = {"about": request.query["about"]} if request.query.get("about") else {}
    everything = OriginChoice(
        text="",
        href=f"{request.path}?{urlencode(kept)}" if kept else request.path,
        chosen=not chosen,
        count=sum(counts.values()) if total is None else total,
    )
    each = (
        OriginChoice(
            text=names.get(host, host),
            href=f"{request.path}?{urlencode({**kept, 'origin': host})}",
            chosen=host == chosen,
            count=count,
        )
        for host, count in sorted(counts.items(), key=lambda pair: names.get(pair[0], pair[0]))
    )
    return (everything, *each)


def _frame(request: web.Request, segment: str) -> Frame:
    frame = Frame(
        path=f"/{segment}",
        language=page_language(request),
        data=DataFoot(
            iri=request.app[IDENTITY].collection(segment),
            formats=tuple(
                Link(text=name, href=f"/{segment}{suffix}") for suffix, name in DATA_FORMATS
            ),
        ),
        query=tuple((key, value) for key, value in request.query.items() if key != "lang"),
        section=segment,
    )
    return own_frame(request, frame)
