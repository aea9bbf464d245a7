"""The one way out: everything that a node publishes goes through ``publish``.

Command line, import and web hand in drafts; one transaction of the caller's takes the resource
version, the activity, one delivery for each distinct inbox and the change-log entry.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from federation import activities
from node.errors import RefusedDocument
from node.identity import Identity
from node.publishing.actor_keys import with_keys
from node.publishing.announce_by_members import announce_by_members
from node.publishing.drafts import Change, Draft, Prepared, Published, Refusal
from node.publishing.fan_out import Followers
from node.publishing.member_actors import add_member_actors
from node.publishing.outgoing import Outgoing
from node.publishing.prepare_documents import prepare_documents
from node.publishing.prove_documents import Prover
from node.publishing.resource_rows import resource_row
from node.storage import keys, resource_lists, resources
from node.storage.resource_rows import ResourceFilter, ResourceRow
from vocab import clock
from vocab.classes import FOR_NODES_ONLY, PROFILES, ResourceClass
from vocab.terms import AS_PUBLIC

#: More members or concepts than this at once are told as one change of their collection:
#: nodes then read what is new from ``/cluster/changes`` and are not flooded.
TOLD_ONE_BY_ONE = 20


async def publish(
    connection: AsyncConnection,
    identity: Identity,
    drafts: Sequence[Draft],
    *,
    moment: datetime | None = None,
) -> list[Published]:
    """Publish all *drafts* in the caller's transaction, or raise RefusedDocument and none."""
    moment = moment or clock.now()
    prepared = await prepare_documents(connection, identity, drafts, moment)
    refused = [result for result in prepared if isinstance(result, Refusal)]
    if refused:
        raise RefusedDocument([finding for result in refused for finding in result.findings])
    ready = [result for result in prepared if isinstance(result, Prepared)]
    return await write_prepared(connection, identity, ready, moment)


async def write_prepared(
    connection: AsyncConnection,
    identity: Identity,
    prepared: Sequence[Prepared],
    moment: datetime,
    *,
    told_later: Collection[ResourceClass] = (),
) -> list[Published]:
    """Write what ``prepare_documents`` found good, and queue its activities.

    Of the classes *told_later* nobody hears before ``tell_collections``: what is written in
    parts is still told as one change.
    """
    followers = await Followers.load(connection, identity)
    outgoing = Outgoing(identity=identity, moment=moment)
    prover = await Prover.load(connection, [identity.cluster], moment)
    changed = [
        prover.prove_prepared(item, identity.cluster) for item in prepared if not item.unchanged
    ]
    news = [item for item in changed if item.draft.publish and not item.says_the_same]
    many = classes_told_as_one(item.draft.klass for item in news if item.audience == "public")
    bulk = {*many, *told_later}
    shown = [await _as_told(connection, item) for item in news if item.draft.klass not in bulk]
    told = {item.iri: _tell(item, identity, outgoing, followers) for item in shown}
    rows = [resource_row(item, identity, moment, told.get(item.iri)) for item in changed]
    await resources.save_versions(
        connection,
        rows,
        {item.iri: item.private or None for item in changed},
    )
    await add_member_actors(connection, identity, changed)
    for klass in many:
        if klass not in told_later:
            await tell_collection(connection, klass, identity, outgoing, followers)
    await announce_by_members(connection, identity, changed, told, outgoing, followers.policy)
    await outgoing.write(connection)
    deliveries = Counter(queued.activity for queued in outgoing.queued)
    return [_published(item, told.get(item.iri), deliveries) for item in prepared]


async def tell_collections(
    connection: AsyncConnection,
    identity: Identity,
    classes: Collection[ResourceClass],
    moment: datetime,
) -> None:
    """Tell nodes once that things of *classes* have changed."""
    followers = await Followers.load(connection, identity)
    outgoing = Outgoing(identity=identity, moment=moment)
    for klass in classes:
        await tell_collection(connection, klass, identity, outgoing, followers)
    await outgoing.write(connection)


def classes_told_as_one(public: Iterable[ResourceClass]) -> list[ResourceClass]:
    """Return the classes of which so many *public* things change that nodes read them anew."""
    counts = Counter(public)
    return [klass for klass in FOR_NODES_ONLY if counts[klass] > TOLD_ONE_BY_ONE]


async def _as_told(connection: AsyncConnection, item: Prepared) -> Prepared:
    """Return *item* as its activity carries it: the cluster, an actor, with its keys.

    Our own nodes read an actor at its own address; others take the copy, and one without a key
    would be an actor that has none any more.
    """
    if item.draft.klass is not ResourceClass.CLUSTER:
        return item
    public = await keys.keys_of(connection, item.iri)
    return replace(item, document=with_keys(item.document, public))


def _tell(
    item: Prepared, identity: Identity, outgoing: Outgoing, followers: Followers
) -> str | None:
    """Send the activity that this change calls for; private things call for none."""
    before = item.before if item.before and item.before.state == "published" else None
    klass = item.draft.klass
    if klass is ResourceClass.CLUSTER and before is None:
        return None
    if item.audience == "private":
        if before is None or before.audience == "private":
            return None
        _, activity = withdrawal(before, identity, outgoing)
        audience = before.audience
        inboxes = followers.inboxes(klass, audience, takes_back=True)
    else:
        activity = _activity(item, identity, outgoing, new=item.is_new_to_others)
        audience = item.audience
        inboxes = followers.inboxes(klass, audience)
    return outgoing.send(activity, audience=audience, inboxes=inboxes, about=item.iri)


def _activity(
    item: Prepared, identity: Identity, outgoing: Outgoing, *, new: bool
) -> dict[str, Any]:
    document, actor, iri = item.document, identity.cluster, outgoing.new_id()
    published = clock.wire_time(outgoing.moment)
    if not new:
        return activities.update(id=iri, actor=actor, object=document, published=published)
    if item.draft.klass in FOR_NODES_ONLY:
        target = identity.collection(PROFILES[item.draft.klass].collection)
        return activities.add(
            id=iri,
            actor=actor,
            object=document,
            target=target,
            to=document.get("to", [AS_PUBLIC]),
            cc=document.get("cc", []),
        )
    return activities.create(id=iri, actor=actor, object=document, published=published)


def withdrawal(
    row: ResourceRow, identity: Identity, outgoing: Outgoing
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the Tombstone of *row*, and the activity that takes it back from who had it."""
    document, iri = row.document, outgoing.new_id()
    moment = clock.wire_time(outgoing.moment)
    stone = activities.tombstone(iri=row.iri, former_type=document["type"], deleted=moment)
    to, cc = document.get("to", []), document.get("cc", [])
    if row.klass in FOR_NODES_ONLY:
        target = identity.collection(PROFILES[row.klass].collection)
        activity = activities.remove(
            id=iri, actor=identity.cluster, object=stone, target=target, to=to, cc=cc
        )
    else:
        activity = activities.delete(
            id=iri, actor=identity.cluster, object=stone, to=to, cc=cc, published=moment
        )
    return stone, activity


async def tell_collection(
    connection: AsyncConnection,
    klass: ResourceClass,
    identity: Identity,
    outgoing: Outgoing,
    followers: Followers,
) -> None:
    """Tell nodes that the members, or the concepts, have changed; they read what did."""
    collection = identity.collection(PROFILES[klass].collection)
    total = await resource_lists.count(connection, ResourceFilter(classes=(klass,), local=True))
    document = {
        "type": "OrderedCollection",
        "id": collection,
        "attributedTo": identity.cluster,
        "totalItems": total,
        "to": [AS_PUBLIC],
    }
    activity = activities.update(
        id=outgoing.new_id(),
        actor=identity.cluster,
        object=document,
        published=clock.wire_time(outgoing.moment),
    )
    inboxes = followers.inboxes(klass, "public")
    outgoing.send(activity, audience="public", inboxes=inboxes, about=collection)


def _published(item: Prepared, activity: str | None, deliveries: Mapping[str, int]) -> Published:
    version_before = item.before.version if item.before else None
    return Published(
        iri=item.iri,
        klass=item.draft.klass,
        change=_change(item),
        version=(version_before or 0) + (0 if item.unchanged else 1),
        version_before=version_before,
        activity=activity,
        deliveries=deliveries[activity] if activity else 0,
        warnings=item.warnings,
    )


def _change(item: Prepared) -> Change:
    if item.unchanged:
        return "unchanged"
    if not item.draft.publish:
        return "drafted"
    return "updated" if item.before and item.before.state == "published" else "created"
