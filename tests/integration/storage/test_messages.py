from typing import Any

from node.storage import messages
from node.storage.database import Database
from node.storage.messages import NewMessage
from tests.integration.storage.samples import OURS, THEIRS, moment


def message(number: int = 1, **changed: Any) -> NewMessage:
    given: dict[str, Any] = {
        "activity": f"{THEIRS}/activities/{number}",
        "actor": f"{THEIRS}/people/kari",
        "actor_name": "Kari",
        "host": "infinit.example",
        "object": f"{THEIRS}/notes/{number}",
        "about": f"{OURS}/offers/1",
        "kind": "reply",
        "text": f"Text {number}",
        "received_at": moment(number),
    }
    return NewMessage(**(given | changed))


async def test_an_activity_brings_one_message(database: Database) -> None:
    """The same activity once more brings none; the same id of another actor does."""
    async with database.transaction() as connection:
        assert await messages.add(connection, message())
        assert not await messages.add(connection, message(text="Again"))
        assert await messages.add(connection, message(actor=f"{THEIRS}/people/ola"))
        assert await messages.count(connection) == 2
        assert await messages.count_of_host(connection, "infinit.example", since=moment(1)) == 2
        assert await messages.count_of_host(connection, "infinit.example", since=moment(2)) == 0


async def test_pages_go_both_ways_and_lose_nothing_when_more_comes(database: Database) -> None:
    """A page stays the same page while messages are added above it."""
    async with database.transaction() as connection:
        for number in range(1, 6):
            await messages.add(connection, message(number))
        first = await messages.page(connection, limit=2)
        await messages.add(connection, message(6))
        second = await messages.page(connection, limit=2, before=first[-1].seq)
        back = await messages.page(connection, limit=2, after=second[0].seq)

    assert [row.text for row in first] == ["Text 5", "Text 4"]
    assert [row.text for row in second] == ["Text 3", "Text 2"]
    assert back == first


async def test_the_desk_handles_a_message(database: Database) -> None:
    """Who and when is kept; it leaves the list of what waits, and can come back to it."""
    async with database.transaction() as connection:
        await messages.add(connection, message())
        (new,) = await messages.page(connection, limit=9, state="new")
        assert await messages.mark(connection, new.seq, "handled", by="Kari", at=moment(9))
        assert not await messages.mark(connection, new.seq, "handled", by="Ola", at=moment(10))
        handled = await messages.get(connection, new.seq)
        assert await messages.page(connection, limit=9, state="new") == []
        assert await messages.mark(connection, new.seq, "new", by="Kari", at=moment(11))
        assert await messages.get(connection, new.seq) == new

    assert handled is not None
    assert (handled.state, handled.handled_by, handled.handled_at) == ("handled", "Kari", moment(9))


async def test_a_changed_message_waits_again_and_only_its_author_changes_it(
    database: Database,
) -> None:
    """What says the same stays handled; what was taken back is gone."""
    kari, note = f"{THEIRS}/people/kari", f"{THEIRS}/notes/1"
    async with database.transaction() as connection:
        await messages.add(connection, message())
        (row,) = await messages.page(connection, limit=9)
        await messages.mark(connection, row.seq, "handled", by="Ola", at=moment(9))
        same = {"object": note, "title": "", "text": "Text 1"}
        assert not await messages.rewrite(connection, actor=kari, **same)
        assert not await messages.rewrite(connection, actor="urn:x", **same | {"text": "No"})
        assert await messages.rewrite(connection, actor=kari, **same | {"text": "Other"})
        found = await messages.get(connection, row.seq)
        assert not await messages.remove(connection, actor="urn:x", object=note)
        assert await messages.remove(connection, actor=kari, object=note)
        assert await messages.count(connection) == 0

    assert found is not None
    assert (found.text, found.state, found.handled_by) == ("Other", "new", None)


async def test_only_handled_messages_make_room(database: Database) -> None:
    """Beyond what is kept the oldest handled ones go; what nobody has read stays."""
    async with database.transaction() as connection:
        for number in range(1, 6):
            await messages.add(connection, message(number))
        rows = await messages.page(connection, limit=9)
        for row in rows[:2]:
            await messages.mark(connection, row.seq, "handled", by="Ola", at=moment(9))
        await messages.forget_handled(connection, 4)
        assert [row.text[-1] for row in await messages.page(connection, limit=9)] == list("5321")
        await messages.forget_handled(connection, 1)
        assert [row.text[-1] for row in await messages.page(connection, limit=9)] == list("321")
