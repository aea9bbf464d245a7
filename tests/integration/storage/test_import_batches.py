from node.storage import import_batches
from node.storage.database import Database
from node.storage.import_batches import ImportBatch, ImportedRow
from tests.integration.storage.samples import moment


def batch(name: str, number: int = 1) -> ImportBatch:
    return ImportBatch(
        id=name,
        file_name="members.xlsx",
        imported_at=moment(number),
        created=1,
        updated=1,
        skipped=0,
    )


async def test_import_is_kept_with_its_rows(database: Database) -> None:
    """What it did to each resource comes back in the order of the file."""
    rows = [
        ImportedRow(batch="b", iri="urn:2", row=3, version_before=1, version_after=2),
        ImportedRow(batch="b", iri="urn:1", row=2, version_before=None, version_after=1),
    ]
    async with database.transaction() as connection:
        await import_batches.save(connection, batch("b"), rows)
        assert await import_batches.get(connection, "b") == batch("b")
        assert await import_batches.get(connection, "none") is None
        assert await import_batches.rows_of(connection, "b") == rows[::-1]


async def test_import_is_taken_back_once(database: Database) -> None:
    """The second time there is nothing to take back; the newest import stands first."""
    async with database.transaction() as connection:
        await import_batches.save(connection, batch("old", 1), [])
        await import_batches.save(connection, batch("new", 2), [])
        assert await import_batches.mark_undone(connection, "old", at=moment(9))
        assert not await import_batches.mark_undone(connection, "old", at=moment(10))
        assert not await import_batches.mark_undone(connection, "none", at=moment(10))
        found = await import_batches.list_batches(connection)

    assert [(it.id, it.undone_at) for it in found] == [("new", None), ("old", moment(9))]
