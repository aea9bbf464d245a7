import json
from dataclasses import replace

import pytest

from node.errors import SettingsError
from node.identity import Identity
from node.publishing.drafts import Draft
from node.publishing.node_actors import ensure_actors
from node.publishing.publish_documents import TOLD_ONE_BY_ONE, publish
from node.settings import Settings
from node.storage import actors, journal, keys, resources
from node.storage.database import Database
from tests.integration.publishing.samples import (
    HERE,
    add_follower,
    intent,
    member,
    offer,
    put,
    sent,
)
from vocab.classes import ResourceClass
from vocab.validation.wire_safety import is_organisation_number

MEMBER = ResourceClass.MEMBER


def settings(**cluster: object) -> Settings:
    """Return settings with these of the cluster."""
    return Settings.model_validate({"cluster": {"name": "Digin", "handle": "digin", **cluster}})


async def handle_of(database: Database, iri: str) -> str:
    """Return the handle that a member's document has."""
    async with database.reading() as connection:
        return str((await resources.get(connection, iri)).document["preferredUsername"])


async def test_public_member_is_an_actor_with_a_handle(database: Database) -> None:
    """The handle is its name without the company's form; it stays when the name changes."""
    first = await put(database, member("Sør Øst Koding AS"), MEMBER)
    await put(database, member("Et helt annet navn AS"), MEMBER, iri=first.iri)
    async with database.reading() as connection:
        actor = await actors.by_handle(connection, "sorostkoding")

    assert actor is not None
    assert (actor.iri, actor.inbox) == (first.iri, f"{first.iri}/inbox")
    assert await handle_of(database, first.iri) == "sorostkoding"


async def test_handles_are_unique(database: Database) -> None:
    """Also among members that are not shown yet, and beside the cluster's own."""
    async with database.transaction() as connection:
        await ensure_actors(connection, HERE, settings())
    numbers = ["900407939", "988077917", "974760673", "923609016"]
    hidden = await put(database, member("Kode AS", numbers[0], audienceLevel="private"), MEMBER)
    shown = await put(database, member("Kode A/S", numbers[1]), MEMBER)
    cluster_like = await put(database, member("Digin AS", numbers[2]), MEMBER)
    nameless = await put(database, member("株式会社", numbers[3]), MEMBER)
    made_public = member("Kode AS", numbers[0], audienceLevel="public")
    await put(database, made_public, MEMBER, iri=hidden.iri)

    assert await handle_of(database, hidden.iri) == "kode"
    assert await handle_of(database, shown.iri) == "kode2"
    assert await handle_of(database, cluster_like.iri) == "digin2"
    assert await handle_of(database, nameless.iri) == "member"
    async with database.reading() as connection:
        found = await actors.by_handle(connection, "kode")
    assert found is not None
    assert found.iri == hidden.iri


async def test_private_member_is_no_actor(database: Database) -> None:
    """Nobody can follow, or find, what is not shown."""
    done = await put(database, member(audienceLevel="private"), MEMBER)
    async with database.reading() as connection:
        assert await actors.get(connection, done.iri) is None


async def test_member_announces_what_concerns_it(database: Database) -> None:
    """Its own followers get it once, when it is new; not its updates, not what is hidden."""
    company = await put(database, member(), MEMBER)
    fan = await add_follower(
        database, "mastodon.example", node=False, shared=False, followed=company.iri
    )
    named = intent(provider=company.iri)
    first = await put(database, offer(publishes=named))
    await put(database, offer("Kurs, ny", publishes=named), iri=first.iri)
    await put(database, offer(audienceLevel="network", publishes=named))
    await put(database, offer(publishes=named), publish=False)

    assert await sent(database) == [("Announce", fan)]


async def test_many_members_are_told_as_one_change(database: Database) -> None:
    """Nodes read a large import from the changes; it is one message to each."""
    await add_follower(database, "infinit.example")
    numbers = [f"{number}" for number in range(10000000, 10000000 + 13 * 900, 13)]
    valid = [number for number in numbers if is_organisation_number(number)]
    drafts = [
        Draft(document=member(f"Firma {number} ApS", number), klass=MEMBER)
        for number in valid[: TOLD_ONE_BY_ONE + 1]
    ]
    async with database.transaction() as connection:
        results = await publish(connection, HERE, drafts)

    assert len(results) == TOLD_ONE_BY_ONE + 1
    assert await sent(database) == [("Update", "https://infinit.example/inbox")]


async def test_cluster_tells_of_changed_settings_once(database: Database) -> None:
    """Followers get an Update when the settings change, and nothing at an ordinary start.

    The actor in it has its keys: a server that takes the copy must not lose them.
    """
    async with database.transaction() as connection:
        await ensure_actors(connection, HERE, settings())
        owned = await keys.keys_of(connection, HERE.cluster)
    await add_follower(database, "infinit.example")
    for _ in range(2):
        async with database.transaction() as connection:
            await ensure_actors(connection, HERE, settings(summary={"nb": "IKT & <sånt>"}))
            now = await keys.keys_of(connection, HERE.cluster)
            row = await resources.get(connection, HERE.cluster)

    assert await sent(database) == [("Update", "https://infinit.example/inbox")]
    assert row.document["summaryMap"] == {"nb": "<p>IKT &amp; &lt;sånt&gt;</p>"}
    async with database.reading() as connection:
        (update,) = await journal.outbox_page(connection, HERE.cluster, limit=2)
    told = json.loads(update.body)["object"]
    assert told["publicKey"]["id"] == f"{HERE.cluster}#main-key"
    assert "proof" not in told
    assert "proof" in row.document
    assert now == owned
    assert {key.algorithm for key in owned} == {"rsa", "ed25519"}


async def test_new_handle_of_the_cluster_is_found(database: Database) -> None:
    """A handle that a member has is refused with the remedy."""
    async with database.transaction() as connection:
        await ensure_actors(connection, HERE, settings())
    await put(database, member("Kode AS"), MEMBER)
    renamed = Identity(base_url=HERE.base_url, handle="digin-agder")
    async with database.transaction() as connection:
        await ensure_actors(connection, renamed, settings(handle="digin-agder"))
        found = await actors.by_handle(connection, "digin-agder")
        gone = await actors.by_handle(connection, "digin")
        taken = replace(HERE, handle="kode")
        with pytest.raises(SettingsError, match="has that name already"):
            await ensure_actors(connection, taken, settings(handle="kode"))

    assert found is not None
    assert (found.iri, gone) == (HERE.cluster, None)
