"""What a desk sees of the interest in offers and needs: how far each is, and what lies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from node.desk.working_days import Country, after_working_days
from node.publishing.move_interest import known_interest
from node.publishing.name_company import may_name
from node.settings import Settings
from node.storage import actors, interests, resources
from node.storage.interests import InterestRow, MoveRow, StandingInterest
from vocab import clock
from vocab.interest_states import OPEN, STEPS, may_take, shown_state

#: As many as one list shows.
MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSettings:
    """What of the node's settings a desk's list depends on."""

    country: Country
    working_days: int


def desk_settings(settings: Settings) -> DeskSettings:
    """Return what of a node's settings matters here."""
    return DeskSettings(
        country=settings.cluster.country, working_days=settings.interests.working_days
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveView:
    """One entry of the history of an interest."""

    event: str
    state: str
    who: str
    ours: bool
    at: str
    note: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestView:
    """One interest as the desk sees it."""

    iri: str
    #: What the desk's pages call it by.
    number: int
    #: asking, asked or both.
    side: str
    #: As people see it: expired, too.
    state: str
    proposal: str
    title: str
    #: offer or request.
    purpose: str
    ends_at: str | None
    peer: str | None
    peer_name: str
    our_company: str | None
    our_company_name: str
    #: When its consent to being named was recorded, and by whom; None: it is not named.
    consented_at: str | None
    consented_by: str | None
    their_company: str | None
    their_company_name: str
    quantity: str
    unit: str
    message: str
    agreement: str | None
    in_reply_to: str | None
    responsible: str | None
    substitute: str | None
    opened_at: str
    moved_at: str
    #: When this desk should have moved; None where it is not its turn.
    due_at: str | None
    is_due: bool
    #: What this desk can do now.
    steps: tuple[str, ...]
    #: Our company may be named to the other desk, once it consents.
    may_name: bool
    moves: tuple[MoveView, ...] = ()


async def list_interests(
    connection: AsyncConnection,
    settings: DeskSettings,
    *,
    moment: datetime | None = None,
    all_states: bool = False,
    due_only: bool = False,
    oldest_first: bool = False,
    limit: int | None = None,
) -> list[InterestView]:
    """Return the interests that somebody has still to answer, or all; what moved last first.

    With *oldest_first* what has waited longest is never left out because of what came later.
    *limit* is how many are looked at, else ``MOST``.
    """
    moment = moment or clock.now()
    found = await interests.list_standing(
        connection,
        states=None if all_states else OPEN,
        limit=MOST if limit is None else limit,
        oldest_first=oldest_first,
        unexpired_at=None if all_states else clock.timestamp(moment),
    )
    views = await _views(connection, found, settings, moment)
    return [view for view in views if view.is_due or not due_only]


async def interest_history(
    connection: AsyncConnection,
    settings: DeskSettings,
    iri: str,
    *,
    moment: datetime | None = None,
) -> InterestView:
    """Return the interest *iri* with all that happened. Raises UnknownResource."""
    found = await known_interest(connection, iri)
    return (await _views(connection, [found], settings, moment or clock.now(), moves=True))[0]


async def _views(
    connection: AsyncConnection,
    found: Sequence[StandingInterest],
    settings: DeskSettings,
    moment: datetime,
    *,
    moves: bool = False,
) -> list[InterestView]:
    rows = [standing.interest for standing in found]
    peers = await actors.get_many(connection, sorted({row.peer for row in rows if row.peer}))
    companies = await resources.get_many(connection, sorted(_companies(rows)))
    names = {iri: row.title for iri, row in companies.items()}
    names |= {iri: peer.name for iri, peer in peers.items()}
    iris = [row.iri for row in rows]
    history = await interests.moves_of(connection, iris) if moves else {}
    numbers = await interests.numbers_of(connection, iris)
    return [
        _view(
            standing,
            names,
            numbers[standing.interest.iri],
            history.get(standing.interest.iri, ()),
            settings,
            moment,
        )
        for standing in found
    ]


def _companies(rows: Sequence[InterestRow]) -> set[str]:
    both = [company for row in rows for company in (row.our_company, row.their_company)]
    return {company for company in both if company is not None}


def _view(
    standing: StandingInterest,
    names: dict[str, str],
    number: int,
    moves: Sequence[MoveRow],
    settings: DeskSettings,
    moment: datetime,
) -> InterestView:
    row, now = standing.interest, clock.timestamp(moment)
    state = shown_state(row.state, over=standing.is_over(now))
    due_at = due_time(standing, settings, moment)
    return InterestView(
        iri=row.iri,
        number=number,
        side=row.side,
        state=state,
        proposal=row.proposal,
        title=row.title,
        purpose=row.purpose,
        ends_at=standing.proposal_ends_at or row.ends_at,
        peer=row.peer,
        peer_name=names.get(row.peer or "", ""),
        our_company=row.our_company,
        our_company_name=names.get(row.our_company or "", ""),
        consented_at=row.consented_at,
        consented_by=row.consented_by,
        their_company=row.their_company,
        their_company_name=row.their_company_name or names.get(row.their_company or "", ""),
        quantity=row.quantity,
        unit=row.unit,
        message=row.message,
        agreement=row.agreement,
        in_reply_to=row.in_reply_to,
        responsible=row.responsible,
        substitute=row.substitute,
        opened_at=row.opened_at,
        moved_at=row.moved_at,
        due_at=due_at,
        is_due=due_at is not None and due_at <= now,
        steps=possible_steps(row, state),
        may_name=may_name(row),
        moves=tuple(_move_view(move) for move in moves),
    )


def due_time(standing: StandingInterest, settings: DeskSettings, moment: datetime) -> str | None:
    """Return when this desk must have moved, None where it is not its turn at *moment*."""
    row = standing.interest
    state = shown_state(row.state, over=standing.is_over(clock.timestamp(moment)))
    if not row.asked or state not in OPEN:
        return None
    moved = clock.parse_time(row.moved_at)
    return clock.timestamp(after_working_days(moved, settings.working_days, settings.country))


def possible_steps(row: InterestRow, state: str) -> tuple[str, ...]:
    """Return the steps that this desk may take where the interest is shown as *state*."""
    return tuple(
        event
        for event, step in STEPS.items()
        if state in step.after
        and may_take(step, asking=row.asking, asked=row.asked, proposing=row.proposing)
    )


def _move_view(move: MoveRow) -> MoveView:
    return MoveView(
        event=move.event,
        state=move.state,
        who=move.who,
        ours=move.ours,
        at=move.at,
        note=move.note,
        message=move.message,
    )
