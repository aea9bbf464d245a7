"""Pass on what another cluster published: the desk points its own followers at it.

Its author is told too, and counts it.
"""

import json
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from federation import activities
from node.errors import UnknownResource
from node.identity import Identity
from node.publishing.fan_out import Followers
from node.publishing.outgoing import Outgoing
from node.storage import actors, journal, resources
from node.storage.resource_rows import ResourceRow
from vocab import clock
from vocab.terms import AS_PUBLIC


async def announce_resource(
    connection: AsyncConnection, identity: Identity, iri: str, *, moment: datetime | None = None
) -> str:
    """Announce the public thing *iri* in the cluster's name; return the activity's IRI.

    With its owner's proof in it, the copy goes along: whoever knows the owner's key then needs
    nobody else, also while the owner's server is down. Raises UnknownResource where nothing
    public stands at *iri* here.
    """
    outgoing = Outgoing(identity=identity, moment=moment or clock.now())
    row = await resources.get(connection, iri)
    if row is None or not row.is_public:
        raise UnknownResource(
            f"This node holds nothing public at {iri}.",
            remedy="Give the address of the thing at its own node.",
        )
    document = row.document
    activity = activities.announce(
        id=outgoing.new_id(),
        actor=identity.cluster,
        object=document if "proof" in document and not row.local else iri,
        to=[AS_PUBLIC],
        cc=[identity.followers],
        published=clock.wire_time(outgoing.moment),
    )
    inboxes = await _inboxes(connection, identity, row)
    sent = outgoing.send(activity, audience="public", inboxes=inboxes, about=iri)
    await outgoing.write(connection)
    return sent


async def _inboxes(connection: AsyncConnection, identity: Identity, row: ResourceRow) -> list[str]:
    followers = await Followers.load(connection, identity)
    inboxes = followers.inboxes(row.klass, "public")
    author = None if row.local else await actors.get(connection, row.owner)
    own = (author.shared_inbox or author.inbox) if author and not author.gone_at else None
    return list(dict.fromkeys([*inboxes, *([own] if own else [])]))


async def take_announce_back(
    connection: AsyncConnection, identity: Identity, iri: str, *, moment: datetime | None = None
) -> str | None:
    """Undo the cluster's Announce of *iri*; None where there is none that stands."""
    outgoing = Outgoing(identity=identity, moment=moment or clock.now())
    last = await journal.standing_about(connection, identity.cluster, iri, "Announce")
    row = await resources.get(connection, iri)
    if last is None or row is None:
        return None
    announced = json.loads(last.body)
    kept = ("id", "type", "actor", "to", "cc")
    undone = {key: announced[key] for key in kept if key in announced} | {"object": iri}
    activity = activities.undo(id=outgoing.new_id(), actor=identity.cluster, object=undone)
    inboxes = await _inboxes(connection, identity, row)
    sent = outgoing.send(activity, audience="public", inboxes=inboxes, about=iri)
    await outgoing.write(connection)
    return sent
