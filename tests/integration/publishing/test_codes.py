import pytest

from node.errors import RefusedDocument
from node.storage.database import Database
from tests.integration.publishing.samples import intent, offer, put

NACE = "http://data.europa.eu/ux2/nace2.1/9999"


async def test_codes_that_do_not_exist_are_named(database: Database) -> None:
    """An industry and a region that nobody can look up would be dead links."""
    written = offer(
        publishes=intent(resourceClassifiedAs=[NACE]),
        region=["http://data.europa.eu/nuts/code/XX999", "http://data.europa.eu/nuts/code/SE232"],
    )
    with pytest.raises(RefusedDocument) as refusal:
        await put(database, written)
    said = {finding.code: finding.message("nb") for finding in refusal.value.findings}

    assert said.keys() == {"KX-W10", "KX-W11"}
    assert NACE in said["KX-W10"]
    assert "XX999" in said["KX-W11"]
