"""Access tokens for programs: made, told once, and ended."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from node.errors import NodeError, UnknownResource
from node.identity import Identity
from node.publishing.names import random_name
from node.storage import access_tokens, resources
from node.storage.access_tokens import AccessToken, hash_of
from vocab import clock
from vocab.classes import ResourceClass

#: What a token may allow, and what that is.
SCOPES: Final = {
    "publish": "post to the outbox",
    "read": "read the inbox, and fetch through the node",
    "notify": "leave notifications in the inbox, and read them",
}
#: By it a leaked token is recognised for what it is.
PREFIX: Final = "skg_"
LONGEST_DAYS: Final = 366


async def issue_token(
    connection: AsyncConnection,
    identity: Identity,
    *,
    name: str,
    scopes: Sequence[str],
    actor: str | None = None,
    days: int = 90,
    created_by: str,
    client: str | None = None,
    moment: datetime | None = None,
) -> tuple[str, AccessToken]:
    """Make a token for *actor*, the cluster by default; return its secret and what is kept.

    The secret can never be told again. Raises NodeError for a scope that there is not, a
    time that is too long, or an actor that is neither the cluster nor a member of ours.
    """
    moment = moment or clock.now()
    _check(name, scopes, days)
    actor = actor or identity.cluster
    await check_actor(connection, identity, actor)
    secret = PREFIX + secrets.token_urlsafe(32)
    token = AccessToken(
        id=random_name(),
        hash=hash_of(secret),
        name=name.strip(),
        scopes=" ".join(scope for scope in SCOPES if scope in scopes),
        actor=actor,
        client=client,
        created_by=created_by,
        created_at=clock.timestamp(moment),
        expires_at=clock.timestamp(moment + timedelta(days=days)),
    )
    await access_tokens.add(connection, token)
    return secret, token


def _check(name: str, scopes: Sequence[str], days: int) -> None:
    if not 0 < len(name.strip()) <= 100:
        raise NodeError("A token needs a name of at most 100 characters.", status=400)
    unknown = next((scope for scope in scopes if scope not in SCOPES), None)
    if unknown is not None or not scopes:
        told = f"“{unknown}” is no scope." if unknown else "A token must allow something."
        raise NodeError(told, remedy=f"Choose from: {', '.join(SCOPES)}.", status=400)
    if not 1 <= days <= LONGEST_DAYS:
        raise NodeError(f"A token lasts 1 to {LONGEST_DAYS} days.", status=400)


async def check_actor(connection: AsyncConnection, identity: Identity, actor: str) -> None:
    """Raise UnknownResource where *actor* is neither the cluster nor a public member of ours."""
    if actor == identity.cluster:
        return
    row = await resources.get(connection, actor)
    if row is None or not row.local or row.klass is not ResourceClass.MEMBER or not row.is_public:
        raise UnknownResource(
            f"{actor} is neither the cluster nor a member shown on this node.",
            remedy="Give the member's address as its page shows it under “Data”.",
        )


async def revoke_token(
    connection: AsyncConnection, id: str, *, moment: datetime | None = None
) -> bool:
    """End the token *id* at once; False where it was ended before. Raises UnknownResource."""
    if await access_tokens.get(connection, id) is None:
        raise UnknownResource(
            f"There is no token “{id}”.", remedy="“skagerrak tokens list” shows them by id."
        )
    return await access_tokens.revoke(connection, id, at=clock.timestamp(moment))
