"""A list of ours as data: the collection with whole objects, or their triples."""

import json
from typing import Any

import pyoxigraph
from aiohttp import web

from federation import collections
from node.endpoints.app_keys import DATABASE, IDENTITY
from node.endpoints.authorized_fetch import admit_reader, keep_private
from node.endpoints.list_pages import newest
from node.endpoints.negotiation import ACTIVITY, HTML, JSON_LD, N_TRIPLES, TURTLE
from node.endpoints.resource_get import PREFIXES, RDF_FORMATS
from node.storage import resource_lists
from node.storage.resource_rows import ResourceFilter
from vocab.classes import ResourceClass
from vocab.clock import timestamp
from vocab.quads import document_quads

LIST_FORMATS = (ACTIVITY, JSON_LD, HTML, TURTLE, N_TRIPLES)


async def answer_collection(
    request: web.Request, iri: str, klass: ResourceClass, media_type: str
) -> web.Response:
    """Answer with our own public things of *klass*, newest first, paged by cursor."""
    if media_type in RDF_FORMATS:
        return await _triples(request, klass, media_type)
    await admit_reader(request)
    response = _json(await _collection(request, iri, klass))
    keep_private(request, response)
    return response


async def _collection(request: web.Request, iri: str, klass: ResourceClass) -> dict[str, Any]:
    if "page" not in request.query and "before" not in request.query:
        async with request.app[DATABASE].reading() as connection:
            total = await resource_lists.count(connection, _ours(klass))
        return collections.collection(iri, total=total, first=f"{iri}?page=1")
    documents, following = await _page(request, klass)
    here = request.app[IDENTITY].url(str(request.rel_url))
    return collections.page(here, part_of=iri, items=documents, next=following)


def _ours(klass: ResourceClass) -> ResourceFilter:
    return ResourceFilter(classes=(klass,), local=True, at=timestamp())


async def _page(
    request: web.Request, klass: ResourceClass
) -> tuple[list[dict[str, Any]], str | None]:
    """Return the documents of one page and the address of the next."""
    async with request.app[DATABASE].reading() as connection:
        cut = await newest(request, connection, _ours(klass))
    following = request.app[IDENTITY].url(cut.next) if cut.next else None
    return [row.document for row in cut.rows], following


async def _triples(request: web.Request, klass: ResourceClass, media_type: str) -> web.Response:
    documents, following = await _page(request, klass)
    triples = [quad.triple for document in documents for quad in document_quads(document)]
    body = pyoxigraph.serialize(triples, format=RDF_FORMATS[media_type], prefixes=PREFIXES)
    response = web.Response(body=body, content_type=media_type, headers=OPEN)
    if following:
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response


OPEN = {"Vary": "Accept, Signature", "Access-Control-Allow-Origin": "*"}


def _json(document: dict[str, Any]) -> web.Response:
    text = json.dumps(document, ensure_ascii=False)
    return web.Response(text=text, content_type=ACTIVITY, headers=OPEN)
