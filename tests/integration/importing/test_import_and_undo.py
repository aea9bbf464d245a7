from pathlib import Path

import pytest

from node.errors import UnknownResource
from node.importing import import_members as import_members_module
from node.importing.import_members import (
    ImportResult,
    import_defaults,
    import_members,
    known_members,
)
from node.importing.import_plan import ImportPlan, plan_import
from node.importing.sheets import read_sheet
from node.importing.undo_import import UndoResult, undo_import
from node.publishing.withdraw_resource import withdraw
from node.settings import Settings
from node.storage import actors, import_batches, journal, resource_lists, resources
from node.storage.database import Database
from node.storage.resource_rows import ResourceFilter
from tests.house.source_tree import ROOT
from tests.integration.publishing.samples import HERE, add_follower, member, put, sent
from vocab.classes import ResourceClass

DIGIN = ROOT / "node" / "demo" / "data" / "spreadsheets" / "digin-medlemmer.csv"
SETTINGS = Settings()
MEMBER, CONCEPT, OFFER = ResourceClass.MEMBER, ResourceClass.CONCEPT, ResourceClass.OFFER


async def plan_for(database: Database, file: Path) -> ImportPlan:
    """Return what importing *file* would do."""
    async with database.reading() as connection:
        known = await known_members(connection)
        defaults = await import_defaults(connection, SETTINGS)
    return plan_import(read_sheet(file), existing=known, defaults=defaults)


async def imported(database: Database, file: Path) -> ImportResult:
    """Import *file*."""
    plan = await plan_for(database, file)
    async with database.transaction() as connection:
        return await import_members(connection, HERE, SETTINGS, plan, file_name=file.name)


async def undone(database: Database, batch: str) -> UndoResult:
    """Take the import back."""
    async with database.transaction() as connection:
        return await undo_import(connection, HERE, batch)


async def standing(database: Database, klass: ResourceClass) -> int:
    """Return how many of ours are published, whoever may see them."""
    async with database.reading() as connection:
        return await resource_lists.count(
            connection, ResourceFilter(classes=(klass,), audiences=(), local=True)
        )


async def test_import_again_and_undo(database: Database) -> None:
    """59 members, no change the second time, nothing left after the undo, once."""
    first = await imported(database, DIGIN)
    again = await imported(database, DIGIN)
    async with database.reading() as connection:
        batch = await import_batches.get(connection, first.batch)
        drafts = await resource_lists.drafts(connection)
    result = await undone(database, first.batch)

    assert (first.created, first.updated, first.skipped) == (59, 0, 3)
    assert (again.created, again.updated, again.drafts, again.concepts) == (0, 0, 0, 0)
    assert batch is not None
    assert (batch.file_name, batch.created) == (DIGIN.name, 59)
    assert len(drafts) == first.drafts
    assert result.kept == ()
    assert result.withdrawn == 59 + first.drafts + first.concepts
    for klass in (MEMBER, CONCEPT, OFFER):
        assert await standing(database, klass) == 0
    with pytest.raises(UnknownResource):
        await undone(database, first.batch)
    with pytest.raises(UnknownResource):
        await undone(database, "nope")


HEADINGS = "Org.nr.;Bedrift;Kontaktperson;Tilbyr;Offentlig"


def sheet(folder: Path, *rows: str) -> Path:
    """Write a sheet of these rows."""
    path = folder / "members.csv"
    path.write_text("\n".join([HEADINGS, *rows]) + "\n", encoding="utf-8")
    return path


async def test_imports_are_taken_back_one_after_the_other(
    database: Database, tmp_path: Path
) -> None:
    """What a later import changed and gave back is as the earlier one left it."""
    rows = [
        "900407939;{};{};;{}".format(*cells)
        for cells in (("A AS", "", "Ja"), ("B AS", "Ola", "Ja"), ("B AS", "Kari", "Nei"))
    ]
    batches = [(await imported(database, sheet(tmp_path, row))).batch for row in rows]
    results = [await undone(database, batch) for batch in reversed(batches)]

    assert [(it.withdrawn, it.restored) for it in results] == [(0, 1), (0, 1), (1, 0)]
    assert all(it.kept == it.gone == () for it in results)
    assert await standing(database, MEMBER) == 0


async def test_what_was_kept_can_be_taken_back_later(database: Database, tmp_path: Path) -> None:
    """In the wrong order the earlier import stays, until the later one is taken back."""
    first = await imported(database, sheet(tmp_path, "900407939;A AS;;;Ja", "988077917;C AS;;;Ja"))
    second = await imported(database, sheet(tmp_path, "900407939;B AS;;;Ja"))
    early = await undone(database, first.batch)
    await undone(database, second.batch)
    late = await undone(database, first.batch)

    assert (early.withdrawn, len(early.kept)) == (1, 1)
    assert (late.withdrawn, late.kept, len(late.gone)) == (1, (), 1)
    assert await standing(database, MEMBER) == 0
    with pytest.raises(UnknownResource):
        await undone(database, first.batch)


async def test_an_update_that_was_taken_back_is_not_taken_back_twice(
    database: Database, tmp_path: Path
) -> None:
    """A member that is as before is neither kept nor given another version."""
    await imported(database, sheet(tmp_path, "900407939;A AS;;;Ja"))
    rows = ("900407939;B AS;;;Ja", "988077917;C AS;;;Ja")
    second = await imported(database, sheet(tmp_path, *rows))
    third = await imported(database, sheet(tmp_path, "988077917;D AS;;;Ja"))
    early = await undone(database, second.batch)
    await undone(database, third.batch)
    late = await undone(database, second.batch)

    assert (early.restored, early.withdrawn, len(early.kept)) == (1, 0, 1)
    assert (late.restored, late.withdrawn, late.kept) == (0, 1, ())


async def test_an_edit_of_what_stays_here_is_an_edit(database: Database, tmp_path: Path) -> None:
    """A contact person that was changed since is not lost with the import."""
    first = await imported(database, sheet(tmp_path, "900407939;A AS;Ola;;Ja"))
    await imported(database, sheet(tmp_path, "900407939;A AS;Kari;;Ja"))
    result = await undone(database, first.batch)

    assert (result.withdrawn, len(result.kept)) == (0, 1)


async def test_a_draft_withdrawn_by_hand_is_gone_and_not_kept(
    database: Database, tmp_path: Path
) -> None:
    """It was neither edited nor is it used, and it stops nothing."""
    done = await imported(database, sheet(tmp_path, "900407939;A AS;;Kurs;Ja"))
    async with database.transaction() as connection:
        (draft,) = await resource_lists.drafts(connection)
        await withdraw(connection, HERE, draft.iri)
    result = await undone(database, done.batch)

    assert (result.withdrawn, result.kept, result.gone) == (1, (), (draft.iri,))


async def test_members_with_the_same_handle_survive_a_second_import(database: Database) -> None:
    """After an undo they come back under new addresses, with handles that are free."""
    first = await imported(database, DIGIN)
    await undone(database, first.batch)
    second = await imported(database, DIGIN)

    assert (second.created, second.refused) == (59, ())
    async with database.reading() as connection:
        rows = await resources.all_local(connection, MEMBER)
    handles = [row.document["preferredUsername"] for row in rows]
    assert len(set(handles)) == 59


async def test_import_floods_nobody(database: Database) -> None:
    """A node gets one message for all members, people get none, drafts tell nobody."""
    await add_follower(database, "infinit.example")
    await add_follower(database, "mastodon.example", node=False)
    done = await imported(database, DIGIN)
    async with database.reading() as connection:
        public = await journal.count_outbox(connection, HERE.cluster)

    assert {inbox for _, inbox in await sent(database)} == {"https://infinit.example/inbox"}
    assert len(await sent(database)) == public == 2  # its members, its expertises
    await undone(database, done.batch)
    assert [kind for kind, _ in await sent(database)] == ["Update"] * 4


async def test_a_long_list_is_written_in_parts_and_told_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes of it is what comes of one part: one message, handles that are free, one batch."""
    monkeypatch.setattr(import_members_module, "PART", 7)
    await add_follower(database, "infinit.example")
    ticks: list[int] = []
    plan = await plan_for(database, DIGIN)
    async with database.transaction() as connection:
        done = await import_members(
            connection, HERE, SETTINGS, plan, file_name=DIGIN.name, progress=ticks.append
        )
    async with database.reading() as connection:
        members = await resources.all_local(connection, MEMBER)
        handles = [actor.handle for actor in await actors.local_actors(connection, "member")]
    told = await sent(database)
    result = await undone(database, done.batch)

    assert (done.created, done.drafts, done.concepts, sum(ticks)) == (59, 31, 24, 59)
    assert len(told) == 2  # its members, its expertises
    assert len(handles) == len(set(handles)) == sum(row.is_public for row in members)
    assert len({row.document["preferredUsername"] for row in members}) == 59
    assert (result.withdrawn, result.kept) == (59 + 31 + 24, ())


async def test_parts_that_nobody_may_see_are_told_to_nobody(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Until one of them was, or becomes, public."""
    monkeypatch.setattr(import_members_module, "PART", 1)
    await add_follower(database, "infinit.example")
    told = []
    for first, second in (("Nei", "Nei"), ("Ja", "Ja"), ("Nei", "Nei")):
        rows = (f"900407939;A AS;;;{first}", f"988077917;C AS;;;{second}")
        await imported(database, sheet(tmp_path, *rows))
        told.append(len(await sent(database)))

    assert told == [0, 1, 2]


async def test_contacts_and_private_members_stay_here(database: Database) -> None:
    """No wire object holds a contact person; what is not to be shown is for nobody else."""
    plan = await plan_for(database, DIGIN)
    hidden = {row.member.key for row in plan.rows if not row.member.publish}
    await imported(database, DIGIN)
    async with database.reading() as connection:
        rows = await resources.all_local(connection, MEMBER)
        changes = await resource_lists.local_changes_after(connection, 0, 1_000)

    assert not any("Kari" in row.wire for row in rows)
    private = {row.organisation_number for row in rows if row.audience == "private"}
    told = {change.resource.organisation_number for change in changes}
    assert private == hidden != set()
    assert not told & hidden


async def test_member_published_by_hand_is_known_to_imports(database: Database) -> None:
    """Whatever its author called the register."""
    written = member("EKSEMPEL A/S", "13585628")
    written["legalIdentifier"]["schemaAgency"] = "Det Centrale Virksomhedsregister"
    await put(database, written, MEMBER)
    async with database.reading() as connection:
        known = await known_members(connection)

    assert known.keys() == {"DK:13585628"}
    assert known["DK:13585628"].name == "EKSEMPEL A/S"
