"""FEP-0837 between a node and Fedify's own classes: Proposal, Intent, Agreement, Measure."""

import asyncio
from typing import Any

import pytest

from tests.acceptance.test_fedify import (
    DEFAULT_KNOCK,
    Meeting,
    certificates,
    eventually,
    fedify,
    knocks,
    meeting,
    node,
    peer_url,
)

#: The fixtures by which a node and a peer meet, for this module too.
__all__ = ["certificates", "fedify", "knocks", "meeting", "node", "peer_url"]


async def _interest(meeting: Meeting, *arguments: str) -> Any:
    return await asyncio.to_thread(meeting.node.command, "interest", *arguments)


async def _stands(meeting: Meeting, interest: str, state: str) -> None:
    async def there() -> bool:
        found = meeting.node.rows("SELECT iri, state FROM interests")
        return (interest, state) in found

    await eventually(there, f"interest {interest} in state {state}")


@pytest.mark.parametrize("knocks", [DEFAULT_KNOCK], indirect=True)
async def test_fedify_is_interested_in_an_offer(meeting: Meeting) -> None:
    """FEP-0837 with Fedify's own classes: it offers an agreement and reads all our answers."""
    peer, cluster = meeting.peer, f"{meeting.node.base_url}/cluster"
    await meeting.import_member()
    published = await meeting.publish("Gjennomgang av universell utforming")
    told = await peer.tell("interest", address=meeting.address, proposal=published["id"])
    await _stands(meeting, told["id"], "sent")
    ((message, quantity),) = meeting.node.rows("SELECT message, quantity FROM interests")
    assert (message, quantity) == ("Vi er interessert.", "1")

    await _interest(meeting, "take", told["id"])
    await _interest(meeting, "accept", told["id"], "--message", "Hyggelig")
    await _interest(meeting, "complete", told["id"])
    (accept,) = await peer.received("Accept")
    found = accept["agreement"]
    assert (accept["actor"], accept["object"]) == (cluster, told["id"])
    assert found == {
        "id": found["id"],
        "attributedTo": cluster,
        "commitment": f"{found['id']}#primary",
        "satisfies": f"{published['id']}#primary",
        "unit": "one",
        "number": "1",
    }
    (update,) = await peer.received("Update")
    assert update["agreement"]["id"] == found["id"]
    (confirmation,) = await peer.received("Create")
    assert confirmation["objectType"] == "Document"
    assert confirmation["contexts"] == [found["id"]]


@pytest.mark.parametrize("knocks", [DEFAULT_KNOCK], indirect=True)
async def test_fedify_answers_interest_in_its_proposal(meeting: Meeting) -> None:
    """Its Proposal is taken in; it reads our Offer, accepts it and confirms, each in its way."""
    peer = meeting.peer
    await meeting.import_member()
    await asyncio.to_thread(meeting.node.command, "follow", f"@kari@{peer.host}")
    assert await meeting.journal("Accept")
    proposed = await peer.tell("propose", address=meeting.address, name="Brukt sykkel")
    assert await meeting.journal("Create") == [("done", peer.actor, "HttpSignature")]

    member, message = "org:NO:900407939", "Vi er med"
    given = ("show", proposed["proposal"], "--member", member, "--message", message)
    shown = await _interest(meeting, *given)
    (offer,) = await peer.received("Offer")
    assert (offer["id"], offer["to"]) == (shown["interest"], [peer.actor])
    assert offer["agreement"] == {
        "satisfies": f"{proposed['proposal']}#primary",
        "unit": "one",
        "number": "1",
    }
    agreed = await peer.tell(
        "agree", address=meeting.address, proposal=proposed["proposal"], offer=offer["id"]
    )
    await _stands(meeting, shown["interest"], "accepted")
    assert meeting.node.rows("SELECT agreement FROM interests") == [(agreed["agreement"],)]
    await peer.tell("confirm", address=meeting.address, agreement=agreed["agreement"])
    await _stands(meeting, shown["interest"], "completed")
