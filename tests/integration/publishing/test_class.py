import pytest

from node.errors import RefusedDocument
from node.storage.database import Database
from tests.integration.publishing.samples import ELSEWHERE, authored, put
from vocab.classes import ResourceClass

OFFER, EVENT, CASE = ResourceClass.OFFER, ResourceClass.EVENT, ResourceClass.CASE
PRACTICE, MEMBER, CONCEPT = ResourceClass.PRACTICE, ResourceClass.MEMBER, ResourceClass.CONCEPT


@pytest.mark.parametrize(
    ("content", "klass", "field"),
    [
        (OFFER, EVENT, "publishes"),
        (OFFER, PRACTICE, "publishes"),
        (CASE, OFFER, "problem"),
        (PRACTICE, EVENT, "teaches"),
        (CONCEPT, MEMBER, "prefLabel"),
        (MEMBER, CONCEPT, "legalIdentifier"),
        (EVENT, PRACTICE, "startTime"),
    ],
)
async def test_a_wrong_class_is_said_and_not_what_follows_from_it(
    database: Database, content: ResourceClass, klass: ResourceClass, field: str
) -> None:
    """One finding names the key that gives it away, and the class that it belongs to."""
    with pytest.raises(RefusedDocument) as refusal:
        await put(database, authored(content, ELSEWHERE), klass)
    (finding,) = refusal.value.findings

    assert (finding.code, finding.field) == ("KX-D14", field)
    assert klass in finding.message("da")
    assert content in finding.message("da")


async def test_other_reasons_are_not_hidden(database: Database) -> None:
    """Who may see it is as wrong in any class."""
    written = authored(OFFER, ELSEWHERE) | {"audienceLevel": "alle"}
    with pytest.raises(RefusedDocument) as refusal:
        await put(database, written, EVENT)

    assert {finding.code for finding in refusal.value.findings} == {"KX-D14", "KX-A02"}


@pytest.mark.parametrize("klass", [OFFER, ResourceClass.COLLABORATION])
async def test_what_a_class_may_have_gives_nothing_away(
    database: Database, klass: ResourceClass
) -> None:
    """An offer with a start that lacks its intent is still an offer."""
    written = authored(klass, ELSEWHERE) | {"startTime": "2099-01-01T00:00:00Z"}
    for key in ("publishes", "stage"):
        written.pop(key, None)
    with pytest.raises(RefusedDocument) as refusal:
        await put(database, written, klass)

    assert "KX-D14" not in {finding.code for finding in refusal.value.findings}
