"""A member's own actor announces what concerns it, so one company can be followed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from federation import activities
from node.identity import Identity
from node.publishing.drafts import Prepared
from node.publishing.outgoing import Outgoing
from node.storage import follows
from node.storage.peer_policy import PeerPolicy
from vocab.classes import FOR_NODES_ONLY
from vocab.clock import wire_time
from vocab.terms import AS_PUBLIC


async def announce_by_members(
    connection: AsyncConnection,
    identity: Identity,
    changed: Sequence[Prepared],
    told: Mapping[str, str | None],
    outgoing: Outgoing,
    policy: PeerPolicy,
) -> None:
    """Announce each new public thing in the name of the members it names."""
    for item in changed:
        if item.draft.klass in FOR_NODES_ONLY or item.audience != "public":
            continue
        if item.is_new_to_others and told.get(item.iri):
            for member in members_named(item.document, identity):
                await _announce(connection, member, item, outgoing, policy)


def members_named(document: Mapping[str, Any], identity: Identity) -> list[str]:
    """Return our members that *document* names as provider, receiver or participant."""
    prefix = identity.collection("members") + "/"
    return list(dict.fromkeys(iri for iri in _parties(document) if iri.startswith(prefix)))


def _parties(document: Mapping[str, Any]) -> Iterator[str]:
    for key in ("publishes", "reciprocal"):
        intent = document.get(key)
        if isinstance(intent, Mapping):
            yield from _texts(intent.get("provider"))
            yield from _texts(intent.get("receiver"))
    yield from _texts(document.get("participant"))


def _texts(value: Any) -> Iterator[str]:
    for part in value if isinstance(value, list) else [value]:
        if isinstance(part, str):
            yield part


async def _announce(
    connection: AsyncConnection,
    member: str,
    item: Prepared,
    outgoing: Outgoing,
    policy: PeerPolicy,
) -> None:
    followers = await follows.followers_of(connection, member)
    activity = activities.announce(
        id=outgoing.new_id(),
        actor=member,
        object=item.iri,
        to=[AS_PUBLIC],
        cc=[f"{member}/followers"],
        published=wire_time(outgoing.moment),
    )
    inboxes = dict.fromkeys(
        row.shared_inbox or row.inbox
        for row in followers
        if policy.may_send(row.host, item.draft.klass)
    )
    outgoing.send(activity, audience="public", inboxes=list(inboxes), about=item.iri)
