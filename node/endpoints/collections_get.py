"""Collections of our actors: outbox, followers, following, featured, changes, network."""

import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from aiohttp import web

from federation import collections
from federation.errors import MalformedRequest
from node.endpoints.app_keys import BELLS, DATABASE, IDENTITY, POLICIES, SETTINGS
from node.endpoints.authorized_fetch import admit_reader, keep_private
from node.endpoints.collection_pages import Place, asked_place, number, overview, page
from node.endpoints.negotiation import ACTIVITY
from node.endpoints.public_members import public_member
from node.errors import UnknownResource
from node.publishing.withdraw_resource import tombstone_text
from node.storage import change_log, featured, follows, introductions, journal, resource_lists
from node.storage.follows import FollowRow
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

#: Which classes of things go to who reads.
Sent = Callable[[ResourceClass], bool]


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


@contextlib.contextmanager
def read_cursor() -> Iterator[None]:
    """Turn a cursor that is none into a 400."""
    try:
        yield
    except ValueError as error:
        raise MalformedRequest(
            "The page asked for does not exist: its cursor cannot be read."
        ) from error


async def get_outbox(request: web.Request) -> web.Response:
    """Answer with an actor's public activities, newest first, by cursor."""
    await admit_reader(request)
    actor, place = await _owner(request), asked_place(request)
    iri, length = f"{actor}/outbox", request.app[SETTINGS].pages.length
    async with request.app[DATABASE].reading() as connection:
        if place is None:
            total = await journal.count_outbox(connection, actor)
            return _answer(request, overview(iri, total, bottom="0"))
        rows = await journal.outbox_page(
            connection,
            actor,
            limit=length + 1,
            before=number(place.before),
            after=number(place.after),
        )
    return _answer(
        request,
        page(
            iri,
            place,
            rows,
            length,
            bottom="0",
            cursor=lambda row: str(row.seq),
            item=lambda row: _by_reference(json.loads(row.body)),
        ),
    )


def _by_reference(activity: dict[str, Any]) -> dict[str, Any]:
    """The outbox tells what happened and names the things by their ids; no history is replayed.

    The proof stands on the whole activity, so it is found where that is: at its own address.
    """
    thing = activity.get("object")
    named = thing.get("id", thing) if isinstance(thing, dict) else thing
    whole = ("@context", "proof")
    return {**{key: value for key, value in activity.items() if key not in whole}, "object": named}


async def get_followers(request: web.Request) -> web.Response:
    """Answer with how many follow an actor; who they are stays with us, unless it is set."""
    await admit_reader(request)
    actor, place = await _owner(request), asked_place(request)
    iri, length = f"{actor}/followers", request.app[SETTINGS].pages.length
    async with request.app[DATABASE].reading() as connection:
        if not request.app[SETTINGS].federation.show_followers:
            total = await follows.count_followers(connection, actor)
            return _answer(request, collections.collection(iri, total, None))
        if place is None:
            total = await follows.count_followers(connection, actor)
            return _answer(request, overview(iri, total, bottom=follows.BOTTOM))
        with read_cursor():
            rows = await follows.followers_page(
                connection, actor, limit=length + 1, before=place.before, after=place.after
            )
    return _answer(request, _page_of_follows(iri, place, rows, length, lambda row: row.follower))


async def get_following(request: web.Request) -> web.Response:
    """Answer with the clusters that this one follows, so that others find the network."""
    await admit_reader(request)
    cluster, place = request.app[IDENTITY].cluster, asked_place(request)
    iri, length = f"{cluster}/following", request.app[SETTINGS].pages.length
    async with request.app[DATABASE].reading() as connection:
        if place is None:
            total = await follows.count_following(connection, cluster)
            return _answer(request, overview(iri, total, bottom=follows.BOTTOM))
        with read_cursor():
            rows = await follows.following_page(
                connection, cluster, limit=length + 1, before=place.before, after=place.after
            )
    return _answer(request, _page_of_follows(iri, place, rows, length, lambda row: row.followed))


def _page_of_follows(
    iri: str,
    place: Place,
    rows: Sequence[FollowRow],
    length: int,
    other: Callable[[FollowRow], str],
) -> dict[str, Any]:
    return page(
        iri,
        place,
        rows,
        length,
        bottom=follows.BOTTOM,
        cursor=lambda row: row.cursor(other(row)),
        item=other,
    )


async def get_featured(request: web.Request) -> web.Response:
    """Answer with what the desk features; so few that they stand in the collection itself."""
    await admit_reader(request)
    iri = request.app[IDENTITY].featured
    async with request.app[DATABASE].reading() as connection:
        rows = await featured.shown(connection)
    wire = collections.collection(iri, len(rows), None)
    return _answer(request, wire | {"orderedItems": [row.iri for row in rows]})


async def get_peers(request: web.Request) -> web.Response:
    """Answer with the nodes that this one follows and introduces, unless the desk hides them."""
    await admit_reader(request)
    identity = request.app[IDENTITY]
    if not request.app[SETTINGS].federation.introduce_peers:
        raise UnknownResource
    async with request.app[DATABASE].reading() as connection:
        known = await introductions.introduced(connection, identity.cluster)
    wire = collections.collection(identity.peers, len(known), None)
    items = [actor.iri for actor in known]
    return _answer(request, {**wire, "attributedTo": identity.cluster, "orderedItems": items})


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
    iri, since = f"{identity.cluster}/changes", number(request.query.get("since"))
    until = number(request.query.get("until"))
    reader = await admit_reader(request)
    _hear_from_reader(request, reader)
    async with request.app[DATABASE].reading() as connection:
        if since is None and until is None:
            total = await resource_lists.count(connection, EXCHANGED)
            last = f"{iri}?until={await change_log.head(connection)}"
            whole = collections.collection(iri, total=total, first=f"{iri}?since=0", last=last)
            return _answer(request, whole)
        sent = _sent_to(request, reader)
        if until is not None:
            changes = await resource_lists.local_changes_until(connection, until, CHANGES)
            shown = _backwards(iri, changes, until, sent)
        else:
            since = since or 0
            changes = await resource_lists.local_changes_after(connection, since, CHANGES)
            shown = _forwards(iri, changes, since, sent)
    return _answer(request, {**shown, "attributedTo": identity.cluster})


def _forwards(iri: str, changes: Sequence[LocalChange], since: int, sent: Sent) -> dict[str, Any]:
    """Return the page of what changed after *since*."""
    items, reached = _page_of(changes, since, sent)
    return collections.page(
        f"{iri}?since={since}",
        part_of=iri,
        items=items,
        next=f"{iri}?since={reached}",
        prev=f"{iri}?until={since}" if since else None,
    )


def _backwards(iri: str, changes: Sequence[LocalChange], until: int, sent: Sent) -> dict[str, Any]:
    """Return the page of what changed up to *until*, in the order of change as always."""
    items, first = _page_of(changes[::-1], until + 1, sent)
    return collections.page(
        f"{iri}?until={until}",
        part_of=iri,
        items=items[::-1],
        next=f"{iri}?since={until}",
        prev=f"{iri}?until={first - 1}" if changes and first > 1 else None,
    )


def _hear_from_reader(request: web.Request, host: str | None) -> None:
    """Who catches up with us is back; the signature is not checked, since little follows."""
    if host is not None:
        request.app[BELLS].hear_from(host)


def _sent_to(request: web.Request, reader: str | None) -> Sent:
    """Return which classes of things go to who reads; a Tombstone goes to everyone."""
    policy = request.app[POLICIES].policy
    return lambda klass: reader is None or policy.may_send(reader, klass)


def _page_of(
    changes: Sequence[LocalChange], start: int, sent: Sent
) -> tuple[list[dict[str, Any]], int]:
    """Return as many items as a page may hold, and the position of the last, else *start*."""
    items: list[dict[str, Any]] = []
    reached, size = start, 0
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
