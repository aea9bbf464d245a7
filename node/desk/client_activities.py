"""What a client posts to an outbox (ActivityPub, 6): each activity ends in the use case it names.

There is no second way to publish: documents go through ``publish`` like those of the command
line, and come back with the same findings. Ids that a client gives to new things are replaced.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from sqlalchemy.ext.asyncio import AsyncConnection

from federation.actors import RemoteActor
from node.desk.client_addressing import client_audience, without_addressing
from node.desk.client_updates import merged
from node.errors import NodeError, UnknownResource
from node.identity import Identity
from node.publishing.announce_resource import announce_resource
from node.publishing.drafts import Draft, Published
from node.publishing.follow_actor import follow_actor
from node.publishing.publish_documents import publish
from node.publishing.unfollow_actor import unfollow_actor
from node.publishing.withdraw_resource import withdraw
from node.receiving.remote_actors import save_remote_actor
from node.storage import follows, journal, resources
from node.storage.resource_rows import ResourceRow
from vocab.classes import ResourceClass, classify

Wire = dict[str, Any]

#: Of a thing that a client posts, what only this node says; the rest is the author's.
OURS: Final = frozenset({"id", "@id", "attributedTo", "actor", "published", "updated", "proof"})
#: What a member may post by itself, and under which key its company stands there.
PARTIES: Final = {ResourceClass.OFFER: "provider", ResourceClass.NEED: "receiver"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientActivity:
    """An activity as it was posted, for which actor of ours, and whom it follows."""

    identity: Identity
    actor: str
    wire: Mapping[str, Any]
    #: Of a Follow: the actor that was found at the id of its object.
    found: RemoteActor | None = None

    @property
    def by_cluster(self) -> bool:
        """Whether the cluster itself acts, not one of its members."""
        return self.actor == self.identity.cluster


def read_client_activity(document: Mapping[str, Any]) -> Wire:
    """Return *document* as an activity: a bare thing is wrapped in a Create (ActivityPub, 6.2.1).

    Raises NodeError where it is an activity that this node does not take from clients.
    """
    kind = document.get("type")
    if kind in TAKEN:
        return dict(document)
    if "actor" in document or "object" in document:
        raise NodeError(
            f"This node takes no activity of the type {kind!s} from clients.",
            remedy=f"It takes {', '.join(TAKEN)}, or a thing to be created.",
            status=422,
        )
    return {"type": "Create", "object": dict(document)}


def object_id(activity: Mapping[str, Any]) -> str:
    """Return the id of what an activity is about. Raises NodeError where it has none."""
    thing = activity.get("object")
    named = thing.get("id") if isinstance(thing, Mapping) else thing
    if not isinstance(named, str):
        raise NodeError(
            f"The {activity.get('type')} does not say what it is about.",
            remedy="Give the id of one thing under “object”.",
            status=422,
        )
    return named


async def take_client_activity(connection: AsyncConnection, posted: ClientActivity) -> str:
    """Do what *posted* asks for in the caller's transaction; return where the outcome stands.

    That is the address of the activity, or of the thing where nobody is told of it. Raises
    RefusedDocument with its findings, UnknownResource, or NodeError with the reason.
    """
    return await TAKEN[str(posted.wire["type"])](connection, posted)


async def _create(connection: AsyncConnection, posted: ClientActivity) -> str:
    thing = _thing(posted)
    level = client_audience(posted.identity, posted.actor, posted.wire, thing) or "private"
    klass = _class_of(thing)
    written = {key: value for key, value in without_addressing(thing).items() if key not in OURS}
    written["audienceLevel"] = level
    if not posted.by_cluster:
        _check_member_may(klass)
        written = _with_party(written, klass, posted.actor)
    drafts = [Draft(document=written, klass=klass)]
    return _place((await publish(connection, posted.identity, drafts))[0])


async def _update(connection: AsyncConnection, posted: ClientActivity) -> str:
    thing = _thing(posted)
    row = await _own_thing(connection, posted)
    level = client_audience(posted.identity, posted.actor, posted.wire, thing)
    changes = {key: value for key, value in without_addressing(thing).items() if key not in OURS}
    document = merged(row.document, changes)
    if level is not None:
        document = without_addressing(document) | {"audienceLevel": level}
    if not posted.by_cluster:
        document = _with_party(document, row.klass, posted.actor)
    draft = Draft(document=document, klass=row.klass, iri=row.iri, revises=True)
    return _place((await publish(connection, posted.identity, [draft]))[0])


async def _delete(connection: AsyncConnection, posted: ClientActivity) -> str:
    row = await _own_thing(connection, posted)
    return _place(await withdraw(connection, posted.identity, row.iri))


async def _follow(connection: AsyncConnection, posted: ClientActivity) -> str:
    _check_cluster(posted)
    if posted.found is None:
        raise NodeError("The actor to follow was not found.", status=422)
    await save_remote_actor(connection, posted.found)
    await follow_actor(connection, posted.identity, posted.found)
    row = await follows.get(connection, posted.identity.cluster, posted.found.iri)
    return row.activity if row else posted.found.iri


async def _undo(connection: AsyncConnection, posted: ClientActivity) -> str:
    """Undo a Follow, named by its id or given whole."""
    _check_cluster(posted)
    cluster, named = posted.identity.cluster, object_id(posted.wire)
    row = await follows.by_activity(connection, named)
    undone = row is not None and row.follower == cluster
    if row is None or not undone:
        raise UnknownResource(
            f"{named[:200]} is no Follow of this node.",
            remedy="Only a Follow can be undone so. To take a thing back, post a Delete of it.",
        )
    if not await unfollow_actor(connection, posted.identity, row.followed):
        raise NodeError("That Follow was undone or answered with no before.", status=409)
    newest = await journal.outbox_page(connection, cluster, limit=1, audience="private")
    return newest[0].activity


async def _announce(connection: AsyncConnection, posted: ClientActivity) -> str:
    _check_cluster(posted)
    return await announce_resource(connection, posted.identity, object_id(posted.wire))


Take = Callable[[AsyncConnection, ClientActivity], Awaitable[str]]

#: What is taken from clients, and what takes it.
TAKEN: Final[Mapping[str, Take]] = {
    "Create": _create,
    "Update": _update,
    "Delete": _delete,
    "Follow": _follow,
    "Undo": _undo,
    "Announce": _announce,
}


def _thing(posted: ClientActivity) -> Mapping[str, Any]:
    thing = posted.wire.get("object")
    if not isinstance(thing, Mapping):
        raise NodeError(
            f"The {posted.wire.get('type')} carries no thing.",
            remedy="Put the whole thing under “object”.",
            status=422,
        )
    return thing


def _class_of(thing: Mapping[str, Any]) -> ResourceClass:
    """Return the class that *thing* names or has by its shape; the cluster's is not to be made."""
    named = thing.get("class")
    authored = [
        klass
        for klass in ResourceClass
        if klass not in (ResourceClass.CLUSTER, ResourceClass.CONTACT)
    ]
    klass = named if named is not None else classify(thing)
    if klass not in authored:
        raise NodeError(
            "The thing does not say what it is, or is nothing that this node publishes.",
            remedy=f"Add “class” to it. Choose from: {', '.join(authored)}.",
            status=422,
        )
    return ResourceClass(klass)


async def _own_thing(connection: AsyncConnection, posted: ClientActivity) -> ResourceRow:
    """Return the row of the object, which stands here and is the actor's to change.

    What a client may not change is not there for it: nothing is told of what others see.
    """
    iri = object_id(posted.wire)
    row = await resources.get(connection, iri)
    if row is None or not row.local or row.klass is ResourceClass.CLUSTER:
        _nothing_there(iri)
    if not posted.by_cluster:
        private = await resources.private_details(connection, iri)
        if posted.actor not in _parties(row, private):
            _nothing_there(iri)
    return row


def _nothing_there(iri: str) -> NoReturn:
    raise UnknownResource(
        f"There is nothing at {iri[:200]} that this token may change.",
        remedy="Give the id of something that its actor published here.",
    )


def _parties(row: ResourceRow, private: Mapping[str, Any]) -> set[Any]:
    """Return who stands behind an offer or need, named or not."""
    key = PARTIES.get(row.klass)
    intent = row.document.get("publishes")
    named = intent.get(key) if isinstance(intent, Mapping) else None
    return {named, private.get(key)} if key else set()


def _check_member_may(klass: ResourceClass) -> None:
    if klass not in PARTIES:
        raise NodeError(
            f"A member publishes offers and needs; this is of the class {klass}.",
            remedy="Ask the cluster's office to publish it.",
            status=403,
        )


def _check_cluster(posted: ClientActivity) -> None:
    if not posted.by_cluster:
        raise NodeError(
            f"A {posted.wire.get('type')} is the cluster's to post, not a member's.",
            remedy="Use a token of the cluster and its outbox.",
            status=403,
        )


def _with_party(written: Wire, klass: ResourceClass, member: str) -> Wire:
    """Return *written* with *member* as its company, whoever it names."""
    intent = written.get("publishes")
    if isinstance(intent, list) and len(intent) == 1:
        intent = intent[0]
    if not isinstance(intent, Mapping):
        return written  # the validation says what is missing
    return {**written, "publishes": {**intent, PARTIES[klass]: member}}


def _place(published: Published) -> str:
    return published.activity or published.iri
