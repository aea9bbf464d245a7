"""GET of an inbox: what arrived, for programs that may read it (ActivityPub, 5.2).

An inbox is also one of Linked Data Notifications: as such it answers the desk, which shows no
token, and programs that ask for JSON-LD without the profile of ActivityStreams.
"""

import json
from typing import Any

from aiohttp import web

from federation.content_types import ACTIVITYSTREAMS_PROFILE
from node.endpoints.app_keys import DATABASE, IDENTITY, SETTINGS
from node.endpoints.bearer_tokens import bearer, shows_token
from node.endpoints.collection_pages import asked_place, number, overview, page
from node.endpoints.negotiation import ACTIVITY, JSON_LD
from node.endpoints.notification_post import get_inbox as get_notifications
from node.endpoints.public_members import public_member
from node.storage import journal


async def get_cluster_inbox(request: web.Request) -> web.StreamResponse:
    """Answer with what came for the cluster, and for anyone here."""
    if _asks_for_notifications(request):
        return await get_notifications(request)
    return await _answer(request, request.app[IDENTITY].cluster)


async def get_member_inbox(request: web.Request) -> web.StreamResponse:
    """Answer with what came to a member's own inbox."""
    member = await public_member(request, request.match_info["name"])
    if _asks_for_notifications(request):
        return await get_notifications(request)
    return await _answer(request, member)


def _asks_for_notifications(request: web.Request) -> bool:
    accept = request.headers.get("Accept", "")
    activities = any(kind in accept for kind in (ACTIVITY, ACTIVITYSTREAMS_PROFILE))
    return not shows_token(request) or (JSON_LD in accept and not activities)


async def _answer(request: web.Request, actor: str) -> web.Response:
    await bearer(request, "read", actor=actor)
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
    headers = {"Vary": "Accept, Authorization"}
    return web.Response(text=text, content_type=ACTIVITY, headers=headers)
