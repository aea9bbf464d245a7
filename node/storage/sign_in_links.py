"""One-time links of people of the desk, by the hashes of their tokens."""

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import tables
from node.storage.statements import overwrite

LINKS = tables.sign_in_links


async def put(
    connection: AsyncConnection, person: str, *, token_hash: str, expires_at: str
) -> None:
    """Let this be the one link of *person*."""
    row = {"person": person, "token_hash": token_hash, "expires_at": expires_at}
    await connection.execute(overwrite(connection, LINKS), row)


async def use(connection: AsyncConnection, token_hash: str, *, now: str) -> str | None:
    """Return whose link it is, which ends it; None where there is none that holds now.

    One statement takes it, so of two who come at once one gets it.
    """
    statement = delete(LINKS).where(LINKS.c.token_hash == token_hash, LINKS.c.expires_at > now)
    return (await connection.execute(statement.returning(LINKS.c.person))).scalar_one_or_none()


async def holds(connection: AsyncConnection, token_hash: str, *, now: str) -> bool:
    """Whether there is such a link that holds now; it stays as it is."""
    query = select(func.count()).where(LINKS.c.token_hash == token_hash, LINKS.c.expires_at > now)
    return bool(await connection.scalar(query))


async def end(connection: AsyncConnection, person: str) -> None:
    """Let the link of *person* be of no use, if there is one."""
    await connection.execute(delete(LINKS).where(LINKS.c.person == person))
