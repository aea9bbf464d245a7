import pytest

from node.storage import actors, follows, peers
from node.storage.database import Database
from tests.integration.storage.samples import OURS, THEIRS, moment, remote_actor

CLUSTER = f"{OURS}/cluster"


async def follow_us(database: Database, name: str, number: int = 1, **actor: object) -> str:
    """Let the actor of that name follow our cluster, accepted."""
    iri = f"https://{name}/cluster"
    async with database.transaction() as connection:
        await actors.save_remote(connection, remote_actor(iri, host=name, **actor), [])
        await follows.upsert(
            connection,
            follower=iri,
            followed=CLUSTER,
            activity=f"{iri}/follow",
            state="accepted",
            follower_local=False,
            at=moment(number),
        )
    return iri


async def follow_them(database: Database, state: str = "pending") -> None:
    async with database.transaction() as connection:
        await follows.upsert(
            connection,
            follower=CLUSTER,
            followed=f"{THEIRS}/cluster",
            activity="urn:follow",
            state=state,
            follower_local=True,
            at=moment(1),
        )


async def decide(database: Database, state: str, number: int = 2) -> bool:
    async with database.transaction() as connection:
        return await follows.decide(
            connection,
            follower=CLUSTER,
            followed=f"{THEIRS}/cluster",
            state=state,
            at=moment(number),
        )


async def test_follow_is_found_by_its_activity(database: Database) -> None:
    """An Accept names the Follow it answers by its IRI."""
    await follow_them(database)
    async with database.reading() as connection:
        found = await follows.by_activity(connection, "urn:follow")
        assert await follows.by_activity(connection, "urn:other") is None
        assert await follows.get(connection, CLUSTER, f"{THEIRS}/cluster") == found

    assert found is not None
    assert (found.state, found.follower_local, found.decided_at) == ("pending", True, None)


async def test_accept_of_what_was_never_asked_changes_nothing(database: Database) -> None:
    """There is no Follow to accept, and none comes to be."""
    assert not await decide(database, "accepted")
    async with database.reading() as connection:
        assert await follows.followed_by_us(connection) == []


@pytest.mark.parametrize(
    ("states", "ends_as"),
    [
        (["accepted"], "accepted"),
        (["accepted", "accepted"], "accepted"),
        (["accepted", "rejected"], "rejected"),
        (["rejected", "accepted"], "accepted"),
        (["undone", "accepted"], "undone"),
        (["undone", "rejected"], "undone"),
    ],
)
async def test_states_of_a_follow(database: Database, states: list[str], ends_as: str) -> None:
    """An Undo is final; a decision may be changed."""
    await follow_them(database)
    for state in states:
        await decide(database, state)
    async with database.reading() as connection:
        row = await follows.get(connection, CLUSTER, f"{THEIRS}/cluster")

    assert row is not None
    assert row.state == ends_as


async def test_follow_again_begins_anew_where_reading_stopped(database: Database) -> None:
    """A second Follow is pending again, and remembers how far changes were read."""
    await follow_them(database)
    await decide(database, "undone")
    async with database.transaction() as connection:
        await follows.set_cursor(connection, CLUSTER, f"{THEIRS}/cluster", "?since=7")
    await follow_them(database)
    async with database.reading() as connection:
        row = await follows.get(connection, CLUSTER, f"{THEIRS}/cluster")

    assert row is not None
    assert (row.state, row.changes_cursor) == ("pending", "?since=7")


async def test_followers_come_with_their_inboxes(database: Database) -> None:
    """Nodes are told from others; the gone, the blocked and the undecided are left out."""
    node = await follow_us(database, "node.example", 1)
    person = await follow_us(database, "mastodon.example", 2, kind="other", shared_inbox=None)
    gone = await follow_us(database, "gone.example", 3)
    await follow_us(database, "blocked.example", 4)
    pending = await follow_us(database, "pending.example", 5)
    async with database.transaction() as connection:
        await actors.mark_gone(connection, gone, at=moment(9))
        await peers.upsert_seen(connection, "blocked.example", now=moment(9))
        await peers.set_state(connection, "blocked.example", "blocked")
        await follows.decide(
            connection, follower=pending, followed=CLUSTER, state="rejected", at=moment(9)
        )
        found = await follows.followers_of(connection, CLUSTER)

    assert [(it.iri, it.is_node, it.inbox, it.shared_inbox) for it in found] == [
        (node, True, f"{node}/inbox", f"{THEIRS}/inbox"),
        (person, False, f"{person}/inbox", None),
    ]


async def test_follower_pages_stay_put(database: Database) -> None:
    """The newest follower first, each once."""
    iris = [await follow_us(database, f"n{number}.example", number) for number in range(5)]
    async with database.reading() as connection:
        first = await follows.followers_page(connection, CLUSTER, limit=3)
        cursor = first[-1].cursor(first[-1].follower)
        second = await follows.followers_page(connection, CLUSTER, limit=3, before=cursor)
        number = await follows.count_followers(connection, CLUSTER)
        with pytest.raises(ValueError, match="no place"):
            await follows.followers_page(connection, CLUSTER, limit=3, before="x")

    assert [row.follower for row in first + second] == iris[::-1]
    assert number == 5


async def test_following_lists_what_we_follow(database: Database) -> None:
    """Only what was accepted counts."""
    await follow_them(database)
    async with database.reading() as connection:
        assert await follows.count_following(connection, CLUSTER) == 0
    await decide(database, "accepted")
    async with database.reading() as connection:
        page = await follows.following_page(connection, CLUSTER, limit=9)
        assert await follows.count_following(connection, CLUSTER) == 1
        assert await follows.followed_by_us(connection) == [f"{THEIRS}/cluster"]

    assert [row.followed for row in page] == [f"{THEIRS}/cluster"]


async def test_catch_up_is_wanted_until_it_is_done(database: Database) -> None:
    """Only accepted Follows of ours catch up; all of them when it is time."""
    await follow_us(database, "node.example")
    await follow_them(database)
    pair = (CLUSTER, f"{THEIRS}/cluster")
    async with database.transaction() as connection:
        await follows.want_catch_up(connection, *pair)
        assert await follows.wanting_catch_up(connection) == []
    await decide(database, "accepted")
    async with database.transaction() as connection:
        assert len(await follows.wanting_catch_up(connection)) == 1
        await follows.begin_catch_up(connection, *pair)
        assert await follows.wanting_catch_up(connection) == []
        assert len(await follows.wanting_catch_up(connection, everyone=True)) == 1
        await follows.mark_actor_stale(connection, f"{THEIRS}/cluster")
        assert len(await follows.wanting_catch_up(connection)) == 1


async def test_actor_that_is_gone_follows_nobody(database: Database) -> None:
    """All Follows by and of it are undone."""
    iri = await follow_us(database, "node.example")
    async with database.transaction() as connection:
        await follows.end_all(connection, iri, at=moment(5))
        row = await follows.get(connection, iri, CLUSTER)
        assert await follows.count_followers(connection, CLUSTER) == 0

    assert row is not None
    assert (row.state, row.decided_at) == ("undone", moment(5))
