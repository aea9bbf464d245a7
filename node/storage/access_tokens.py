"""Access tokens: by what programs act for the cluster or a member, kept as hashes only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Self

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import tables
from node.storage.statements import columns, fetch_all, fetch_one, insert, values
from vocab.clock import timestamp

TOKENS = tables.access_tokens
POSTS = tables.client_posts
COLUMNS = columns(TOKENS)
POST_COLUMNS = columns(POSTS)

#: A use is written down at most this often, so that reading writes seldom.
NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """A token as SQL keeps it: what it allows, never the secret itself."""

    id: str
    hash: str = field(repr=False)
    #: What the desk calls it.
    name: str
    #: publish, read, notify; by spaces.
    scopes: str
    #: The cluster or a member of ours.
    actor: str
    #: The program that asked by OAuth; None where the desk made it.
    client: str | None = None
    created_by: str
    created_at: str
    expires_at: str
    last_used_at: str | None = None
    revoked_at: str | None = None

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        """Return the token of one row of the table."""
        return cls(**row)

    def allows(self, scope: str) -> bool:
        """Say whether *scope* is among what it allows."""
        return scope in self.scopes.split()

    def state(self, now: str) -> str:
        """Return valid, expired or revoked."""
        if self.revoked_at is not None:
            return "revoked"
        return "valid" if self.expires_at > now else "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientPost:
    """What was posted under a key of the client's own, and where it went."""

    token: str
    key: str
    digest: str
    location: str
    created_at: str

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        """Return the post of one row of the table."""
        return cls(**row)


def hash_of(secret: str) -> str:
    """Return what is kept of a secret that nobody could guess: its SHA-256."""
    return sha256(secret.encode()).hexdigest()


async def add(connection: AsyncConnection, token: AccessToken) -> None:
    """Keep *token*."""
    await connection.execute(TOKENS.insert(), values(token))


async def find(connection: AsyncConnection, secret: str) -> AccessToken | None:
    """Return the token of that secret, whatever its state."""
    query = select(*COLUMNS).where(TOKENS.c.hash == hash_of(secret))
    return await fetch_one(connection, query, AccessToken.from_row)


async def get(connection: AsyncConnection, id: str) -> AccessToken | None:
    """Return the token of that id."""
    query = select(*COLUMNS).where(TOKENS.c.id == id)
    return await fetch_one(connection, query, AccessToken.from_row)


async def note_use(connection: AsyncConnection, id: str, moment: datetime) -> None:
    """Note that the token was used at *moment*, unless it was a little before."""
    lately = timestamp(moment - NOTED_EVERY)
    unnoted = or_(TOKENS.c.last_used_at.is_(None), TOKENS.c.last_used_at < lately)
    statement = update(TOKENS).where(TOKENS.c.id == id, unnoted)
    await connection.execute(statement.values(last_used_at=timestamp(moment)))


def use_is_noted(token: AccessToken, moment: datetime) -> bool:
    """Say whether a use at *moment* needs no writing."""
    used = token.last_used_at
    return used is not None and used >= timestamp(moment - NOTED_EVERY)


async def revoke(connection: AsyncConnection, id: str, *, at: str) -> bool:
    """End the token of that id; False where there is none, or it was ended before."""
    statement = update(TOKENS).where(TOKENS.c.id == id, TOKENS.c.revoked_at.is_(None))
    return (await connection.execute(statement.values(revoked_at=at))).rowcount == 1


async def list_tokens(connection: AsyncConnection, *, limit: int = 500) -> list[AccessToken]:
    """Return the last tokens, the newest first."""
    newest = select(*COLUMNS).order_by(TOKENS.c.created_at.desc(), TOKENS.c.id)
    return await fetch_all(connection, newest.limit(limit), AccessToken.from_row)


async def find_post(connection: AsyncConnection, token: str, key: str) -> ClientPost | None:
    """Return what *token* posted under *key*."""
    query = select(*POST_COLUMNS).where(POSTS.c.token == token, POSTS.c.key == key)
    return await fetch_one(connection, query, ClientPost.from_row)


async def claim_post(connection: AsyncConnection, post: ClientPost, *, forget_before: str) -> bool:
    """Take the key of *post*, and forget posts from before that time; False where it is taken.

    Whoever takes it at the same moment waits for how this transaction ends.
    """
    await connection.execute(delete(POSTS).where(POSTS.c.created_at < forget_before))
    statement = insert(connection, POSTS).on_conflict_do_nothing(index_elements=["token", "key"])
    return (await connection.execute(statement, values(post))).rowcount == 1


async def settle_post(connection: AsyncConnection, token: str, key: str, location: str) -> None:
    """Write down where what was posted under *key* went."""
    statement = update(POSTS).where(POSTS.c.token == token, POSTS.c.key == key)
    await connection.execute(statement.values(location=location))
