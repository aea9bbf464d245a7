import copy
import json
from pathlib import Path
from typing import Any

import pytest

from vocab.validation.marketplace import message_problems, proposal_problems

WIRE = Path(__file__).parents[2] / "data" / "wire"
ME, YOU = "https://a.example/cluster", "https://b.example/cluster"
OFFER: dict[str, Any] = {
    "type": "Offer",
    "id": "https://b.example/activities/1",
    "actor": YOU,
    "to": [ME],
    "object": {
        "type": "Agreement",
        "stipulates": {
            "type": "Commitment",
            "satisfies": "https://a.example/offers/1#primary",
            "resourceQuantity": {"hasUnit": "one", "hasNumericalValue": "1"},
        },
    },
}
AGREEMENT = {
    **OFFER["object"],
    "id": "https://a.example/agreements/1",
    "attributedTo": ME,
    "stipulates": {**OFFER["object"]["stipulates"], "id": "https://a.example/agreements/1#primary"},
}
ACCEPT = {
    "type": "Accept",
    "id": "https://a.example/activities/2",
    "actor": ME,
    "to": [YOU],
    "object": OFFER["id"],
    "result": AGREEMENT,
}
CONFIRMATION = {
    "type": "Create",
    "id": "https://a.example/activities/3",
    "actor": ME,
    "to": [YOU],
    "object": {
        "type": "Document",
        "id": "https://a.example/receipts/1",
        "context": AGREEMENT["id"],
    },
}


def changed(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return *document* with another value at *path*, or without it where that is None."""
    whole = copy.deepcopy(document)
    *way, last = path.split(".")
    place = whole
    for key in way:
        place = place[key]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return whole


@pytest.mark.parametrize("message", [OFFER, ACCEPT, CONFIRMATION])
def test_messages_as_the_fep_has_them_are_fine(message: dict[str, Any]) -> None:
    """Nothing is found where nothing is wrong."""
    assert message_problems(message) == []


@pytest.mark.parametrize("name", ["offer-create.json", "need-create.json"])
def test_proposals_of_ours_are_fine(name: str) -> None:
    """Offers and needs are proposals after the FEP."""
    document = json.loads((WIRE / name).read_text())

    assert message_problems(document) == []
    assert list(proposal_problems(document["object"])) == []


@pytest.mark.parametrize(
    ("message", "path", "value", "problem"),
    [
        (OFFER, "to", None, "to: REQUIRED"),
        (OFFER, "object.type", "Note", "type: MUST be Agreement"),
        (OFFER, "object.stipulates", None, "stipulates: REQUIRED"),
        (OFFER, "object.stipulates.type", "Intent", "MUST be Commitment"),
        (OFFER, "object.stipulates.satisfies", "#primary", "the id of an intent"),
        (OFFER, "object.stipulates.resourceQuantity.hasUnit", None, "hasUnit: REQUIRED"),
        (OFFER, "object.stipulates.resourceQuantity.hasNumericalValue", 1, "a number, as text"),
        (ACCEPT, "object", {"id": "https://b.example/1"}, "MUST be the id of the Offer"),
        (ACCEPT, "result", AGREEMENT["id"], "result: an object"),
        (ACCEPT, "result.id", None, "id: REQUIRED"),
        (ACCEPT, "result.stipulates.id", None, "REQUIRED in a finalised agreement"),
        (ACCEPT, "result.attributedTo", YOU, "MUST be the actor"),
        (CONFIRMATION, "object.context", None, "MUST name the agreement"),
    ],
)
def test_what_the_fep_requires_is_missed(
    message: dict[str, Any], path: str, value: Any, problem: str
) -> None:
    """Each MUST and REQUIRED that is left out is told."""
    assert any(problem in found for found in message_problems(changed(message, path, value)))


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("purpose", "gift", "purpose: one of"),
        ("publishes", ["a"], "publishes: an object"),
        ("publishes.action", "use", "action: one of"),
        ("publishes.id", None, "publishes.id: REQUIRED"),
        ("attributedTo", None, "attributedTo: REQUIRED"),
        ("unitBased", "yes", "unitBased: true or false"),
    ],
)
def test_proposals_are_looked_through(path: str, value: Any, problem: str) -> None:
    """The tables for proposals and intents."""
    proposal = json.loads((WIRE / "offer-create.json").read_text())["object"]

    assert any(problem in found for found in proposal_problems(changed(proposal, path, value)))
