"""SECURITY.md A1–A10 against a served node: who speaks for whom."""

from typing import Any

import pytest

from tests.acceptance.security_rows.scene import Scene

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_honest_messages_arrive(scene: Scene) -> None:
    """What the rows below refuse is taken when it is honest, so they refuse for their reason."""
    offer = await scene.taken_in(scene.alice)
    assert scene.stands(offer["id"])[0][:3] == (scene.alice.iri, "published", 1)


async def test_a1_forged_actor(scene: Scene) -> None:
    """A signature of E proves nothing about an actor of V."""
    await scene.refuses(
        scene.mallory,
        [
            scene.alice.activity("Create", scene.alice.offer()),
            scene.alice.activity("Delete", scene.alice.iri),
            scene.mallory.activity("Create", scene.mallory.offer(), actor=scene.alice.iri),
        ],
        {401},
    )


async def test_a2_foreign_key(scene: Scene) -> None:
    """A key that names V's actor as its owner is not its key, and is not kept."""
    key_id = f"{scene.evil.base}/keys/alice"
    scene.evil.documents["/keys/alice"] = {
        "id": key_id,
        "type": "Key",
        "owner": scene.alice.iri,
        "publicKeyPem": scene.mallory.pair.public,
    }
    async with scene.unharmed():
        for activity in (
            scene.alice.activity("Create", scene.alice.offer()),
            scene.mallory.activity("Create", scene.mallory.offer()),
        ):
            for inbox in scene.inboxes:
                assert await scene.mallory.post(inbox, activity, key_id=key_id) == 401
    assert scene.node.rows(f"SELECT * FROM keys WHERE key_id = '{key_id}'") == []  # noqa: S608  # a test's own words


async def test_a3_key_id_swap(scene: Scene) -> None:
    """A key document found elsewhere than its id is refused and not kept."""
    key_id = f"{scene.evil.base}/keys/swapped"
    scene.evil.documents["/keys/swapped"] = {
        "id": scene.trudy.key_id,
        "type": "Key",
        "owner": scene.trudy.iri,
        "publicKeyPem": scene.mallory.pair.public,
    }
    activity = scene.trudy.activity("Create", scene.trudy.offer())
    async with scene.unharmed():
        for inbox in scene.inboxes:
            assert await scene.mallory.post(inbox, activity, key_id=key_id) == 401
    assert scene.node.rows(f"SELECT * FROM keys WHERE key_id = '{key_id}'") == []  # noqa: S608  # as above
    ((public,),) = scene.node.rows(
        f"SELECT public FROM keys WHERE key_id = '{scene.trudy.key_id}'"  # noqa: S608  # as above
    )
    assert public == scene.trudy.pair.public


async def test_a4_foreign_activity_id(scene: Scene) -> None:
    """An activity of E has its id on E."""
    foreign = [f"{scene.honest.base}/activities/1", f"{scene.node.base_url}/activities/1"]
    await scene.refuses(
        scene.mallory,
        [scene.mallory.activity("Create", scene.mallory.offer(), id=iri) for iri in foreign],
        {400, 403},
    )


async def test_a5_no_activity_id(scene: Scene) -> None:
    """An activity without one fetchable id is refused."""
    wrong: list[Any] = [None, [], [f"{scene.evil.base}/1"], {}, 7, "", "urn:x:1", "/activities/1"]
    activities = [
        scene.mallory.activity("Create", scene.mallory.offer(), id=value) for value in wrong
    ]
    missing = scene.mallory.activity("Create", scene.mallory.offer())
    del missing["id"]
    await scene.refuses(scene.mallory, [*activities, missing], {400})


async def test_a6_foreign_embedded_object(scene: Scene) -> None:
    """E creates nothing on V, whoever it says made it."""
    offers = [
        scene.mallory.offer(id=f"{scene.honest.base}/offers/1"),
        scene.alice.offer(),
        scene.alice.offer(id=f"{scene.evil.base}/offers/1"),
    ]
    await scene.refuses(
        scene.mallory, [scene.mallory.activity("Create", offer) for offer in offers], {400, 403}
    )


async def test_a6_copy_in_an_announce(scene: Scene) -> None:
    """A copy of V's offer that E doctored is not what is taken in: V is asked."""
    offer = scene.alice.offer("What alice wrote")
    scene.honest.documents[offer["id"].removeprefix(scene.honest.base)] = offer
    doctored = {**offer, "name": "Never said", "nameMap": {"en": "Never said"}}
    announce = scene.mallory.activity("Announce", doctored)
    assert await scene.mallory.post(scene.inboxes[0], announce) == 202
    await scene.settled()
    ((owner, _, _, wire),) = scene.stands(offer["id"])
    assert owner == scene.alice.iri
    assert "Never said" not in wire


async def test_a7_attribution(scene: Scene) -> None:
    """What is created is attributed to its actor, in one plain value."""
    mallory = scene.mallory
    wrong: list[Any] = [
        1,
        None,
        f"{scene.node.base_url}/cluster",
        scene.alice.iri,
        [mallory.iri, scene.alice.iri],
        {},
    ]
    await scene.refuses(
        mallory,
        [mallory.activity("Create", mallory.offer(attributedTo=value)) for value in wrong],
        {400, 403},
    )


async def test_a8_objects_of_ours(scene: Scene) -> None:
    """Nothing of the node itself is written, changed or deleted from outside."""
    local = f"{scene.node.base_url}/offers/mine"
    cluster = f"{scene.node.base_url}/cluster"
    mallory = scene.mallory
    await scene.refuses(
        mallory,
        [
            *(mallory.activity(kind, mallory.offer(id=local)) for kind in ("Create", "Update")),
            *(mallory.activity(kind, local) for kind in ("Create", "Update", "Delete", "Undo")),
            mallory.activity("Update", {"id": cluster, "type": "Organization", "name": "E"}),
            mallory.activity("Delete", cluster),
            mallory.activity("Delete", local.replace("localhost", "LOCALHOST")),
            mallory.activity("Add", mallory.offer()["id"], target=f"{cluster}/followers"),
        ],
        {400, 403},
    )


async def test_a9_sibling_edit(scene: Scene) -> None:
    """Who shares a server with the owner changes nothing of the owner's."""
    mallory, trudy = scene.mallory, scene.trudy
    offer = await scene.taken_in(trudy)
    standing = scene.stands(offer["id"])
    later = {**offer, "name": "Changed", "updated": "2026-11-23T11:00:00Z"}
    await scene.refuses(mallory, [mallory.activity("Update", later)], {403})

    taken = {**later, "attributedTo": mallory.iri}
    async with scene.unharmed(but={"inbox": 3}):
        for kind, thing in (("Update", taken), ("Create", taken), ("Delete", offer["id"])):
            activity = mallory.activity(kind, thing)
            for inbox in scene.inboxes:
                assert await mallory.post(inbox, activity) == 202
        await scene.settled()
    assert scene.stands(offer["id"]) == standing


@pytest.mark.parametrize("kind", ["Update", "Delete", "Undo"])
async def test_a10_other_servers(scene: Scene, kind: str) -> None:
    """E changes, deletes and undoes nothing of V's."""
    mallory = scene.mallory
    offer = await scene.taken_in(scene.alice)
    standing = scene.stands(offer["id"])
    await scene.refuses(
        mallory,
        [
            mallory.activity(kind, offer["id"]),
            mallory.activity(kind, {**offer, "updated": "2026-11-23T12:00:00Z"}),
            mallory.activity(kind, {**offer, "attributedTo": mallory.iri, "actor": mallory.iri}),
            mallory.activity(kind, {"id": offer["id"], "type": "Tombstone"}),
        ],
        {400, 403},
    )
    assert scene.stands(offer["id"]) == standing
