"""What an actor says its server takes, written down when the server becomes one we deal with."""

from sqlalchemy.ext.asyncio import AsyncConnection

from federation.actors import RemoteActor
from federation.capabilities import advertised_format
from federation.signature_formats import DEFAULT
from node.storage import peers


async def learn_signatures(
    connection: AsyncConnection, host: str, actor: RemoteActor, *, at: str
) -> None:
    """Let the first message to *host* be signed as *actor* says it may be (FEP-844e).

    Where a second knock has shown otherwise, that stands until it is forgotten.
    """
    said = advertised_format(actor.document)
    if said is not None:
        await peers.learn_format(connection, host, said, at=at, but=DEFAULT)
