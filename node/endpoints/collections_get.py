"""Collections of our actors: outbox, followers, following, changes, network."""

import contextlib
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from federation import collections
from federation.draft_cavage import parse_signature_header
from federation.errors import FederationError
from federation.message_signatures import stated_key_id
from federation.origins import host_of
from node.endpoints.app_keys import BELLS, DATABASE, IDENTITY, RESOURCES, SETTINGS
from node.endpoints.negotiation import ACTIVITY
from node.errors import UnknownResource
from node.publishing.withdraw_resource import tombstone_text
from node.storage import follows, introductions, journal, resource_lists
from node.storage.resource_lists import LocalChange
from node.storage.resource_rows import ResourceFilter
from vocab.classes import ResourceClass

#: ``/cluster/changes``: the most of one page, in objects and in bytes (FEDERATION.md).
CHANGES = 200
CHANGES_BYTES = 512 * 1024
#: What the changes tell of: all but the cluster itself, which is read as an actor.
EXCHANGED = ResourceFilter(
    classes=tuple(klass for klass in ResourceClass if klass is not ResourceClass.CLUSTER),
    local=True,
)


def _answer(document: dict[str, Any]) -> web.Response:
    headers = {"Vary": "Accept, Signature", "Access-Control-Allow-Origin": "*"}
    text = json.dumps(document, ensure_ascii=False)
    return web.Response(text=text, content_type=ACTIVITY, headers=headers)


async def _owner(request: web.Request) -> str:
    """Return the actor whose collection is asked for; raises UnknownResource."""
    name = request.match_info.get("name")
    if name is None:
        return request.app[IDENTITY].cluster
    return await public_member(request, name)


async def public_member(request: web.Request, name: str) -> str:
    """Return the IRI of our member *name*; raises UnknownResource where none is to be seen."""
    iri = request.app[IDENTITY].resource("members", name)
    row = await request.app[RESOURCES].get(iri)
    if row is None or not row.is_public:
        raise UnknownResource
    return iri


def cursor(request: web.Request, name: str) -> int | None:
    """Return the position in the query, None for none; raises a 400 for what is none."""
    written = request.query.get(name)
    if written is None:
        return None
    if not written.isdecimal() or len(written) > 18:
        raise web.HTTPBadRequest(text=f"{name} is no position in this collection.")
    return int(written)


async def get_outbox(request: web.Request) -> web.Response:
    """Answer with an actor's public activities, newest first, by cursor."""
    actor = await _owner(request)
    iri, before = f"{actor}/outbox", cursor(request, "before")
    length = request.app[SETTINGS].pages.length
    async with request.app[DATABASE].reading() as connection:
        if before is None and "page" not in request.query:
            total = await journal.count_outbox(connection, actor)
            return _answer(collections.collection(iri, total=total, first=f"{iri}?page=1"))
        rows = await journal.outbox_page(connection, actor, limit=length, before=before)
    following = f"{iri}?before={rows[-1].seq}" if len(rows) == length else None
    items = [_by_reference(json.loads(row.body)) for row in rows]
    here = f"{iri}?before={before}" if before is not None else f"{iri}?page=1"
    return _answer(collections.page(here, part_of=iri, items=items, next=following))


def _by_reference(activity: dict[str, Any]) -> dict[str, Any]:
    """The outbox tells what happened and names the things by their ids; no history is replayed.

    The proof stands on the whole activity, so it is found where that is: at its own address.
    """
    thing = activity.get("object")
    named = thing.get("id", thing) if isinstance(thing, dict) else thing
    whole = ("@context", "proof")
    return {**{key: value for key, value in activity.items() if key not in whole}, "object": named}


async def get_followers(request: web.Request) -> web.Response:
    """Answer with how many follow an actor; who they are stays with us."""
    actor = await _owner(request)
    async with request.app[DATABASE].reading() as connection:
        total = await follows.count_followers(connection, actor)
    return _answer(collections.collection(f"{actor}/followers", total, None))


async def get_following(request: web.Request) -> web.Response:
    """Answer with the clusters that this one follows, so that others find the network."""
    cluster = request.app[IDENTITY].cluster
    iri = f"{cluster}/following"
    async with request.app[DATABASE].reading() as connection:
        total = await follows.count_following(connection, cluster)
        if "page" not in request.query:
            return _answer(collections.collection(iri, total=total, first=f"{iri}?page=1"))
        rows = await follows.following_page(connection, cluster, limit=200)
    items = [row.followed for row in rows]
    return _answer(collections.page(f"{iri}?page=1", part_of=iri, items=items))


async def get_peers(request: web.Request) -> web.Response:
    """Answer with the nodes that this one follows and introduces, unless the desk hides them."""
    identity = request.app[IDENTITY]
    if not request.app[SETTINGS].federation.introduce_peers:
        raise UnknownResource
    async with request.app[DATABASE].reading() as connection:
        known = await introductions.introduced(connection, identity.cluster)
    wire = collections.collection(identity.peers, len(known), None)
    items = [actor.iri for actor in known]
    return _answer({**wire, "attributedTo": identity.cluster, "orderedItems": items})


async def get_network(request: web.Request) -> web.Response:
    """Answer that there is such a collection; who is in it is nobody else's business."""
    identity = request.app[IDENTITY]
    wire = collections.collection(identity.network, 0, None)
    del wire["totalItems"]
    return _answer(wire)


async def get_empty(request: web.Request) -> web.Response:
    """Answer with a collection that has nothing in it."""
    iri = request.app[IDENTITY].url(request.path)
    return _answer(collections.collection(iri, 0, None))


async def get_changes(request: web.Request) -> web.Response:
    """Answer with our current public objects and Tombstones in order of change.

    A page always names the next, even when there is nothing more yet: its address is where
    a reader goes on the next time.
    """
    identity = request.app[IDENTITY]
    iri, since = f"{identity.cluster}/changes", cursor(request, "since")
    _hear_from_reader(request)
    async with request.app[DATABASE].reading() as connection:
        if since is None:
            total = await resource_lists.count(connection, EXCHANGED)
            return _answer(collections.collection(iri, total=total, first=f"{iri}?since=0"))
        changes = await resource_lists.local_changes_after(connection, since, CHANGES)
    items, reached = _page_of(changes, since)
    page = collections.page(
        f"{iri}?since={since}", part_of=iri, items=items, next=f"{iri}?since={reached}"
    )
    return _answer({**page, "attributedTo": identity.cluster})


def _hear_from_reader(request: web.Request) -> None:
    """Who catches up with us is back; the signature is not checked, since little follows."""
    with contextlib.suppress(FederationError, KeyError):
        request.app[BELLS].hear_from(host_of(_key_id(request.headers)))


def _key_id(headers: Mapping[str, str]) -> str:
    if "Signature-Input" in headers:
        return stated_key_id(headers["Signature-Input"])
    return parse_signature_header(headers["Signature"]).key_id


def _page_of(changes: list[LocalChange], since: int) -> tuple[list[dict[str, Any]], int]:
    """Return as many items as a page may hold, and the position of the last."""
    items: list[dict[str, Any]] = []
    reached, size = since, 0
    for change in changes:
        row = change.resource
        text = row.wire if row.is_public or row.state == "withdrawn" else tombstone_text(row)
        size += len(text.encode())
        if items and size > CHANGES_BYTES:
            break
        reached = change.seq
        if row.klass is not ResourceClass.CLUSTER:
            items.append(json.loads(text))
    return items, reached
