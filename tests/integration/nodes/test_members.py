"""Members between nodes: one by one by Add, Update and Remove, many at once by their changes."""

import pytest

from node.publishing.drafts import Draft
from tests.integration.nodes.conftest import Nodes
from tests.integration.nodes.drafts import member, organisation_number
from tests.integration.nodes.live_node import settled, until
from vocab.classes import ResourceClass

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_member_comes_changes_and_leaves(nodes: Nodes) -> None:
    """By Add, Update and Remove, each in its own message, each shown by the other node."""
    north, south = nodes.north, nodes.south
    number = organisation_number(1)
    (company,) = await north.publish_all([member("Varde Data AS", number)])
    await until(lambda: south.knows(company.iri), "the member has come")
    await north.publish_all([member("Varde Skyer AS", number, iri=company.iri)])
    ask = (
        f"SELECT ?name WHERE {{ <{company.iri}> "
        "<https://www.w3.org/ns/activitystreams#name> ?name }"
    )

    async def renamed() -> bool:
        return {"name": "Varde Skyer AS"} in await south.select(ask)

    await until(renamed, "the member has its new name")
    assert "Varde Skyer AS" in (await south.get("/members", "text/html"))[1]
    await north.withdraw(company.iri)

    async def left() -> bool:
        return not await south.knows(company.iri)

    await until(left, "the member has left")
    types = [row["type"] for row in await south.inbox() if company.iri in row["body"]]
    assert types == ["Add", "Update", "Remove"]
    assert await south.status(f"/resource?iri={company.iri}") == 410


async def test_many_members_are_told_as_one_change(nodes: Nodes) -> None:
    """Thirty members are one message; the other node reads them from the changes."""
    north, south = nodes.north, nodes.south
    before = len(await south.inbox())
    many = [member(f"Nr {n} AS", organisation_number(100 + n)) for n in range(30)]
    published = await north.publish_all(many)

    async def all_known() -> bool:
        return all([await south.resource(one.iri) for one in published])

    await until(all_known, "all members are there")
    await settled(north, south)
    told = (await south.inbox())[before:]
    collection = f"{north.base}/members"
    assert [row["type"] for row in told if collection in row["body"]] == ["Update"]
    row = await south.resource(published[7].iri)
    assert row is not None
    assert row["authenticated_by"] == "Fetch"
    assert await south.knows(published[29].iri)
    listed = await south.get_json("/members")
    assert listed["totalItems"] == 0, "the collection of a node lists its own"


async def test_concepts_come_with_their_cluster(nodes: Nodes) -> None:
    """An expertise of one node has its label on the other."""
    north, south = nodes.north, nodes.south
    label = {"prefLabel": {"nb": "Undervannssveising", "en": "Underwater welding"}}
    (concept,) = await north.publish_all([Draft(document=label, klass=ResourceClass.CONCEPT)])
    assert concept.iri == f"{north.base}/concepts/undervannssveising"
    await until(lambda: south.knows(concept.iri), "the expertise has come")
    page = (await south.get(f"/resource?iri={concept.iri}", "text/html"))[1]
    assert "Undervannssveising" in page or "Underwater welding" in page


async def test_keys_of_an_embedded_member_mean_nothing(nodes: Nodes) -> None:
    """A member's actor is served with keys, its embedded copies are not."""
    north, south = nodes.north, nodes.south
    (company,) = await north.publish_all([member("Nøkkel AS", organisation_number(2))])
    await until(lambda: south.knows(company.iri), "the member has come")

    async def is_actor() -> bool:
        return await north.status(f"/.well-known/webfinger?resource={company.iri}") == 200

    await until(is_actor, "the member has its keys")
    held = await south.get_json(f"/resource?iri={company.iri}")
    assert "publicKey" not in held
    actor = await north.get_json(company.iri)
    assert actor["publicKey"]["owner"] == company.iri
