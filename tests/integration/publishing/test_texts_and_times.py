from datetime import UTC, datetime
from typing import Any

import pytest

from node.errors import RefusedDocument
from node.storage import resources
from node.storage.database import Database
from tests.integration.publishing.samples import authored, intent, member, offer, put
from vocab.classes import ResourceClass

NEED, EVENT = ResourceClass.NEED, ResourceClass.EVENT
LATE = datetime(2027, 7, 1, tzinfo=UTC)


async def codes(
    database: Database, written: dict[str, Any], klass: ResourceClass = ResourceClass.OFFER
) -> list[tuple[str, str]]:
    """Return code and field of every reason to refuse *written*."""
    with pytest.raises(RefusedDocument) as refusal:
        await put(database, written, klass)
    return [(finding.code, finding.field) for finding in refusal.value.findings]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"nameMap": {"nb": "Kurs", "no": "Kurs"}}, "KX-N04"),
        ({"nameMap": {"nb": "", "da": "Kursus"}}, "KX-N04"),
        ({"contentMap": {"nb": "", "da": "<p>To dage.</p>"}}, "KX-N06"),
        ({"contentMap": {"nb": "<p> </p>", "da": "<p>To dage.</p>"}}, "KX-N06"),
        ({"contentMap": {"nb": "<p>To dager.</p>", "no": "<p>To dager.</p>"}}, "KX-N06"),
        ({"summaryMap": {"nb": " "}}, "KX-N05"),
    ],
)
async def test_every_text_says_something_in_a_language_of_ours(
    database: Database, change: dict[str, Any], code: str
) -> None:
    """The title that the node puts over a text does not hide that it is empty; said once."""
    assert [found for found, _ in await codes(database, offer(**change))] == [code]


@pytest.mark.parametrize(
    ("day", "moment"),
    [("2099-06-30", "2099-06-30T21:59:59Z"), ("2099-12-31", "2099-12-31T22:59:59Z")],
)
async def test_a_day_ends_at_midnight_here(database: Database, day: str, moment: str) -> None:
    """In Norway and Denmark, in summer and winter; written again, nothing has changed."""
    done = await put(database, offer(endTime=day))
    again = await put(database, offer(endTime=day), iri=done.iri)
    async with database.reading() as connection:
        row = await resources.get(connection, done.iri)

    assert row is not None
    assert row.document["endTime"] == moment
    assert (done.warnings, again.change) == ((), "unchanged")


@pytest.mark.parametrize("end", ["30.06.2099", "2099-06-30T21:59:59", "2099-02-30", "9999-12", ""])
async def test_what_is_no_time_is_called_so(database: Database, end: str) -> None:
    """It is not called missing, and the message shows how to write it."""
    with pytest.raises(RefusedDocument) as refusal:
        await put(database, offer(endTime=end))
    (finding,) = refusal.value.findings

    assert (finding.code, finding.field) == ("KX-P17", "endTime")
    assert "2027-06-30T21:59:59Z" in finding.message("da")


async def test_a_day_is_no_time_for_an_event(database: Database) -> None:
    """Who comes must know the hour."""
    written = authored(EVENT, "") | {"startTime": "2099-01-20", "endTime": "2099-01-20"}

    assert await codes(database, written, EVENT) == [
        ("KX-E05", "startTime"),
        ("KX-E06", "endTime"),
    ]


async def test_an_end_that_is_past_is_pointed_out(database: Database) -> None:
    """It stops nothing, for what is over may be corrected."""
    written = offer(endTime="2027-06-30T21:59:59Z")
    before = await put(database, written, moment=datetime(2027, 6, 1, tzinfo=UTC))
    after = await put(database, written, moment=LATE)

    assert before.warnings == ()
    assert [(it.code, it.severity) for it in after.warnings] == [("KX-D10", "warning")]


@pytest.mark.parametrize(
    ("klass", "wrong"), [(ResourceClass.OFFER, "receiver"), (NEED, "provider")]
)
@pytest.mark.parametrize("anonymous", [True, False])
async def test_a_company_on_the_wrong_side_is_refused(
    database: Database, klass: ResourceClass, wrong: str, anonymous: bool
) -> None:
    """An offer has a provider, a need a receiver; behind an anonymous one too."""
    company = await put(database, member(), ResourceClass.MEMBER)
    written = offer(publishes=intent(**{wrong: company.iri}), anonymous=anonymous)

    assert await codes(database, written, klass) == [("KX-D09", f"publishes.{wrong}")]
