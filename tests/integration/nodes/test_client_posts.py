"""ActivityPub from client to server: one way in, by a token that allows it."""

import asyncio
import json

import pytest

from node.desk.issue_token import revoke_token
from node.storage import access_tokens
from tests.integration.nodes.client import Client, client_of
from tests.integration.nodes.conftest import Nodes
from tests.integration.nodes.drafts import member, offer, organisation_number
from tests.integration.nodes.live_node import ACTIVITY, LiveNode, Wire, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


def course(title: str = "A course", **changes: object) -> Wire:
    """Return an offer as a client posts it, addressed to everyone."""
    return {"class": "offer", "to": [PUBLIC], **offer(title), **changes}


async def wire_of(node: LiveNode, iri: str) -> Wire:
    row = await node.resource(iri)
    assert row is not None
    found: Wire = json.loads(row["wire"])
    return found


async def test_a_create_is_published_and_reaches_followers(nodes: Nodes) -> None:
    """Answered 201 with the activity's address; the other node takes it in like any other."""
    client = await client_of(nodes.north, "publish")
    made = await client.post({"type": "Create", "object": course("Posted by a program")})

    assert made.status == 201, made.text
    activity = await nodes.north.get_json(made.location)
    assert activity["type"] == "Create"
    assert activity["id"] == made.location == made.document["id"]
    iri = activity["object"]["id"]
    assert iri.startswith(f"{nodes.north.base}/offers/")
    await until(lambda: nodes.south.knows(iri), "the offer has come to the other node")


async def test_a_bare_thing_is_wrapped_and_its_id_replaced(nodes: Nodes) -> None:
    """Ids that a client gives are not taken, nor whom it says it is by."""
    client = await client_of(nodes.north, "publish")
    theirs = "https://client.example/things/1"
    thing = course(id=theirs, attributedTo="https://client.example/me")
    made = await client.post({"id": f"{theirs}/activity", **thing})

    assert made.status == 201, made.text
    activity = made.document
    assert theirs not in made.text
    assert "client.example" not in made.text
    assert activity["object"]["attributedTo"] == nodes.north.cluster


async def test_hidden_recipients_count_and_are_never_passed_on(nodes: Nodes) -> None:
    """``bto`` and ``bcc`` decide who sees it, and stand nowhere (ActivityPub, 6)."""
    client = await client_of(nodes.north, "publish")
    thing = {**course("For the network"), "to": []}
    hidden = {"type": "Create", "bcc": [nodes.north.folder.identity.network], "object": thing}
    made = await client.post(hidden)

    assert made.status == 201, made.text
    assert "bcc" not in made.text
    row = await nodes.north.resource(made.document["object"]["id"])
    assert row is not None
    assert row["audience"] == "network"


async def test_nobody_addressed_means_nobody_sees_it(nodes: Nodes) -> None:
    """An offer is refused then, since it is for somebody; an expertise stays private.

    Its own address is told, since there is no activity, and answers 404.
    """
    client = await client_of(nodes.north, "publish")
    refused = await client.post({"type": "Create", "object": {**course(), "to": []}})
    secret = {"class": "concept", "prefLabel": {"nb": "Hemmelig kunst", "en": "Secret art"}}
    made = await client.post(secret)

    assert [one["code"] for one in refused.document["findings"]] == ["KX-P06"]
    assert made.status == 201, made.text
    assert made.location.startswith(f"{nodes.north.base}/concepts/")
    assert await nodes.north.status(made.location) == 404


@pytest.mark.parametrize(
    "wire",
    [
        {"type": "Create", "to": ["https://elsewhere.example/kari"], "object": course()},
        {"type": "Create", "object": course(audienceLevel="network")},
        {"type": "Create", "object": {**course(), "class": "cluster"}},
        {"type": "Create", "object": "https://elsewhere.example/1"},
        {"type": "Create", "actor": "https://elsewhere.example/kari", "object": course()},
        {"type": "Arrive", "object": "https://elsewhere.example/1"},
        {"type": "Listen"},
        {"type": "Update", "object": {"name": "No id"}},
        {"type": "Announce", "object": [1, 2]},
    ],
)
async def test_what_cannot_be_done_is_refused_with_a_reason(nodes: Nodes, wire: Wire) -> None:
    """4xx, what is wrong and what to do."""
    client = await client_of(nodes.north, "publish")
    refused = await client.post(wire)

    assert 400 <= refused.status < 500
    assert refused.document["detail"]


async def test_findings_come_back_in_the_language_asked_for(nodes: Nodes) -> None:
    """The same that the command line shows, each with its field."""
    client = await client_of(nodes.north, "publish")
    wrong = {**course(), "anonymos": True}
    refused = await client.post(wrong, **{"Accept-Language": "nb"})

    assert refused.status == 422
    (finding,) = [one for one in refused.document["findings"] if one["code"] == "KX-D06"]
    assert finding["field"] == "anonymos"
    assert "ukjent" in finding["message"]


async def test_an_update_says_what_changes(nodes: Nodes) -> None:
    """What it leaves out stays, a null takes out, and others see the new version."""
    client = await client_of(nodes.north, "publish")
    made = await client.post(course("Before"))
    iri = made.document["object"]["id"]
    named = {"id": iri, "nameMap": {"nb": "Etter", "en": "After"}, "workingLanguage": ["nb"]}
    done = await client.post({"type": "Update", "object": named})
    again = await client.post({"type": "Update", "object": {"id": iri, "workingLanguage": None}})

    assert (done.status, again.status) == (201, 201), (done.text, again.text)
    wire = await wire_of(nodes.north, iri)
    assert wire["name"] == "Etter"
    assert "workingLanguage" not in wire
    assert "Before" in wire["contentMap"]["nb"], "what was not named stays"


async def test_a_plain_text_is_that_of_the_first_language(nodes: Nodes) -> None:
    """A client that knows no language maps can still change a title."""
    client = await client_of(nodes.north, "publish")
    iri = (await client.post(course("Before"))).document["object"]["id"]
    done = await client.post({"type": "Update", "object": {"id": iri, "name": "Etterpå"}})

    assert done.status == 201, done.text
    assert (await wire_of(nodes.north, iri))["nameMap"]["nb"] == "Etterpå"


async def test_a_delete_withdraws(nodes: Nodes) -> None:
    """The address answers 410 from then on."""
    client = await client_of(nodes.north, "publish")
    iri = (await client.post(course())).document["object"]["id"]
    done = await client.post({"type": "Delete", "object": iri})

    assert done.status == 201, done.text
    assert done.document["type"] == "Delete"
    assert await nodes.north.status(iri) == 410


async def test_a_follow_and_its_undo(nodes: Nodes) -> None:
    """The actor is asked, and told when it is over; only a Follow of ours can be undone."""
    north, neighbour = nodes.north, nodes.honest.actor("neighbour")
    client = await client_of(north, "publish")
    asked = await client.post({"type": "Follow", "object": neighbour.iri})
    assert asked.status == 201, asked.text
    follow = await neighbour.receives("Follow", neighbour.iri, of=north.cluster)
    assert follow["id"] == asked.location
    undone = await client.post({"type": "Undo", "object": asked.document})
    assert undone.status == 201, undone.text
    undo = await neighbour.receives("Undo", of=north.cluster)
    assert undo["object"]["id"] == follow["id"]

    stranger = await client.post({"type": "Undo", "object": "https://elsewhere.example/1"})
    assert stranger.status == 404


async def test_an_announce_points_followers_at_it(nodes: Nodes) -> None:
    """What this node holds of others can be passed on."""
    made = await nodes.south.publish(offer("Shared by a program"))
    await until(lambda: nodes.north.knows(made.iri), "the offer has come")
    client = await client_of(nodes.north, "publish")
    done = await client.post({"type": "Announce", "object": made.iri})

    assert done.status == 201, done.text
    assert done.document["type"] == "Announce"


async def test_a_repeat_has_no_second_effect(nodes: Nodes) -> None:
    """The same post under one key, also at the same moment; another post under it is refused."""
    client = await client_of(nodes.north, "publish")
    key = {"Idempotency-Key": "c0ffee"}
    answers = await asyncio.gather(*(client.post(course("Once"), **key) for _ in range(4)))
    other = await client.post(course("Twice"), **key)

    assert {answer.status for answer in answers} == {201}
    assert len({answer.location for answer in answers}) == 1
    assert other.status == 422


async def _company(node: LiveNode, place: int) -> str:
    (made,) = await node.publish_all([member(f"Firm {place} AS", organisation_number(place))])
    return made.iri


async def test_a_member_speaks_for_itself_alone(nodes: Nodes) -> None:
    """Its offers name it whatever it writes; others' things are not there for it (SECURITY G11)."""
    north = nodes.north
    firm, other = await _company(north, 501), await _company(north, 502)
    client = await client_of(north, "publish", actor=firm)
    theirs = await client_of(north, "publish", actor=other)
    wire = course("By a member", publishes={**offer("")["publishes"], "provider": other})
    made = await client.post(wire)
    assert made.status == 201, made.text
    thing = made.document["object"]
    assert thing["publishes"]["provider"] == firm

    for activity in (
        {"type": "Delete", "object": thing["id"]},
        {"type": "Update", "object": {"id": thing["id"], "name": "Mine now"}},
    ):
        assert (await theirs.post(activity)).status == 404
    cluster = {"type": "Update", "object": {"id": north.cluster, "name": "Mine now"}}
    assert (await client.post(cluster)).status == 404
    practice = {**course(), "class": "practice"}
    assert (await client.post(practice)).status == 403
    assert (await client.post({"type": "Follow", "object": nodes.south.cluster})).status == 403
    assert (await client.post({"type": "Delete", "object": thing["id"]})).status == 201


async def test_a_token_opens_its_own_actor_and_scope_only(nodes: Nodes) -> None:
    """401 without a valid one, 403 where it allows too little, each said as RFC 6750 has it."""
    north = nodes.north
    firm = await _company(north, 503)
    reader, writer = await client_of(north, "read"), await client_of(north, "publish")
    of_firm = await client_of(north, "publish", actor=firm)
    of_firm.actor = north.cluster
    lapsed = await client_of(north, "publish", days=1)
    async with north.database.transaction() as connection:
        tokens = access_tokens.TOKENS
        past = tokens.update().where(tokens.c.id == lapsed.token.id)
        await connection.execute(past.values(expires_at="2026-01-01T00:00:00.000000Z"))
    unknown = Client(north, north.cluster, "skg_unknown", writer.token)

    for client, status, error in (
        (reader, 403, "insufficient_scope"),
        (of_firm, 403, "insufficient_scope"),
        (lapsed, 401, "invalid_token"),
        (unknown, 401, "invalid_token"),
    ):
        refused = await client.post(course())
        assert refused.status == status
        assert error in refused.headers["WWW-Authenticate"]
    assert (await writer.get(f"{north.cluster}/inbox")).status == 403
    async with north.session.post("/cluster/outbox", json=course()) as response:
        assert response.status == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_a_revoked_token_ends_at_once(nodes: Nodes) -> None:
    """And its use before was noted."""
    client = await client_of(nodes.north, "publish")
    assert (await client.post(course())).status == 201
    async with nodes.north.database.transaction() as connection:
        assert await revoke_token(connection, client.token.id)
        kept = await access_tokens.get(connection, client.token.id)

    assert (await client.post(course())).status == 401
    assert kept is not None
    assert kept.last_used_at is not None
    assert client.secret not in repr(kept)


async def test_the_inbox_is_read_page_by_page(nodes: Nodes) -> None:
    """What arrived, the newest first; without a token it says how to ask."""
    north, south = nodes.north, nodes.south
    made = [await south.publish(offer(f"Arrives {number}")) for number in range(7)]
    for one in made:
        await until(lambda one=one: north.knows(one.iri), "it has come")  # type: ignore[misc]  # bound now
    client = await client_of(north, "read")
    whole = (await client.get(f"{north.cluster}/inbox")).document
    url, items = whole["first"], []
    while url:
        page = (await client.get(url)).document
        items += page["orderedItems"]
        url = page.get("next", "")

    assert len(items) == whole["totalItems"]
    assert items[0]["object"]["id"] == made[-1].iri
    assert len({item["id"] for item in items}) == len(items)
    async with north.session.get("/cluster/inbox") as response:
        assert response.status == 401


async def test_the_proxy_fetches_as_the_node(nodes: Nodes) -> None:
    """Verbatim, by the instance actor's signature; not from where the node never asks."""
    north = nodes.north
    actor = (await north.get_json("/cluster"))["endpoints"]["proxyUrl"]
    nodes.honest.documents["/things/proxied"] = {"id": f"{nodes.honest.base}/things/proxied"}
    client = await client_of(north, "read")
    wanted = f"{nodes.honest.base}/things/proxied"
    found = await client.ask("POST", actor, data={"id": wanted})

    assert found.status == 200, found.text
    assert found.document == {"id": wanted}
    asked = next(one for one in nodes.honest.requests if one.path == "/things/proxied")
    assert f"{north.base}/instance#" in " ".join(asked.headers.values())
    for inward in ("http://127.0.0.1:1/", "file:///etc/passwd", "http://169.254.169.254/", ""):
        refused = await client.ask("POST", actor, data={"id": inward})
        assert refused.status in (400, 403)
    writer = await client_of(north, "publish")
    assert (await writer.ask("POST", actor, data={"id": wanted})).status == 403


async def test_the_proxy_is_asked_so_often_only(nodes: Nodes) -> None:
    """Per token; another one is served meanwhile."""
    north = nodes.north
    busy, calm = await client_of(north, "read"), await client_of(north, "read")
    statuses = {(await busy.ask("POST", "/proxy", data={"id": ""})).status for _ in range(70)}

    assert 429 in statuses
    assert (await calm.ask("POST", "/proxy", data={"id": ""})).status == 400


async def test_scripts_of_any_page_may_post(nodes: Nodes) -> None:
    """The browser is told so before and after, errors included; cookies count for nothing."""
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    async with nodes.north.session.options("/cluster/outbox", headers=asked) as response:
        assert response.status == 204
        assert "Authorization" in response.headers["Access-Control-Allow-Headers"]
        assert "POST" in response.headers["Access-Control-Allow-Methods"]
        assert "Access-Control-Allow-Credentials" not in response.headers
    client = await client_of(nodes.north, "publish")
    for made in (await client.post(course()), await client.post({"type": "Arrive"})):
        assert made.headers["Access-Control-Allow-Origin"] == "*"
        assert "Location" in made.headers["Access-Control-Expose-Headers"]


async def test_only_activities_are_taken(nodes: Nodes) -> None:
    """Another type is 415, too long a body 413, what is no JSON 400."""
    client = await client_of(nodes.north, "publish")
    assert (await client.post(course(), **{"Content-Type": "application/json"})).status == 415
    assert (await client.post(b"{" + b" " * (1 << 20))).status == 413
    assert (await client.post(b"[]")).status == 400
    profiled = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
    assert (await client.post(course(), **{"Content-Type": profiled})).status == 201
    assert ACTIVITY == "application/activity+json"
