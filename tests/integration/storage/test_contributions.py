from typing import Any

import pytest

from node.storage import contributions
from node.storage.contributions import SETTLED_PER_HOST, ContributionRow
from node.storage.database import Database
from tests.integration.storage.samples import OURS, THEIRS, moment


def contribution(number: int = 1, **changed: Any) -> ContributionRow:
    """Return a proposal of theirs for a case of ours, number *number*."""
    given: dict[str, Any] = {
        "id": f"c{number}",
        "kind": "revision",
        "sent": False,
        "partner": f"{THEIRS}/cluster",
        "host": "infinit.example",
        "activity": f"{THEIRS}/activities/{number}",
        "about": f"{OURS}/cases/1",
        "draft": f"{THEIRS}/drafts/{number}",
        "base_version": 1,
        "wire": '{"trl":7}',
        "created_at": moment(number),
    }
    return ContributionRow(**(given | changed))


async def test_what_is_kept_comes_back(database: Database) -> None:
    """By its id, its activity and its draft, each as it was."""
    row = contribution()
    async with database.transaction() as connection:
        await contributions.add(connection, row)
    async with database.reading() as connection:
        assert await contributions.get(connection, row.id) == row
        assert await contributions.by_activity(connection, row.activity) == row
        assert await contributions.by_draft(connection, str(row.draft), host=row.host) == row
        assert await contributions.by_draft(connection, str(row.draft), host="other") is None
        assert await contributions.listed(connection, "revision", state="open") == [row]
        assert await contributions.listed(connection, "join") == []
        assert await contributions.count_open_from(connection, row.host) == 1


@pytest.mark.parametrize("state", ["accepted", "declined", "withdrawn"])
async def test_a_contribution_is_decided_once(database: Database, state: str) -> None:
    """Whatever comes after changes nothing; the text of what was withdrawn is gone."""
    async with database.transaction() as connection:
        await contributions.add(connection, contribution())
        assert await contributions.decide(
            connection, "c1", state=state, at=moment(9), by="Kari", reason="Derfor"
        )
        for other in ("accepted", "declined", "withdrawn"):
            assert not await contributions.decide(connection, "c1", state=other, at=moment(10))
        row = await contributions.get(connection, "c1")
    assert row is not None
    assert (row.state, row.decided_by, row.reason) == (state, "Kari", "Derfor")
    assert (row.wire is None) == (state == "withdrawn")


async def test_of_what_is_settled_only_the_newest_stay(database: Database) -> None:
    """Of each host; what waits stays, and what other hosts have."""
    async with database.transaction() as connection:
        await contributions.add(connection, contribution(9_000, host="other.example"))
        await contributions.decide(connection, "c9000", state="declined", at=moment(1))
        for number in range(1, SETTLED_PER_HOST + 4):
            await contributions.add(connection, contribution(number))
            if number > 1:
                await contributions.decide(
                    connection, f"c{number}", state="declined", at=moment(number)
                )
        await contributions.add(connection, contribution(8_000))
        kept = [
            number
            for number in range(1, SETTLED_PER_HOST + 4)
            if await contributions.get(connection, f"c{number}") is not None
        ]
        assert await contributions.get(connection, "c9000") is not None
    assert kept == [1, *range(4, SETTLED_PER_HOST + 4)]


async def test_what_waits_is_counted_by_kind(database: Database) -> None:
    """Without what is decided, and without what we sent."""
    rows = (
        contribution(1),
        contribution(2),
        contribution(3, kind="join"),
        contribution(4, sent=True),
        contribution(5, kind="join"),
    )
    async with database.transaction() as connection:
        for row in rows:
            await contributions.add(connection, row)
        await contributions.decide(connection, "c5", state="accepted", at=moment(6))
    async with database.reading() as connection:
        assert await contributions.count_waiting(connection) == {"revision": 2, "join": 1}
