"""A new key proves all that stands anew, some at a time, and changes nothing else."""

import json
from datetime import timedelta

from federation.integrity_proofs import read_proof
from federation.keys import generate_ed25519
from node.publishing.renew_proofs import BATCH, renew_proofs
from node.publishing.rotate_keys import rotate_keys
from node.storage import actors, change_log, keys, resource_lists, resources
from node.storage.database import Database
from node.storage.resource_rows import ResourceFilter, ResourceRow
from tests.integration.publishing.samples import (
    HERE,
    add_follower,
    count,
    everything_stored,
    member,
    offer,
    put,
    sent,
)
from tests.integration.publishing.test_proofs import add_key
from vocab.classes import ResourceClass
from vocab.clock import now

PROOF = '"proof":{'


async def renew_all(database: Database) -> int:
    """Renew until nothing is left; return in how many steps."""
    steps = 1
    while await renew_proofs(database, HERE):
        steps += 1
    return steps


async def rotate(database: Database) -> str:
    """Give the cluster another Ed25519 key; return its public half."""
    pair = generate_ed25519()
    async with database.transaction() as connection:
        cluster = await actors.get(connection, HERE.cluster)
        assert cluster is not None
        await rotate_keys(
            connection, HERE, cluster, {"ed25519": pair}, keep=timedelta(days=7), moment=now()
        )
    return pair.public


async def row(database: Database, iri: str) -> ResourceRow:
    async with database.reading() as connection:
        found = await resources.get(connection, iri)
    assert found is not None
    return found


def is_proved(found: ResourceRow, public: str) -> bool:
    return read_proof(found.document, now()).holds_for(public)


async def test_all_that_is_public_is_proved_by_the_new_key(database: Database) -> None:
    """Nothing else changes, no delivery is queued; what is not public still has no proof."""
    await add_key(database, HERE.cluster, "cluster")
    await add_follower(database, "infinit.example")
    company = await put(database, member(), ResourceClass.MEMBER)
    made = await put(database, offer())
    await put(database, offer("For the network", audienceLevel="network"))
    await put(database, offer("A draft"), publish=False)
    await renew_all(database)
    before, queued = await row(database, made.iri), await sent(database)
    stored, proofs = await count(database), (await everything_stored(database)).count(PROOF)

    public = await rotate(database)
    await renew_all(database)
    after = await row(database, made.iri)
    assert is_proved(after, public)
    assert is_proved(await row(database, company.iri), public)
    assert (after.version, after.updated_at) == (before.version, before.updated_at)
    assert {**after.document, "proof": 0} == {**before.document, "proof": 0}
    assert await sent(database) == queued
    changed = await count(database)
    assert changed == stored | {"change_log": stored["change_log"] + 2}
    assert (await everything_stored(database)).count(PROOF) == proofs

    async with database.reading() as connection:
        (version,) = await resources.versions(connection, made.iri)
    assert version.wire == after.wire


async def test_what_was_published_before_there_was_a_key_is_proved_too(database: Database) -> None:
    """The first key begins with all that stands, and goes on with what comes."""
    made = await put(database, offer())
    assert not await renew_proofs(database, HERE)
    public = await add_key(database, HERE.cluster, "cluster")
    await renew_all(database)
    assert is_proved(await row(database, made.iri), public)


async def test_changes_tell_of_it_again_with_its_new_proof(database: Database) -> None:
    """Who has read all reads it once more, and then has read all."""
    await add_key(database, HERE.cluster, "cluster")
    made = await put(database, offer())
    async with database.reading() as connection:
        reached = await change_log.head(connection)
    public = await rotate(database)
    await renew_all(database)
    async with database.reading() as connection:
        (change,) = await resource_lists.local_changes_after(connection, reached, 10)
    assert change.resource.iri == made.iri
    assert is_proved(change.resource, public)


async def test_many_are_proved_in_several_steps_and_once_only(database: Database) -> None:
    """Each step is bounded; a step with nothing left to do writes nothing."""
    await add_key(database, HERE.cluster, "cluster")
    for number in range(BATCH // 10):
        for part in range(11):
            await put(database, offer(f"Kurs {number} {part}"))
    public = await rotate(database)
    assert await renew_all(database) > 2
    async with database.reading() as connection:
        head = await change_log.head(connection)
        listed = ResourceFilter(classes=(ResourceClass.OFFER,))
        found = await resource_lists.list_page(connection, listed, limit=1_000)
    assert len(found) == BATCH // 10 * 11
    assert all(is_proved(each, public) for each in found)
    await renew_all(database)
    async with database.reading() as connection:
        assert await change_log.head(connection) == head


async def test_what_changes_meanwhile_keeps_its_change(database: Database) -> None:
    """A text that another has written since is not overwritten."""
    await add_key(database, HERE.cluster, "cluster")
    made = await put(database, offer())
    stale = await row(database, made.iri)
    await put(database, offer("Et annet kurs"), iri=made.iri)
    async with database.transaction() as connection:
        assert not await resources.renew_proof(connection, stale, stale, at=stale.updated_at)
    assert "Et annet kurs" in json.loads((await row(database, made.iri)).wire)["nameMap"]["nb"]


async def test_a_key_that_was_replaced_proves_nothing_new(database: Database) -> None:
    """Its private half is gone."""
    await add_key(database, HERE.cluster, "cluster")
    public = await rotate(database)
    made = await put(database, offer())
    assert is_proved(await row(database, made.iri), public)
    async with database.reading() as connection:
        former, current = await keys.keys_of(connection, HERE.cluster)
    assert former.private is None
    assert former.expires_at is not None
    assert current.public == public
