"""Follow another cluster by its address."""

from sqlalchemy.ext.asyncio import AsyncConnection

from federation.actors import RemoteActor, read_actor
from federation.errors import ForbiddenOrigin
from federation.origins import same_iri
from federation.safe_fetch import SafeClient
from federation.webfinger import parse_resource, resolve_address
from node.control_socket import wake
from node.identity import Identity
from node.node_folder import NodeFolder
from node.outbound import open_client
from node.publishing.follow_actor import follow_actor
from node.publishing.unfollow_actor import unfollow_actor
from node.receiving.remote_actors import save_remote_actor
from node.storage import actors, follows, resources
from node.storage.database import Database


async def follow_address(
    folder: NodeFolder, address: str, *, who: str = ""
) -> tuple[RemoteActor, bool]:
    """Ask to follow the actor at *address*; say whether it had to be asked.

    Raises FederationError where it cannot be found or read.
    """
    identity = folder.identity
    async with (
        folder.open_database() as database,
        open_client(database, identity, folder.settings) as client,
    ):
        found = await find_and_follow(database, identity, client, address, who=who)
    await wake(folder.path)
    return found


async def find_and_follow(
    database: Database, identity: Identity, client: SafeClient, address: str, *, who: str = ""
) -> tuple[RemoteActor, bool]:
    """Do so within a node that is open already; its workers are the caller's to wake."""
    actor = await find_actor(client, address)
    async with database.transaction() as connection:
        await resources.take_turn(connection)
        await save_remote_actor(connection, actor)
        asked = await follow_actor(connection, identity, actor, who=who)
    return actor, asked


async def find_actor(client: SafeClient, address: str) -> RemoteActor:
    """Return the actor at *address*, read from its own id.

    Raises FederationError where it cannot be found, or another one stands there.
    """
    iri = await resolve_address(client, address)
    fetched = await client.fetch_document(iri)
    actor = read_actor(fetched.document, fetched.url)
    if not same_iri(actor.iri, iri):
        raise ForbiddenOrigin("At the actor's address stands another one.", log=iri)
    return actor


async def unfollow_address(folder: NodeFolder, address: str, *, who: str = "") -> bool:
    """Stop following the actor at *address*; False where it is not followed.

    What is known here is enough: a server that is gone can be unfollowed too.
    """
    identity = folder.identity
    async with folder.open_database() as database, database.transaction() as connection:
        followed = await _followed(connection, identity, address)
        done = followed is not None and await unfollow_actor(
            connection, identity, followed, who=who
        )
    await wake(folder.path)
    return done


async def _followed(connection: AsyncConnection, identity: Identity, address: str) -> str | None:
    """Return the IRI of the followed actor that *address* names, without asking anybody."""
    named = parse_resource(address)
    for row in await follows.asked_by(connection, identity.cluster):
        actor = await actors.get(connection, row.followed)
        if isinstance(named, str):
            found = row.followed == named
        else:
            found = actor is not None and (actor.handle, actor.host) == (named.name, named.host)
        if found:
            return row.followed
    return None
