"""GET of an inbox: what arrived, for programs that may read it (ActivityPub, 5.2)."""

import json
from typing import Any

from aiohttp import web

from node.endpoints.app_keys import DATABASE, IDENTITY, SETTINGS
from node.endpoints.bearer_tokens import bearer
from node.endpoints.collection_pages import asked_place, number, overview, page
from node.endpoints.negotiation import ACTIVITY
from node.endpoints.notification_post import get_inbox as get_notifications
from node.endpoints.public_members import public_member
from node.storage import journal


async def get_cluster_inbox(request: web.Request) -> web.StreamResponse:
    """Answer with what came for the cluster, and for anyone here; to who shows no token as LDN."""
    if "Authorization" not in request.headers:
        return await get_notifications(request)
    return await _answer(request, request.app[IDENTITY].cluster)


async def get_member_inbox(request: web.Request) -> web.Response:
    """Answer with what came to a member's own inbox."""
    return await _answer(request, await public_member(request, request.match_info["name"]))


async def _answer(request: web.Request, actor: str) -> web.Response:
    await bearer(request, "read", actor)
    iri, place = f"{actor}/inbox", asked_place(request)
    shared = actor == request.app[IDENTITY].cluster
    length = request.app[SETTINGS].pages.length
    async with request.app[DATABASE].reading() as connection:
        if place is None:
            total = await journal.count_received(connection, actor, shared=shared)
            return _document(overview(iri, total, bottom="0"))
        rows = await journal.received_page(
            connection,
            actor,
            shared=shared,
            limit=length + 1,
            before=number(place.before),
            after=number(place.after),
        )
    return _document(
        page(
            iri,
            place,
            rows,
            length,
            bottom="0",
            cursor=lambda row: str(row.seq),
            item=lambda row: json.loads(row.body),
        )
    )


def _document(document: dict[str, Any]) -> web.Response:
    text = json.dumps(document, ensure_ascii=False)
    return web.Response(text=text, content_type=ACTIVITY, headers={"Vary": "Authorization"})
