import pytest

from node.storage import deliveries, journal, peers, resources
from node.storage.database import Database
from tests.integration.storage.samples import THEIRS, delivery, moment, outgoing, resource

HOST = "infinit.example"


async def test_server_is_pending_at_first_and_never_loses_what_is_known(
    database: Database,
) -> None:
    """Seeing it again as something less does not undo the desk's decision or its actor."""
    async with database.transaction() as connection:
        await peers.upsert_seen(
            connection, HOST, now=moment(1), actor=f"{THEIRS}/cluster", is_node=True
        )
        first = await peers.get(connection, HOST)
        assert await peers.set_state(connection, HOST, "approved")
        await peers.set_software(connection, HOST, "skagerrak 0.1.0")
        await peers.upsert_seen(connection, HOST, now=moment(2))
        second = await peers.get(connection, HOST)

    assert first is not None
    assert (first.state, first.first_seen_at) == ("pending", moment(1))
    assert second is not None
    assert (second.state, second.actor, second.is_node, second.software) == (
        "approved",
        f"{THEIRS}/cluster",
        True,
        "skagerrak 0.1.0",
    )


async def test_states_are_three(database: Database) -> None:
    """A state that is none raises; an unknown host says so; the rest can be listed."""
    async with database.transaction() as connection:
        with pytest.raises(ValueError, match="none of"):
            await peers.set_state(connection, HOST, "friend")
        assert not await peers.set_state(connection, HOST, "blocked")
        await peers.upsert_seen(connection, HOST, now=moment(1))
        await peers.upsert_seen(connection, "b.example", now=moment(1))
        await peers.set_state(connection, HOST, "blocked")
        assert await peers.states(connection) == {HOST: "blocked", "b.example": "pending"}
        assert await peers.hosts_in_state(connection, "blocked") == [HOST]


async def test_failures_count_in_a_row(database: Database) -> None:
    """A success begins them anew and ends the pause; the last error stays to be read."""
    async with database.transaction() as connection:
        for number in (1, 2):
            await peers.record_failure(connection, HOST, error="timed out", at=moment(number))
        failed = await peers.get(connection, HOST)
        await peers.pause(connection, HOST, moment(60))
        await peers.record_success(connection, HOST, at=moment(3), delivered=2, received=5)
        well = await peers.get(connection, HOST)

    assert failed is not None
    assert (failed.failures, failed.last_error, failed.last_error_at) == (
        2,
        "timed out",
        moment(2),
    )
    assert well is not None
    assert (well.failures, well.paused_until, well.last_error) == (0, None, "timed out")
    assert (well.last_success_at, well.delivered, well.received) == (moment(3), 2, 5)


async def test_overview_counts_queue_and_resources(database: Database) -> None:
    """Nodes stand first; each with what waits for it, what is dead, what of it is kept."""
    async with database.transaction() as connection:
        await peers.upsert_seen(connection, "a.example", now=moment(1))
        await peers.upsert_seen(connection, HOST, now=moment(1), is_node=True)
        await journal.append_outbox(connection, [outgoing(1), outgoing(2)])
        queued = [delivery(number, "a.example") for number in (1, 2)]
        await deliveries.enqueue(connection, queued)
        theirs = [
            resource(number, iri=f"{THEIRS}/{number}", local=False, host=HOST)
            for number in range(3)
        ]
        await resources.save_versions(connection, theirs, {})
        found = await peers.list_peers(connection)
        pending = await peers.list_peers(connection, "blocked")

    assert [(it.peer.host, it.waiting, it.dead, it.resources) for it in found] == [
        (HOST, 0, 0, 3),
        ("a.example", 2, 0, 0),
    ]
    assert pending == []


async def test_form_of_signature_is_kept_of_known_servers(database: Database) -> None:
    """A server that is not known is not written down; a form may be excepted from change."""
    async with database.transaction() as connection:
        await peers.upsert_seen(connection, HOST, now=moment(1))
        await peers.learn_format(connection, HOST, "rfc9421", at=moment(2), but="draft-cavage")
        await peers.learn_format(connection, "unknown.example", "rfc9421", at=moment(2))
        found = await peers.formats(connection, [HOST, "unknown.example"])
        await peers.learn_format(connection, HOST, "draft-cavage", at=moment(3))
        await peers.learn_format(connection, HOST, "rfc9421", at=moment(4), but="draft-cavage")
        kept = await peers.get(connection, HOST)

    assert found == {HOST: ("rfc9421", moment(2))}
    assert kept is not None
    assert (kept.signature_format, kept.signature_learnt_at) == ("draft-cavage", moment(3))
