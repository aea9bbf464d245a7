"""Linked Data Notifications: left by signed requests, read by the desk alone (W3C LDN)."""

import io
import json
from typing import Any

import pytest

from federation.draft_cavage import sign_request
from federation.keys import load_private
from node.desk.decide_about_servers import decide_server
from node.publishing.decide_mode import decide_mode
from node.storage import access_tokens, messages
from node.storage.peer_policy import Mode
from tests.integration.nodes.client import Client, client_of
from tests.integration.nodes.conftest import Nodes
from tests.integration.nodes.desk_browser import desk_browser
from tests.integration.nodes.drafts import member, offer, organisation_number
from tests.integration.nodes.live_node import LiveNode
from tests.integration.nodes.scripted_server import ScriptedActor
from vocab.clock import timestamp

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


async def _choose(node: LiveNode, mode: Mode | None) -> None:
    async with node.database.transaction() as connection:
        await decide_mode(connection, node.folder.identity, mode, who="Kari")
    await node.wake()


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
    path = location.removeprefix(north.base)
    for inbox in ("/inbox", "/cluster/inbox", path, "/inbox/99999"):
        assert await north.status(inbox, LD_JSON) == 401
    assert (await amy.read(f"{north.base}/inbox"))[0] == 401

    async with desk_browser(north) as desk:
        await desk.sign_in()
        for inbox in ("/inbox", "/cluster/inbox"):
            answer = await desk.get(inbox, Accept=LD_JSON)
            listed = json.loads(answer.page)
            assert listed["@id"] == f"{north.base}{inbox}"
            assert {"@id": location} in listed["ldp:contains"]
            assert "no-store" in answer.headers["Cache-Control"]
        assert json.loads((await desk.get(path, Accept=LD_JSON)).page) == document
        for unknown in ("/inbox/99999", "/inbox/x"):
            assert (await desk.get(unknown, Accept=LD_JSON)).status == 404
        page = await desk.get("/desk/messages")
        assert "For deres øyne" in page.text
        assert f'href="{path}"' in page.page
    assert await north.status("/inbox", LD_JSON) == 401


async def test_programs_read_the_inbox_by_tokens_of_the_cluster(nodes: Nodes) -> None:
    """Tokens to read or notify; another scope is 403, an ended token 401, both with the challenge.

    Who asks for ActivityPub gets what it calls an inbox, by a token to read.
    """
    north, amy = nodes.north, nodes.honest.actor("amy")
    location = (await leave(north, amy, NOTE | {"summary": "Til programmet"}))[1]["Location"]
    accept = {"Accept": LD_JSON}
    for scope in ("read", "notify"):
        program = await client_of(north, scope)
        for inbox in ("/inbox", "/cluster/inbox"):
            listed = await program.ask("GET", inbox, accept)
            assert {"@id": location} in listed.document["ldp:contains"], (scope, inbox)
        assert (await program.ask("GET", location, accept)).document["summary"] == "Til programmet"
    reader = await client_of(north, "read")
    assert (await reader.get("/cluster/inbox")).document["type"] == "OrderedCollection"
    publisher = await client_of(north, "publish")
    refused = await publisher.ask("GET", "/inbox", accept)
    assert refused.status == 403
    assert "insufficient_scope" in refused.headers["WWW-Authenticate"]
    async with north.database.transaction() as connection:
        await access_tokens.revoke(connection, reader.token.id, at=timestamp())
    ended = await reader.ask("GET", "/inbox", accept)
    assert (ended.status, ended.headers["WWW-Authenticate"]) == (
        401,
        'Bearer error="invalid_token"',
    )


async def test_a_program_leaves_notifications_by_its_token(nodes: Nodes) -> None:
    """201 and its address, under the token's name; from our own host, whatever the mode.

    A member's token leaves them and reads none.
    """
    north = nodes.north
    made = await north.publish(offer("Nevnt av et program"))
    (firm,) = await north.publish_all([member("Firma AS", organisation_number(7))])
    headers = {"Content-Type": LD_JSON}
    context, id = NOTE["@context"], "https://a.example/1"
    document = {"@context": context, "id": id, "type": "Announce", "target": made.iri}
    document |= {"actor": "https://a.example/#me", "summary": "Nevnt"}
    before = len(await north.inbox())
    await _choose(north, "allowlist")
    try:
        for actor in (north.cluster, firm.iri):
            program = await client_of(north, "notify", actor=actor)
            for inbox in ("/inbox", "/cluster/inbox", f"{firm.iri}/inbox"):
                body = io.BytesIO(json.dumps(document).encode())
                answer = await program.ask("POST", inbox, headers, data=body)
                assert answer.status == 201, answer.text
                assert answer.location.startswith(f"{north.base}/inbox/")
                assert answer.headers["Access-Control-Allow-Origin"] == "*"
            may_read = await program.ask("GET", "/inbox", {"Accept": LD_JSON})
            assert may_read.status == (200 if actor == north.cluster else 403)
    finally:
        await _choose(north, None)
    async with north.database.reading() as connection:
        rows = [row for row in await messages.page(connection, limit=9) if row.about == made.iri]
    assert {row.actor for row in rows} == {north.cluster, firm.iri}
    assert {(row.actor_name, row.host, row.kind) for row in rows} == {
        ("A program", north.host, "notification")
    }
    assert len(await north.inbox()) == before


async def test_a_token_that_does_not_allow_it_leaves_nothing(nodes: Nodes) -> None:
    """A scope that lacks is 403, a token that nobody made 401; what is no JSON object is 400."""
    north = nodes.north
    headers = {"Content-Type": LD_JSON}

    async def left(program: Client, body: bytes = b"{}") -> int:
        answer = await program.ask("POST", "/inbox", headers, data=io.BytesIO(body))
        return answer.status

    assert await left(await client_of(north, "publish", "read")) == 403
    program = await client_of(north, "notify")
    assert await left(program, b"[]") == 400
    assert await left(program, json.dumps({"summary": "x" * 70_000}).encode()) == 413
    program.secret = "skg_" + "x" * 43
    assert await left(program) == 401


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
    identity, host = north.folder.identity, nodes.evil.host
    async with north.database.transaction() as connection:
        await decide_server(connection, identity, host, "blocked", who="Kari")
    await north.wake()
    assert (await leave(north, spam, NOTE | {"summary": "x"}))[0] == 403
