"""Members as actors: each public one has a handle, and is followed under it."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from federation import activities
from federation.keys import generate_ed25519
from node.identity import Identity
from node.publishing.actor_keys import local_key
from node.publishing.drafts import Draft, Prepared
from node.publishing.names import random_name, slug
from node.publishing.outgoing import Outgoing
from node.storage import actors, follows, resources
from node.storage.actors import ActorRow
from node.storage.resource_rows import ResourceRow
from vocab.classes import ResourceClass
from vocab.clock import timestamp, wire_time
from vocab.terms import AS_PUBLIC

#: Forms of companies, left out of handles.
COMPANY_FORMS = frozenset(
    {"as", "asa", "sa", "ans", "da", "enk", "aps", "a-s", "i-s", "k-s", "ivs"}
)


async def member_handles(
    connection: AsyncConnection,
    drafts: Sequence[Draft],
    iris: Sequence[str],
    standing: Mapping[str, ResourceRow],
    taken: set[str | None] | None = None,
) -> dict[str, str]:
    """Return the handle of each member by IRI: the one it has, or a new one that is free.

    *taken* learns of the new ones; without it, those that are taken are looked up.
    """
    members = [
        (iri, draft)
        for draft, iri in zip(drafts, iris, strict=True)
        if draft.klass is ResourceClass.MEMBER
    ]
    if not members:
        return {}
    handles = {
        iri: str(standing[iri].document["preferredUsername"])
        for iri, _ in members
        if iri in standing and standing[iri].state != "withdrawn"
    }
    if taken is None:
        taken = await taken_handles(connection) if len(handles) < len(members) else set()
    for iri, draft in members:
        if iri not in handles:
            handles[iri] = _new_handle(str(draft.document.get("name", "")), taken)
            taken.add(handles[iri])
    return handles


async def taken_handles(connection: AsyncConnection) -> set[str | None]:
    """Return every actor's handle, and those that members who are not shown yet will have.

    Also of those who are gone: other servers know somebody else by that name.
    """
    members = await resources.all_local(connection, ResourceClass.MEMBER)
    waiting = {str(row.document.get("preferredUsername")) for row in members}
    return await actors.local_handles(connection) | waiting


def _new_handle(name: str, taken: set[str | None]) -> str:
    words = [word for word in slug(name.replace("/", "-")).split("-") if word]
    while len(words) > 1 and ("-".join(words[-2:]) in COMPANY_FORMS or words[-1] in COMPANY_FORMS):
        words = words[: -2 if "-".join(words[-2:]) in COMPANY_FORMS else -1]
    plain = "".join(words)[:30] or "member"
    if plain not in taken:
        return plain
    number = 2
    while number < 100 and f"{plain}{number}" in taken:
        number += 1
    return f"{plain}{number}" if number < 100 else f"{plain}-{random_name(6)}"


async def add_member_actors(
    connection: AsyncConnection, identity: Identity, changed: Sequence[Prepared]
) -> None:
    """Add an actor with an Ed25519 key for each member that is public from now on.

    An RSA key takes a thousand times as long; it is made later (``workers.make_keys``).
    """
    rows = [
        ActorRow(
            iri=item.iri,
            kind="member",
            local=True,
            host=identity.host,
            handle=str(item.document["preferredUsername"]),
            name=str(item.document.get("name", "")),
            inbox=f"{item.iri}/inbox",
            shared_inbox=identity.shared_inbox,
        )
        for item in changed
        if item.draft.klass is ResourceClass.MEMBER
        and item.draft.publish
        and item.audience == "public"
    ]
    known = await actors.get_many(connection, [row.iri for row in rows])
    new = [row for row in rows if row.iri not in known]
    made = [local_key(row.iri, generate_ed25519()) for row in new]
    await actors.insert_local(connection, new, made)


async def end_member_actors(
    connection: AsyncConnection, iris: Sequence[str], outgoing: Outgoing
) -> None:
    """Let the actors of withdrawn members be gone, and each say so itself to its followers.

    Nodes hear from the cluster, whose members they were; who follows the company alone does not.
    The keys stay, since the Delete is signed when it is delivered. Whoever does not know them
    finds 410 at the actor's address, which proves the Delete as well (FEDERATION.md).
    """
    at = timestamp(outgoing.moment)
    known = await actors.get_many(connection, iris)
    for iri in known:
        await actors.mark_gone(connection, iri, at=at)
    for iri in await follows.followed_among(connection, list(known)):
        activity = activities.delete(
            id=outgoing.new_id(),
            actor=iri,
            object=iri,
            to=[AS_PUBLIC],
            cc=[f"{iri}/followers"],
            published=wire_time(outgoing.moment),
        )
        rows = await follows.followers_of(connection, iri)
        inboxes = list(dict.fromkeys(row.shared_inbox or row.inbox for row in rows))
        outgoing.send(activity, audience="public", inboxes=inboxes, about=iri)
        await follows.end_all(connection, iri, at=at)
