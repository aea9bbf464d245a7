"""Who follows whom; at least one of the two is ours."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import tables
from node.storage.statements import chunks, columns, fetch_all, fetch_one, overwrite, values

FOLLOWS = tables.follows
COLUMNS = columns(FOLLOWS)

#: From which states a Follow can come to another; what is not here changes nothing. An Accept
#: after a Reject is a change of mind; after an Undo it comes too late.
BEFORE: Mapping[str, tuple[str, ...]] = {
    "accepted": ("pending", "rejected"),
    "rejected": ("pending", "accepted"),
    "undone": ("pending", "accepted", "rejected"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowRow:
    """A Follow as SQL keeps it."""

    follower: str
    followed: str
    #: IRI of the Follow activity.
    activity: str
    #: pending, accepted, rejected or undone.
    state: str
    follower_local: bool
    created_at: str
    decided_at: str | None = None
    #: Of ours: how far the changes of the followed were read.
    changes_cursor: str | None = None
    catch_up_wanted: bool = False

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        """Return the Follow of one row of the table."""
        return cls(**row)

    def cursor(self, other: str) -> str:
        """Its place in the list of followers or of followed, whose entry *other* is."""
        return f"{self.created_at} {other}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """An accepted follower on another server, and where to deliver to it."""

    iri: str
    #: cluster or other.
    kind: str
    host: str
    name: str
    inbox: str
    shared_inbox: str | None

    @property
    def is_node(self) -> bool:
        """Whether it speaks for another node, which takes members and concepts too."""
        return self.kind == "cluster"

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        """Return the follower of one row of the tables joined."""
        return cls(**row)


async def get(connection: AsyncConnection, follower: str, followed: str) -> FollowRow | None:
    """Return the Follow between the two, whatever its state."""
    return await fetch_one(
        connection, select(*COLUMNS).where(_between(follower, followed)), FollowRow.from_row
    )


async def by_activity(connection: AsyncConnection, activity: str) -> FollowRow | None:
    """Return the Follow that the Follow activity of that IRI asked for."""
    query = select(*COLUMNS).where(FOLLOWS.c.activity == activity).limit(1)
    return await fetch_one(connection, query, FollowRow.from_row)


async def upsert(
    connection: AsyncConnection,
    *,
    follower: str,
    followed: str,
    activity: str,
    state: str,
    follower_local: bool,
    at: str,
) -> None:
    """Keep the Follow as it is asked for now; how far changes were read before stays."""
    follow = FollowRow(
        follower=follower,
        followed=followed,
        activity=activity,
        state=state,
        follower_local=follower_local,
        created_at=at,
        decided_at=None if state == "pending" else at,
    )
    statement = overwrite(connection, FOLLOWS, keep=("changes_cursor", "catch_up_wanted"))
    await connection.execute(statement, values(follow))


async def decide(
    connection: AsyncConnection, *, follower: str, followed: str, state: str, at: str
) -> bool:
    """Let the Follow be accepted, rejected or undone.

    False where there is none that could be: an Accept of what was never asked for changes
    nothing.
    """
    statement = update(FOLLOWS).where(
        _between(follower, followed), FOLLOWS.c.state.in_(BEFORE[state])
    )
    result = await connection.execute(statement.values(state=state, decided_at=at))
    return result.rowcount == 1


async def end_all(connection: AsyncConnection, actor: str, *, at: str) -> None:
    """Undo every Follow by or of *actor*, who is gone."""
    either = or_(FOLLOWS.c.follower == actor, FOLLOWS.c.followed == actor)
    statement = update(FOLLOWS).where(either, FOLLOWS.c.state != "undone")
    await connection.execute(statement.values(state="undone", decided_at=at))


async def followers_of(connection: AsyncConnection, followed: str) -> list[Follower]:
    """Return who on other servers follows *followed*, in the order they came.

    Those who are gone, and those of blocked hosts, are left out.
    """
    actors, peers = tables.actors, tables.peers
    query = (
        select(
            actors.c.iri,
            actors.c.kind,
            actors.c.host,
            actors.c.name,
            actors.c.inbox,
            actors.c.shared_inbox,
        )
        .join(FOLLOWS, FOLLOWS.c.follower == actors.c.iri)
        .outerjoin(peers, peers.c.host == actors.c.host)
        .where(
            FOLLOWS.c.followed == followed,
            FOLLOWS.c.state == "accepted",
            ~FOLLOWS.c.follower_local,
            actors.c.gone_at.is_(None),
            actors.c.inbox.is_not(None),
            func.coalesce(peers.c.state, "") != "blocked",
        )
        .order_by(FOLLOWS.c.created_at, FOLLOWS.c.follower)
    )
    return await fetch_all(connection, query, Follower.from_row)


async def follower_hosts(
    connection: AsyncConnection, followed: str, hosts: Collection[str]
) -> dict[str, list[str]]:
    """Return by host which actors of *hosts* follow *followed*; of others there is no entry."""
    actors = tables.actors
    found: dict[str, list[str]] = {}
    for part in chunks(hosts):
        query = (
            select(actors.c.host, FOLLOWS.c.follower)
            .join(FOLLOWS, FOLLOWS.c.follower == actors.c.iri)
            .where(
                actors.c.host.in_(part),
                FOLLOWS.c.followed == followed,
                FOLLOWS.c.state == "accepted",
                ~FOLLOWS.c.follower_local,
            )
        )
        for host, follower in (await connection.execute(query)).all():
            found.setdefault(host, []).append(follower)
    return found


async def of_ours(connection: AsyncConnection, followed: str) -> list[FollowRow]:
    """Return every Follow of *followed* by an actor of ours, whatever its state."""
    query = select(*COLUMNS).where(FOLLOWS.c.followed == followed, FOLLOWS.c.follower_local)
    return await fetch_all(connection, query.order_by(FOLLOWS.c.follower), FollowRow.from_row)


async def followed_among(connection: AsyncConnection, iris: Sequence[str]) -> list[str]:
    """Return those of *iris* that somebody on another server follows."""
    found: list[str] = []
    for part in chunks(iris):
        query = select(FOLLOWS.c.followed).distinct()
        followed = query.where(
            FOLLOWS.c.followed.in_(part), FOLLOWS.c.state == "accepted", ~FOLLOWS.c.follower_local
        )
        found += (await connection.execute(followed.order_by(FOLLOWS.c.followed))).scalars()
    return found


async def waiting(connection: AsyncConnection) -> list[FollowRow]:
    """Return the Follows by others that nobody has answered, the oldest first."""
    query = (
        select(*COLUMNS)
        .where(FOLLOWS.c.state == "pending", ~FOLLOWS.c.follower_local)
        .order_by(FOLLOWS.c.created_at, FOLLOWS.c.follower)
    )
    return await fetch_all(connection, query, FollowRow.from_row)


async def followed_by_us(connection: AsyncConnection) -> list[str]:
    """Return the actors that someone here follows and that accepted it."""
    query = select(FOLLOWS.c.followed).distinct()
    accepted = query.where(FOLLOWS.c.follower_local, FOLLOWS.c.state == "accepted")
    return list((await connection.execute(accepted.order_by(FOLLOWS.c.followed))).scalars())


async def count_followers(connection: AsyncConnection, followed: str) -> int:
    """Return how many follow *followed*."""
    query = select(func.count()).where(
        FOLLOWS.c.followed == followed, FOLLOWS.c.state == "accepted"
    )
    return int(await connection.scalar(query) or 0)


async def count_following(connection: AsyncConnection, follower: str) -> int:
    """Return how many *follower* follows."""
    query = select(func.count()).where(
        FOLLOWS.c.follower == follower, FOLLOWS.c.state == "accepted"
    )
    return int(await connection.scalar(query) or 0)


async def followers_page(
    connection: AsyncConnection,
    followed: str,
    *,
    limit: int,
    before: str | None = None,
    after: str | None = None,
    state: str = "accepted",
) -> list[FollowRow]:
    """Return up to *limit* Follows of *followed*, the newest first.

    *before* is ``row.cursor(row.follower)`` of the last one seen, or *after* that of the first:
    then the page ends just above it. Raises ValueError for a cursor that is none.
    """
    query = select(*COLUMNS).where(FOLLOWS.c.followed == followed, FOLLOWS.c.state == state)
    return await _page(connection, query, FOLLOWS.c.follower, limit, before, after)


async def following_page(
    connection: AsyncConnection,
    follower: str,
    *,
    limit: int,
    before: str | None = None,
    after: str | None = None,
    state: str = "accepted",
) -> list[FollowRow]:
    """Return up to *limit* Follows by *follower*, the newest first.

    *before* is ``row.cursor(row.followed)`` of the last one seen, or *after* that of the first:
    then the page ends just above it. Raises ValueError for a cursor that is none.
    """
    query = select(*COLUMNS).where(FOLLOWS.c.follower == follower, FOLLOWS.c.state == state)
    return await _page(connection, query, FOLLOWS.c.followed, limit, before, after)


#: A cursor below all entries of a list.
BOTTOM = "0 "


async def _page(
    connection: AsyncConnection,
    query: Any,
    other: Any,
    limit: int,
    before: str | None,
    after: str | None,
) -> list[FollowRow]:
    place = tuple_(FOLLOWS.c.created_at, other)
    if after is not None:
        upwards = query.where(place > _place(after)).order_by(FOLLOWS.c.created_at, other)
        return (await fetch_all(connection, upwards.limit(limit), FollowRow.from_row))[::-1]
    if before is not None:
        query = query.where(place < _place(before))
    newest = query.order_by(FOLLOWS.c.created_at.desc(), other.desc()).limit(limit)
    return await fetch_all(connection, newest, FollowRow.from_row)


def _place(cursor: str) -> Any:
    created_at, space, iri = cursor.partition(" ")
    if not space:
        raise ValueError(f"{cursor!r} is no place in a list")
    return tuple_(created_at, iri)


async def want_catch_up(connection: AsyncConnection, follower: str, followed: str) -> None:
    """Note that the changes of *followed* are to be read."""
    statement = update(FOLLOWS).where(_between(follower, followed))
    await connection.execute(statement.values(catch_up_wanted=True))


async def followers_by_host(connection: AsyncConnection) -> dict[str, dict[str, int]]:
    """Return by host how many there follow somebody here, accepted, and how many wait."""
    actors = tables.actors
    query = (
        select(actors.c.host, FOLLOWS.c.state, func.count().label("number"))
        .join(FOLLOWS, FOLLOWS.c.follower == actors.c.iri)
        .where(~FOLLOWS.c.follower_local, FOLLOWS.c.state.in_(("accepted", "pending")))
        .group_by(actors.c.host, FOLLOWS.c.state)
    )
    found: dict[str, dict[str, int]] = {}
    for row in (await connection.execute(query)).all():
        found.setdefault(row.host, {})[row.state] = row.number
    return found


async def read_from_start(connection: AsyncConnection, follower: str, followed: str) -> None:
    """Note that all changes of *followed* are to be read, also those that were read before."""
    statement = update(FOLLOWS).where(_between(follower, followed))
    await connection.execute(statement.values(catch_up_wanted=True, changes_cursor=None))


async def mark_actor_stale(connection: AsyncConnection, actor: str) -> None:
    """Note that *actor* changed: catching up with it begins with fetching it anew."""
    statement = update(FOLLOWS).where(FOLLOWS.c.followed == actor, FOLLOWS.c.follower_local)
    await connection.execute(statement.values(catch_up_wanted=True))


async def wanting_catch_up(
    connection: AsyncConnection, *, everyone: bool = False
) -> list[FollowRow]:
    """Return the accepted Follows of ours whose changes are to be read; all with *everyone*."""
    query = select(*COLUMNS).where(FOLLOWS.c.follower_local, FOLLOWS.c.state == "accepted")
    if not everyone:
        query = query.where(FOLLOWS.c.catch_up_wanted)
    return await fetch_all(connection, query.order_by(FOLLOWS.c.created_at), FollowRow.from_row)


async def set_cursor(
    connection: AsyncConnection, follower: str, followed: str, cursor: str
) -> None:
    """Note how far the changes of *followed* were read."""
    statement = update(FOLLOWS).where(_between(follower, followed))
    await connection.execute(statement.values(changes_cursor=cursor))


async def begin_catch_up(connection: AsyncConnection, follower: str, followed: str) -> None:
    """Note that the changes of *followed* are being read: no reading is wanted any more."""
    statement = update(FOLLOWS).where(_between(follower, followed))
    await connection.execute(statement.values(catch_up_wanted=False))


def _between(follower: str, followed: str) -> Any:
    return (FOLLOWS.c.follower == follower) & (FOLLOWS.c.followed == followed)


async def asked_by(connection: AsyncConnection, follower: str) -> list[FollowRow]:
    """Return every Follow that *follower* asked for, whatever its state."""
    query = select(*COLUMNS).where(FOLLOWS.c.follower == follower)
    return await fetch_all(connection, query.order_by(FOLLOWS.c.followed), FollowRow.from_row)
