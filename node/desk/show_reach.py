"""How far something of ours got: which nodes have it, which wait, and why."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import peers, reaches
from node.storage.peers import PeerRow
from node.storage.reaches import ReachRow, Straggler

NOT_TRIED = "not tried yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A server that something has not arrived at."""

    host: str
    #: In plain words.
    why: str
    #: It was given up; the desk may have it tried again.
    given_up: bool
    next_attempt_at: str | None
    #: The desk lets nothing go out to it.
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far one activity got."""

    activity: str
    type: str
    about: str | None
    published_at: str
    inboxes: int
    reached: int
    waiting: tuple[Waiting, ...]
    #: Inboxes that are gone, or whose server was blocked meanwhile.
    dropped: int

    @property
    def sentence(self) -> str:
        """Return it in a sentence."""
        words = f"reached {self.reached} of {self.inboxes} nodes"
        late = [one for one in self.waiting if not one.given_up]
        dead = [one for one in self.waiting if one.given_up]
        for some, what in ((late, "waits" if len(late) == 1 else "wait"), (dead, "given up")):
            if some:
                names = ", ".join(f"{one.host} ({one.why})" for one in some)
                words += f", {len(some)} {what}: {names}"
        return words + (f", {self.dropped} not tried any more" if self.dropped else "")


async def show_reach(connection: AsyncConnection, iri: str) -> list[Reach]:
    """Return how far the activity *iri* got, or each about the thing *iri*, the newest first."""
    return [await _reach(connection, row) for row in await reaches.of(connection, iri)]


async def show_recent(connection: AsyncConnection, *, limit: int = 30) -> list[Reach]:
    """Return how far the latest version got of each thing of ours that was sent out lately."""
    return [await _reach(connection, row) for row in await reaches.recent(connection, limit=limit)]


async def _reach(connection: AsyncConnection, row: ReachRow) -> Reach:
    left = await reaches.stragglers(connection, row.activity)
    waiting = [_waiting(one, await peers.get(connection, one.host)) for one in left]
    return Reach(
        activity=row.activity,
        type=row.type,
        about=row.object,
        published_at=row.published_at,
        inboxes=row.inboxes,
        reached=row.delivered,
        waiting=tuple(waiting),
        dropped=max(0, row.inboxes - row.delivered - await reaches.count_left(connection, row)),
    )


def _waiting(one: Straggler, peer: PeerRow | None) -> Waiting:
    given_up = one.state == "dead"
    return Waiting(
        host=one.host,
        why=_why(one, peer),
        given_up=given_up,
        next_attempt_at=None if given_up else one.next_attempt_at,
        held=_is_held(one, peer),
    )


def _is_held(one: Straggler, peer: PeerRow | None) -> bool:
    return peer is not None and peer.held_at is not None and one.state == "waiting"


def _why(one: Straggler, peer: PeerRow | None) -> str:
    if peer is not None and _is_held(one, peer):
        return f"the desk holds it until {peer.held_until or 'further notice'}"
    if one.last_error:
        return one.last_error
    if peer is not None and peer.failures and peer.last_error:
        return peer.last_error
    return NOT_TRIED
