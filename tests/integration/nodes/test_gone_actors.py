"""Actors that are gone, with their keys: theirs and ours."""

import pytest

from tests.integration.nodes.conftest import Nodes, become_follower, let_follow
from tests.integration.nodes.drafts import member, organisation_number
from tests.integration.nodes.live_node import LiveNode, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def is_gone(node: LiveNode, iri: str) -> bool:
    return await node.status(f"/resource?iri={iri}") == 410


async def test_a_key_that_is_gone_proves_its_owners_delete(nodes: Nodes) -> None:
    """Signed by a key nobody can have any more; 410 at the actor's address is the proof."""
    south, leaver = nodes.south, nodes.evil.cluster("departed")
    await let_follow(south, leaver)
    await become_follower(leaver, south)
    offer = leaver.offer()
    create = leaver.activity("Create", offer)
    assert await leaver.post(f"{south.base}/inbox", create) == 202
    assert (await south.outcome(create["id"]))[0] == "done"
    followers = (await south.get_json("/cluster/followers"))["totalItems"]

    nodes.evil.documents["/actors/departed"] = 410
    delete = leaver.activity("Delete", leaver.iri)
    new_key = f"{leaver.iri}#a-key-that-was-never-seen"
    assert await leaver.post(f"{south.base}/inbox", delete, key_id=new_key) == 202
    assert (await south.outcome(delete["id"]))[0] == "done"
    row = next(row for row in await south.inbox() if row["activity"] == delete["id"])
    assert (row["authenticated_by"], row["verification_method"]) == ("Fetch", leaver.iri)
    await until(lambda: is_gone(south, offer["id"]), "what it published is gone")
    assert (await south.get_json("/cluster/followers"))["totalItems"] == followers - 1
    assert leaver.iri not in (await south.get("/cluster/following?page=1"))[1]


async def test_a_key_that_is_gone_proves_nothing_else(nodes: Nodes) -> None:
    """Not the Delete of a thing, not one by somebody who is still there."""
    south, leaver = nodes.south, nodes.evil.cluster("quiet")
    stayer = nodes.evil.cluster("stayer")
    for actor in (leaver, stayer):
        await let_follow(south, actor)
    offer = leaver.offer()
    create = leaver.activity("Create", offer)
    assert await leaver.post(f"{south.base}/inbox", create) == 202
    assert (await south.outcome(create["id"]))[0] == "done"

    nodes.evil.documents["/actors/quiet"] = 410
    new_key = f"{leaver.iri}#another"
    for forged in (
        leaver.activity("Delete", offer["id"]),
        leaver.activity("Update", leaver.iri),
        stayer.activity("Delete", stayer.iri),
    ):
        assert await leaver.post(f"{south.base}/inbox", forged, key_id=new_key) == 401
    assert not await is_gone(south, offer["id"])


async def test_an_address_that_is_not_found_proves_no_delete(nodes: Nodes) -> None:
    """404 says nothing: it is to be sent again, and all stays."""
    south, lost = nodes.south, nodes.evil.cluster("lost")
    await let_follow(south, lost)
    offer = lost.offer()
    create = lost.activity("Create", offer)
    assert await lost.post(f"{south.base}/inbox", create) == 202
    assert (await south.outcome(create["id"]))[0] == "done"
    nodes.evil.documents["/actors/lost"] = 404
    delete = lost.activity("Delete", lost.iri)
    assert await lost.post(f"{south.base}/inbox", delete, key_id=f"{lost.iri}#other") == 503
    assert not await is_gone(south, offer["id"])
    assert lost.iri in (await south.get("/cluster/following?page=1"))[1]


async def test_a_withdrawn_member_says_itself_that_it_is_gone(fresh_nodes: Nodes) -> None:
    """Its followers get its own Delete, which they can verify; its address answers 410."""
    north, south = fresh_nodes.north, fresh_nodes.south
    (company,) = await north.publish_all([member("Farvel AS", organisation_number(3))])

    async def is_actor() -> bool:
        return "publicKey" in await north.get_json(company.iri)

    await until(is_actor, "the member has its keys")
    fan = fresh_nodes.honest.actor("fan")
    await become_follower(fan, north, company.iri)
    await south.follow(company.iri)

    async def followed() -> bool:
        return company.iri in (await south.get("/cluster/following?page=1"))[1]

    await until(followed, "the other node follows the member")
    await north.withdraw(company.iri)
    delete = await fan.receives("Delete", company.iri, of=company.iri)
    assert delete["proof"]["verificationMethod"] == f"{company.iri}#ed25519-key"
    assert (await south.outcome(delete["id"]))[0] == "done"
    assert not await followed()
    status, body = await north.get(company.iri)
    assert status == 410
    assert '"Tombstone"' in body
    assert await north.status("/.well-known/webfinger?resource=" + company.iri, "*/*") == 404
