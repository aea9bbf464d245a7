"""Lists of resources, ours and others': pages, and as data the collection of ours."""

import json
from collections.abc import Sequence
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from federation import collections
from node.endpoints.app_keys import DATABASE, IDENTITY, RENDERER, SETTINGS
from node.endpoints.negotiation import ACTIVITY, HTML, JSON_LD, chosen_format, split_suffix
from node.endpoints.page_context import (
    cluster_names,
    html_response,
    page_context,
    page_language,
    stored_thing,
)
from node.pages.listing_items import listing_items
from node.pages.views import DataFoot, Frame, Link, ListView, OriginChoice
from node.storage import resource_lists
from node.storage.resource_rows import ResourceFilter, ResourceRow
from vocab.classes import PROFILES, ResourceClass
from vocab.clock import timestamp

CLASSES = {
    profile.collection: klass
    for klass, profile in PROFILES.items()
    if klass not in (ResourceClass.CLUSTER, ResourceClass.CONTACT)
}
FORMATS = (ACTIVITY, JSON_LD, HTML)


async def get_list(request: web.Request) -> web.StreamResponse:
    """Answer for a list: a page of all nodes' things, or the collection of ours as data."""
    segment = request.match_info["collection"]
    _, suffix = split_suffix(request.path.lstrip("/"))
    if chosen_format(request, FORMATS, suffix) == HTML:
        return await _page(request, segment)
    return await _collection(request, segment)


async def _page(request: web.Request, segment: str) -> web.Response:
    wanted = _filter(request, segment)
    async with request.app[DATABASE].reading() as connection:
        rows, previous, following = await _cut(request, connection, wanted)
        total = await resource_lists.count(connection, wanted)
        context = await page_context(request, connection, rows)
        origins = await _origins(request, connection, segment)
    view = ListView(
        frame=_frame(request, segment),
        kind=CLASSES[segment].value,
        items=listing_items([stored_thing(row) for row in rows], context),
        total=total,
        previous=previous,
        next=following,
        origins=origins,
    )
    return html_response(request, request.app[RENDERER].list_page(view))


def _filter(request: web.Request, segment: str) -> ResourceFilter:
    return ResourceFilter(
        classes=(CLASSES[segment],), host=request.query.get("origin") or None, at=timestamp()
    )


async def _cut(
    request: web.Request, connection: AsyncConnection, wanted: ResourceFilter
) -> tuple[list[ResourceRow], str, str]:
    """Return one page of rows and the addresses of the pages before and after it."""
    length = request.app[SETTINGS].pages.length
    before, after = request.query.get("before"), request.query.get("after")
    try:
        rows = await resource_lists.list_page(
            connection, wanted, limit=length + 1, before=before, after=after
        )
    except ValueError as error:
        raise web.HTTPBadRequest(text=str(error)) from error
    more = len(rows) > length
    rows = rows[1:] if more and after else rows[:length]
    if not rows:
        return rows, "", ""
    newer = bool(before) or (bool(after) and more)
    older = more if not after else True
    previous = _turn(request, "after", rows[0].cursor) if newer else ""
    following = _turn(request, "before", rows[-1].cursor) if older else ""
    return rows, previous, following


def _turn(request: web.Request, name: str, cursor: str) -> str:
    kept = {key: value for key, value in request.query.items() if key not in ("before", "after")}
    return f"{request.path}?{urlencode({**kept, name: cursor})}"


async def _origins(
    request: web.Request, connection: AsyncConnection, segment: str
) -> tuple[OriginChoice, ...]:
    """The clusters that the list holds things of, each with how many."""
    names = await cluster_names(request, connection)
    chosen = request.query.get("origin") or ""
    counts = await resource_lists.count_by_host(
        connection, ResourceFilter(classes=(CLASSES[segment],), at=timestamp())
    )
    path = f"/{segment}"
    return tuple(
        OriginChoice(
            text=names.get(host, host),
            href=path if host == chosen else f"{path}?{urlencode({'origin': host})}",
            chosen=host == chosen,
            count=count,
        )
        for host, count in sorted(counts.items(), key=lambda pair: names.get(pair[0], pair[0]))
    )


def _frame(request: web.Request, segment: str) -> Frame:
    iri = request.app[IDENTITY].collection(segment)
    return Frame(
        path=f"/{segment}",
        language=page_language(request),
        data=DataFoot(iri=iri, formats=(Link(text="JSON-LD", href=f"/{segment}.jsonld"),)),
        query=tuple((key, value) for key, value in request.query.items() if key != "lang"),
        section=segment,
        canonical=iri,
    )


async def _collection(request: web.Request, segment: str) -> web.Response:
    """The collection of our own public things of this class, newest first, paged by cursor."""
    iri = request.app[IDENTITY].collection(segment)
    wanted = ResourceFilter(classes=(CLASSES[segment],), local=True, at=timestamp())
    async with request.app[DATABASE].reading() as connection:
        total = await resource_lists.count(connection, wanted)
        if "page" not in request.query and "before" not in request.query:
            document = collections.collection(iri, total=total, first=f"{iri}?page=1")
        else:
            rows, _, following = await _cut(request, connection, wanted)
            document = collections.page(
                request.app[IDENTITY].url(str(request.rel_url)),
                part_of=iri,
                items=_documents(rows),
                next=request.app[IDENTITY].url(following) if following else None,
            )
    headers = {"Vary": "Accept, Signature", "Access-Control-Allow-Origin": "*"}
    return web.Response(
        text=json.dumps(document, ensure_ascii=False), content_type=ACTIVITY, headers=headers
    )


def _documents(rows: Sequence[ResourceRow]) -> list[dict[str, object]]:
    return [row.document for row in rows]
