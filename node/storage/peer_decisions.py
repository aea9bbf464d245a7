"""What was decided about servers, in order: who, when and why.

Whatever changes who may talk is recorded here in the same transaction: by the number of the
last record a running node knows that its policy is to be read anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import tables
from node.storage.statements import fetch_all, overwrite, values, write_all

DECISIONS = tables.peer_decisions
MODES = tables.federation_modes

#: On PostgreSQL numbers are given out before the commit; who saw the later of two decisions
#: would never look for the earlier one. So whoever decides holds this lock until its commit.
DECIDE_LOCK = text("SELECT pg_advisory_xact_lock(1399521284)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One thing that was decided."""

    #: None: about all servers.
    host: str | None
    #: A state of a server, or: scope, held, resumed, forgotten, mode, followed, unfollowed.
    decision: str
    #: The scope, the mode, until when, or the actor that is followed.
    detail: str | None = None
    reason: str | None = None
    who: str
    decided_at: str

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        """Return the decision of one row of the table."""
        return cls(**row)


async def record(connection: AsyncConnection, decisions: Sequence[Decision]) -> None:
    """Add *decisions* to what was decided."""
    if decisions and connection.dialect.name == "postgresql":
        await connection.execute(DECIDE_LOCK)
    await write_all(connection, DECISIONS.insert(), [values(made) for made in decisions])


async def history(connection: AsyncConnection, host: str | None, limit: int = 50) -> list[Decision]:
    """Return what was decided about *host*, or about all servers, the newest first."""
    columns = [column for column in DECISIONS.columns if column.name != "seq"]
    about = DECISIONS.c.host.is_(None) if host is None else DECISIONS.c.host == host
    query = select(*columns).where(about)
    newest = query.order_by(DECISIONS.c.seq.desc()).limit(limit)
    return await fetch_all(connection, newest, Decision.from_row)


async def keep_mode(connection: AsyncConnection, origin: str, mode: str) -> None:
    """Keep the mode that *origin* chose: “settings”, or “desk”, which goes before it."""
    await connection.execute(overwrite(connection, MODES), {"origin": origin, "mode": mode})


async def drop_mode(connection: AsyncConnection, origin: str) -> None:
    """Let *origin* have chosen none."""
    await connection.execute(delete(MODES).where(MODES.c.origin == origin))
