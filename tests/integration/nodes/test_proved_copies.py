"""Copies of others' things: which are taken in, how long, and what replaces them.

``alice`` is down as far as her things go; ``bob`` passes them on; the node follows both.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.nodes.conftest import Nodes, let_follow
from tests.integration.nodes.drafts import offer
from tests.integration.nodes.live_node import LiveNode, settled, until
from tests.integration.nodes.proving import NOW, list_key, proof_key, prove
from tests.integration.nodes.scripted_server import ScriptedActor, Wire

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Scene:
    node: LiveNode
    alice: ScriptedActor
    bob: ScriptedActor

    def answers(self, iri: str, answer: Wire | int) -> None:
        """Let the server of alice answer so for *iri* from now on."""
        self.alice.server.documents[iri.removeprefix(self.alice.server.base)] = answer

    def offer(self, title: str, **changes: Any) -> Wire:
        """Return an offer of alice, proved, which her server cannot show now."""
        made = prove(self.alice.offer(title, **changes), self.alice)
        self.answers(made["id"], 503)
        return made

    async def passed_on(self, thing: Wire | str, **changes: Any) -> tuple[str, str]:
        """Let bob announce *thing*; return what becomes of it."""
        announce = self.bob.activity("Announce", thing, **changes)
        assert await self.bob.post(f"{self.node.base}/inbox", announce) == 202
        return await self.node.outcome(announce["id"])

    async def row(self, iri: str) -> dict[str, Any]:
        found = await self.node.resource(iri)
        assert found is not None
        return found

    async def becomes(self, iri: str, holds: Callable[[dict[str, Any]], bool]) -> None:
        async def held() -> bool:
            return holds(await self.row(iri))

        await until(held, f"{iri} is as its owner says")


async def scene_of(nodes: Nodes, name: str) -> Scene:
    for path, answer in nodes.honest.documents.items():
        if answer == 503:  # what other tests left unanswered
            nodes.honest.documents[path] = 410
    alice = nodes.honest.cluster(f"alice-{name}")
    bob = nodes.evil.cluster(f"bob-{name}", 1)
    for actor in (alice, bob):
        list_key(actor)
        await let_follow(nodes.south, actor)
    return Scene(nodes.south, alice, bob)


async def test_a_proved_copy_in_an_announce_is_its_owners(nodes: Nodes) -> None:
    """It is stored as it was proved, as the owner's, with the key and the Announce."""
    scene = await scene_of(nodes, "copy")
    made = scene.offer("Proved")
    assert await scene.passed_on(made) == ("done", "")
    row = await scene.row(made["id"])
    assert (row["owner"], row["authenticated_by"]) == (scene.alice.iri, "IntegrityProof")
    assert row["verification_method"] == proof_key(scene.alice)
    assert await scene.node.get_json(f"/resource?iri={made['id']}") == made


async def test_a_copy_that_is_not_proved_is_never_taken_in(nodes: Nodes) -> None:
    """Bare, altered, proved by another, or of somebody whom the node does not follow."""
    scene = await scene_of(nodes, "bare")
    made, stranger = scene.offer("Genuine"), nodes.honest.cluster("stranger", 2)
    list_key(stranger)
    unfollowed = prove(stranger.offer("Unfollowed"), stranger)
    nodes.honest.documents[unfollowed["id"].removeprefix(nodes.honest.base)] = 503
    for copy in (
        {name: value for name, value in made.items() if name != "proof"},
        made | {"name": "Doctored"},
        prove(scene.alice.offer("Usurped", id=made["id"]), scene.bob),
        unfollowed,
    ):
        state, reason = await scene.passed_on(copy)
        assert state in ("ignored", "refused"), reason
        assert await scene.node.resource(copy["id"]) is None


async def test_items_of_others_in_a_page_count_by_their_proofs(nodes: Nodes) -> None:
    """Of alice's things among bob's changes those that she proved are taken in, no others."""
    alice = nodes.honest.cluster("alice-page")
    bob = nodes.evil.cluster("bob-page", 1)
    list_key(alice)
    await let_follow(nodes.south, alice)
    scene = Scene(nodes.south, alice, bob)
    good, doctored = scene.offer("On bob's page"), scene.offer("Doctored on it")
    member = prove(
        alice.offer() | {"type": "Organization", "kind": "LegalEntity", "inbox": f"{alice.iri}/in"},
        alice,
    )
    own = {"@context": good["@context"], **bob.offer("Bob's own")}
    nodes.evil.changes("bob-page", [doctored | {"name": "x"}, member, good, own])
    await let_follow(nodes.south, bob)
    await until(lambda: scene.node.knows(own["id"]), "bob's page is read")
    assert (await scene.row(good["id"]))["authenticated_by"] == "IntegrityProof"
    assert (await scene.row(own["id"]))["authenticated_by"] == "Fetch"
    assert await scene.node.resource(doctored["id"]) is None
    assert await scene.node.resource(member["id"]) is None


async def test_a_proof_that_fails_makes_nothing_worse(nodes: Nodes) -> None:
    """Signed by its own author, an activity with a broken proof is as good as without."""
    scene = await scene_of(nodes, "worse")
    made = scene.offer("With a broken proof") | {"nameMap": {"en": "Changed since"}}
    create = prove(scene.alice.activity("Create", made), scene.alice) | {"summary": "and this"}
    assert await scene.alice.post(f"{scene.node.base}/inbox", create) == 202
    assert await scene.node.outcome(create["id"]) == ("done", "")
    row = await scene.row(made["id"])
    assert (row["title"], row["authenticated_by"]) == ("Changed since", "HttpSignature")


async def test_an_old_proof_resurrects_nothing(nodes: Nodes) -> None:
    """What does not grow is ignored, and what its owner deleted stays deleted."""
    scene = await scene_of(nodes, "old")
    first = scene.offer("First")
    second = scene.offer("Second", id=first["id"], updated="2026-11-23T11:00:00Z")
    assert (await scene.passed_on(second))[0] == "done"
    for copy in (first, second):
        state, reason = await scene.passed_on(copy)
        assert (state, "newer" in reason) == ("ignored", True)
    assert (await scene.row(first["id"]))["title"] == "Second"

    delete = scene.alice.activity("Delete", first["id"])
    assert await scene.alice.post(f"{scene.node.base}/inbox", delete) == 202
    assert (await scene.node.outcome(delete["id"]))[0] == "done"
    for copy in (first, second):
        assert (await scene.passed_on(copy))[0] == "ignored"
    assert (await scene.row(first["id"]))["state"] == "withdrawn"


async def test_a_later_proof_of_the_same_takes_the_place_of_an_earlier_one(
    nodes: Nodes,
) -> None:
    """It is no new version; the earlier proof does not come back, nor does anything else change."""
    scene = await scene_of(nodes, "twice")
    first = scene.offer("Proved twice")
    bare = {name: value for name, value in first.items() if name != "proof"}
    later = prove(bare, scene.alice, created=NOW + timedelta(hours=1))
    assert (await scene.passed_on(first))[0] == "done"
    assert (await scene.passed_on(later))[0] == "done"
    row = await scene.row(first["id"])
    assert (row["version"], row["authenticated_by"]) == (1, "IntegrityProof")
    assert await scene.node.get_json(f"/resource?iri={first['id']}") == later
    assert (await scene.passed_on(first))[0] == "ignored"
    assert (await scene.row(first["id"]))["wire"] == row["wire"]


async def test_an_owner_that_answers_decides(nodes: Nodes) -> None:
    """Another version replaces the copy, older or not; 410 removes it; the same makes it hers."""
    scene = await scene_of(nodes, "decides")
    same, older, gone = (
        scene.offer(title, updated="2026-11-23T12:00:00Z") for title in ("Same", "Later", "Gone")
    )
    for copy in (same, older, gone):
        assert (await scene.passed_on(copy))[0] == "done"
    back = prove(scene.alice.offer("Earlier", id=older["id"]), scene.alice)
    scene.answers(same["id"], same)
    scene.answers(older["id"], back)
    scene.answers(gone["id"], 410)
    await scene.becomes(gone["id"], lambda row: row["state"] == "withdrawn")
    await scene.becomes(same["id"], lambda row: row["authenticated_by"] == "Fetch")
    await scene.becomes(older["id"], lambda row: row["authenticated_by"] == "Fetch")
    assert (await scene.row(older["id"]))["title"] == "Earlier"
    assert (await scene.row(same["id"]))["wire"] != (await scene.row(older["id"]))["wire"]
    await settled(scene.node)
    assert not await scene.node.knows(gone["id"])


async def test_no_other_answer_changes_a_proved_copy(nodes: Nodes) -> None:
    """404 deletes nothing, and what is not the owner's word is not believed; others go on."""
    scene = await scene_of(nodes, "other")
    unshown, foreign, fine = (scene.offer(title) for title in ("Unshown", "Foreign", "Fine"))
    scene.answers(unshown["id"], 404)
    scene.answers(foreign["id"], foreign | {"attributedTo": f"{scene.alice.server.base}/else"})
    for copy in (unshown, foreign, fine):
        assert (await scene.passed_on(copy))[0] == "done"
    scene.answers(fine["id"], fine)
    await scene.becomes(fine["id"], lambda row: row["authenticated_by"] == "Fetch")
    for copy in (unshown, foreign):
        row = await scene.row(copy["id"])
        assert (row["state"], row["authenticated_by"]) == ("published", "IntegrityProof")


async def test_a11_an_answer_from_another_server_is_not_the_owners(nodes: Nodes) -> None:
    """Alice's server sends on to one that shows the same: that is nobody's word but the proof's."""
    scene = await scene_of(nodes, "redirecting")
    moved, fine = scene.offer("Moved"), scene.offer("Not moved")
    nodes.evil.documents["/moved"] = moved
    for copy in (moved, fine):
        assert (await scene.passed_on(copy))[0] == "done"
    path = moved["id"].removeprefix(nodes.honest.base)
    nodes.honest.documents[path] = f"{nodes.evil.base}/moved"
    scene.answers(fine["id"], fine)
    await scene.becomes(fine["id"], lambda row: row["authenticated_by"] == "Fetch")

    async def asked() -> bool:
        return nodes.evil.fetched["/moved"] > 0

    await until(asked, "the redirect is followed")
    await settled(scene.node)
    assert (await scene.row(moved["id"]))["authenticated_by"] == "IntegrityProof"


async def test_where_the_owner_answers_no_copy_is_asked_for(nodes: Nodes) -> None:
    """An Announce by id of what its owner shows to nobody is not answered by a third node."""
    scene = await scene_of(nodes, "asked")
    made = scene.offer("Taken off the net")
    scene.answers(made["id"], 404)
    state, _ = await scene.passed_on(made["id"])
    assert state == "refused"
    assert await scene.node.resource(made["id"]) is None
    asked = [path for path in nodes.evil.fetched if path.startswith("/resource?iri=")]
    assert not any("alice-asked" in path for path in asked)


async def test_our_own_things_come_back_from_nobody(nodes: Nodes) -> None:
    """What is ours is not replaced by a copy of it, whatever proof it carries."""
    scene = await scene_of(nodes, "own")
    ours = await scene.node.publish(offer("Vårt eget"))
    before = await scene.row(ours.iri)
    copy = prove(scene.alice.offer("Taken over", id=ours.iri), scene.alice)
    await scene.passed_on(copy)
    await scene.passed_on(await scene.node.get_json(ours.iri))
    assert await scene.row(ours.iri) == before
