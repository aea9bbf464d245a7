"""GET of an inbox: what arrived, for programs that may read it (ActivityPub, 5.2)."""

import json
from typing import Any

from aiohttp import web

from federation import collections
from node.endpoints.app_keys import DATABASE, IDENTITY, SETTINGS
from node.endpoints.bearer_tokens import bearer
from node.endpoints.collections_get import cursor, public_member
from node.endpoints.negotiation import ACTIVITY
from node.storage import journal


async def get_cluster_inbox(request: web.Request) -> web.Response:
    """Answer with what came for the cluster, and for anyone here."""
    return await _answer(request, request.app[IDENTITY].cluster)


async def get_member_inbox(request: web.Request) -> web.Response:
    """Answer with what came to a member's own inbox."""
    return await _answer(request, await public_member(request, request.match_info["name"]))


async def _answer(request: web.Request, actor: str) -> web.Response:
    await bearer(request, "read", actor)
    iri, before = f"{actor}/inbox", cursor(request, "before")
    shared = actor == request.app[IDENTITY].cluster
    length = request.app[SETTINGS].pages.length
    async with request.app[DATABASE].reading() as connection:
        if before is None and "page" not in request.query:
            total = await journal.count_received(connection, actor, shared=shared)
            return _document(collections.collection(iri, total=total, first=f"{iri}?page=1"))
        rows = await journal.received_page(
            connection, actor, shared=shared, limit=length, before=before
        )
    following = f"{iri}?before={rows[-1].seq}" if len(rows) == length else None
    here = f"{iri}?before={before}" if before is not None else f"{iri}?page=1"
    items = [json.loads(row.body) for row in rows]
    return _document(collections.page(here, part_of=iri, items=items, next=following))


def _document(document: dict[str, Any]) -> web.Response:
    text = json.dumps(document, ensure_ascii=False)
    return web.Response(text=text, content_type=ACTIVITY, headers={"Vary": "Authorization"})
