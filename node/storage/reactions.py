"""Likes and shares of our objects by actors elsewhere."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import tables
from node.storage.statements import insert, values

REACTIONS = tables.reactions

Kind = Literal["like", "share"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """That an actor likes or shares a thing of ours."""

    object: str
    kind: Kind
    actor: str
    #: IRI of the Like or Announce.
    activity: str
    received_at: str


async def add(connection: AsyncConnection, reaction: Reaction) -> bool:
    """Count *reaction*; False where its actor reacted so before."""
    statement = insert(connection, REACTIONS).on_conflict_do_nothing(
        index_elements=["object", "kind", "actor"]
    )
    return (await connection.execute(statement, values(reaction))).rowcount == 1


async def take_back(connection: AsyncConnection, actor: str, object: str, kind: Kind) -> bool:
    """Count it no more; False where it was not counted."""
    statement = delete(REACTIONS).where(
        REACTIONS.c.actor == actor, REACTIONS.c.object == object, REACTIONS.c.kind == kind
    )
    return (await connection.execute(statement)).rowcount == 1


async def take_back_activity(connection: AsyncConnection, actor: str, activity: str) -> bool:
    """The same for the reaction that *activity* was."""
    statement = delete(REACTIONS).where(
        REACTIONS.c.actor == actor, REACTIONS.c.activity == activity
    )
    return (await connection.execute(statement)).rowcount > 0


async def forget_actor(connection: AsyncConnection, actor: str) -> None:
    """Count nothing of *actor* any more, who is gone."""
    await connection.execute(delete(REACTIONS).where(REACTIONS.c.actor == actor))


async def count(connection: AsyncConnection, object: str, kind: Kind) -> int:
    """Return how many like or share *object*."""
    query = select(func.count()).where(REACTIONS.c.object == object, REACTIONS.c.kind == kind)
    return int(await connection.scalar(query) or 0)
