from secrets import token_urlsafe
from typing import Any

import pytest

from node.errors import NodeError, RefusedDocument, UnknownResource
from node.publishing.approve_peer import approve_peer
from node.publishing.decide_mode import decide_mode
from node.publishing.withdraw_resource import withdraw
from node.storage import journal, resource_lists, resources
from node.storage.database import Database
from node.storage.resource_rows import ResourceFilter
from tests.integration.publishing.samples import (
    HERE,
    NUMBERS,
    add_follower,
    authored,
    everything_stored,
    intent,
    member,
    offer,
    put,
    sent,
)
from vocab.classes import ResourceClass

MEMBER, CONCEPT, NEED = ResourceClass.MEMBER, ResourceClass.CONCEPT, ResourceClass.NEED


async def test_one_delivery_for_each_distinct_inbox(database: Database) -> None:
    """Two followers on one server share one delivery; personal inboxes get one each."""
    await add_follower(database, "mastodon.example", node=False, name="kari")
    await add_follower(database, "mastodon.example", node=False, name="ola")
    alone = await add_follower(database, "small.example", node=False, shared=False)
    done = await put(database, offer())

    assert done.deliveries == 2
    assert await sent(database) == [
        ("Create", "https://mastodon.example/inbox"),
        ("Create", alone),
    ]


async def test_a_follower_with_an_endless_inbox_harms_nobody(database: Database) -> None:
    """An inbox that no index can hold, kept from before, is left out; the others are told."""
    place = token_urlsafe(2700)
    await add_follower(database, "long.example", node=False, shared=False, place=place)
    other = await add_follower(database, "small.example", node=False, shared=False)
    await put(database, offer())

    assert await sent(database) == [("Create", other)]


@pytest.mark.parametrize("klass", [MEMBER, CONCEPT])
async def test_members_and_concepts_go_to_nodes_only(
    database: Database, klass: ResourceClass
) -> None:
    """People on Mastodon are not troubled by them."""
    await add_follower(database, "mastodon.example", node=False)
    await add_follower(database, "infinit.example")
    first = await put(database, authored(klass, ""), klass)
    changed = {"name": "Nytt navn AS", "altLabel": {"nb": ["sikker"]}}
    await put(database, authored(klass, "") | changed, klass, iri=first.iri)
    async with database.transaction() as connection:
        await withdraw(connection, HERE, first.iri)

    inbox = "https://infinit.example/inbox"
    assert await sent(database) == [("Add", inbox), ("Update", inbox), ("Remove", inbox)]


async def test_network_goes_to_approved_nodes_personal_inboxes(database: Database) -> None:
    """Not to shared inboxes, not to people, not to nodes that the desk has not approved."""
    approved = await add_follower(database, "infinit.example")
    await add_follower(database, "waiting.example", state="pending")
    await add_follower(database, "mastodon.example", node=False)
    done = await put(database, offer(audienceLevel="network"))
    async with database.reading() as connection:
        public = await journal.count_outbox(connection, HERE.cluster)
        listed = await resource_lists.local_changes_after(connection, 0, 10)

    assert await sent(database) == [("Create", approved)]
    assert public == 0
    assert listed == []
    async with database.transaction() as connection:
        await withdraw(connection, HERE, done.iri)
    assert await sent(database) == [("Create", approved), ("Delete", approved)]


async def test_approval_brings_what_stands_for_the_network(database: Database) -> None:
    """Nothing that could be read later holds it, so it is sent; once."""
    inbox = await add_follower(database, "waiting.example", state="pending")
    await put(database, offer(audienceLevel="network"))
    await put(database, offer())
    before = await sent(database)
    async with database.transaction() as connection:
        first = await approve_peer(connection, HERE, "waiting.example")
        again = await approve_peer(connection, HERE, "waiting.example")
        stranger = await approve_peer(connection, HERE, "stranger.example")
        count = await journal.count_outbox(connection, HERE.cluster, audience="network")

    assert (first, again, stranger) == (True, False, True)
    assert (await sent(database))[len(before) :] == [("Create", inbox)]
    assert count == 2


async def test_approval_lets_in_who_waited(database: Database) -> None:
    """By allow-list a Follow waits for the desk; its Accept comes with the approval."""
    waits = await add_follower(database, "waiting.example", state="pending", follow="pending")
    await add_follower(database, "other.example", state="pending", follow="pending")
    assert (await put(database, offer())).deliveries == 0
    async with database.transaction() as connection:
        await decide_mode(connection, HERE, "allowlist", who="Kari")
        await approve_peer(connection, HERE, "waiting.example")

    assert await sent(database) == [("Accept", waits)]
    assert (await put(database, offer("Kurs to"))).deliveries == 1


async def test_public_things_cannot_become_the_networks(database: Database) -> None:
    """What everyone has seen cannot be taken back into the network."""
    done = await put(database, offer())
    with pytest.raises(RefusedDocument) as refusal:
        await put(database, offer(audienceLevel="network"), iri=done.iri)

    assert [finding.code for finding in refusal.value.findings] == ["KX-A01"]


async def test_wider_audience_is_new_to_those_who_join(database: Database) -> None:
    """From the network to everyone is a Create: an Update of the unknown is dropped by many."""
    await add_follower(database, "mastodon.example", node=False)
    first = await put(database, offer(audienceLevel="network"))
    await put(database, offer(audienceLevel="public"), iri=first.iri)
    async with database.reading() as connection:
        row = await resources.get(connection, first.iri)

    assert await sent(database) == [("Create", "https://mastodon.example/inbox")]
    assert row.is_public
    assert "audienceLevel" not in row.document


async def test_member_that_becomes_private_is_removed(database: Database) -> None:
    """Nodes get a Remove; the changes tell of a Tombstone; shown again, it is added again."""
    await add_follower(database, "infinit.example")
    first = await put(database, member(), MEMBER)
    hidden = await put(database, member(audienceLevel="private"), MEMBER, iri=first.iri)
    async with database.reading() as connection:
        changes = await resource_lists.local_changes_after(connection, 0, 10)
    assert [(it.resource.iri, it.resource.is_public) for it in changes] == [(first.iri, False)]
    assert hidden.activity is not None
    await put(database, member(audienceLevel="public"), MEMBER, iri=first.iri)

    assert [kind for kind, _ in await sent(database)] == ["Add", "Remove", "Add"]


async def test_private_member_shows_nowhere(database: Database) -> None:
    """No activity, no change that others may read; a document for others cannot name it."""
    await add_follower(database, "infinit.example")
    hidden = await put(database, member(audienceLevel="private"), MEMBER)
    with pytest.raises(RefusedDocument) as refusal:
        await put(database, offer(publishes=intent(provider=hidden.iri)))
    with pytest.raises(RefusedDocument):
        await put(database, offer(publishes=intent(provider="org:NO:900407939")))
    async with database.reading() as connection:
        changes = await resource_lists.local_changes_after(connection, 0, 10)
        public = await resource_lists.count(connection, ResourceFilter(state=None))

    (finding,) = refusal.value.findings
    assert (finding.code, finding.field) == ("KX-D12", "publishes.provider")
    assert "Eksempel Kode AS" in finding.message("nn")
    assert "anonymous = true" in finding.message("nn")
    assert (hidden.activity, await sent(database), changes, public) == (None, [], [], 0)


async def test_private_member_may_offer_anonymously(database: Database) -> None:
    """The cluster stands in for it."""
    hidden = await put(database, member(audienceLevel="private"), MEMBER)
    named = offer(anonymous=True, publishes=intent(provider=hidden.iri))
    done = await put(database, named)
    async with database.reading() as connection:
        details = await resources.private_details(connection, done.iri)

    assert details == {"provider": hidden.iri}


@pytest.mark.parametrize("klass", [ResourceClass.OFFER, NEED])
async def test_anonymous_company_stays_in_sql(database: Database, klass: ResourceClass) -> None:
    """It is in no resource, version, activity or delivery, however an author writes it."""
    await add_follower(database, "infinit.example")
    company = await put(database, member(), MEMBER)
    before = await everything_stored(database)
    side, other = ("receiver", "provider") if klass is NEED else ("provider", "receiver")
    spellings = [
        intent(**{side: company.iri}),
        [intent(**{side: [company.iri]})],
        intent(**{f"vf:{side}": {"id": company.iri}}),
        intent(**{f"https://w3id.org/valueflows/ont/vf#{side}": [{"@id": company.iri}]}),
        intent(**{side: [company.iri], other: company.iri}),
    ]
    for publishes in spellings:
        written = offer(anonymous=True, publishes=publishes)
        done = await put(database, written, klass, publish=other not in publishes)
        async with database.reading() as connection:
            details = await resources.private_details(connection, done.iri)
        assert company.iri in str(details)

    stored = await everything_stored(database)
    assert stored.count(company.iri) == before.count(company.iri)
    assert all(kind != "Announce" for kind, _ in await sent(database))


async def test_update_keeps_the_company_behind_an_anonymous_offer(database: Database) -> None:
    """Neither it nor the anonymity must be said again."""
    company = await put(database, member(), MEMBER)
    named = offer(anonymous=True, publishes=intent(provider=company.iri))
    first = await put(database, named)
    await put(database, offer("Kurs, ny"), iri=first.iri)
    async with database.reading() as connection:
        row = await resources.get(connection, first.iri)
        details = await resources.private_details(connection, first.iri)

    assert (row.version, row.document["anonymous"]) == (2, True)
    assert details == {"provider": company.iri}


async def test_company_comes_out_by_a_plain_no_only(database: Database) -> None:
    """Consent is said; once said and seen, it cannot be unsaid at the same address."""
    company = await put(database, member(), MEMBER)
    named: dict[str, Any] = {"publishes": intent(provider=company.iri)}
    first = await put(database, offer(anonymous=True, **named))
    await put(database, offer(anonymous=False, **named), iri=first.iri)
    async with database.reading() as connection:
        document = (await resources.get(connection, first.iri)).document
    with pytest.raises(RefusedDocument) as refusal:
        await put(database, offer(anonymous=True, **named), iri=first.iri)

    assert document["publishes"]["provider"] == company.iri
    assert "anonymous" not in document
    assert [finding.code for finding in refusal.value.findings] == ["KX-A01"]


async def test_only_offers_and_needs_are_anonymous(database: Database) -> None:
    """A case names its companies; a wish for anonymity that we cannot keep is refused."""
    company = await put(database, member(), MEMBER)
    written = authored(ResourceClass.CASE, company.iri) | {"anonymous": True}
    with pytest.raises(RefusedDocument) as refusal:
        await put(database, written, ResourceClass.CASE)

    assert "KX-A03" in [finding.code for finding in refusal.value.findings]


async def test_withdrawing_leaves_a_tombstone_for_good(database: Database) -> None:
    """Twice is once; the address never returns."""
    await add_follower(database, "infinit.example")
    done = await put(database, offer())
    async with database.transaction() as connection:
        first = await withdraw(connection, HERE, done.iri)
        again = await withdraw(connection, HERE, done.iri)
        row = await resources.get(connection, done.iri)
    with pytest.raises(RefusedDocument) as refusal:
        await put(database, offer(), iri=done.iri)

    assert (first.change, first.version, first.deliveries) == ("withdrawn", 2, 1)
    assert (again.change, again.version, again.activity) == ("unchanged", 2, None)
    assert row.document["type"] == "Tombstone"
    assert row.document["formerType"] == "Note"
    assert [finding.code for finding in refusal.value.findings] == ["KX-D01"]
    assert [kind for kind, _ in await sent(database)] == ["Create", "Delete"]


async def test_only_what_is_ours_and_stands_is_withdrawn(database: Database) -> None:
    """Nor can the cluster itself be."""
    async with database.transaction() as connection:
        with pytest.raises(UnknownResource) as unknown:
            await withdraw(connection, HERE, f"{HERE.base_url}/offers/none")
    await put(
        database,
        {"preferredUsername": "digin", "name": "Digin", **_actor()},
        ResourceClass.CLUSTER,
        iri=HERE.cluster,
    )
    async with database.transaction() as connection:
        with pytest.raises(NodeError, match="cluster itself"):
            await withdraw(connection, HERE, HERE.cluster)

    assert unknown.value.remedy


def _actor() -> dict[str, object]:
    names = ("inbox", "outbox", "followers", "following")
    return {
        **{name: f"{HERE.cluster}/{name}" for name in names},
        "contactPoint": {"kind": "ContactPoint", "contactPage": f"{HERE.base_url}/contact"},
        "legalIdentifier": {
            "kind": "Identifier",
            "notation": NUMBERS[1],
            "schemaAgency": "Brønnøysundregistrene",
        },
        "catalog": f"{HERE.base_url}/catalog",
    }


async def test_withdrawn_member_may_come_back_under_a_new_address(database: Database) -> None:
    """Its number is free again; other servers would not take the old address in again."""
    first = await put(database, member(), MEMBER)
    async with database.transaction() as connection:
        await withdraw(connection, HERE, first.iri)
    second = await put(database, member(), MEMBER)

    assert second.iri != first.iri
