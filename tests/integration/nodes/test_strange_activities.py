"""Every type of activity, in shapes that no one expects: refused or settled, never a failure."""

import itertools
from typing import Any

import pytest

from tests.integration.nodes.conftest import Nodes, let_follow
from tests.integration.nodes.drafts import offer
from tests.integration.nodes.live_node import until
from tests.integration.nodes.scripted_server import ScriptedActor

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: ActivityStreams 2.0 Vocabulary, 3.1 and 3.2, and two that are in no vocabulary.
TYPES = (
    *("Accept", "Activity", "Add", "Announce", "Arrive", "Block", "Create", "Delete", "Dislike"),
    *("Flag", "Follow", "Ignore", "IntransitiveActivity", "Invite", "Join", "Leave", "Like"),
    *("Listen", "Move", "Offer", "Question", "Read", "Reject", "Remove", "TentativeAccept"),
    *("TentativeReject", "Travel", "Undo", "Update", "View"),
    *("EmojiReact", "QuoteRequest"),
)


def shapes(actor: ScriptedActor, ours: str) -> list[Any]:
    """Return what an object or target may look like."""
    own = {"id": actor.new_iri(), "attributedTo": actor.iri}
    reply = own | {"type": "Note", "inReplyTo": [{"id": ours}, 7, None], "content": {"en": 1}}
    return [
        None,
        7,
        True,
        "",
        "not an address",
        ours,
        actor.iri,
        [],
        [ours, ours],
        [[ours]],
        {},
        {"id": None},
        {"id": 7},
        {"id": [ours]},
        {"type": ["Note", None], "id": actor.new_iri()},
        own,
        own | {"type": {"a": 1}, "name": ["x"], "content": [1, {"a": None}], "tag": "x"},
        own | {"type": "Note", "tag": [{"type": "Mention", "href": 7}, 1], "inReplyTo": {}},
        reply,
        reply | {"id": actor.new_iri(), "url": [{"href": 1}], "summaryMap": {"nb": [None]}},
        {"type": "Follow", "actor": actor.iri, "object": {"id": ours}},
        {"type": "Like", "actor": actor.iri, "object": [ours]},
        {"type": ["Like"], "actor": {"id": actor.iri}, "object": ours},
        {"type": "Tombstone", "id": actor.new_iri(), "deleted": 7, "formerType": {}},
    ]


async def test_no_shape_of_any_type_breaks_anything(
    nodes: Nodes, caplog: pytest.LogCaptureFixture
) -> None:
    """Each POST gets 202 or 4xx; what is taken is settled at the first attempt."""
    north, odd = nodes.north, nodes.honest.cluster("odd")
    await let_follow(north, odd)
    made = await north.publish(offer("Urørt"))
    before = await north.get_json(made.iri)
    broken, taken = [], []
    for type, shape in itertools.product(TYPES, shapes(odd, made.iri)):
        if type == "Delete" and shape == odd.iri:
            continue  # it would be gone, and all else of it dropped
        for extra in ({}, {"target": shape, "origin": shape, "content": shape, "tag": shape}):
            activity = odd.activity(type, shape) | extra
            status = await odd.post(f"{north.base}/inbox", activity)
            if status == 202:
                taken.append(activity["id"])
            elif not 400 <= status < 500:
                broken.append((status, type, shape))
    assert broken == []
    assert len(taken) > len(TYPES) * 5

    async def settled() -> bool:
        return all(row["state"] != "waiting" for row in await north.inbox())

    await until(settled, "all is settled", seconds=120)
    rows = [row for row in await north.inbox() if row["activity"] in set(taken)]
    assert len(rows) == len(taken)
    assert [row["body"] for row in rows if row["attempts"]] == []
    assert {row["state"] for row in rows} <= {"done", "ignored", "refused"}
    assert [row["body"] for row in rows if row["state"] != "done" and not row["outcome"]] == []
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
    assert await north.get_json(made.iri) == before
