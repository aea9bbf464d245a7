"""What is public carries a proof by its actor's key, and nothing else does (FEP-8b32)."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from federation.integrity_proofs import read_proof
from federation.keys import KeyPair, generate_ed25519
from node.publishing.actor_keys import with_keys
from node.publishing.withdraw_resource import withdraw
from node.storage import actors, keys, resources, tables
from node.storage.actors import ActorRow
from node.storage.database import Database
from node.storage.keys import KeyRow
from tests.integration.publishing.samples import (
    AUTHORED,
    HERE,
    NOW,
    NUMBERS,
    add_follower,
    authored,
    everything_stored,
    intent,
    member,
    offer,
    put,
)
from vocab.classes import ResourceClass
from vocab.clock import now
from vocab.inline_context import with_inline_context, without_proof
from vocab.quads import document_quads

MEMBER = ResourceClass.MEMBER
PAIRS: dict[str, KeyPair] = {}


async def add_key(database: Database, actor: str, kind: str) -> str:
    """Give an actor of ours an Ed25519 key; return its public part."""
    pair = PAIRS.setdefault(actor, generate_ed25519())
    row = ActorRow(iri=actor, kind=kind, local=True, host=HERE.host, handle=actor.rsplit("/")[-1])
    key = KeyRow(
        key_id=f"{actor}#ed25519-key",
        actor=actor,
        algorithm="ed25519",
        public=pair.public,
        private=pair.private,
        created_at=NOW,
    )
    async with database.transaction() as connection:
        await actors.insert_local(connection, [row], [key])
    return pair.public


@pytest.fixture
async def cluster_key(database: Database) -> str:
    return await add_key(database, HERE.cluster, "cluster")


async def wire(database: Database, iri: str) -> dict[str, Any]:
    async with database.reading() as connection:
        row = await resources.get(connection, iri)
    assert row is not None
    return row.document


async def outbox(database: Database) -> list[dict[str, Any]]:
    query = select(tables.outbox.c.body).order_by(tables.outbox.c.seq)
    async with database.reading() as connection:
        return [json.loads(body) for body in (await connection.execute(query)).scalars()]


def is_proved(document: dict[str, Any], actor: str, public: str) -> bool:
    claim = read_proof(document, now())
    return claim.key_id == f"{actor}#ed25519-key" and claim.holds_for(public)


@pytest.mark.parametrize("klass", sorted(AUTHORED))
async def test_every_public_thing_and_activity_has_its_proof(
    database: Database, cluster_key: str, klass: ResourceClass
) -> None:
    """Stored object, activity, and the object in the activity each verify by themselves."""
    company = await put(database, member(), MEMBER)
    await add_follower(database, "infinit.example")
    done = await put(database, authored(klass, company.iri), klass)
    stored = await wire(database, done.iri)
    activity = next(sent for sent in await outbox(database) if sent["id"] == done.activity)

    assert is_proved(stored, HERE.cluster, cluster_key)
    assert is_proved(activity, HERE.cluster, cluster_key)
    assert activity["object"] == stored
    assert is_proved(activity["object"], HERE.cluster, cluster_key)


async def test_the_context_of_an_activity_does_not_repeat_that_of_its_object(
    database: Database, cluster_key: str
) -> None:
    """What is proved has a context of its own; its terms do not stand around it once more."""
    await put(database, offer())
    (activity,) = await outbox(database)
    assert activity["@context"] == [
        "https://www.w3.org/ns/activitystreams",
        "https://w3id.org/security/data-integrity/v2",
    ]
    assert activity["proof"]["@context"] == activity["@context"]
    assert "publishes" in activity["object"]["@context"][-1]


async def test_a_proof_says_nothing_in_the_graph(database: Database, cluster_key: str) -> None:
    """The triples of a document are the same with and without its proof and their context."""
    done = await put(database, offer())
    stored = await wire(database, done.iri)
    assert "proof" in stored
    plain = without_proof(stored)
    assert plain == with_inline_context({k: v for k, v in stored.items() if k != "proof"})
    assert set(document_quads(stored)) == set(document_quads(plain))


async def test_nothing_for_the_network_or_for_persons_is_proved(
    database: Database, cluster_key: str
) -> None:
    """Neither the thing nor any activity about it, from its creation to its withdrawal."""
    await add_follower(database, "infinit.example")
    for level, written, klass in (
        ("network", offer, ResourceClass.OFFER),
        ("private", member, MEMBER),
    ):
        made = await put(database, written(audienceLevel=level), klass)
        changed = written("Et annet navn", audienceLevel=level)
        await put(database, changed, klass, iri=made.iri)
        async with database.transaction() as connection:
            await withdraw(connection, HERE, made.iri)
    await put(database, offer("Et utkast"), publish=False)
    assert '"proof"' not in await everything_stored(database)


async def test_a_private_thing_becomes_provable_only_when_it_is_published(
    database: Database, cluster_key: str
) -> None:
    """Its private version stays without a proof, and gets none later."""
    made = await put(database, member(audienceLevel="private"), MEMBER)
    await put(database, member(audienceLevel="public"), MEMBER, iri=made.iri)
    async with database.reading() as connection:
        public, private = await resources.versions(connection, made.iri)
    assert is_proved(public.document, HERE.cluster, cluster_key)
    assert "proof" not in private.document


async def test_publishing_the_same_again_is_no_change(database: Database, cluster_key: str) -> None:
    """A proof is not content: nothing is signed anew, and the stored text stays as it was."""
    made = await put(database, offer())
    before = await wire(database, made.iri)
    again = await put(database, offer(), iri=made.iri)
    own = await put(database, before, iri=made.iri)
    assert (again.change, own.change) == ("unchanged", "unchanged")
    assert await wire(database, made.iri) == before


async def test_every_version_keeps_the_proof_it_was_published_with(
    database: Database, cluster_key: str
) -> None:
    """The second version has a proof of its own; that of the first still verifies."""
    made = await put(database, offer())
    await put(database, offer("Et annet kurs"), iri=made.iri)
    async with database.reading() as connection:
        second, first = await resources.versions(connection, made.iri)
    assert second.document["proof"] != first.document["proof"]
    for version in (first, second):
        assert is_proved(version.document, HERE.cluster, cluster_key)


async def test_private_details_alone_sign_nothing_anew(
    database: Database, cluster_key: str
) -> None:
    """A version in which only what stays with us differs is the same text as before."""
    made = await put(database, member(), MEMBER)
    await put(database, member(), MEMBER, iri=made.iri, private={"contact": "Kari"})
    async with database.reading() as connection:
        second, first = await resources.versions(connection, made.iri)
    assert second.wire == first.wire


async def test_what_was_published_without_a_key_is_proved_with_its_next_version(
    database: Database,
) -> None:
    """The same again is no change, proof or not; what changes gets one."""
    made = await put(database, offer())
    assert "proof" not in await wire(database, made.iri)
    public = await add_key(database, HERE.cluster, "cluster")
    assert (await put(database, offer(), iri=made.iri)).change == "unchanged"
    await put(database, offer("Et annet kurs"), iri=made.iri)
    assert is_proved(await wire(database, made.iri), HERE.cluster, public)


async def test_a_members_announce_is_proved_by_the_member(
    database: Database, cluster_key: str
) -> None:
    """Each actor proves with a key of its own, which a member has from the beginning."""
    company = await put(database, member(), MEMBER)
    await put(database, offer(publishes=intent(provider=company.iri)))
    async with database.reading() as connection:
        key = await keys.signing_key(connection, company.iri, "ed25519")
    assert key is not None
    assert key.public != cluster_key
    (proved,) = (sent for sent in await outbox(database) if sent["type"] == "Announce")
    assert is_proved(proved, company.iri, key.public)


async def test_a_member_keeps_its_key_from_version_to_version(
    database: Database, cluster_key: str
) -> None:
    """Publishing a member again makes no other key; one that is not shown has none."""
    company = await put(database, member(), MEMBER)
    hidden = await put(database, member("B AS", NUMBERS[1], audienceLevel="private"), MEMBER)
    async with database.reading() as connection:
        before = await keys.keys_of(connection, company.iri)
        assert await keys.keys_of(connection, hidden.iri) == []
    await put(database, member("Et annet navn"), MEMBER, iri=company.iri)
    async with database.reading() as connection:
        assert await keys.keys_of(connection, company.iri) == before


async def test_a_delete_is_proved_and_its_tombstone_is_bare(
    database: Database, cluster_key: str
) -> None:
    """A Delete can be passed on; a Tombstone names no owner whose proof it could carry."""
    made = await put(database, offer())
    async with database.transaction() as connection:
        done = await withdraw(connection, HERE, made.iri)
    activity = next(sent for sent in await outbox(database) if sent["id"] == done.activity)
    assert is_proved(activity, HERE.cluster, cluster_key)
    assert "proof" not in activity["object"]
    assert "proof" not in await wire(database, made.iri)


async def test_an_actor_is_served_with_its_keys_and_without_a_proof(
    database: Database, cluster_key: str
) -> None:
    """The proof does not cover the keys, and an actor is believed only at its own id."""
    company = await put(database, member(), MEMBER)
    stored = await wire(database, company.iri)
    assert is_proved(stored, HERE.cluster, cluster_key)
    key = KeyRow(key_id="x", actor=company.iri, algorithm="ed25519", public="z", created_at=NOW)
    served = with_inline_context(with_keys(stored, [key]))
    assert "proof" not in served
    assert "https://w3id.org/security/data-integrity/v2" not in served["@context"]
    assert served["assertionMethod"][0]["id"] == "x"
