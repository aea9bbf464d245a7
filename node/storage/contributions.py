"""Contributions to works of several nodes: proposed revisions, and requests to join.

The same row on both sides, seen from each: what we sent, and what we received.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import tables
from node.storage.statements import columns, fetch_all, fetch_one, values

CONTRIBUTIONS = tables.contributions
COLUMNS = columns(CONTRIBUTIONS)

Kind = Literal["revision", "join"]
#: From which states a contribution can come to another; what is not here changes nothing.
BEFORE: Mapping[str, tuple[str, ...]] = {
    "accepted": ("open",),
    "declined": ("open",),
    "withdrawn": ("open",),
    "leaving": ("accepted",),
    "left": ("accepted", "leaving"),
}
#: What is kept of one host when it is settled.
SETTLED_PER_HOST = 200
#: Rows in a list for the desk.
LISTED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionRow:
    """One contribution as it stands."""

    id: str
    #: revision or join.
    kind: str
    sent: bool
    #: The cluster on the other side, and its host.
    partner: str
    host: str
    #: IRI of the Offer or Join.
    activity: str
    #: IRI of the case, collaboration or practice.
    about: str
    member: str | None = None
    #: IRI of the draft, and its text.
    draft: str | None = None
    base_version: int | None = None
    wire: str | None = None
    message: str = ""
    #: open, accepted, declined, withdrawn, leaving or left.
    state: str = "open"
    reason: str | None = None
    created_at: str
    who: str | None = None
    decided_at: str | None = None
    decided_by: str | None = None

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        """Return the contribution of one row of the table."""
        return cls(**row)

    @property
    def document(self) -> dict[str, Any]:
        """The draft as a tree, made anew on every call; empty where there is none."""
        document: dict[str, Any] = json.loads(self.wire) if self.wire else {}
        return document


async def add(connection: AsyncConnection, row: ContributionRow) -> None:
    """Keep a new contribution; of a host's settled ones only the newest stay."""
    await connection.execute(CONTRIBUTIONS.insert(), values(row))
    settled = (CONTRIBUTIONS.c.host == row.host, CONTRIBUTIONS.c.state != "open")
    newest = select(CONTRIBUTIONS.c.id).where(*settled)
    newest = newest.order_by(CONTRIBUTIONS.c.created_at.desc()).limit(SETTLED_PER_HOST)
    old = delete(CONTRIBUTIONS).where(*settled, CONTRIBUTIONS.c.id.not_in(newest))
    await connection.execute(old)


async def get(connection: AsyncConnection, identifier: str) -> ContributionRow | None:
    """Return the contribution of that id."""
    query = select(*COLUMNS).where(CONTRIBUTIONS.c.id == identifier)
    return await fetch_one(connection, query, ContributionRow.from_row)


async def by_activity(connection: AsyncConnection, activity: str) -> ContributionRow | None:
    """Return the contribution that the Offer or Join of that IRI made."""
    query = select(*COLUMNS).where(CONTRIBUTIONS.c.activity == activity)
    return await fetch_one(connection, query, ContributionRow.from_row)


async def by_draft(connection: AsyncConnection, draft: str, *, host: str) -> ContributionRow | None:
    """Return what *host* proposed by a draft of that IRI, the newest."""
    query = select(*COLUMNS).where(CONTRIBUTIONS.c.host == host, CONTRIBUTIONS.c.draft == draft)
    newest = query.order_by(CONTRIBUTIONS.c.created_at.desc()).limit(1)
    return await fetch_one(connection, newest, ContributionRow.from_row)


async def listed(
    connection: AsyncConnection, kind: Kind, *, state: str | None = None
) -> list[ContributionRow]:
    """Return the newest contributions of a kind, sent and received, the newest first."""
    query = select(*COLUMNS).where(CONTRIBUTIONS.c.kind == kind)
    if state is not None:
        query = query.where(CONTRIBUTIONS.c.state == state)
    newest = query.order_by(CONTRIBUTIONS.c.created_at.desc(), CONTRIBUTIONS.c.id)
    return await fetch_all(connection, newest.limit(LISTED), ContributionRow.from_row)


async def standing_joins(
    connection: AsyncConnection, about: str, partner: str, *, sent: bool
) -> list[ContributionRow]:
    """Return the requests to join *about* that are open or accepted, the newest first."""
    query = select(*COLUMNS).where(
        CONTRIBUTIONS.c.kind == "join",
        CONTRIBUTIONS.c.about == about,
        CONTRIBUTIONS.c.partner == partner,
        CONTRIBUTIONS.c.sent == sent,
        CONTRIBUTIONS.c.state.in_(("open", "accepted", "leaving")),
    )
    newest = query.order_by(CONTRIBUTIONS.c.created_at.desc(), CONTRIBUTIONS.c.id)
    return await fetch_all(connection, newest.limit(LISTED), ContributionRow.from_row)


async def count_open_from(connection: AsyncConnection, host: str) -> int:
    """Return how many contributions of *host* wait for the desk."""
    query = select(func.count()).where(
        CONTRIBUTIONS.c.host == host, CONTRIBUTIONS.c.state == "open", ~CONTRIBUTIONS.c.sent
    )
    return int(await connection.scalar(query) or 0)


async def count_waiting(connection: AsyncConnection) -> dict[str, int]:
    """Return how many of each kind wait for the desk."""
    query = select(CONTRIBUTIONS.c.kind, func.count().label("number"))
    query = query.where(CONTRIBUTIONS.c.state == "open", ~CONTRIBUTIONS.c.sent)
    rows = (await connection.execute(query.group_by(CONTRIBUTIONS.c.kind))).all()
    return {row.kind: row.number for row in rows}


async def decide(
    connection: AsyncConnection,
    identifier: str,
    *,
    state: str,
    at: str,
    by: str | None = None,
    reason: str | None = None,
) -> bool:
    """Let the contribution be accepted, declined, withdrawn or left.

    False where it cannot be, having been decided before. The text of what was withdrawn goes.
    """
    statement = update(CONTRIBUTIONS).where(
        CONTRIBUTIONS.c.id == identifier, CONTRIBUTIONS.c.state.in_(BEFORE[state])
    )
    changed: dict[str, Any] = {
        "state": state, "decided_at": at, "decided_by": by, "reason": reason,
    }  # fmt: skip
    if state == "withdrawn":
        changed["wire"] = None
    return (await connection.execute(statement.values(**changed))).rowcount == 1
