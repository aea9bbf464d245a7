"""What others answer to what a desk sent reaches it as a message, once, and nobody else."""

from collections.abc import Sequence
from typing import Any

import pytest

from node.storage import messages
from node.storage.messages import MessageRow
from tests.integration.nodes.conftest import Nodes, Partners, let_follow
from tests.integration.nodes.contributing import (
    accept,
    becomes,
    case,
    collaboration,
    decline,
    holds,
    join,
    let_in,
    propose,
    waiting,
)
from tests.integration.nodes.desk_browser import desk_browser
from tests.integration.nodes.desks import WHOLE_WAY, Desk, company, published
from tests.integration.nodes.live_node import LiveNode, settled
from tests.integration.nodes.scripted_server import ScriptedActor
from tests.integration.nodes.test_audiences import surfaces
from vocab.classes import ResourceClass

pytestmark = pytest.mark.asyncio(loop_scope="module")
SECRET = "Hemmelig svar mellom kontorene"


async def told(node: LiveNode, title: str) -> list[MessageRow]:
    """Return the messages about *title*, the oldest first."""
    async with node.database.reading() as connection:
        rows = await messages.page(connection, limit=500)
    return [row for row in rows[::-1] if row.title.startswith(title)]


def kinds(rows: Sequence[MessageRow]) -> list[str]:
    return [row.kind for row in rows]


async def asked_of(node: LiveNode, seller: ScriptedActor, title: str) -> tuple[str, str]:
    """Let *node* show interest in an offer of *seller*; return the Offer and its page."""
    await let_follow(node, seller)
    thing = seller.offer(title)
    create = seller.activity("Create", thing)
    assert await seller.post(f"{node.base}/inbox", create) == 202
    assert (await node.outcome(create["id"]))[0] == "done"
    row = await Desk(node).show(thing["id"], await company(node, f"{title} ApS"))
    view = await Desk(node).view(row.iri)
    return row.iri, f"/desk/interests/{view.number}"


async def test_each_answer_to_an_interest_is_told_with_its_page(nodes: Nodes) -> None:
    """Of what the other desk does, the answers are told; not that it is at work."""
    north, south = Desk(nodes.north), Desk(nodes.south)
    made = await published(nodes.north, nodes.south, "Svar fra nord")
    row = await south.show(made.iri, await company(nodes.south, "Svar ApS"))
    await north.sees(row.iri, "sent")
    for event, state in WHOLE_WAY:
        await north.step(row.iri, event, message=f"Om {event}")
        await south.sees(row.iri, state)
    rows = await told(nodes.south, "Svar fra nord")

    assert kinds(rows) == ["interest_answer", "interest_accept", "interest_complete"]
    assert [one.text for one in rows] == ["Om answer", "Om accept", "Om complete"]
    number = (await south.view(row.iri)).number
    assert {one.url for one in rows} == {f"{nodes.south.base}/desk/interests/{number}"}
    assert {one.actor_name for one in rows} == {"Cluster north"}
    assert await told(nodes.north, "Svar fra nord") == []


async def test_counter_offers_and_withdrawals_are_told(nodes: Nodes) -> None:
    """A decline, a counter-offer to ours, and what the other desk takes back."""
    north, south = Desk(nodes.north), Desk(nodes.south)
    made = await published(nodes.north, nodes.south, "Motbud")
    row = await south.show(made.iri, await company(nodes.south, "Motbud ApS"))
    await north.sees(row.iri, "sent")
    await north.step(row.iri, "decline", message="Ikke slik")
    await south.sees(row.iri, "declined")
    countered = await north.counter(row.iri, "Heller slik")
    await south.sees(countered.iri, "sent")
    await north.step(countered.iri, "withdraw", message="Likevel ikke")
    await south.sees(countered.iri, "withdrawn")

    told_south = await told(nodes.south, "Motbud")
    assert kinds(told_south) == ["interest_decline", "interest_counter", "interest_withdraw"]
    assert [one.text for one in told_south] == ["Ikke slik", "", "Likevel ikke"]


async def test_an_answer_that_comes_again_is_told_once(nodes: Nodes) -> None:
    """The same activity by both inboxes, and a new one that says the same."""
    seller = nodes.honest.cluster("again", 2)
    offer, _ = await asked_of(nodes.south, seller, "To ganger")
    reject = seller.activity("Reject", offer, to=[nodes.south.cluster], content="Nei")
    for inbox in ("/inbox", "/cluster/inbox", "/inbox"):
        assert await seller.post(f"{nodes.south.base}{inbox}", reject) == 202
    again = reject | {"id": seller.new_iri("activities")}
    assert await seller.post(f"{nodes.south.base}/inbox", again) == 202
    assert (await nodes.south.outcome(again["id"]))[0] == "done"

    (row,) = await told(nodes.south, "To ganger")
    assert (row.kind, row.text, row.activity) == ("interest_decline", "Nei", reject["id"])


async def test_an_answer_counts_where_there_is_no_room_to_tell(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bound is on messages: the interest is declined all the same."""
    seller = nodes.honest.cluster("full", 3)
    offer, _ = await asked_of(nodes.south, seller, "Fullt")

    async def nothing_more(*_args: Any) -> str:
        return "There is no room."

    monkeypatch.setattr("node.receiving.tell_answers.refusal_of", nothing_more)
    reject = seller.activity("Reject", offer, to=[nodes.south.cluster], content="Nei")
    assert await seller.post(f"{nodes.south.base}/inbox", reject) == 202
    await Desk(nodes.south).sees(offer, "declined")
    assert await told(nodes.south, "Fullt") == []


async def test_it_is_read_at_the_desk_in_the_visitors_language_and_nowhere_else(
    nodes: Nodes,
) -> None:
    """With a link to the interest; no stranger's page, feed or query has a word of it."""
    seller = nodes.honest.cluster("private", 4)
    offer, path = await asked_of(nodes.south, seller, "Stille")
    markup = f"<script>alert(1)</script>{SECRET}"
    reject = seller.activity("Reject", offer, to=[nodes.south.cluster], content=markup)
    assert await seller.post(f"{nodes.south.base}/inbox", reject) == 202
    await Desk(nodes.south).sees(offer, "declined")
    words = {
        "nb": "Interessen er avslått",
        "nn": "Interessa er avslått",
        "da": "Interessen er afslået",
        "en": "Interest declined",
    }
    for language, said in words.items():
        async with desk_browser(nodes.south) as browser:
            await browser.sign_in("Mette", language)
            page = await browser.get("/desk/messages")
            assert said in page.text
            assert SECRET in page.text
            assert f'href="{path}"' in page.page
            assert "<script>alert" not in page.page
            assert (await browser.get(path)).status == 200
    await settled(nodes.south)
    seen = await surfaces(nodes.south)
    assert "Stille" in seen
    assert SECRET not in seen
    (row,) = await told(nodes.south, "Stille")
    assert row.activity not in seen


async def test_what_became_of_a_revision_is_told(partners: Partners) -> None:
    """Accepted or declined, with the reason and the page of what was sent."""
    home, east = partners.home, partners.east
    made = await home.publish(case("Endring"), ResourceClass.CASE)
    await holds(east, made.iri, "1.0.0")
    taken = await propose(east, made.iri, {"outcomes": {"nb": "Tretten teknikere."}})
    (waits,) = await waiting(home, "revision", made.iri)
    await accept(home, waits.id)
    await becomes(east, taken, "accepted")
    await holds(east, made.iri, "1.1.0")
    other = await propose(east, made.iri, {"outcomes": {"nb": "Ingen teknikere."}})
    (waits,) = await waiting(home, "revision", made.iri)
    await decline(home, waits.id, "revision", "Stemmer ikke")
    await becomes(east, other, "declined")

    rows = await told(east, "Endring")
    assert [(row.kind, row.text) for row in rows] == [
        ("revision_accepted", ""),
        ("revision_declined", "Stemmer ikke"),
    ]
    assert [row.url for row in rows] == [
        f"{east.base}/desk/contributions/{sent}" for sent in (taken, other)
    ]
    async with desk_browser(east) as browser:
        await browser.sign_in()
        assert (await browser.get(f"/desk/contributions/{other}")).status == 200


async def test_what_became_of_a_request_to_join_is_told(partners: Partners) -> None:
    """Let in or not, with the page of the request."""
    home, east, west = partners.home, partners.east, partners.west
    made = await home.publish(collaboration("Samarbeid"), ResourceClass.COLLABORATION)
    for node in (east, west):
        await holds(node, made.iri)
    asked, refused = await join(east, made.iri), await join(west, made.iri)
    rows = {row.partner: row for row in await waiting(home, "join", made.iri, 2)}
    await let_in(home, rows[east.cluster].id)
    await decline(home, rows[west.cluster].id, "join", "Fullt")
    await becomes(east, asked, "accepted")
    await becomes(west, refused, "declined")

    (row,) = await told(east, "Samarbeid")
    assert (row.kind, row.url) == (
        "join_accepted",
        f"{east.base}/desk/contributions/{asked}",
    )
    (row,) = await told(west, "Samarbeid")
    assert (row.kind, row.text) == ("join_declined", "Fullt")
