"""The last answer to whom the followed nodes name, for the desk alone."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import tables
from node.storage.statements import insert

SUGGESTIONS = tables.suggestions


async def keep(connection: AsyncConnection, answer: Mapping[str, Any], *, at: str) -> None:
    """Let *answer*, a tree of JSON, take the place of what was kept."""
    await connection.execute(delete(SUGGESTIONS))
    statement = insert(connection, SUGGESTIONS).on_conflict_do_nothing()
    row = {"asked_at": at, "answer": json.dumps(answer)}
    await connection.execute(statement, row)


async def last(connection: AsyncConnection) -> tuple[str, dict[str, Any]] | None:
    """Return when the last answer came, and the answer; None where nobody has asked yet."""
    # Two who ask at the same time may leave two rows, until the next one asks.
    query = select(SUGGESTIONS).order_by(SUGGESTIONS.c.asked_at.desc()).limit(1)
    row = (await connection.execute(query)).first()
    return None if row is None else (row.asked_at, json.loads(row.answer))
