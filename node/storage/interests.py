"""Interest in offers and needs: what it is about, how far it has come, who did what when."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import ColumnElement, Select, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import tables
from node.storage.statements import chunks, columns, fetch_all, fetch_one, insert, values
from vocab.interest_states import OPEN

INTERESTS = tables.interests
MOVES = tables.interest_moves
RESOURCES = tables.resources
COLUMNS = columns(INTERESTS)
MOVE_COLUMNS = columns(MOVES)


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestRow:
    """One interest, as this desk keeps it. Times are ``clock.timestamp`` texts."""

    #: IRI of the Offer activity.
    iri: str
    #: asking, asked; both: between two members of ours.
    side: str
    #: The other cluster; None between two members of ours.
    peer: str | None
    host: str | None
    proposal: str
    #: Whether the offer or need is ours.
    proposing: bool
    #: offer or request.
    purpose: str
    title: str = ""
    #: When the offer or need ends, as it was known when the interest came.
    ends_at: str | None = None
    intent: str
    quantity: str
    unit: str
    reciprocal_intent: str | None = None
    reciprocal_quantity: str | None = None
    reciprocal_unit: str | None = None
    #: Plain text.
    message: str = ""
    #: One of vocab.interest_states.STATES.
    state: str = "sent"
    #: A member of ours; the other side is told of it only once it has consented.
    our_company: str | None = None
    consented_at: str | None = None
    consented_by: str | None = None
    their_company: str | None = None
    their_company_name: str | None = None
    agreement: str | None = None
    #: The agreement as it was last sent, as JSON text, where it is ours.
    document: str | None = None
    in_reply_to: str | None = None
    responsible: str | None = None
    substitute: str | None = None
    opened_at: str
    moved_at: str
    #: When it was found to have lain too long; a step ends that.
    reminded_at: str | None = None

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        """Return the interest of one row of the table."""
        return cls(**row)

    @property
    def asking(self) -> bool:
        """Whether this desk sent the Offer."""
        return self.side in ("asking", "both")

    @property
    def asked(self) -> bool:
        """Whether this desk has to answer it."""
        return self.side in ("asked", "both")


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRow:
    """Something that happened to an interest."""

    #: Its place in the order of becoming known; None before it is written.
    seq: int | None = None
    interest: str
    #: A step of vocab.interest_states, or: send, name, assign, remind.
    event: str
    #: As it was afterwards.
    state: str
    who: str
    ours: bool
    at: str
    #: For this desk alone.
    note: str = ""
    #: What the other desk was told, or told us.
    message: str = ""
    activity: str | None = None

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        """Return the move of one row of the table."""
        return cls(**row)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingInterest:
    """An interest beside the offer or need as it stands here now."""

    interest: InterestRow
    #: None where the offer or need is not kept here.
    proposal_state: str | None
    proposal_ends_at: str | None

    def is_over(self, now: str) -> bool:
        """Whether the offer or need has ended by *now*, or was withdrawn."""
        if self.proposal_state is None:
            ends_at = self.interest.ends_at
        elif self.proposal_state == "withdrawn":
            return True
        else:
            ends_at = self.proposal_ends_at
        return ends_at is not None and ends_at <= now


async def add(connection: AsyncConnection, row: InterestRow, first: MoveRow) -> bool:
    """Keep a new interest with the first entry of its history; False where it is kept already."""
    statement = insert(connection, INTERESTS).on_conflict_do_nothing(index_elements=["iri"])
    added = (await connection.execute(statement, values(row))).rowcount == 1
    if added:
        await add_move(connection, first)
    return added


async def save(connection: AsyncConnection, row: InterestRow) -> None:
    """Overwrite what is kept of the interest."""
    given = values(row)
    del given["iri"]
    await connection.execute(update(INTERESTS).where(INTERESTS.c.iri == row.iri), given)


async def add_move(connection: AsyncConnection, move: MoveRow) -> None:
    """Add to the history of an interest."""
    given = values(move)
    del given["seq"]
    await connection.execute(MOVES.insert(), given)


async def get(connection: AsyncConnection, iri: str) -> InterestRow | None:
    """Return the interest *iri*; nobody else changes it until this transaction ends."""
    query = select(*COLUMNS).where(INTERESTS.c.iri == iri).with_for_update()
    return await fetch_one(connection, query, InterestRow.from_row)


async def find(connection: AsyncConnection, iri: str) -> InterestRow | None:
    """Return the interest *iri*, for who only reads."""
    query = select(*COLUMNS).where(INTERESTS.c.iri == iri)
    return await fetch_one(connection, query, InterestRow.from_row)


async def find_by_agreement(connection: AsyncConnection, agreement: str) -> InterestRow | None:
    """Return the interest that led to the agreement, for who only reads."""
    query = select(*COLUMNS).where(INTERESTS.c.agreement == agreement)
    ordered = query.order_by(INTERESTS.c.opened_at).limit(1)
    return await fetch_one(connection, ordered, InterestRow.from_row)


async def by_agreement(
    connection: AsyncConnection, agreement: str, peer: str
) -> InterestRow | None:
    """Return the interest between us and *peer* with that agreement, held as ``get`` does.

    A neighbour of theirs may have called one of its own the same.
    """
    query = select(*COLUMNS).where(INTERESTS.c.agreement == agreement, INTERESTS.c.peer == peer)
    ordered = query.order_by(INTERESTS.c.opened_at).limit(1).with_for_update()
    return await fetch_one(connection, ordered, InterestRow.from_row)


async def is_countered(connection: AsyncConnection, iri: str, peer: str | None) -> bool:
    """Say whether an interest between us and *peer* is kept that counters *iri*."""
    query = select(INTERESTS.c.iri).where(INTERESTS.c.in_reply_to == iri, INTERESTS.c.peer == peer)
    return await connection.scalar(query.limit(1)) is not None


async def has_happened(
    connection: AsyncConnection, iri: str, event: str, *, ours: bool | None = None
) -> bool:
    """Say whether *event* stands in the interest's history, with *ours* by us or by them alone."""
    query = select(MOVES.c.seq).where(MOVES.c.interest == iri, MOVES.c.event == event)
    if ours is not None:
        query = query.where(MOVES.c.ours == ours)
    return await connection.scalar(query.limit(1)) is not None


async def awaits(connection: AsyncConnection, peer: str) -> bool:
    """Say whether an Offer of ours to *peer* waits for its answer."""
    query = select(INTERESTS.c.iri).where(
        INTERESTS.c.peer == peer, INTERESTS.c.side == "asking", INTERESTS.c.state.in_(OPEN)
    )
    return await connection.scalar(query.limit(1)) is not None


async def count_open(connection: AsyncConnection, host: str) -> int:
    """Return how many interests of *host* wait for an answer of ours."""
    query = select(func.count()).where(
        INTERESTS.c.host == host, INTERESTS.c.state.in_(OPEN), INTERESTS.c.side == "asked"
    )
    return int(await connection.scalar(query) or 0)


async def open_of(connection: AsyncConnection, proposal: str, company: str) -> str | None:
    """Return the IRI of an open interest of a company of ours in *proposal*, or None."""
    query = select(INTERESTS.c.iri).where(
        INTERESTS.c.proposal == proposal,
        INTERESTS.c.our_company == company,
        INTERESTS.c.side != "asked",
        INTERESTS.c.state.in_(OPEN),
    )
    found: str | None = await connection.scalar(query.limit(1))
    return found


def _standing() -> Select[Any]:
    state, ends_at = RESOURCES.c.state.label("standing"), RESOURCES.c.ends_at.label("ends")
    query = select(*COLUMNS, state, ends_at)
    return query.outerjoin(RESOURCES, RESOURCES.c.iri == INTERESTS.c.proposal)


def _read_standing(row: Mapping[Any, Any]) -> StandingInterest:
    fields = dict(row)
    state, ends_at = fields.pop("standing"), fields.pop("ends")
    return StandingInterest(
        interest=InterestRow.from_row(fields), proposal_state=state, proposal_ends_at=ends_at
    )


async def standing(connection: AsyncConnection, iri: str) -> StandingInterest | None:
    """Return the interest *iri* beside what it is about."""
    return await fetch_one(connection, _standing().where(INTERESTS.c.iri == iri), _read_standing)


async def list_standing(
    connection: AsyncConnection,
    *,
    states: Collection[str] | None,
    limit: int,
    oldest_first: bool = False,
    unexpired_at: str | None = None,
) -> list[StandingInterest]:
    """Return up to *limit* interests in these states, or in all; what moved last comes first.

    With *unexpired_at* those are left out that nobody had taken over when their time was up.
    """
    moved = INTERESTS.c.moved_at if oldest_first else INTERESTS.c.moved_at.desc()
    query = _standing().order_by(moved, INTERESTS.c.iri).limit(limit)
    if states is not None:
        query = query.where(INTERESTS.c.state.in_(states))
    if unexpired_at is not None:
        query = query.where(or_(INTERESTS.c.state != "sent", ~_is_over(unexpired_at)))
    return await fetch_all(connection, query, _read_standing)


def _is_over(now: str) -> ColumnElement[bool]:
    """What ``StandingInterest.is_over`` says, for the database; never null."""
    kept = RESOURCES.c.state.is_not(None)
    ends_at = case((kept, RESOURCES.c.ends_at), else_=INTERESTS.c.ends_at)
    withdrawn = func.coalesce(RESOURCES.c.state, "") == "withdrawn"
    return or_(withdrawn, func.coalesce(ends_at, "9999") <= now)


async def lying_since(
    connection: AsyncConnection, before: str, *, limit: int
) -> list[StandingInterest]:
    """Return what waits for this desk, was not moved since *before*, and not yet marked."""
    query = _standing().where(
        INTERESTS.c.state.in_(OPEN),
        INTERESTS.c.side != "asking",
        INTERESTS.c.moved_at < before,
        INTERESTS.c.reminded_at.is_(None),
    )
    ordered = query.order_by(INTERESTS.c.moved_at, INTERESTS.c.iri).limit(limit)
    return await fetch_all(connection, ordered, _read_standing)


async def numbers_of(connection: AsyncConnection, iris: Sequence[str]) -> dict[str, int]:
    """Return the number of each of *iris*: the place of its first entry among all entries.

    It is short, never given twice, and tells nobody else anything.
    """
    found: dict[str, int] = {}
    for part in chunks(iris):
        first = func.min(MOVES.c.seq).label("number")
        query = select(MOVES.c.interest, first).where(MOVES.c.interest.in_(part))
        rows = await connection.execute(query.group_by(MOVES.c.interest))
        found |= {row.interest: row.number for row in rows}
    return found


async def by_number(connection: AsyncConnection, number: int) -> str | None:
    """Return the IRI of the interest with that number; None where there is none."""
    found: str | None = await connection.scalar(
        select(MOVES.c.interest).where(MOVES.c.seq == number, MOVES.c.event == "send")
    )
    return found


async def countered_by(connection: AsyncConnection, iri: str) -> str | None:
    """Return the counter-offer that took the place of *iri*, the last one; None without one."""
    query = select(INTERESTS.c.iri).where(INTERESTS.c.in_reply_to == iri)
    found: str | None = await connection.scalar(
        query.order_by(INTERESTS.c.opened_at.desc()).limit(1)
    )
    return found


async def moves_of(connection: AsyncConnection, iris: Sequence[str]) -> dict[str, list[MoveRow]]:
    """Return the history of each of *iris*, in order."""
    found: dict[str, list[MoveRow]] = {}
    for part in chunks(iris):
        query = select(*MOVE_COLUMNS).where(MOVES.c.interest.in_(part)).order_by(MOVES.c.seq)
        for move in await fetch_all(connection, query, MoveRow.from_row):
            found.setdefault(move.interest, []).append(move)
    return found
