"""Linked Data Notifications: left by signed requests, read by the desk alone (W3C LDN)."""

import io
import json
from typing import Any

import pytest
from aiohttp import web

from federation.draft_cavage import sign_request
from federation.keys import load_private
from node.endpoints.app_keys import DESK
from node.storage import messages, peers
from tests.integration.nodes.conftest import Nodes
from tests.integration.nodes.drafts import offer
from tests.integration.nodes.live_node import LiveNode
from tests.integration.nodes.scripted_server import ScriptedActor

pytestmark = pytest.mark.asyncio(loop_scope="module")

LD_JSON = "application/ld+json"
INBOX = 'rel="http://www.w3.org/ns/ldp#inbox"'
#: As in the specification's examples: names of its own, no id.
NOTE: dict[str, Any] = {
    "@context": "https://www.w3.org/ns/activitystreams",
    "@id": "",
    "@type": "Announce",
    "actor": {"@id": "https://rhiaro.example/#me", "name": "Amy"},
    "summary": "A review of your article",
}


async def leave(
    node: LiveNode,
    sender: ScriptedActor,
    document: Any,
    content_type: str = LD_JSON,
    *,
    path: str = "/inbox",
    signed: bool = True,
) -> tuple[int, dict[str, str]]:
    """POST *document*; return the status and headers of the answer."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    url, headers = f"{node.base}{path}", {"Content-Type": content_type}
    if signed:
        headers |= sign_request(
            method="POST",
            url=url,
            body=body,
            key_id=sender.key_id,
            private_key=load_private(sender.pair.private),
            content_type=content_type,
        )
    async with sender.server.session.post(url, data=io.BytesIO(body), headers=headers) as response:
        return response.status, dict(response.headers)


async def test_everything_says_where_notifications_are_left(nodes: Nodes) -> None:
    """Things, as page and as data, actors and the home page."""
    north = nodes.north
    made = await north.publish(offer("Kan omtales"))
    wanted = {
        made.iri: f"<{north.base}/inbox>; {INBOX}",
        north.cluster: f"<{north.cluster}/inbox>; {INBOX}",
        f"{north.base}/": f"<{north.cluster}/inbox>; {INBOX}",
    }
    for iri, link in wanted.items():
        for accept in ("text/html", "application/activity+json", "text/turtle"):
            if iri == north.cluster and accept == "text/html":
                continue  # leads to the home page
            url = iri.removeprefix(north.base)
            async with north.session.get(url, headers={"Accept": accept}) as response:
                assert link in response.headers["Link"], (iri, accept)


async def test_a_notification_is_kept_for_the_desk(nodes: Nodes) -> None:
    """201 and its address; the same once more is the same; nothing else comes of it."""
    north, amy = nodes.north, nodes.honest.actor("amy")
    made = await north.publish(offer("Omtalt"))
    before = len(await north.inbox())
    document = NOTE | {"target": made.iri, "summary": "Omtale <b>av</b> tilbudet"}
    status, headers = await leave(north, amy, document)
    assert status == 201
    assert headers["Location"].startswith(f"{north.base}/inbox/")
    again = await leave(north, amy, document)
    assert (again[0], again[1]["Location"]) == (201, headers["Location"])
    async with north.database.reading() as connection:
        found = [row for row in await messages.page(connection, limit=99) if row.actor == amy.iri]
    (row,) = found
    assert (row.kind, row.about, row.text) == ("notification", made.iri, "Omtale av tilbudet")
    assert json.loads(row.body or "") == document
    assert len(await north.inbox()) == before
    assert "Omtale" not in await north.whole_graph()


async def test_the_desk_alone_reads_the_inbox(nodes: Nodes) -> None:
    """As ldp:contains, each at its address as it came; to others it is 401, known or not."""
    north, amy = nodes.north, nodes.honest.actor("amy")
    document = NOTE | {"summary": "For deres øyne"}
    location = (await leave(north, amy, document, path="/cluster/inbox"))[1]["Location"]
    running = north.running
    assert running is not None
    for path in ("/inbox", "/cluster/inbox", location, f"{north.base}/inbox/99999"):
        assert await north.status(path, LD_JSON) == 401
    assert (await amy.read(f"{north.base}/inbox"))[0] == 401

    async def way(request: web.Request) -> bool:
        return request.headers.get("X-Desk") == "yes"

    running.public[DESK].ways.append(way)
    try:
        headers = {"X-Desk": "yes", "Accept": LD_JSON}
        async with north.session.get("/inbox", headers=headers) as response:
            listed = await response.json(content_type=LD_JSON)
            assert response.headers["Cache-Control"] == "private, no-store"
        assert {"@id": location} in listed["ldp:contains"]
        path = location.removeprefix(north.base)
        async with north.session.get(path, headers=headers) as response:
            assert await response.json(content_type=LD_JSON) == document
        for path in ("/inbox/99999", "/inbox/x"):
            async with north.session.get(path, headers=headers) as response:
                assert response.status == 404
        assert await north.status("/inbox", LD_JSON) == 401
    finally:
        running.public[DESK].ways.remove(way)


async def test_what_an_inbox_does_not_take(nodes: Nodes) -> None:
    """No signature, another type, no JSON object, a context that lies, too long."""
    north, amy = nodes.north, nodes.honest.actor("amy")
    assert (await leave(north, amy, NOTE, signed=False))[0] == 401
    assert (await leave(north, amy, NOTE, "text/turtle"))[0] == 415
    assert (await leave(north, amy, b"<> a <x> .", "text/plain"))[0] == 415
    assert (await leave(north, amy, b"{"))[0] == 400
    assert (await leave(north, amy, [NOTE]))[0] == 400
    assert (await leave(north, amy, NOTE | {"@graph": []}))[0] == 400
    lies = NOTE | {"@context": {"actor": "https://www.w3.org/ns/activitystreams#object"}}
    assert (await leave(north, amy, lies))[0] == 400
    assert (await leave(north, amy, NOTE | {"summary": "x" * 70_000}))[0] == 413
    for path in ("/inbox", "/cluster/inbox"):
        async with north.session.options(path) as response:
            assert LD_JSON in response.headers["Accept-Post"]
            assert "POST" in response.headers["Allow"]


async def test_an_activity_is_an_activity_whatever_json_it_comes_as(nodes: Nodes) -> None:
    """It is answered 202 and journaled: by its type, or by its id, type and actor."""
    north, bea = nodes.north, nodes.honest.actor("bea")
    made = await north.publish(offer("Likt"))
    profiled = f'{LD_JSON}; profile="https://www.w3.org/ns/activitystreams"'
    for content_type in (LD_JSON, profiled, "application/json"):
        like = bea.activity("Like", made.iri)
        assert (await leave(north, bea, like, content_type))[0] == 202
        assert (await north.outcome(like["id"]))[0] in ("done", "ignored")


async def test_senders_are_bounded_and_can_be_blocked(nodes: Nodes) -> None:
    """So many in an hour as messages in all; of a blocked server none."""
    north, spam = nodes.north, nodes.evil.actor("spam", 1)
    states = [(await leave(north, spam, NOTE | {"summary": str(n)}))[0] for n in range(62)]
    assert states == [201] * 60 + [429] * 2
    async with north.database.transaction() as connection:
        await peers.upsert_seen(connection, nodes.evil.host, now="2026-11-23T12:00:00.000000Z")
        await peers.set_state(connection, nodes.evil.host, "blocked")
    await north.wake()
    assert (await leave(north, spam, NOTE | {"summary": "x"}))[0] == 403
