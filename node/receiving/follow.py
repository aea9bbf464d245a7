"""Follow: anyone may follow what is public; new nodes wait for the desk with the rest."""

from federation.actors import RemoteActor
from node.publishing.answer_follow import accept_follow, reject_follow
from node.publishing.peer_signatures import learn_signatures
from node.publishing.send_for_network import send_for_network
from node.receiving.batch import Batch
from node.receiving.outcomes import DONE, Outcome, Received, ignored, object_id, refused
from node.storage import actors, follows, journal, peers
from vocab.clock import timestamp


async def receive_follow(batch: Batch, received: Received) -> Outcome:
    """Take the follower in and answer, as the federation mode and the desk have it."""
    followed = object_id(received.document.get("object"))
    follower = await batch.remote_actor(received.actor)
    if follower is None:
        return refused("The follower is not known.")
    policy = batch.policy
    if policy.blocks(received.host):
        # Nothing goes to a blocked server, no answer either.
        return refused("The desk has blocked this server.")
    waits = not policy.may_deliver(received.host)
    if followed == batch.identity.instance:
        if not waits:
            reject_follow(batch.outgoing, followed, received.document, inbox=follower.inbox)
        return refused("The instance actor signs fetches and cannot be followed.")
    if followed is None or not await _can_be_followed(batch, followed):
        return refused("It follows nobody here.")
    before = await follows.get(batch.connection, received.actor, followed)
    await _keep(batch, received, followed, follower, state="pending" if waits else "accepted")
    if waits:
        return Outcome("done", "It waits for the desk: the node follows by allow-list.")
    accept_follow(batch.outgoing, followed, received.document, inbox=follower.inbox)
    if followed == batch.identity.cluster and (before is None or before.state != "accepted"):
        await send_for_network(batch.connection, batch.identity, received.host, batch.outgoing)
    return DONE


async def _keep(
    batch: Batch, received: Received, followed: str, follower: RemoteActor, *, state: str
) -> None:
    is_node, at = follower.kind == "cluster", timestamp(batch.moment)
    await peers.upsert_seen(
        batch.connection,
        received.host,
        now=at,
        actor=received.actor if is_node else None,
        is_node=is_node,
    )
    await learn_signatures(batch.connection, received.host, follower, at=at)
    await follows.upsert(
        batch.connection,
        follower=received.actor,
        followed=followed,
        activity=received.activity,
        state=state,
        follower_local=False,
        at=at,
    )


async def _can_be_followed(batch: Batch, iri: str) -> bool:
    actor = await actors.get(batch.connection, iri)
    if actor is None or not actor.local or actor.kind not in ("cluster", "member"):
        return False
    row = await batch.standing(iri)
    return row is not None and row.is_public


async def undo_follow(
    batch: Batch, received: Received, followed: str, undone: str | None
) -> Outcome:
    """End a Follow that its follower takes back; *undone* is the id of the Follow, if it is told.

    Some servers name another id than that of the Follow they sent; it counts as the one that
    stands, unless it is an older one of theirs.
    """
    found = await follows.get(batch.connection, received.actor, followed)
    if found is None or found.follower_local:
        return ignored("There was no such Follow.")
    if found.activity != undone and await journal.was_received(
        batch.connection, received.actor, undone or ""
    ):
        return ignored("It undoes an older Follow; a newer one stands.")
    await follows.decide(
        batch.connection,
        follower=received.actor,
        followed=followed,
        state="undone",
        at=timestamp(batch.moment),
    )
    return DONE
