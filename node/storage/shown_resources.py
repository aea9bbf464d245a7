"""What of others is shown: what is taken from a server now, and nothing else of it.

What is not shown is kept as hidden. It is not published, so no list, graph or feed has it, and
it stands again as it was when the desk lets its server in.
"""

from sqlalchemy import literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import change_log, tables
from node.storage.peer_policy import PeerPolicy
from vocab.classes import ResourceClass

RESOURCES = tables.resources
LOG = tables.change_log
PUBLISHED, HIDDEN = "published", "hidden"


async def follow_policy(connection: AsyncConnection, policy: PeerPolicy, *, at: str) -> None:
    """Hide and show what *policy* says, and log it as a change of each thing."""
    await change_log.take_turn(connection)
    kinds = (RESOURCES.c.host, RESOURCES.c.klass, RESOURCES.c.state)
    query = select(*kinds).where(~RESOURCES.c.local, RESOURCES.c.state.in_((PUBLISHED, HIDDEN)))
    for host, klass, state in (await connection.execute(query.distinct())).all():
        wanted = PUBLISHED if policy.takes(host, ResourceClass(klass)) else HIDDEN
        if wanted != state:
            await _move(connection, host, klass, state, wanted, at)


async def _move(
    connection: AsyncConnection, host: str, klass: str, state: str, wanted: str, at: str
) -> None:
    moved = (
        ~RESOURCES.c.local,
        RESOURCES.c.host == host,
        RESOURCES.c.klass == klass,
        RESOURCES.c.state == state,
    )
    public = (RESOURCES.c.audience == "public") & literal(wanted == PUBLISHED)
    changes = select(
        RESOURCES.c.iri, RESOURCES.c.klass, RESOURCES.c.local, public, literal(at)
    ).where(*moved)
    columns = [LOG.c.iri, LOG.c.klass, LOG.c.local, LOG.c.public, LOG.c.changed_at]
    await connection.execute(LOG.insert().from_select(columns, changes))
    await connection.execute(update(RESOURCES).where(*moved).values(state=wanted))
