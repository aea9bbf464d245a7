import pytest

from node.storage import actors, keys
from node.storage.database import Database
from tests.integration.storage.samples import OURS, key, member, moment, remote_actor


async def test_remote_actor_is_kept_with_exactly_its_keys(database: Database) -> None:
    """What was fetched last counts: keys that it does not list any more are gone."""
    actor = remote_actor()
    async with database.transaction() as connection:
        await actors.save_remote(connection, actor, [key(actor.iri, "old")])
        await actors.save_remote(connection, actor, [key(actor.iri, "new")])
        assert await keys.find_key(connection, f"{actor.iri}#old") is None
        found = await keys.find_key(connection, f"{actor.iri}#new")
        assert await actors.get(connection, actor.iri) == actor
        assert await actors.get_many(connection, [actor.iri, "urn:no"]) == {actor.iri: actor}

    assert found is not None
    assert (found.key.actor, found.actor_kind, found.actor_local) == (actor.iri, "cluster", False)


async def test_key_id_stays_with_the_actor_that_has_it(database: Database) -> None:
    """An actor that lists another's key id does not get it."""
    alice, mallory = remote_actor(), remote_actor("https://evil.example/m", host="evil.example")
    stolen = key(mallory.iri, key_id=f"{alice.iri}#main-key", public="EVIL")
    async with database.transaction() as connection:
        await actors.save_remote(connection, alice, [key(alice.iri)])
        await actors.save_remote(connection, mallory, [stolen])
        found = await keys.find_key(connection, f"{alice.iri}#main-key")

    assert found is not None
    assert (found.key.actor, found.key.public) == (alice.iri, "PEM")


async def test_gone_actor_has_no_key(database: Database) -> None:
    """A key of an actor that is gone verifies nothing."""
    actor = remote_actor()
    async with database.transaction() as connection:
        await actors.save_remote(connection, actor, [key(actor.iri)])
        await actors.mark_gone(connection, actor.iri, at=moment(1))

        assert await keys.find_key(connection, f"{actor.iri}#main-key") is None


async def test_our_actor_is_never_overwritten(database: Database) -> None:
    """A document from elsewhere cannot replace an actor of this node."""
    async with database.transaction() as connection:
        await actors.insert_local(connection, [member(1)], [])
        with pytest.raises(ValueError, match="actor of this node"):
            await actors.save_remote(connection, remote_actor(member(1).iri), [])

        assert await actors.get(connection, member(1).iri) == member(1)


async def test_handle_finds_ours_in_any_case(database: Database) -> None:
    """Handles mean the same in capitals; those of other servers' actors are not ours."""
    async with database.transaction() as connection:
        await actors.save_remote(connection, remote_actor(), [])
        await actors.insert_local(connection, [member(1, handle="Digin")], [])
        found = await actors.by_handle(connection, "DIGIN")

        assert await actors.by_handle(connection, "infinit") is None
    assert found is not None
    assert (found.iri, found.handle) == (member(1).iri, "digin")


async def test_actors_lacking_a_key_are_found_until_they_have_it(database: Database) -> None:
    """The background worker sees who waits for an RSA key, in batches."""
    people = [member(number) for number in range(3)]
    ed = [key(it.iri, "ed", algorithm="ed25519", private="P") for it in people]
    async with database.transaction() as connection:
        await actors.insert_local(connection, people, ed)
        await actors.save_remote(connection, remote_actor(), [])
        assert len(await actors.lacking_key(connection, "rsa", limit=2)) == 2
        await keys.add_keys(connection, [key(people[0].iri, private="P")])
        await actors.mark_gone(connection, people[1].iri, at=moment(1))
        waiting = await actors.lacking_key(connection, "rsa")
        assert await actors.lacking_key(connection, "ed25519") == []

    assert [actor.iri for actor in waiting] == [f"{OURS}/members/2"]


async def test_retired_key_stays_listed_but_signs_nothing(database: Database) -> None:
    """The newest key without an end signs."""
    iri = member(1).iri
    async with database.transaction() as connection:
        await actors.insert_local(
            connection,
            [member(1)],
            [
                key(iri, "retired", private="P1", created_at=moment(3), expires_at=moment(4)),
                key(iri, "older", private="P2", created_at=moment(1)),
                key(iri, "newer", private="P3", created_at=moment(2)),
            ],
        )
        signing = await keys.signing_key(connection, iri, "rsa")
        assert await keys.signing_key(connection, iri, "ed25519") is None
        listed = await keys.keys_of(connection, iri)

    assert signing is not None
    assert signing.private == "P3"
    assert "P3" not in repr(signing)
    assert [it.key_id.partition("#")[2] for it in listed] == ["older", "newer", "retired"]


async def test_local_actors_by_kind(database: Database) -> None:
    """Actors of ours are listed by kind, without those that are gone."""
    cluster = member(9, iri=f"{OURS}/cluster", kind="cluster", handle="cluster")
    async with database.transaction() as connection:
        await actors.insert_local(connection, [cluster, member(1), member(2)], [])
        await actors.update_local(connection, member(1, name="Renamed"))
        await actors.mark_gone(connection, member(2).iri, at=moment(1))
        found = await actors.local_actors(connection, "member")
        assert [it.iri for it in await actors.local_actors(connection)] == [
            cluster.iri,
            member(1).iri,
        ]

    assert [it.name for it in found] == ["Renamed"]
