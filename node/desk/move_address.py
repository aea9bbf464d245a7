"""Move this cluster to another address, or let it be known as what it was at a former one."""

from collections.abc import Callable

from federation.actors import RemoteActor
from federation.origins import host_of
from federation.webfinger import parse_resource
from node.control_socket import wake
from node.desk.follow_address import find_actor
from node.errors import NodeError, UnknownResource
from node.identity import Identity
from node.node_folder import NodeFolder
from node.outbound import open_client
from node.publishing.move_cluster import (
    Sent,
    add_former_address,
    addresses_of,
    move_cluster,
    remove_former_address,
)
from node.receiving.remote_actors import save_remote_actor
from node.receiving.tell_desk import named
from node.storage import actors, resources
from node.storage.database import Database


async def move_to_address(
    folder: NodeFolder, address: str, *, agrees: Callable[[RemoteActor], None]
) -> tuple[RemoteActor, Sent | None]:
    """Move the cluster to the actor at *address*, if *agrees* does not raise; the Move, if sent.

    Raises NodeError where the new actor does not name this cluster, FederationError where it
    cannot be found or read.
    """
    identity = folder.identity
    async with folder.open_database() as database:
        new = await _find(folder, database, address)
        _check_named(new, identity)
        agrees(new)
        async with database.transaction() as connection:
            await resources.take_turn(connection)
            await save_remote_actor(connection, new)
            sent = await move_cluster(connection, identity, new.iri)
    await wake(folder.path)
    return new, sent


async def come_from_address(folder: NodeFolder, address: str) -> tuple[RemoteActor, bool]:
    """Say that the cluster was the actor at *address*; say too whether that is news.

    Raises FederationError where it cannot be found or read, NodeError where it cannot be said.
    """
    identity = folder.identity
    async with folder.open_database() as database:
        old = await _find(folder, database, address)
        async with database.transaction() as connection:
            await resources.take_turn(connection)
            await save_remote_actor(connection, old)
            added = await add_former_address(connection, identity, old.iri)
    await wake(folder.path)
    return old, added


async def forget_former_address(folder: NodeFolder, address: str) -> str:
    """Say no longer that the cluster was the actor at *address*; return its IRI.

    Nobody is asked, since the former node may be gone. Raises UnknownResource where the cluster
    says no such thing.
    """
    identity = folder.identity
    async with folder.open_database() as database, database.transaction() as connection:
        said = (await addresses_of(connection, identity)).also_known_as
        known = await actors.get_many(connection, said)
        handles = {iri: row.handle for iri, row in known.items()}
        iri = next((iri for iri in said if _is_at(iri, handles.get(iri), address)), None)
        if iri is None:
            raise UnknownResource(
                f"This cluster does not name {address} as a former address.",
                remedy="“skagerrak move” tells which it names.",
            )
        await remove_former_address(connection, identity, iri)
    await wake(folder.path)
    return iri


def _is_at(iri: str, handle: str | None, address: str) -> bool:
    sought = parse_resource(address)
    if isinstance(sought, str):
        return iri == sought
    return (handle, host_of(iri)) == (sought.name, sought.host)


async def _find(folder: NodeFolder, database: Database, address: str) -> RemoteActor:
    sought, identity = parse_resource(address), folder.identity
    if identity.is_local(sought) if isinstance(sought, str) else sought.host == identity.host:
        raise NodeError(
            f"{address} is an actor of this node itself.",
            remedy="Give the address of the cluster on the other node.",
            status=400,
        )
    async with open_client(database, identity, folder.settings) as client:
        return await find_actor(client, address)


def _check_named(new: RemoteActor, identity: Identity) -> None:
    """The move must be provable from both sides before anybody is told."""
    if identity.cluster not in named(new.document.get("alsoKnownAs")):
        raise NodeError(
            f"{new.iri} does not say that it was {identity.cluster}, so nobody would believe it.",
            remedy="On the new node, run: skagerrak move from "
            f"{identity.cluster}\n(With other software: add the alias "
            f"@{identity.handle}@{identity.host} there.) Then try again.",
            status=409,
        )
