"""Collections of our actors: outbox, followers, following, changes, network."""

import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from federation import collections
from node.endpoints.app_keys import BELLS, DATABASE, IDENTITY, POLICIES, SETTINGS
from node.endpoints.authorized_fetch import admit_reader, keep_private
from node.endpoints.negotiation import ACTIVITY
from node.endpoints.public_members import public_member
from node.publishing.withdraw_resource import tombstone_text
from node.storage import follows, journal, resource_lists
from node.storage.resource_lists import LocalChange
from node.storage.resource_rows import ResourceFilter
from vocab.classes import ResourceClass

#: The instance actor and what is of it is open to everyone.
INSTANCE_OUTBOX = "/instance/outbox"
#: ``/cluster/changes``: the most of one page, in objects and in bytes (FEDERATION.md).
CHANGES = 200
CHANGES_BYTES = 512 * 1024
#: What the changes tell of: all but the cluster itself, which is read as an actor.
EXCHANGED = ResourceFilter(
    classes=tuple(klass for klass in ResourceClass if klass is not ResourceClass.CLUSTER),
    local=True,
)


def _answer(request: web.Request, document: dict[str, Any]) -> web.Response:
    headers = {"Vary": "Accept, Signature", "Access-Control-Allow-Origin": "*"}
    text = json.dumps(document, ensure_ascii=False)
    response = web.Response(text=text, content_type=ACTIVITY, headers=headers)
    keep_private(request, response)
    return response


async def _owner(request: web.Request) -> str:
    """Return the actor whose collection is asked for; raises UnknownResource."""
    name = request.match_info.get("name")
    if name is None:
        return request.app[IDENTITY].cluster
    return await public_member(request, name)


def _cursor(request: web.Request, name: str) -> int | None:
    """Return the position in the query, None for none; raises a 400 for what is none."""
    written = request.query.get(name)
    if written is None:
        return None
    if not written.isdecimal() or len(written) > 18:
        raise web.HTTPBadRequest(text=f"{name} is no position in this collection.")
    return int(written)


async def get_outbox(request: web.Request) -> web.Response:
    """Answer with an actor's public activities, newest first, by cursor."""
    await admit_reader(request)
    actor = await _owner(request)
    iri, before = f"{actor}/outbox", _cursor(request, "before")
    length = request.app[SETTINGS].pages.length
    async with request.app[DATABASE].reading() as connection:
        if before is None and "page" not in request.query:
            total = await journal.count_outbox(connection, actor)
            return _answer(request, collections.collection(iri, total=total, first=f"{iri}?page=1"))
        rows = await journal.outbox_page(connection, actor, limit=length, before=before)
    following = f"{iri}?before={rows[-1].seq}" if len(rows) == length else None
    items = [_by_reference(json.loads(row.body)) for row in rows]
    here = f"{iri}?before={before}" if before is not None else f"{iri}?page=1"
    return _answer(request, collections.page(here, part_of=iri, items=items, next=following))


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
    await admit_reader(request)
    actor = await _owner(request)
    async with request.app[DATABASE].reading() as connection:
        total = await follows.count_followers(connection, actor)
    return _answer(request, collections.collection(f"{actor}/followers", total, None))


async def get_following(request: web.Request) -> web.Response:
    """Answer with the clusters that this one follows, so that others find the network."""
    await admit_reader(request)
    cluster = request.app[IDENTITY].cluster
    iri = f"{cluster}/following"
    async with request.app[DATABASE].reading() as connection:
        total = await follows.count_following(connection, cluster)
        if "page" not in request.query:
            return _answer(request, collections.collection(iri, total=total, first=f"{iri}?page=1"))
        rows = await follows.following_page(connection, cluster, limit=200)
    items = [row.followed for row in rows]
    return _answer(request, collections.page(f"{iri}?page=1", part_of=iri, items=items))


async def get_network(request: web.Request) -> web.Response:
    """Answer that there is such a collection; who is in it is nobody else's business."""
    await admit_reader(request)
    identity = request.app[IDENTITY]
    wire = collections.collection(identity.network, 0, None)
    del wire["totalItems"]
    return _answer(request, wire)


async def get_empty(request: web.Request) -> web.Response:
    """Answer with a collection that has nothing in it."""
    if request.path != INSTANCE_OUTBOX:
        await admit_reader(request)
    iri = request.app[IDENTITY].url(request.path)
    return _answer(request, collections.collection(iri, 0, None))


async def get_changes(request: web.Request) -> web.Response:
    """Answer with our current public objects and Tombstones in order of change.

    A page always names the next, even when there is nothing more yet: its address is where
    a reader goes on the next time.
    """
    identity = request.app[IDENTITY]
    iri, since = f"{identity.cluster}/changes", _cursor(request, "since")
    reader = await admit_reader(request)
    _hear_from_reader(request, reader)
    async with request.app[DATABASE].reading() as connection:
        if since is None:
            total = await resource_lists.count(connection, EXCHANGED)
            return _answer(
                request, collections.collection(iri, total=total, first=f"{iri}?since=0")
            )
        changes = await resource_lists.local_changes_after(connection, since, CHANGES)
    items, reached = _page_of(changes, since, _sent_to(request, reader))
    page = collections.page(
        f"{iri}?since={since}", part_of=iri, items=items, next=f"{iri}?since={reached}"
    )
    return _answer(request, {**page, "attributedTo": identity.cluster})


def _hear_from_reader(request: web.Request, host: str | None) -> None:
    """Who catches up with us is back; the signature is not checked, since little follows."""
    if host is not None:
        request.app[BELLS].hear_from(host)


def _sent_to(request: web.Request, reader: str | None) -> Callable[[ResourceClass], bool]:
    """Return which classes of things go to who reads; a Tombstone goes to everyone."""
    policy = request.app[POLICIES].policy
    return lambda klass: reader is None or policy.may_send(reader, klass)


def _page_of(
    changes: list[LocalChange], since: int, sent: Callable[[ResourceClass], bool]
) -> tuple[list[dict[str, Any]], int]:
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
        if row.klass is not ResourceClass.CLUSTER and (not row.is_public or sent(row.klass)):
            items.append(json.loads(text))
    return items, reached
