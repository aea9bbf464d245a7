"""Follow another cluster by its address."""

from federation.actors import RemoteActor, read_actor
from federation.safe_fetch import SafeClient
from federation.webfinger import resolve_address
from node.control_socket import wake
from node.node_folder import NodeFolder
from node.outbound import open_client
from node.publishing.follow_actor import follow_actor
from node.receiving.remote_actors import save_remote_actor


async def follow_address(folder: NodeFolder, address: str) -> tuple[RemoteActor, bool]:
    """Ask to follow the actor at *address*; say whether it had to be asked.

    Raises FederationError where it cannot be found or read.
    """
    identity = folder.identity
    async with folder.open_database() as database:
        async with open_client(database, identity, folder.settings) as client:
            actor = await find_actor(client, address)
        async with database.transaction() as connection:
            await save_remote_actor(connection, actor)
            asked = await follow_actor(connection, identity, actor)
    await wake(folder.path)
    return actor, asked


async def find_actor(client: SafeClient, address: str) -> RemoteActor:
    """Return the actor at *address*, read from its own id."""
    iri = await resolve_address(client, address)
    fetched = await client.fetch_document(iri)
    return read_actor(fetched.document, fetched.url)
