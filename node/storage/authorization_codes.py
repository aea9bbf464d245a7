"""Codes of the OAuth flow: good for a minute, for one use, kept as hashes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import tables
from node.storage.statements import columns, fetch_one, values

CODES = tables.authorization_codes
COLUMNS = columns(CODES)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationCode:
    """A code as SQL keeps it: who was allowed what."""

    hash: str = field(repr=False)
    #: The id of the program, which is its address.
    client: str
    client_name: str
    redirect_uri: str
    #: As a token will have them, by spaces.
    scopes: str
    actor: str
    #: Of PKCE, made by S256.
    challenge: str
    approved_by: str
    created_at: str
    used_at: str | None = None
    #: The id of the token that it became.
    token: str | None = None

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        """Return the code of one row of the table."""
        return cls(**row)


async def add(connection: AsyncConnection, code: AuthorizationCode, *, forget_before: str) -> None:
    """Keep *code*, and forget those from before that time."""
    await connection.execute(delete(CODES).where(CODES.c.created_at < forget_before))
    await connection.execute(CODES.insert(), values(code))


async def find(connection: AsyncConnection, hash: str) -> AuthorizationCode | None:
    """Return the code of that hash, used or not."""
    query = select(*COLUMNS).where(CODES.c.hash == hash)
    return await fetch_one(connection, query, AuthorizationCode.from_row)


async def use(connection: AsyncConnection, hash: str, *, at: str) -> bool:
    """Use the code up; False where it was used before."""
    statement = update(CODES).where(CODES.c.hash == hash, CODES.c.used_at.is_(None))
    return (await connection.execute(statement.values(used_at=at))).rowcount == 1


async def note_token(connection: AsyncConnection, hash: str, token: str) -> None:
    """Write down which token the code became."""
    await connection.execute(update(CODES).where(CODES.c.hash == hash).values(token=token))
