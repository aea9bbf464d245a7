"""Interest from other software: how it is spelt, who may send it, and what is turned away."""

from typing import Any

import pytest

from node.node_folder import NodeFolder
from node.storage import peers
from tests.integration.nodes.conftest import Nodes, let_follow
from tests.integration.nodes.desks import Desk, company
from tests.integration.nodes.drafts import offer
from tests.integration.nodes.live_node import until
from tests.integration.nodes.scripted_server import AS, ScriptedActor, Wire
from tests.integration.nodes.test_interest_order import agreement, interest

pytestmark = pytest.mark.asyncio(loop_scope="module")

FEP: Wire = {
    "om2": "http://www.ontology-of-units-of-measure.org/resource/om-2/",
    "vf": "https://w3id.org/valueflows/ont/vf#",
    "Agreement": "vf:Agreement",
    "stipulates": "vf:stipulates",
    "Commitment": "vf:Commitment",
    "satisfies": "vf:satisfies",
    "resourceQuantity": "vf:resourceQuantity",
    "hasUnit": "om2:hasUnit",
    "hasNumericalValue": "om2:hasNumericalValue",
}


def spelt(proposal: str, quantity: Wire) -> Wire:
    found = agreement(proposal)
    found["stipulates"]["resourceQuantity"] = quantity
    return found


@pytest.mark.parametrize(
    ("context", "quantity", "changes"),
    [
        (FEP, {"hasUnit": "one", "hasNumericalValue": "1"}, {}),
        (FEP, {"hasUnit": "one", "hasNumericalValue": 1}, {}),
        (
            FEP | {"hasUnit": "vf:hasUnit", "hasNumericalValue": "vf:hasNumericalValue"},
            {"hasUnit": "one", "hasNumericalValue": 1},
            {"type": "OfferAgreement"},
        ),
        (
            FEP | {"vf": "https://w3id.org/valueflows#"},
            {"hasUnit": "om2:one", "hasNumericalValue": "1.0"},
            {},
        ),
        (FEP | {"vf": "https://w3id.org/valueflows/"}, {"om2:hasUnit": "one"}, {}),
    ],
)
async def test_every_spelling_of_interest_is_taken(
    nodes: Nodes, context: Wire, quantity: Wire, changes: Wire
) -> None:
    """The FEP's own context, Mitra's and older ValueFlows; numbers and texts."""
    north, buyer = Desk(nodes.north), nodes.honest.actor("speller")
    made = await nodes.north.publish(offer("Stavemåter"))
    if "om2:hasUnit" in quantity:
        quantity = quantity | {"om2:hasNumericalValue": 1}
    asked = interest(
        buyer,
        made.iri,
        **{"@context": [AS, context], "object": spelt(made.iri, quantity)} | changes,
    )
    assert await buyer.post(f"{nodes.north.base}/cluster/inbox", asked) == 202
    view = await north.sees(asked["id"], "sent")
    assert (view.quantity, view.unit) == ("1", "one")


async def test_answer_in_another_spelling_is_taken(nodes: Nodes) -> None:
    """AcceptAgreement with numbers, ``publishes`` a list, and the Offer embedded by its id."""
    south, seller = Desk(nodes.south), nodes.honest.cluster("mitra", 1)
    await let_follow(nodes.south, seller)
    thing = seller.offer("Sykkel")
    thing["publishes"] = [thing["publishes"]]
    thing["publishes"][0]["resourceQuantity"] = {"hasUnit": "one", "hasNumericalValue": 1}
    create = seller.activity("Create", thing)
    assert await seller.post(f"{nodes.south.base}/inbox", create) == 202
    assert (await nodes.south.outcome(create["id"]))[0] == "done"
    shown = await south.show(thing["id"], await company(nodes.south, "Stav ApS"))
    iri = seller.new_iri("agreements")
    result = agreement(thing["id"], id=f"{iri}#primary") | {"id": iri, "attributedTo": seller.iri}
    result["stipulates"]["resourceQuantity"]["hasNumericalValue"] = 1
    accept = seller.activity("AcceptAgreement", {"id": shown.iri}, result=result)
    assert await seller.post(f"{nodes.south.base}/cluster/inbox", accept) == 202
    assert (await south.sees(shown.iri, "accepted")).agreement == iri


def _wrong_unit(made: str) -> Wire:
    return spelt(made, {"hasUnit": "hour", "hasNumericalValue": "1"})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda made: {"object": _wrong_unit(made)}, "The unit is “hour”"),
        (lambda made: {"object": spelt(made, {"hasUnit": "one"})}, "no number"),
        (lambda made: {"object": agreement(f"{made}x")}, "no such offer or need"),
        (lambda made: {"object": agreement("https://c.example/offers/1")}, "no such offer"),
        (lambda made: {"object": {"type": "Agreement"}}, "does not say which"),
        (lambda made: {"content": "x" * 5001}, "longer than 5000"),
    ],
)
async def test_interest_that_cannot_be_is_rejected_with_the_reason(
    nodes: Nodes, change: Any, reason: str
) -> None:
    """The other desk sees “declined” and why, instead of waiting for ever."""
    north, buyer = Desk(nodes.north), nodes.honest.actor("wrong")
    made = await nodes.north.publish(offer("Avvist"))
    asked = interest(buyer, made.iri, **change(made.iri))
    assert await buyer.post(f"{nodes.north.base}/cluster/inbox", asked) == 202
    answer = await buyer.receives("Reject", asked["id"], of=nodes.north.cluster)
    assert reason in answer["content"]
    assert answer["to"] == [buyer.iri]
    assert await north.state(asked["id"]) is None


async def test_offers_that_are_not_public_are_unknown_to_strangers(nodes: Nodes) -> None:
    """A draft and one for the network answer as if there were nothing."""
    buyer = nodes.evil.actor("curious", 2)
    hidden = await nodes.north.publish(offer("For nettverket", audienceLevel="network"))
    draft = await nodes.north.publish(offer("Kladd"), publish=False)
    for made in (hidden, draft):
        asked = interest(buyer, made.iri)
        assert await buyer.post(f"{nodes.north.base}/inbox", asked) == 202
        answer = await buyer.receives("Reject", asked["id"])
        assert "no such offer or need" in answer["content"]


async def test_open_interest_of_one_server_is_bounded(
    fresh_nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is one more than the setting allows is rejected; a withdrawal makes room."""
    nodes = fresh_nodes
    await nodes.north.stop()
    monkeypatch.setenv("SKAGERRAK_INTERESTS_WAITING_PER_SERVER", "2")
    nodes.north.folder = NodeFolder.read(nodes.north.folder.path)
    await nodes.north.start()
    north, buyer = Desk(nodes.north), nodes.evil.actor("eager", 2)
    made = await nodes.north.publish(offer("Populær"))
    asked = [interest(buyer, made.iri) for _ in range(3)]
    for activity in asked:
        assert await buyer.post(f"{nodes.north.base}/inbox", activity) == 202
        await nodes.north.outcome(activity["id"])
    answer = await buyer.receives("Reject", asked[2]["id"])
    assert "Too much interest" in answer["content"]
    undo = buyer.activity("Undo", asked[0]["id"])
    assert await buyer.post(f"{nodes.north.base}/inbox", undo) == 202
    await north.sees(asked[0]["id"], "withdrawn")
    again = interest(buyer, made.iri)
    assert await buyer.post(f"{nodes.north.base}/inbox", again) == 202
    await north.sees(again["id"], "sent")


async def test_blocked_server_gets_no_answer(nodes: Nodes) -> None:
    """What it sends is refused, and nothing goes to it."""
    north, buyer = Desk(nodes.north), nodes.evil.actor("blocked", 2)
    made = await nodes.north.publish(offer("Sperret"))
    async with nodes.north.database.transaction() as connection:
        await peers.upsert_seen(connection, nodes.evil.host, now="2026-11-29T00:00:00.000000Z")
        await peers.set_state(connection, nodes.evil.host, "blocked")
    await nodes.north.wake()
    asked = interest(buyer, made.iri)
    assert await buyer.post(f"{nodes.north.base}/inbox", asked) == 403
    assert await north.state(asked["id"]) is None
    async with nodes.north.database.transaction() as connection:
        await peers.set_state(connection, nodes.evil.host, "pending")
    await nodes.north.wake()


async def _sold(nodes: Nodes, name: str) -> tuple[ScriptedActor, str, str]:
    """Return a seller, its offer and the interest of a member of south in it."""
    south, seller = Desk(nodes.south), nodes.honest.cluster(name, 1)
    await let_follow(nodes.south, seller)
    thing = seller.offer(f"Ting fra {name}")
    create = seller.activity("Create", thing)
    assert await seller.post(f"{nodes.south.base}/inbox", create) == 202
    assert (await nodes.south.outcome(create["id"]))[0] == "done"
    shown = await south.show(thing["id"], await company(nodes.south, f"Kunde av {name} ApS"))
    return seller, thing["id"], shown.iri


async def test_nobody_answers_for_another(nodes: Nodes) -> None:
    """Neighbours on the same server and strangers change nothing (SECURITY A18)."""
    south = Desk(nodes.south)
    _, thing, offered = await _sold(nodes, "victim")
    before = await south.view(offered)
    for other in (nodes.honest.actor("neighbour", 2), nodes.evil.actor("stranger", 2)):
        iri = other.new_iri("agreements")
        result = agreement(thing, id=f"{iri}#primary") | {"id": iri, "attributedTo": other.iri}
        status = result | {
            "inReplyTo": offered,
            "status": "https://w3id.org/skagerrak/ns#takenOver",
        }
        receipt = {"type": "Document", "id": other.new_iri(), "attributedTo": other.iri}
        for activity in (
            other.activity("Accept", offered, result=result),
            other.activity("Reject", offered),
            other.activity("Update", status),
            other.activity("Create", receipt | {"context": iri, "inReplyTo": offered}),
        ):
            assert await other.post(f"{nodes.south.base}/inbox", activity) == 202
            assert (await nodes.south.outcome(activity["id"]))[0] == "refused"
        undo = other.activity("Undo", offered)
        assert await other.post(f"{nodes.south.base}/inbox", undo) == 403
    assert await south.view(offered) == before


async def test_acceptance_of_something_else_is_refused(nodes: Nodes) -> None:
    """Another quantity, another offer, another author, or no agreement at all."""
    south = Desk(nodes.south)
    seller, thing, offered = await _sold(nodes, "swindler")
    iri = seller.new_iri("agreements")
    good = agreement(thing, id=f"{iri}#primary") | {"id": iri, "attributedTo": seller.iri}
    more = {"hasUnit": "one", "hasNumericalValue": "1000"}
    wrong: list[Any] = [
        iri,
        good | {"stipulates": good["stipulates"] | {"resourceQuantity": more}},
        good | {"stipulates": good["stipulates"] | {"satisfies": f"{thing}x#primary"}},
        good | {"attributedTo": nodes.south.cluster},
        {key: value for key, value in good.items() if key != "id"},
    ]
    for result in wrong:
        accept = seller.activity("Accept", offered, result=result)
        assert await seller.post(f"{nodes.south.base}/inbox", accept) == 202
        assert (await nodes.south.outcome(accept["id"]))[0] == "refused", result
    assert (await south.view(offered)).state == "sent"


async def test_interest_of_another_is_not_overwritten(nodes: Nodes) -> None:
    """The id of an Offer is its actor's; a second actor cannot update it either."""
    north, buyer = Desk(nodes.north), nodes.honest.actor("first", 2)
    neighbour = nodes.honest.actor("second", 3)
    made = await nodes.north.publish(offer("Min interesse"))
    asked = interest(buyer, made.iri, content="<p>Fra meg</p>")
    assert await buyer.post(f"{nodes.north.base}/inbox", asked) == 202
    await north.sees(asked["id"], "sent")
    stolen = interest(neighbour, made.iri, id=asked["id"], content="<p>Fra en annen</p>")
    assert await neighbour.post(f"{nodes.north.base}/inbox", stolen) == 202

    async def refused() -> bool:
        return any(
            row["actor"] == neighbour.iri and row["state"] == "refused"
            for row in await nodes.north.inbox()
        )

    await until(refused, "the second is refused")
    view = await north.view(asked["id"])
    assert (view.message, view.peer) == ("Fra meg", buyer.iri)


async def test_cluster_names_nobody_elses_company(nodes: Nodes) -> None:
    """A company on another server than the cluster's own is left out."""
    north, buyer = Desk(nodes.north), nodes.honest.actor("borrower")
    made = await nodes.north.publish(offer("Lånt navn"))
    for stranger in ("https://known.example/members/1", "javascript:alert(1)", "x" * 2000):
        named = {"type": "Organization", "id": stranger, "name": "Kjent AS"}
        asked = interest(buyer, made.iri, object=agreement(made.iri, receiver=named))
        assert await buyer.post(f"{nodes.north.base}/inbox", asked) == 202
        view = await north.sees(asked["id"], "sent")
        assert (view.their_company, view.their_company_name) == (None, "")


async def test_interest_in_what_has_ended_is_rejected(nodes: Nodes) -> None:
    """Unless it was sent in time and this node was away: then it is expired on both sides."""
    north, buyer = Desk(nodes.north), nodes.honest.actor("tardy")
    made = await nodes.north.publish(offer("Over", endTime="2026-01-31T23:00:00Z"))
    late = interest(buyer, made.iri, published="2026-02-01T09:00:00Z")
    assert await buyer.post(f"{nodes.north.base}/inbox", late) == 202
    answer = await buyer.receives("Reject", late["id"])
    assert "It has ended, and takes no more interest." in answer["content"]
    in_time = interest(buyer, made.iri, published="2026-01-31T09:00:00Z")
    assert await buyer.post(f"{nodes.north.base}/inbox", in_time) == 202
    view = await north.sees(in_time["id"], "expired")
    assert view.due_at is None
    assert view.steps == ("decline",)
