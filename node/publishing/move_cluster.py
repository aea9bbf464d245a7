"""Where this cluster has moved, and which addresses it had before (FEP-7628).

Both stand in the cluster's own document and nowhere else: what the settings say about the cluster
is published around them. A move is believed only where both documents name each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from sqlalchemy.ext.asyncio import AsyncConnection

from federation import activities
from node.errors import NodeError, UnknownResource
from node.identity import Identity
from node.publishing.drafts import Draft
from node.publishing.fan_out import Followers
from node.publishing.outgoing import Outgoing
from node.publishing.publish_documents import publish
from node.storage import resources
from vocab import clock
from vocab.classes import ResourceClass
from vocab.terms import AS, AS_PUBLIC

#: More former addresses than this are nobody's history.
MOST = 10
#: ActivityStreams has the terms, its context has not.
TERMS = {name: {"@id": f"{AS}{name}", "@type": "@id"} for name in ("movedTo", "alsoKnownAs")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """What the cluster's document says about its other addresses."""

    moved_to: str | None = None
    also_known_as: tuple[str, ...] = ()

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Return those that *document*, the cluster's own, names."""
        return cls(
            moved_to=document.get("movedTo"), also_known_as=tuple(document.get("alsoKnownAs", ()))
        )

    def written(self) -> dict[str, Any]:
        """Return the part of a draft that says so; nothing where there is nothing to say."""
        said: dict[str, Any] = {"alsoKnownAs": list(self.also_known_as), "movedTo": self.moved_to}
        said = {name: value for name, value in said.items() if value}
        return said | {"@context": [TERMS]} if said else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The Move that went out."""

    activity: str
    #: Inboxes that it goes to.
    told: int


async def addresses_of(connection: AsyncConnection, identity: Identity) -> Addresses:
    """Return what the cluster says about its other addresses now."""
    row = await resources.get(connection, identity.cluster)
    return Addresses.of(row.document) if row else Addresses()


async def move_cluster(
    connection: AsyncConnection,
    identity: Identity,
    target: str,
    *,
    moment: datetime | None = None,
) -> Sent | None:
    """Say that the cluster lives at the actor *target* now and tell every follower, once.

    None where it has moved there already. Raises NodeError where it has moved elsewhere.
    """
    moment = moment or clock.now()
    standing = await addresses_of(connection, identity)
    if standing.moved_to == target:
        return None
    if standing.moved_to is not None:
        raise NodeError(
            f"This cluster has moved to {standing.moved_to}.",
            remedy="First: skagerrak move cancel",
            status=409,
        )
    await _say(connection, identity, replace(standing, moved_to=target), moment)
    outgoing = Outgoing(identity=identity, moment=moment)
    activity = activities.move(
        id=outgoing.new_id(),
        actor=identity.cluster,
        target=target,
        to=[AS_PUBLIC],
        cc=[identity.followers],
        published=clock.wire_time(moment),
    )
    followers = await Followers.load(connection, identity)
    # Whatever the scope of a server: who follows at all is to follow on.
    inboxes = followers.inboxes(ResourceClass.CLUSTER, "public", takes_back=True)
    sent = outgoing.send(activity, audience="public", inboxes=inboxes, about=identity.cluster)
    await outgoing.write(connection)
    return Sent(activity=sent, told=len(outgoing.queued))


async def cancel_move(
    connection: AsyncConnection, identity: Identity, *, moment: datetime | None = None
) -> str | None:
    """Say no longer that the cluster has moved; return where it had, None if it had not."""
    standing = await addresses_of(connection, identity)
    if standing.moved_to is not None:
        await _say(connection, identity, replace(standing, moved_to=None), moment or clock.now())
    return standing.moved_to


async def add_former_address(
    connection: AsyncConnection, identity: Identity, iri: str, *, moment: datetime | None = None
) -> bool:
    """Say that the cluster was, or is, the actor *iri* too; False where it says so already.

    Raises NodeError where it says so of as many as it can.
    """
    standing = await addresses_of(connection, identity)
    named = standing.also_known_as
    if iri in named:
        return False
    if len(named) >= MOST:
        raise NodeError(
            f"This cluster names {MOST} former addresses already.",
            remedy=f"Take one back first: skagerrak move from {named[0]} --remove",
            status=409,
        )
    said = replace(standing, also_known_as=(*named, iri))
    await _say(connection, identity, said, moment or clock.now())
    return True


async def remove_former_address(
    connection: AsyncConnection, identity: Identity, iri: str, *, moment: datetime | None = None
) -> bool:
    """Say no longer that the cluster was the actor *iri*; False where it does not say so."""
    standing = await addresses_of(connection, identity)
    if iri not in standing.also_known_as:
        return False
    left = tuple(named for named in standing.also_known_as if named != iri)
    await _say(connection, identity, replace(standing, also_known_as=left), moment or clock.now())
    return True


async def _say(
    connection: AsyncConnection, identity: Identity, addresses: Addresses, moment: datetime
) -> None:
    """Publish the cluster as it stands, with *addresses*; followers get the Update."""
    row = await resources.get(connection, identity.cluster)
    if row is None:
        raise UnknownResource(
            "This node has published no cluster yet.", remedy="Run “skagerrak serve” once."
        )
    rest = {name: value for name, value in row.document.items() if name not in TERMS}
    draft = Draft(
        document=rest | addresses.written(),
        klass=ResourceClass.CLUSTER,
        iri=identity.cluster,
        revises=True,
    )
    await publish(connection, identity, [draft], moment=moment)
