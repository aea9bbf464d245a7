"""SECURITY.md H5 and X17: what one message may cost others, and what many copies of it do."""

import asyncio
import json
from collections import Counter

import aiohttp
import pytest

from tests.acceptance.security_rows.scene import Scene, Wire
from tests.acceptance.security_rows.signing import HandMade

pytestmark = pytest.mark.asyncio(loop_scope="module")


def _fetches(scene: Scene) -> Counter[str]:
    return scene.honest.fetched + scene.evil.fetched + scene.canary.fetched


async def test_h5_one_message_causes_few_requests(scene: Scene) -> None:
    """However many things, people and answers it names; others' servers are no target."""
    mallory, victim = scene.mallory, scene.honest.base
    many = [f"{victim}/things/{number}" for number in range(500)]
    tags = [{"type": "Mention", "href": iri, "name": "@x"} for iri in many]
    named: Wire = {"inReplyTo": many[0], "tag": tags, "attachment": many, "context": many[1]}
    activities = [
        mallory.activity("Create", mallory.offer(**named)),
        mallory.activity("Create", mallory.offer(), cc=many, **named),
        mallory.activity("Announce", many[2], cc=many),
        mallory.activity("Add", many[3], target=many[4]),
        mallory.activity("Update", mallory.offer(**named)),
        mallory.activity("Like", many[5], cc=many),
        mallory.activity("Collection", many[6]),
    ]
    for activity in activities:
        before = _fetches(scene).total()
        await mallory.post(scene.inboxes[0], activity)
        await scene.settled()
        assert _fetches(scene).total() - before <= 3, activity["type"]


async def test_h5_an_unknown_signer_causes_two_fetches(scene: Scene) -> None:
    """What stands at the key's address, and the actor that it names; no more, and once."""
    key_id = f"{scene.evil.base}/keys/1"
    owner = scene.evil.actor("owner", 1)
    scene.evil.documents["/keys/1"] = {
        "id": key_id,
        "owner": owner.iri,
        "publicKeyPem": owner.pair.public,
    }
    before = _fetches(scene).total()
    activity = owner.activity("Like", scene.alice.iri)
    for _ in range(20):
        assert await owner.post(scene.inboxes[0], activity, key_id=key_id) in (401, 503)
    assert _fetches(scene).total() - before <= 2


async def test_x17_a_thousand_copies_at_once(scene: Scene) -> None:
    """Through both inboxes at the same time: one row, one effect, nobody is turned away."""
    create = scene.alice.activity("Create", scene.alice.offer())
    body, thing = json.dumps(create).encode(), create["object"]["id"]
    made = [HandMade(actor=scene.alice, url=url, body=body) for url in scene.inboxes]
    signed = [(one.url, one.headers()) for one in made]
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=200)) as session:

        async def post(number: int) -> int:
            url, headers = signed[number % 2]
            async with session.post(url, headers=headers, data=body) as response:
                return response.status

        statuses = Counter(await asyncio.gather(*(post(number) for number in range(1000))))
    assert statuses == {202: 1000}
    await scene.settled()
    assert scene.outcome(create) == ("done", None)
    for table, column, iri in (("inbox", "activity", create["id"]), ("change_log", "iri", thing)):
        found = scene.node.rows(f"SELECT count(*) FROM {table} WHERE {column} = '{iri}'")  # noqa: S608  # a test's own words
        assert found == [(1,)], table
    assert scene.stands(thing)[0][2] == 1
