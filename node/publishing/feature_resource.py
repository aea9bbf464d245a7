"""Feature a thing: what the cluster's profile shows first, here and elsewhere."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from federation import activities
from node.errors import NodeError, UnknownResource
from node.identity import Identity
from node.publishing.fan_out import Followers
from node.publishing.outgoing import Outgoing
from node.storage import featured, resources
from vocab import clock
from vocab.classes import FOR_NODES_ONLY, ResourceClass
from vocab.terms import AS_PUBLIC

#: More are no choice any more.
MOST = 10


async def feature_resource(
    connection: AsyncConnection, identity: Identity, iri: str, *, moment: datetime | None = None
) -> bool:
    """Feature the public thing *iri* of ours and tell followers; False where it is featured.

    Raises UnknownResource for anything else, NodeError where as many are featured as can be.
    """
    row = await resources.get(connection, iri)
    unfit = (*FOR_NODES_ONLY, ResourceClass.CLUSTER)
    if row is None or not row.local or not row.is_public or row.klass in unfit:
        raise UnknownResource(
            f"{iri} is no offer, need, case, guide, event or collaboration of this node that "
            "everyone may see.",
            remedy="Give the address of one.",
        )
    standing = [shown.iri for shown in await featured.shown(connection)]
    if iri not in standing and len(standing) >= MOST:
        raise NodeError(
            f"{MOST} things are featured already.",
            remedy=f"Take one back first: skagerrak feature --undo {standing[-1]}",
        )
    moment = moment or clock.now()
    if not await featured.add(connection, iri, at=clock.timestamp(moment)):
        return False
    await _tell(connection, identity, row.klass, iri, moment, add=True)
    return True


async def feature_no_more(
    connection: AsyncConnection, identity: Identity, iri: str, *, moment: datetime | None = None
) -> bool:
    """Take it back and tell followers; False where it is not featured."""
    if not await featured.remove(connection, iri):
        return False
    row = await resources.get(connection, iri)
    klass = row.klass if row else ResourceClass.OFFER
    await _tell(connection, identity, klass, iri, moment or clock.now(), add=False)
    return True


async def _tell(
    connection: AsyncConnection,
    identity: Identity,
    klass: ResourceClass,
    iri: str,
    moment: datetime,
    *,
    add: bool,
) -> None:
    outgoing = Outgoing(identity=identity, moment=moment)
    build = activities.add if add else activities.remove
    activity = build(
        id=outgoing.new_id(),
        actor=identity.cluster,
        object=iri,
        target=identity.featured,
        to=[AS_PUBLIC],
        cc=[identity.followers],
    )
    followers = await Followers.load(connection, identity)
    outgoing.send(
        activity, audience="public", inboxes=followers.inboxes(klass, "public"), about=iri
    )
    await outgoing.write(connection)
