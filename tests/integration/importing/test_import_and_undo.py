from pathlib import Path

import pytest

from node.errors import UnknownResource
from node.importing.import_members import (
    ImportResult,
    import_defaults,
    import_members,
    known_members,
)
from node.importing.import_plan import ImportPlan, plan_import
from node.importing.sheets import read_sheet
from node.importing.undo_import import UndoResult, undo_import
from node.settings import Settings
from node.storage import import_batches, journal, resource_lists, resources
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
