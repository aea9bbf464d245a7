"""Who may contribute what to a work of another, against servers that do not keep to it."""

import json
from typing import Any

import pytest

from node.node_folder import NodeFolder
from node.storage import contributions, peers
from tests.integration.nodes.conftest import Nodes, become_follower, let_follow
from tests.integration.nodes.contributing import (
    accept,
    article,
    becomes,
    case,
    collaboration,
    holds,
    propose,
    review,
    waiting,
)
from tests.integration.nodes.live_node import LiveNode, settled
from tests.integration.nodes.scripted_server import PUBLIC, ScriptedActor
from vocab.classes import ResourceClass
from vocab.contexts import inherit_context
from vocab.validation import Profile, validate

pytestmark = pytest.mark.asyncio(loop_scope="module")

CASE, PRACTICE = ResourceClass.CASE, ResourceClass.PRACTICE
Wire = dict[str, Any]


async def _approved(nodes: Nodes, name: str, node: LiveNode) -> ScriptedActor:
    """Return a scripted cluster on an approved host that follows *node*."""
    cluster = nodes.honest.cluster(name)
    await become_follower(cluster, node)
    await _decide(node, nodes.honest.host, "approved")
    return cluster


async def _decide(node: LiveNode, host: str, state: str) -> None:
    async with node.database.transaction() as connection:
        await peers.set_state(connection, host, state)


async def _draft(actor: ScriptedActor, node: LiveNode, iri: str, **changes: Any) -> Wire:
    """Return a draft for the work *iri* that starts from how it stands now."""
    standing = json.loads(str((await node.resource(iri) or {})["wire"]))
    kept = {key: value for key, value in standing.items() if key not in ("proof", "cc", "@context")}
    own = {"id": actor.new_iri("drafts"), "attributedTo": actor.iri, "to": [node.cluster]}
    return kept | own | {"inReplyTo": iri} | changes


async def _offer(
    actor: ScriptedActor, node: LiveNode, draft: Wire, **changes: Any
) -> tuple[Wire, tuple[str, str]]:
    """Send the Offer of *draft*; return it and what became of it."""
    activity = actor.activity("Offer", draft, to=[node.cluster], **changes)
    assert await actor.post(f"{node.base}/cluster/inbox", activity) == 202
    return activity, await node.outcome(activity["id"])


async def _kept(node: LiveNode, about: str) -> list[contributions.ContributionRow]:
    async with node.database.reading() as connection:
        rows = [
            *await contributions.listed(connection, "revision"),
            *await contributions.listed(connection, "join"),
        ]
    return [row for row in rows if row.about == about]


async def test_strangers_propose_nothing(nodes: Nodes) -> None:
    """A server that waits for the desk gets no answer, for what is public and for the rest."""
    north = nodes.north
    stranger = nodes.evil.cluster("proposer")
    await become_follower(stranger, north)
    public = await north.publish(case("Åpen"), CASE)
    hidden = await north.publish(collaboration("Lukket"), ResourceClass.COLLABORATION)
    for iri in (public.iri, hidden.iri, f"{north.base}/cases/none"):
        there = iri if iri != f"{north.base}/cases/none" else public.iri
        draft = await _draft(stranger, north, there, inReplyTo=iri, trl=3)
        _, (state, _reason) = await _offer(stranger, north, draft)
        assert state == "ignored"
        join = stranger.activity("Join", iri, to=[north.cluster])
        assert await stranger.post(f"{north.base}/inbox", join) == 202
        assert (await north.outcome(join["id"]))[0] == "ignored"
        assert await _kept(north, iri) == []
    await settled(north)
    assert not any(activity["type"] == "Reject" for activity in nodes.evil.received)


async def test_a_listed_contributor_may_propose(nodes: Nodes) -> None:
    """Though its server waits for the desk; not once that is blocked."""
    north = nodes.north
    listed = nodes.evil.cluster("listed", 1)
    await become_follower(listed, north)
    made = await north.publish(case("Medforfatter", contributor=[listed.iri]), CASE)
    draft = await _draft(listed, north, made.iri, trl=3)
    _, outcome = await _offer(listed, north, draft)
    assert outcome == ("done", "")
    await _decide(north, nodes.evil.host, "blocked")
    draft = await _draft(listed, north, made.iri, trl=4)
    activity = listed.activity("Offer", draft, to=[north.cluster])
    if await listed.post(f"{north.base}/cluster/inbox", activity) == 202:
        assert (await north.outcome(activity["id"]))[0] == "ignored"
    assert len(await _kept(north, made.iri)) == 1
    await _decide(north, nodes.evil.host, "pending")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"version": "7.0.0"}, "starts from"),
        ({"updated": "2020-01-01T00:00:00Z"}, "starts from"),
        ({"kind": "Practice", "teaches": "https://skills.example/x"}, "class"),
        ({"participant": ["javascript:alert(1)"]}, "http"),
        ({"lessons": {f"nb-x{n}": "Tekst." for n in range(99)}}, "too many"),
    ],
)
async def test_what_cannot_be_is_rejected_with_the_reason(
    nodes: Nodes, changes: Wire, said: str
) -> None:
    """At once and without the desk, and nothing of it is kept."""
    north = nodes.north
    actor = await _approved(nodes, "careless", north)
    made = await north.publish(case("Umulig"), CASE)
    draft = await _draft(actor, north, made.iri, **changes)
    activity, (state, reason) = await _offer(actor, north, draft)
    assert (state, said in reason) == ("refused", True), reason
    answer = await actor.receives("Reject", activity["id"])
    assert said in answer["content"]
    assert answer["to"] == [actor.iri]
    assert await _kept(north, made.iri) == []


async def test_a_draft_of_somebody_else_is_not_taken(nodes: Nodes) -> None:
    """Of another actor of the host, of another host, or of this node: it shrinks to a link."""
    north = nodes.north
    actor = await _approved(nodes, "forger", north)
    neighbour = nodes.honest.cluster("neighbour", 1)
    made = await north.publish(case("Forfalsket"), CASE)
    for changes in (
        {"attributedTo": neighbour.iri},
        {"id": nodes.evil.base + "/drafts/1", "attributedTo": nodes.evil.base + "/actors/x"},
        {"id": made.iri, "attributedTo": north.cluster},
    ):
        draft = await _draft(actor, north, made.iri, **changes)
        _, (state, _reason) = await _offer(actor, north, draft)
        assert state == "done"  # the desk is told of it, as of any other offer
    assert await _kept(north, made.iri) == []


async def test_a_draft_is_made_safe_before_it_is_kept(nodes: Nodes) -> None:
    """Markup that could harm, keys of nobody, and contributors elsewhere are gone."""
    north = nodes.north
    actor = await _approved(nodes, "hostile", north)
    made = await north.publish(case("Farlig"), CASE)
    evil = "<p>Hei<script>alert(1)</script><img src=x onerror=alert(1)></p>"
    draft = await _draft(
        actor,
        north,
        made.iri,
        content=evil,
        contentMap={"nb": evil, "en": "<p>Long.</p>"},
        license="https://evil.example/licence",
        contributor=[actor.iri, "https://elsewhere.example/cluster"],
        publicKey={"id": "x"},
        audienceLevel="private",
    )
    await _offer(actor, north, draft, content="<script>alert(1)</script>Se her")
    (row,) = await waiting(north, "revision", made.iri)
    kept = row.document
    assert kept["contentMap"] == {"nb": "<p>Hei</p>", "en": "<p>Long.</p>"}
    assert kept["contributor"] == [actor.iri]
    assert {"license", "publicKey", "audienceLevel", "to"}.isdisjoint(kept)
    assert "script" not in (row.wire or "") + row.message
    assert [field.field for field in (await review(north, row.id)).fields] == ["content.nb"]
    await accept(north, row.id)
    stands = await north.get_json(made.iri)
    assert stands["contentMap"]["nb"] == "<p>Hei</p>"
    assert stands["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert stands["contributor"] == [north.cluster, actor.iri]
    answer = await actor.receives("Accept", row.activity)
    assert (answer["result"], answer["to"]) == (made.iri, [actor.iri])
    assert "proof" not in answer


async def test_only_so_many_wait_for_the_desk(
    fresh_nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One host has as many as the setting allows; what is decided makes room."""
    nodes, north = fresh_nodes, fresh_nodes.north
    await north.stop()
    monkeypatch.setenv("SKAGERRAK_FEDERATION_CONTRIBUTIONS_WAITING", "3")
    north.folder = NodeFolder.read(north.folder.path)
    await north.start()
    actor = await _approved(nodes, "eager", north)
    made = await north.publish(case("Mange"), CASE)
    for number in range(3):
        draft = await _draft(actor, north, made.iri, lessons={"nb": f"Lærdom {number}"})
        _, outcome = await _offer(actor, north, draft)
        assert outcome[0] == "done"
    activity, (state, reason) = await _offer(
        actor, north, await _draft(actor, north, made.iri, trl=9)
    )
    assert (state, "wait for us" in reason) == ("refused", True)
    await actor.receives("Reject", activity["id"])
    rows = await waiting(north, "revision", made.iri, 3)
    for row in rows:
        undo = actor.activity("Undo", row.activity, to=[north.cluster])
        assert await actor.post(f"{north.base}/inbox", undo) == 202
        await north.outcome(undo["id"])
    _, outcome = await _offer(actor, north, await _draft(actor, north, made.iri, trl=9))
    assert outcome[0] == "done"


async def test_the_same_draft_is_proposed_once(nodes: Nodes) -> None:
    """A second Offer of it, under another id, is rejected."""
    north = nodes.north
    actor = await _approved(nodes, "repeating", north)
    made = await north.publish(case("Igjen"), CASE)
    draft = await _draft(actor, north, made.iri, trl=2)
    _, first = await _offer(actor, north, draft)
    activity, (state, _) = await _offer(actor, north, draft)
    assert (first[0], state) == ("done", "refused")
    await actor.receives("Reject", activity["id"])


async def test_only_who_was_asked_answers(nodes: Nodes) -> None:
    """An Accept or Reject of a proposal by anybody else changes nothing (SECURITY A18)."""
    north, south = nodes.north, nodes.south
    made = await north.publish(case("Uventet svar"), CASE)
    await holds(south, made.iri)
    sent = await propose(south, made.iri, {"trl": 6})
    (row,) = await waiting(north, "revision", made.iri)
    liar = nodes.evil.actor("liar")
    for type in ("Accept", "Reject"):
        answer = liar.activity(type, row.activity, to=[south.cluster])
        assert await liar.post(f"{south.base}/inbox", answer) == 202
        assert (await south.outcome(answer["id"]))[0] == "refused"
    undo = liar.activity("Undo", row.activity, to=[north.cluster])
    assert await liar.post(f"{north.base}/inbox", undo) in (202, 403)
    await becomes(south, sent, "open")
    await becomes(north, row.id, "open")


async def test_a_join_names_companies_of_the_sender_alone(nodes: Nodes) -> None:
    """A company elsewhere, or several, are rejected; and only collaborations are joined."""
    north = nodes.north
    actor = await _approved(nodes, "joiner", north)
    made = await north.publish(collaboration("Med hvem"), ResourceClass.COLLABORATION)
    other = await north.publish(case("Ikke et samarbeid"), CASE)
    own = f"{nodes.honest.base}/members/1"
    for about, companies in (
        (made.iri, ["https://elsewhere.example/members/1"]),
        (made.iri, [own, f"{nodes.honest.base}/members/2"]),
        (other.iri, [own]),
    ):
        join = actor.activity("Join", about, to=[north.cluster], participant=companies)
        assert await actor.post(f"{north.base}/inbox", join) == 202
        assert (await north.outcome(join["id"]))[0] == "refused"
        await actor.receives("Reject", join["id"])
        assert await _kept(north, about) == []


async def test_who_takes_no_part_cannot_leave(nodes: Nodes) -> None:
    """Nor take others out; and the last company is for the desk to take out."""
    north = nodes.north
    actor = await _approved(nodes, "leaver", north)
    made = await north.publish(collaboration("Blir"), ResourceClass.COLLABORATION)
    leave = actor.activity("Leave", made.iri, to=[north.cluster])
    assert await actor.post(f"{north.base}/inbox", leave) == 202
    assert (await north.outcome(leave["id"]))[0] == "ignored"
    last = f"{nodes.honest.base}/members/9"
    changed = collaboration(
        "Blir", id=made.iri, participant=[last], contributor=[north.cluster, actor.iri]
    )
    await north.publish(changed, ResourceClass.COLLABORATION)
    leave = actor.activity("Leave", made.iri, to=[north.cluster])
    assert await actor.post(f"{north.base}/inbox", leave) == 202
    state, reason = await north.outcome(leave["id"])
    assert (state, "desk must decide" in reason) == ("done", True)
    stands = await north.resource(made.iri)
    assert stands is not None
    assert last in stands["wire"]


async def test_other_offers_are_messages_to_the_desk(nodes: Nodes) -> None:
    """What is no revision of a work, and a work that answers nothing, is no contribution."""
    north = nodes.north
    actor = await _approved(nodes, "offering", north)
    made = await north.publish(article("Veiledning", teaches="https://x.example/y"), PRACTICE)
    draft = await _draft(actor, north, made.iri)
    draft.pop("inReplyTo")
    for offered in (actor.offer(), draft, "https://x.example/thing"):
        activity = actor.activity("Offer", offered, to=[north.cluster])
        assert await actor.post(f"{north.base}/inbox", activity) == 202
        assert (await north.outcome(activity["id"]))[0] == "done"
    assert await _kept(north, made.iri) == []


async def test_what_goes_over_the_wire(nodes: Nodes) -> None:
    """To the home alone, without a proof; the draft is read by its key and kept by no cache."""
    north = nodes.north
    home = nodes.honest.cluster("home")
    await let_follow(north, home)
    work = case("Fremmed") | {
        "type": "Article", "kind": "BusinessCase", "id": home.new_iri("cases"), "version": "2.3.1",
        "attributedTo": home.iri, "to": [PUBLIC], "published": "2026-11-23T10:00:00Z",
        "name": "Fremmed", "summary": "Kort fortalt.", "content": "<p>Langt.</p>",
        "contributor": home.iri, "license": "https://creativecommons.org/licenses/by/4.0/",
    }  # fmt: skip
    assert await home.post(f"{north.base}/inbox", home.activity("Create", work)) == 202
    await holds(north, work["id"])
    sent = await propose(north, work["id"], {"trl": 4}, message="Prøvd <to> ganger")

    offer = await home.receives("Offer", of=north.cluster)
    draft = offer["object"]
    assert (offer["to"], "cc" in offer, "proof" in offer) == ([home.iri], False, False)
    assert offer["content"] == "<p>Prøvd &lt;to&gt; ganger</p>"
    assert draft["id"] == f"{north.base}/drafts/{sent}"
    assert (draft["inReplyTo"], draft["attributedTo"]) == (work["id"], north.cluster)
    assert (draft["version"], draft["published"], draft["trl"]) == ("2.3.1", work["published"], 4)
    assert draft["to"] == [home.iri]
    assert validate(inherit_context(offer, draft), Profile.RECEIVE) == []

    status, body = await home.read(draft["id"])
    assert (status, json.loads(body)["trl"]) == (200, 4)
    assert home.last_headers["Cache-Control"] == "private, no-store"
    assert "Signature" in home.last_headers["Vary"]
    stranger = nodes.evil.cluster("curious", 1)
    assert (await stranger.read(draft["id"]))[0] == 404
    assert (await stranger.read(f"{north.base}/drafts/nothing"))[0] == 404

    answer = home.activity("Accept", offer["id"], to=[north.cluster], result=work["id"])
    assert await home.post(f"{north.base}/inbox", answer) == 202
    await becomes(north, sent, "accepted")
    late = home.activity("Reject", offer["id"], to=[north.cluster])
    assert await home.post(f"{north.base}/inbox", late) == 202
    assert (await north.outcome(late["id"]))[0] == "ignored"
    await becomes(north, sent, "accepted")
