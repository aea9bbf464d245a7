"""A collaboration that gathers partners on several nodes and ends in a case."""

import json

import pytest

from node.desk.contribution_errors import ContributionError
from node.desk.finish_collaboration import finish_collaboration
from node.errors import RefusedDocument
from tests.integration.nodes.conftest import Partners
from tests.integration.nodes.contributing import (
    accept,
    article,
    becomes,
    case,
    collaboration,
    decline,
    holds,
    join,
    leave,
    let_in,
    propose,
    waiting,
)
from tests.integration.nodes.drafts import member, organisation_number
from tests.integration.nodes.live_node import LiveNode, settled, until
from vocab.classes import ResourceClass

pytestmark = pytest.mark.asyncio(loop_scope="module")

COLLABORATION = ResourceClass.COLLABORATION


async def _names(node: LiveNode, iri: str, participants: list[str], clusters: list[str]) -> None:
    """Wait until *node* holds the collaboration with exactly these partners."""

    async def so() -> bool:
        held = await holds(node, iri)
        return (held["participant"], held["contributor"]) == (participants, clusters)

    await until(so, f"{node.base} holds {iri} with {participants} and {clusters}")


async def test_partners_on_three_nodes_join_and_leave(partners: Partners) -> None:
    """Each is named once its own desk has asked and the home has let it in; leaving undoes it."""
    home, east, west = partners.home, partners.east, partners.west
    (company,) = await east.publish_all([member("Østre Verksted AS", organisation_number(51))])
    made = await home.publish(collaboration("Læring i havn"), COLLABORATION)
    first = "https://companies.example/verft"
    for node in (east, west):
        await holds(node, made.iri)
    asked = await join(east, made.iri, company.iri, "Vi har lærlinger.")
    await join(west, made.iri)
    rows = {row.partner: row for row in await waiting(home, "join", made.iri, 2)}
    assert rows[east.cluster].member == company.iri
    assert rows[east.cluster].message == "Vi har lærlinger."
    with pytest.raises(ContributionError, match="asked already"):
        await join(east, made.iri, company.iri)

    await let_in(home, rows[east.cluster].id)
    await let_in(home, rows[west.cluster].id)
    everyone = [home.cluster, east.cluster, west.cluster]
    for node in (east, west):
        await _names(node, made.iri, [first, company.iri], everyone)
    await becomes(east, asked, "accepted")

    await leave(east, made.iri)
    for node in (east, west):
        await _names(node, made.iri, [first], [home.cluster, west.cluster])
    assert (await becomes(home, rows[east.cluster].id, "left")).decided_by is None
    await becomes(east, asked, "left")


async def test_a_collaboration_is_for_the_network_by_default(partners: Partners) -> None:
    """Approved nodes hold it; no page, list, graph or outbox of any node shows it, nor the Join."""
    home, east = partners.home, partners.east
    made = await home.publish(collaboration("Stille samarbeid"), COLLABORATION)
    held = await holds(east, made.iri)
    assert held["to"] == [f"{home.cluster}/network"]
    assert "proof" not in held
    await join(east, made.iri, message="Stille spørsmål")
    (row,) = await waiting(home, "join", made.iri)
    await let_in(home, row.id)
    await _names(east, made.iri, held["participant"], [home.cluster, east.cluster])
    await settled(home, east)
    for node in (home, east):
        shown = [await node.whole_graph(), json.dumps(await node.changes())]
        for path in ("/", "/collaborations", "/collaborations?page=1", "/cluster/outbox?page=1"):
            shown += [(await node.get(path, kind))[1] for kind in ("text/html", "*/*")]
        assert not any("Stille" in text or made.iri in text for text in shown)
    assert await home.status(made.iri) == 404
    assert await east.status(row.activity) == 404
    changed = await home.publish(
        collaboration("Stille samarbeid", id=made.iri, stage="running"), COLLABORATION
    )
    assert changed.change == "updated"
    stands = await home.resource(made.iri)
    assert stands is not None
    assert stands["audience"] == "network"


async def test_one_says_that_a_collaboration_is_for_everyone(partners: Partners) -> None:
    """And a later version that is silent about it is so too."""
    home = partners.home
    written = collaboration("Åpent samarbeid", audienceLevel="public")
    made = await home.publish(written, COLLABORATION)
    await home.publish(collaboration("Åpent prosjekt", id=made.iri), COLLABORATION)
    document = await home.get_json(made.iri)
    assert document["name"] == "Åpent prosjekt"
    assert "https://www.w3.org/ns/activitystreams#Public" in document["to"]


async def test_a_declined_request_comes_back_with_the_reason(partners: Partners) -> None:
    """And one to what has ended is refused at once."""
    home, east = partners.home, partners.east
    made = await home.publish(collaboration("Fullt"), COLLABORATION)
    await holds(east, made.iri)
    asked = await join(east, made.iri)
    (row,) = await waiting(home, "join", made.iri)
    await decline(home, row.id, "join", "Vi er mange nok.")
    assert (await becomes(east, asked, "declined")).reason == "Vi er mange nok."


async def test_stages_follow_each_other(partners: Partners) -> None:
    """What has ended does not begin again, and leads to nothing before."""
    home = partners.home
    made = await home.publish(collaboration("Faser", stage="idea"), COLLABORATION)
    with pytest.raises(RefusedDocument) as early:
        await home.publish(
            collaboration("Faser", id=made.iri, resultedIn="https://x.example/cases/1"),
            COLLABORATION,
        )
    assert "KX-D16" in {finding.code for finding in early.value.findings}
    await home.publish(collaboration("Faser", id=made.iri, stage="ended"), COLLABORATION)
    with pytest.raises(RefusedDocument) as again:
        await home.publish(collaboration("Faser", id=made.iri, stage="running"), COLLABORATION)
    assert [finding.code for finding in again.value.findings] == ["KX-D15"]


async def test_a_collaboration_ends_in_a_case(partners: Partners) -> None:
    """They name each other where the same may see both; else the case keeps silent."""
    home, east = partners.home, partners.east
    for title, audience, derived in (("Felles", "public", True), ("Lukket", "network", False)):
        made = await home.publish(
            collaboration(title, audienceLevel=audience, stage="running"), COLLABORATION
        )
        result = await home.publish(case(f"{title} case"), ResourceClass.CASE)
        async with home.database.transaction() as connection:
            await finish_collaboration(connection, home.folder.identity, made.iri, case=result.iri)
        await home.wake()

        async def ended(iri: str = made.iri) -> bool:
            return (await holds(east, iri))["stage"] == "ended"

        await until(ended, "the other node knows that it has ended")
        assert (await holds(east, made.iri))["resultedIn"] == [result.iri]
        document = await home.get_json(result.iri)
        assert document.get("derivedFrom") == ([made.iri] if derived else None)
        with pytest.raises(ContributionError, match="has ended"):
            await join(east, made.iri)


async def test_what_is_for_the_network_is_not_named_in_public(partners: Partners) -> None:
    """A public case that derives from a collaboration for the network is refused."""
    home = partners.home
    made = await home.publish(collaboration("Ikke nevn"), COLLABORATION)
    with pytest.raises(RefusedDocument) as refused:
        await home.publish(case("Røper", derivedFrom=[made.iri]), ResourceClass.CASE)
    assert [finding.code for finding in refused.value.findings] == ["KX-D17"]


async def test_a_collaboration_and_a_guide_are_revised_as_cases_are(partners: Partners) -> None:
    """A partner proposes; the home accepts; a guide has no version number to raise."""
    home, east = partners.home, partners.east
    made = await home.publish(collaboration("Forbedres"), COLLABORATION)
    guide = await home.publish(
        article("Veiledning", teaches=["https://skills.example/x"])
        | {"license": "https://creativecommons.org/licenses/by/4.0/"},
        ResourceClass.PRACTICE,
    )
    for iri in (made.iri, guide.iri):
        await holds(east, iri)
        await propose(east, iri, {"summaryMap": {"nb": "Bedre fortalt."}})
        (row,) = await waiting(home, "revision", iri)
        await accept(home, row.id)

        async def better(iri: str = iri) -> bool:
            return (await holds(east, iri))["summary"] == "Bedre fortalt."

        await until(better, "the other node holds the new summary")
        assert east.cluster in (await holds(east, iri))["contributor"]
