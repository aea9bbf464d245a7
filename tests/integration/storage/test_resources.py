from dataclasses import replace

import pytest

from node.storage import change_log, resource_lists, resources
from node.storage.database import Database
from node.storage.errors import VersionConflict
from node.storage.resource_rows import ResourceFilter, ResourceRow
from node.storage.resources import Withdrawal
from tests.integration.storage.samples import OURS, THEIRS, moment, resource
from vocab.classes import ResourceClass


async def save(database: Database, *rows: ResourceRow) -> None:
    async with database.transaction() as connection:
        await resources.save_versions(connection, rows, {})


async def listed(database: Database, wanted: ResourceFilter, **options: object) -> list[str]:
    async with database.reading() as connection:
        page = await resource_lists.list_page(connection, wanted, limit=100, **options)  # type: ignore[arg-type] # options are the test's own
    return [row.title for row in page]


async def test_saved_resource_is_found_as_it_was(database: Database) -> None:
    """All that a row holds comes back, its class as a ResourceClass."""
    row = resource(1, ends_at=moment(9), activity="urn:a", organisation_number="NO:1")
    await save(database, row)
    async with database.reading() as connection:
        assert await resources.get(connection, row.iri) == row
        assert await resources.get(connection, f"{OURS}/offers/none") is None
        assert await resources.get_many(connection, [row.iri, "urn:no"]) == {row.iri: row}


async def test_version_after_version_is_kept(database: Database) -> None:
    """The row holds the newest state, the versions all of them with what stayed with us."""
    first = resource(1)
    second = replace(first, version=2, wire='{"name":"changed"}', updated_at=moment(2))
    async with database.transaction() as connection:
        await resources.save_versions(connection, [first], {first.iri: {"contact": "Kari"}})
        await resources.save_versions(connection, [second], {})
    async with database.reading() as connection:
        kept = await resources.versions(connection, first.iri)
        one = await resources.version(connection, first.iri, 1)
        assert await resources.get(connection, first.iri) == second

    assert [version.number for version in kept] == [2, 1]
    assert [version.private_details for version in kept] == ['{"contact":"Kari"}'] * 2
    assert one is not None
    assert one.document["name"] == "Sveis 1"


async def test_same_version_twice_is_a_conflict(database: Database) -> None:
    """Who writes a version that is there already is told, and nothing of theirs stays."""
    await save(database, resource(1, title="first"))
    with pytest.raises(VersionConflict):
        await save(database, resource(1, title="second"))
    async with database.reading() as connection:
        row = await resources.get(connection, resource(1).iri)

    assert row is not None
    assert row.title == "first"


async def test_others_resources_have_no_kept_versions(database: Database) -> None:
    """Of what others publish only the newest state is kept."""
    iri = f"{THEIRS}/offers/1"
    theirs = resource(1, iri=iri, local=False, host="infinit.example")
    await save(database, theirs, replace(theirs, version=2, title="newer"))
    async with database.reading() as connection:
        assert await resources.versions(connection, iri) == []
        row = await resources.get(connection, iri)

    assert row is not None
    assert row.title == "newer"


async def test_private_details_are_replaced_removed_or_left(database: Database) -> None:
    """Given details replace, None removes, absent ones stay."""
    row = resource(1)
    seen = []
    steps: list[dict[str, dict[str, int] | None]] = [{row.iri: {"a": 1}}, {}, {row.iri: None}]
    async with database.transaction() as connection:
        for version, private in enumerate(steps, start=1):
            changed = replace(row, version=version)
            await resources.save_versions(connection, [changed], private)
            seen.append(await resources.private_details(connection, row.iri))
        await resources.set_private_details(connection, row.iri, {"b": 2})
        seen.append(await resources.private_details(connection, row.iri))

    assert seen == [{"a": 1}, {"a": 1}, {}, {"b": 2}]


async def test_organisation_number_is_one_members_alone(database: Database) -> None:
    """Two resources of ours cannot share a number; one of others may have it too."""
    await save(database, resource(1, organisation_number="NO:1"))
    theirs = resource(2, iri=f"{THEIRS}/m", local=False, organisation_number="NO:1")
    await save(database, theirs)
    with pytest.raises(VersionConflict):
        await save(database, resource(3, organisation_number="NO:1"))
    async with database.reading() as connection:
        found = await resources.by_organisation_numbers(connection, ["NO:1", "NO:2"])

    assert {number: row.iri for number, row in found.items()} == {"NO:1": resource(1).iri}


async def test_withdrawn_resource_is_its_tombstone(database: Database) -> None:
    """Withdrawing puts the Tombstone there, frees the number, forgets what stayed with us."""
    row = resource(1, organisation_number="NO:1")
    await save(database, row)
    stone = '{"type":"Tombstone"}'
    async with database.transaction() as connection:
        await resources.set_private_details(connection, row.iri, {"contact": "Kari"})
        await resources.save_versions(connection, [replace(row, version=2)], {})
        (gone,) = await resources.withdraw(
            connection,
            [Withdrawal(iri=row.iri, tombstone=stone, activity="urn:d")],
            at=moment(5),
        )
        again = await resources.withdraw(
            connection,
            [Withdrawal(iri=row.iri, tombstone=stone, activity="urn:e")],
            at=moment(6),
        )
        versions = await resources.versions(connection, row.iri)
        assert {version.private_details for version in versions} == {None}
        assert await resources.private_details(connection, row.iri) == {}
        assert await resources.get(connection, row.iri) == gone

    assert again == []
    assert (gone.state, gone.wire, gone.version) == ("withdrawn", stone, 3)
    assert gone.organisation_number is None
    assert not gone.is_public


async def test_erased_versions_are_gone(database: Database) -> None:
    """After erasure nothing of what stood earlier or stayed with us is left."""
    row = resource(1)
    async with database.transaction() as connection:
        await resources.save_versions(connection, [row], {row.iri: {"contact": "Kari"}})
        await resources.save_versions(connection, [replace(row, version=2)], {})
        await resources.erase_versions(connection, [row.iri])
        kept = await resources.versions(connection, row.iri)
        assert await resources.private_details(connection, row.iri) == {}

    assert [(version.number, version.private_details) for version in kept] == [(2, None)]


async def test_list_begins_with_the_newest_and_pages_stay_put(database: Database) -> None:
    """Pages by cursor show everything once, even if something is published in between."""
    await save(database, *(resource(number) for number in range(1, 8)))
    wanted = ResourceFilter(classes=(ResourceClass.OFFER,))
    async with database.reading() as connection:
        first = await resource_lists.list_page(connection, wanted, limit=3)
    await save(database, resource(50))
    async with database.reading() as connection:
        second = await resource_lists.list_page(
            connection, wanted, limit=3, before=first[-1].cursor
        )
        back = await resource_lists.list_page(connection, wanted, limit=3, after=second[0].cursor)

    assert [row.iri[-1] for row in first] == ["7", "6", "5"]
    assert [row.iri[-1] for row in second] == ["4", "3", "2"]
    assert back == first


async def test_list_holds_what_is_asked_for(database: Database) -> None:
    """Class, audience, state, origin and end decide; what ends now is over."""
    need = ResourceClass.NEED
    await save(
        database,
        resource(1, title="offer"),
        resource(2, title="need", klass=need),
        resource(3, title="network", audience="network"),
        resource(4, title="draft", state="draft"),
        resource(5, title="theirs", iri=f"{THEIRS}/5", local=False, host="infinit.example"),
        resource(6, title="ended", ends_at=moment(100)),
        resource(7, title="running", ends_at=moment(101)),
    )

    assert await listed(database, ResourceFilter(classes=(need,))) == ["need"]
    assert await listed(database, ResourceFilter(audiences=("network",))) == ["network"]
    assert await listed(database, ResourceFilter(state="draft")) == ["draft"]
    assert await listed(database, ResourceFilter(local=False)) == ["theirs"]
    assert await listed(database, ResourceFilter(host="infinit.example")) == ["theirs"]
    assert await listed(database, ResourceFilter(at=moment(100), local=True)) == [
        "running",
        "need",
        "offer",
    ]


async def test_list_among_many_takes_them_at_once(database: Database) -> None:
    """As many IRIs as there may be are given in one query; among none there is nothing."""
    await save(database, resource(1), resource(2), resource(3))
    known = {resource(1).iri, resource(3).iri}
    many = frozenset(known | {f"urn:{number}" for number in range(30_000)})
    assert await listed(database, ResourceFilter(among=many)) == ["Sveis 3", "Sveis 1"]
    assert await listed(database, ResourceFilter(among=frozenset())) == []


async def test_cursor_that_is_none_is_refused(database: Database) -> None:
    """A cursor without a time and an IRI raises ValueError."""
    with pytest.raises(ValueError, match="no place"):
        await listed(database, ResourceFilter(), before="nonsense")


async def test_counts(database: Database) -> None:
    """Counts hold what the list of the same filter holds."""
    need = ResourceClass.NEED
    await save(
        database,
        resource(1),
        resource(2),
        resource(3, klass=need),
        resource(4, iri=f"{THEIRS}/4", local=False, host="infinit.example", klass=need),
        resource(5, state="draft"),
    )
    async with database.reading() as connection:
        by_class = await resource_lists.count_by_class(connection, ResourceFilter())
        ours = await resource_lists.count(connection, ResourceFilter(local=True))
        hosts = await resource_lists.count_by_host(connection, ResourceFilter(local=False))
        drafts = await resource_lists.drafts(connection)
        local = await resources.all_local(connection, ResourceClass.OFFER)
        owned = await resources.owned_by(connection, f"{OURS}/cluster")

    assert by_class == {ResourceClass.OFFER: 2, need: 2}
    assert ours == 3
    assert hosts == {"infinit.example": 1}
    assert [row.iri for row in drafts] == [resource(5).iri]
    assert [row.iri for row in local] == [resource(1).iri, resource(2).iri]
    assert len(owned) == 5


async def test_changes_of_ours_tell_only_what_was_public(database: Database) -> None:
    """Drafts and what is for the network leave no trace; what was public comes as it stands."""
    await save(
        database,
        resource(1),
        resource(2, state="draft"),
        resource(3, audience="network"),
        resource(4),
        resource(5),
        resource(6, iri=f"{THEIRS}/6", local=False),
    )
    async with database.transaction() as connection:
        for number in (2, 4):
            iri = resource(number).iri
            stone = Withdrawal(iri=iri, tombstone="{}", activity=None)
            await resources.withdraw(connection, [stone], at=moment(9))
    await save(database, resource(5, version=2, audience="network"))
    await save(database, resource(1, version=2, title="newer"))
    async with database.reading() as connection:
        changes = await resource_lists.local_changes_after(connection, 0, 10)
        later = await resource_lists.local_changes_after(connection, changes[0].seq, 1)
        end = await change_log.head(connection)

    assert [(it.resource.iri, it.resource.state, it.resource.is_public) for it in changes] == [
        (resource(4).iri, "withdrawn", False),
        (resource(5).iri, "published", False),
        (resource(1).iri, "published", True),
    ]
    assert later == changes[1:2]
    assert changes[-1].seq == end


async def test_thousand_resources_are_saved_at_once(database: Database) -> None:
    """1,000 members with what stays with us are saved in one call, and all are logged."""
    rows = [resource(number, organisation_number=f"NO:{number}") for number in range(1000)]
    private = {row.iri: {"contact": "Kari"} for row in rows}
    async with database.transaction() as connection:
        await resources.save_versions(connection, rows, private)
    async with database.reading() as connection:
        number = await resource_lists.count(connection, ResourceFilter())
        logged = await change_log.read_after(connection, 0, 2000)

    assert number == 1000
    assert [change.iri for change in logged] == [row.iri for row in rows]
