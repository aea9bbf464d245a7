import asyncio
import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from node.errors import RefusedDocument
from node.publishing.drafts import Draft, Published
from node.publishing.publish_documents import publish
from node.storage import change_log, resources
from node.storage.database import Database
from node.storage.errors import VersionConflict
from tests.integration.publishing.samples import (
    AUTHORED,
    HERE,
    add_follower,
    authored,
    count,
    everything_stored,
    intent,
    member,
    offer,
    put,
    sent,
)
from vocab.classes import PROFILES, ResourceClass
from vocab.clock import parse_time
from vocab.terms import AS_PUBLIC

MEMBER, OFFER = ResourceClass.MEMBER, ResourceClass.OFFER


@pytest.mark.parametrize("klass", sorted(AUTHORED))
async def test_every_class_is_published(database: Database, klass: ResourceClass) -> None:
    """The node gives id, url, author, dates, addressing and first texts to what is written."""
    company = await put(database, member(), MEMBER)
    done = await put(database, authored(klass, company.iri), klass)
    async with database.reading() as connection:
        row = await resources.get(connection, done.iri)

    assert row is not None
    assert row.is_public
    assert (done.change, done.version, done.version_before) == ("created", 1, None)
    assert done.iri.startswith(f"{HERE.base_url}/{PROFILES[klass].collection}/")
    document = row.document
    assert document["id"] == done.iri
    assert document["url"] == f"{done.iri}.html"
    assert document["attributedTo"] == HERE.cluster
    assert document["to"] == [AS_PUBLIC]
    assert document["published"]
    assert document["type"] == PROFILES[klass].wire_type
    for texts in ("name", "summary", "content"):
        if f"{texts}Map" in document:
            assert document[texts] == next(iter(document[f"{texts}Map"].values()))


async def test_title_stands_in_a_notes_content_once(database: Database) -> None:
    """Microblogs show content alone; a new title replaces the old one above the text."""
    first = await put(database, offer("Sveising & søm"))
    async with database.reading() as connection:
        wire = (await resources.get(connection, first.iri)).document
    wire["nameMap"]["nb"] = "Bare søm"
    await put(database, wire, iri=first.iri)
    async with database.reading() as connection:
        after = (await resources.get(connection, first.iri)).document

    assert wire["contentMap"]["nb"] == "<p><strong>Sveising &amp; søm</strong></p><p>To dager.</p>"
    assert after["contentMap"]["nb"] == "<p><strong>Bare søm</strong></p><p>To dager.</p>"


async def test_unsafe_html_does_not_get_out(database: Database) -> None:
    """Scripts, styles and what only the node may say are taken out of what is written."""
    written = offer(
        contentMap={"nb": "<p onclick='x()'>Hei<script>alert(1)</script></p>"},
        proof={"type": "DataIntegrityProof"},
    )
    done = await put(database, written)
    stored = await everything_stored(database)

    assert done.change == "created"
    assert "script" not in stored
    assert "onclick" not in stored
    assert "DataIntegrityProof" not in stored


async def test_all_problems_come_at_once(database: Database) -> None:
    """A refusal names every field that is wrong, and leaves nothing behind."""
    before = await count(database)
    broken = {"nameMap": {"no": "Kurs"}, "audienceLevel": "netwrok", "publishes": {}}
    with pytest.raises(RefusedDocument) as refusal:
        await put(database, broken)

    codes = {finding.code for finding in refusal.value.findings}
    assert "KX-A02" in codes
    assert len(codes) >= 4
    assert all(finding.severity == "violation" for finding in refusal.value.findings)
    assert await count(database) == before


async def test_one_bad_draft_stops_the_batch(database: Database) -> None:
    """``publish`` takes all drafts or none."""
    drafts = [Draft(document=offer(), klass=OFFER), Draft(document={}, klass=OFFER)]
    with pytest.raises(RefusedDocument):
        async with database.transaction() as connection:
            await publish(connection, HERE, drafts)

    assert sum((await count(database)).values()) == 0


async def test_update_makes_a_version_and_unchanged_none(database: Database) -> None:
    """Versions count from 1; the same document again is no version and tells nobody."""
    await add_follower(database, "infinit.example")
    first = await put(database, offer())
    again = await put(database, offer(), iri=first.iri)
    second = await put(database, offer("Kurs, ny"), iri=first.iri)

    assert (again.change, again.version, again.activity) == ("unchanged", 1, None)
    assert (second.change, second.version, second.version_before) == ("updated", 2, 1)
    assert [kind for kind, _ in await sent(database)] == ["Create", "Update"]
    async with database.reading() as connection:
        versions = await resources.versions(connection, first.iri)
        changes = await change_log.read_after(connection, 0, 10)
    assert [version.number for version in versions] == [2, 1]
    assert [change.iri for change in changes] == [first.iri]


async def test_updated_strictly_increases(database: Database) -> None:
    """Receivers ignore an Update that is not newer, even if our clock stands or goes back."""
    start = datetime(2026, 11, 23, 10, tzinfo=UTC)
    moments = [start, start, start - timedelta(hours=1), start + timedelta(milliseconds=300)]
    first = await put(database, offer(), moment=start)
    for number, moment in enumerate(moments):
        await put(database, offer(f"Kurs {number}"), iri=first.iri, moment=moment)
    async with database.reading() as connection:
        versions = await resources.versions(connection, first.iri)

    documents = [version.document for version in reversed(versions)]
    times = [parse_time(it.get("updated") or it["published"]) for it in documents]
    assert all(earlier < later for earlier, later in itertools.pairwise(times))
    assert len({document["published"] for document in documents}) == 1


async def test_aborted_transaction_leaves_nothing(database: Database) -> None:
    """Version, activity, deliveries and change log stand together or not at all."""
    await add_follower(database, "infinit.example")
    before = await count(database)
    with pytest.raises(RuntimeError, match="power cut"):
        await _publish_and_fail(database)
    assert await count(database) == before

    await put(database, offer())
    after = await count(database)
    assert {name: after[name] - before[name] for name in after} == dict.fromkeys(after, 1)


async def _publish_and_fail(database: Database) -> None:
    async with database.transaction() as connection:
        await publish(connection, HERE, [Draft(document=offer(), klass=OFFER)])
        raise RuntimeError("power cut")


async def test_publishing_at_the_same_time_loses_no_version(database: Database) -> None:
    """Each of several authors gets a version of his own, or is told that he was too slow."""
    first = await put(database, offer())
    updates = (put(database, offer(f"Kurs {n}"), iri=first.iri) for n in range(4))
    results = await asyncio.gather(*updates, return_exceptions=True)
    async with database.reading() as connection:
        versions = await resources.versions(connection, first.iri)

    late = [result for result in results if isinstance(result, BaseException)]
    numbers = sorted(result.version for result in results if isinstance(result, Published))
    assert numbers == [*range(2, 2 + len(numbers))]
    assert [version.number for version in reversed(versions)] == [1, *numbers]
    assert numbers
    assert all(isinstance(error, VersionConflict) and error.remedy for error in late)


async def test_wrong_addresses_are_refused(database: Database) -> None:
    """An update must name something of ours that stands, of the same class."""
    standing = await put(database, offer())
    company = await put(database, member(), MEMBER)
    cases: dict[str, dict[str, Any]] = {
        "KX-D04": {"iri": f"{HERE.base_url}/offers/none", "revises": True},
        "KX-D03": {"iri": "https://infinit.example/offers/1"},
        "KX-D02": {"iri": company.iri},
    }
    for code, more in cases.items():
        with pytest.raises(RefusedDocument) as refusal:
            await put(database, offer("Kurs, ny"), **more)
        assert [finding.code for finding in refusal.value.findings] == [code]
    for path in ("offers/a/b", "members/x", "offers/", "offers/a.html", "offersx/1"):
        with pytest.raises(RefusedDocument):
            await put(database, offer(), iri=f"{HERE.base_url}/{path}")
    with pytest.raises(RefusedDocument):
        await put(database, {"preferredUsername": "x"}, ResourceClass.CLUSTER, iri=standing.iri)


async def test_what_is_left_unsaid_stays(database: Database) -> None:
    """An update that says nothing of its audience does not widen it."""
    first = await put(database, offer(audienceLevel="network"))
    await put(database, offer("Kurs, ny"), iri=first.iri)
    async with database.reading() as connection:
        row = await resources.get(connection, first.iri)

    assert (row.version, row.audience) == (2, "network")
    assert row.document["to"] == [HERE.network]


async def test_saying_what_goes_without_saying_is_no_change(database: Database) -> None:
    """A public audience and a plain no to anonymity stand in no wire object."""
    first = await put(database, offer())
    again = await put(database, offer(audienceLevel="public", anonymous=False), iri=first.iri)

    assert again.change == "unchanged"


async def test_references_become_addresses(database: Database) -> None:
    """``org:`` and ``concept:`` name members and expertises, however they are spaced or cased."""
    company = await put(database, member(), MEMBER)
    labels = {"prefLabel": {"nb": "Trygg koding"}, "altLabel": {"en": ["secure code"]}}
    concept = await put(database, labels, ResourceClass.CONCEPT)
    named = intent(provider="org:NO:900 407 939", resourceConformsTo="concept:SECURE  code")
    done = await put(database, offer(publishes=named))
    async with database.reading() as connection:
        document = (await resources.get(connection, done.iri)).document

    assert document["publishes"]["provider"] == company.iri
    assert document["publishes"]["resourceConformsTo"] == concept.iri
    assert concept.iri == f"{HERE.base_url}/concepts/trygg-koding"


async def test_unknown_references_are_findings(database: Database) -> None:
    """Each is named once; text for people may begin as it likes."""
    named = intent(provider="org:NO:974760673", resourceConformsTo="concept:nope")
    with pytest.raises(RefusedDocument) as refusal:
        await put(database, offer("concept: a new one", publishes=named))

    found = {(finding.code, finding.field) for finding in refusal.value.findings}
    assert found == {("KX-D11", "org:NO:974760673"), ("KX-D11", "concept:nope")}
    assert all(finding.field in finding.message("nn") for finding in refusal.value.findings)


async def test_findings_speak_four_languages(database: Database) -> None:
    """The code stands once before each text."""
    with pytest.raises(RefusedDocument) as refusal:
        await put(database, offer(audienceLevel="alle"))
    finding = refusal.value.findings[0]

    texts = {finding.message(language) for language in ("nb", "nn", "da", "en")}
    assert len(texts) == 4
    assert all(text.count("KX-A02") == 1 and "alle" in text for text in texts)


async def test_drafts_tell_nobody_until_published(database: Database) -> None:
    """A draft may be incomplete; publishing it is its first version that others see."""
    await add_follower(database, "infinit.example")
    drafted = await put(database, {"nameMap": {"nb": "Kurs"}}, publish=False)
    assert (drafted.change, drafted.activity, drafted.version) == ("drafted", None, 1)
    assert drafted.warnings
    assert await sent(database) == []

    with pytest.raises(RefusedDocument):
        await put(database, {"nameMap": {"nb": "Kurs"}}, iri=drafted.iri)
    done = await put(database, offer(), iri=drafted.iri)
    assert (done.change, done.version, done.iri) == ("created", 2, drafted.iri)
    assert [kind for kind, _ in await sent(database)] == ["Create"]


async def test_organisation_number_belongs_to_one_member(database: Database) -> None:
    """Whoever publishes a member by hand cannot make it twice, nor lose its number."""
    first = await put(database, member(), MEMBER)
    with pytest.raises(RefusedDocument) as refusal:
        await put(database, member("Et annet navn AS"), MEMBER)
    await put(database, member("Nytt navn AS"), MEMBER, iri=first.iri)
    async with database.reading() as connection:
        row = await resources.get(connection, first.iri)

    assert [finding.code for finding in refusal.value.findings] == ["KX-D13"]
    assert first.iri in refusal.value.findings[0].message("en")
    assert row.organisation_number == "NO:900407939"


async def test_private_details_stay_where_an_update_is_silent(database: Database) -> None:
    """What is given replaces them, even with nothing; a change of them alone tells nobody."""
    await add_follower(database, "infinit.example")
    first = await put(database, member(), MEMBER, private={"contact": "Kari"})
    await put(database, member("Nytt navn AS"), MEMBER, iri=first.iri)
    async with database.reading() as connection:
        kept = await resources.private_details(connection, first.iri)
    before = await sent(database)
    changed = await put(
        database, member("Nytt navn AS"), MEMBER, iri=first.iri, private={"contact": "Ola"}
    )
    after = await sent(database)
    emptied = await put(database, member("Nytt navn AS"), MEMBER, iri=first.iri, private={})
    async with database.reading() as connection:
        left = await resources.private_details(connection, first.iri)
        versions = await resources.versions(connection, first.iri)

    assert kept == {"contact": "Kari"}
    assert (changed.change, changed.version, changed.activity) == ("updated", 3, None)
    assert before == after
    assert (emptied.change, left) == ("updated", {})
    assert versions[0].wire == versions[1].wire == versions[2].wire


async def test_stored_wire_object_may_be_edited_and_published(database: Database) -> None:
    """Its context and types are no references, though prefixes such as ``org:`` stand in them."""
    first = await put(database, member(), MEMBER)
    async with database.reading() as connection:
        document = (await resources.get(connection, first.iri)).document
    again = await put(database, document, MEMBER, iri=first.iri)
    changed = await put(database, document | {"employees": 7}, MEMBER, iri=first.iri)

    assert "org:" in str(document["@context"])
    assert (again.change, changed.change) == ("unchanged", "updated")
