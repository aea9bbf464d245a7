"""SECURITY B15, B16, H1 and the Deletes: keys are fetched within bounds."""

import asyncio
import tracemalloc

import pytest

from federation.actors import read_actor
from federation.errors import (
    FederationError,
    FetchFailed,
    FetchRefused,
    GoneResource,
    KeyUnavailable,
    NothingShown,
    UnauthenticatedRequest,
    UnknownDelete,
    UnsupportedContent,
    UntrustedKey,
)
from federation.key_resolver import KeyLimits
from federation.keys import KeyPair
from tests.unit.federation.authenticity.conftest import Node
from tests.unit.federation.authenticity.scripted_peers import Peer


async def test_b15_rotation(node: Node, honest: Peer, rsa_pairs: list[KeyPair]) -> None:
    """After a rotation one refetch is made, the new key works and the old one is dead."""
    await node.verifier.verify(honest.post(honest.activity()))
    node.clock.seconds += 3000
    rotated = Peer(honest.iri, rsa_pairs[2])
    node.web.pages[honest.iri] = rotated.actor()
    await node.verifier.verify(rotated.post(rotated.activity()))

    assert len(node.web.fetched) == 2
    with pytest.raises(UnauthenticatedRequest):
        await node.verifier.verify(honest.post(honest.activity()))
    assert len(node.web.fetched) == 2


async def test_b15_rotation_to_another_key_id(
    node: Node, honest: Peer, rsa_pairs: list[KeyPair]
) -> None:
    """A key under a new id replaces the one that the actor no longer lists."""
    await node.verifier.verify(honest.post(honest.activity()))
    new_id = f"{honest.iri}#key-2"
    rotated = Peer(honest.iri, rsa_pairs[2])
    key = {"id": new_id, "owner": honest.iri, "publicKeyPem": rotated.pair.public}
    node.web.pages[honest.iri] = rotated.actor(publicKey=key)
    await node.verifier.verify(rotated.post(rotated.activity(), key_id=new_id))

    with pytest.raises(UntrustedKey):
        await node.verifier.verify(honest.post(honest.activity()))


async def test_wrong_signatures_cause_few_fetches(node: Node, honest: Peer, evil: Peer) -> None:
    """However many wrong signatures name a known key, it is fetched once a minute at most."""
    await node.directory.store_actor(read_actor(honest.actor(), honest.iri))
    forged = evil.post(honest.activity(), key_id=honest.key_id)
    for _ in range(20):
        with pytest.raises(UnauthenticatedRequest):
            await node.verifier.verify(forged)

    assert node.web.fetched == [honest.iri]


async def test_key_that_cannot_be_had(node: Node, honest: Peer) -> None:
    """503 with Retry-After while the key's server does not answer; then all is well."""
    node.web.pages[honest.iri] = FetchFailed("time-out")
    request = honest.post(honest.activity())
    for _ in range(3):
        with pytest.raises(KeyUnavailable) as caught:
            await node.verifier.verify(request)
        assert caught.value.status == 503
        assert caught.value.retry_after == 300
    assert node.web.fetched == [honest.iri]

    node.clock.seconds += 301
    node.web.pages[honest.iri] = honest.actor()
    assert (await node.verifier.verify(request)).actor == honest.iri


async def test_known_key_of_a_silent_server(node: Node, honest: Peer, evil: Peer) -> None:
    """A kept key needs no fetch; whether a wrong signature is a rotated key stays open: 503."""
    await node.directory.store_actor(read_actor(honest.actor(), honest.iri))
    node.web.pages[honest.iri] = FetchFailed("time-out")
    await node.verifier.verify(honest.post(honest.activity()))
    with pytest.raises(KeyUnavailable):
        await node.verifier.verify(evil.post(honest.activity(), key_id=honest.key_id))
    await node.verifier.verify(honest.post(honest.activity()))


@pytest.mark.parametrize("error", [FetchRefused(), UnsupportedContent()])
async def test_key_that_will_never_do(node: Node, honest: Peer, error: FederationError) -> None:
    """A key at a forbidden address, or served as something else, is 401, remembered 10 min."""
    node.web.pages[honest.iri] = error
    for _ in range(2):
        with pytest.raises(UntrustedKey):
            await node.verifier.verify(honest.post(honest.activity()))
    node.clock.seconds += 599
    with pytest.raises(UntrustedKey):
        await node.verifier.verify(honest.post(honest.activity()))

    assert len(node.web.fetched) == 1


async def test_b16_flood_of_bogus_keys(node: Node, evil: Peer) -> None:
    """A thousand keys that are not there cost ten fetches, and leave nothing behind."""

    async def attempt(number: int) -> int:
        request = evil.post(evil.activity(), key_id=f"https://e.example/{number}#key")
        with pytest.raises(KeyUnavailable) as caught:
            await node.verifier.verify(request)
        return caught.value.retry_after or 0

    delays = await asyncio.gather(*(attempt(number) for number in range(200)))
    for number in range(200, 1000):
        delays.append(await attempt(number))

    assert len(node.web.fetched) == 10
    assert min(delays) >= 1
    assert node.directory.actors == {}
    node.clock.seconds += 301
    assert (await node.verifier.verify(evil.post(evil.activity()))).actor == evil.iri


async def test_b16_bogus_fragments_of_a_real_actor(node: Node, evil: Peer) -> None:
    """Keys that a real actor does not list are 401, bounded too, and store nobody."""
    statuses = set()
    for number in range(50):
        with pytest.raises(FederationError) as caught:
            await node.resolver.resolve(f"{evil.iri}#bogus-{number}")
        statuses.add(caught.value.status)

    assert statuses == {401, 503}
    assert len(node.web.fetched) == 10
    assert node.directory.actors == {}


async def test_b16_forged_key_ids_on_a_healthy_host(node: Node, honest: Peer) -> None:
    """A host that says "no such key" ten times still has its new actors heard seconds later."""
    forged = [f"https://v.example/nobody/{number}#key" for number in range(40)]
    node.web.pages |= {key_id.removesuffix("#key"): NothingShown() for key_id in forged}
    for key_id in forged:
        with pytest.raises(KeyUnavailable):
            await node.resolver.resolve(key_id)
    assert len(node.web.fetched) == 10

    with pytest.raises(KeyUnavailable) as caught:
        await node.verifier.verify(honest.post(honest.activity()))
    assert caught.value.retry_after == 6
    node.clock.seconds += 6
    assert (await node.verifier.verify(honest.post(honest.activity()))).actor == honest.iri


async def test_b16_a_flood_of_missing_keys_has_a_steady_pace(node: Node) -> None:
    """Ten fetches at once, then ten a minute, however many keys are named."""
    for second in range(600):
        key_id = f"https://e.example/nobody/{second}"
        node.web.pages[key_id] = NothingShown()
        with pytest.raises(KeyUnavailable):
            await node.resolver.resolve(f"{key_id}#key")
        node.clock.seconds += 1

    assert len(node.web.fetched) == 10 + 599 // 6


async def test_new_actors_of_a_busy_host_use_nothing_up(
    node: Node, rsa_pairs: list[KeyPair]
) -> None:
    """A hundred actors of one host, one after the other, are all heard at once."""
    for number in range(100):
        peer = Peer(f"https://v.example/users/{number}", rsa_pairs[0])
        node.web.pages[peer.iri] = peer.actor()
        await node.resolver.resolve(peer.key_id)


async def test_a_silent_host_is_left_alone_beside_its_missing_keys(node: Node) -> None:
    """Ten fetches without an answer end the asking for five minutes, tokens or not."""
    for number in range(12):
        node.web.pages[f"https://e.example/{number}"] = FetchFailed("time-out")
        with pytest.raises(KeyUnavailable):
            await node.resolver.resolve(f"https://e.example/{number}#key")
    node.clock.seconds += 60
    with pytest.raises(KeyUnavailable) as caught:
        await node.resolver.resolve("https://e.example/other#key")

    assert len(node.web.fetched) == 10
    assert caught.value.retry_after == 240


async def test_one_fetch_for_all_who_wait(node: Node, honest: Peer) -> None:
    """A hundred first messages by one actor at once cause one fetch, also if one hangs up."""
    node.web.gate = asyncio.Event()
    request = honest.post(honest.activity())
    waiting = [asyncio.create_task(node.verifier.verify(request)) for _ in range(100)]
    await node.web.reach(1)
    waiting[0].cancel()
    node.web.gate.set()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)

    assert isinstance(outcomes[0], asyncio.CancelledError)
    assert all(not isinstance(outcome, BaseException) for outcome in outcomes[1:])
    assert node.web.fetched == [honest.iri]


async def test_bodies_that_wait_for_a_key_are_no_trees(node: Node, honest: Peer) -> None:
    """While a key's server is slow only the bytes are kept: as a tree this body takes 25 MiB."""
    node.web.gate = asyncio.Event()
    request = honest.post(honest.activity(padding=[{}] * 250_000))
    tracemalloc.start()
    try:
        waiting = [asyncio.create_task(node.verifier.verify(request)) for _ in range(3)]
        await node.web.reach(1)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert held < 3 << 20


async def test_fetches_at_once_are_bounded(honest: Peer) -> None:
    """Beyond the bound of all hosts together the answer is 503 for a short while."""
    node = Node(limits=KeyLimits(fetches=3))
    node.web.gate = asyncio.Event()
    waiting = [
        asyncio.create_task(node.resolver.resolve(f"https://h{number}.example/a#key"))
        for number in range(3)
    ]
    await node.web.reach(3)
    with pytest.raises(KeyUnavailable) as caught:
        await node.resolver.resolve(honest.key_id)
    assert caught.value.retry_after == 5
    node.web.gate.set()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert node.web.most_at_once == 3

    node.web.pages[honest.iri] = honest.actor()
    assert (await node.resolver.resolve(honest.key_id)).actor == honest.iri


async def test_closing_ends_the_fetches(node: Node, honest: Peer) -> None:
    """Whoever waits for a key when the node stops is let go."""
    node.web.gate = asyncio.Event()
    waiting = asyncio.create_task(node.resolver.resolve(honest.key_id))
    await node.web.reach(1)
    await node.resolver.close()

    assert node.web.running == 0
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_memory_is_bounded(honest: Peer) -> None:
    """No more keys are held than the limit says, and none beyond its time."""
    node = Node(limits=KeyLimits(kept=2))
    keys = [
        {"id": f"{honest.iri}#{number}", "owner": honest.iri, "publicKeyPem": honest.pair.public}
        for number in range(8)
    ]
    await node.directory.store_actor(read_actor(honest.actor(publicKey=keys), honest.iri))
    for key in keys:
        await node.resolver.resolve(key["id"])
    assert len(node.resolver._keys) == 2

    del node.directory.actors[honest.iri]
    node.clock.seconds += 3601
    with pytest.raises(KeyUnavailable):
        await node.resolver.resolve(keys[-1]["id"])


async def test_expired_and_revoked_keys(node: Node, honest: Peer) -> None:
    """A key past its end signs nothing; a revoked one is not even read."""
    key = honest.actor()["publicKey"]
    for ending in ({"expires": "2026-11-23T11:59:59Z"}, {"expires": "?"}, {"revoked": "x"}):
        fresh = Node()
        fresh.web.pages[honest.iri] = honest.actor(publicKey=key | ending)
        with pytest.raises(UnauthenticatedRequest):
            await fresh.verifier.verify(honest.post(honest.activity()))
    node.web.pages[honest.iri] = honest.actor(publicKey=key | {"expires": "2026-11-24T00:00:00Z"})
    await node.verifier.verify(honest.post(honest.activity()))


async def test_key_documents(node: Node, honest: Peer) -> None:
    """A key may stand by itself, or in an extract of its actor, if the actor lists it."""
    key_id = f"{honest.iri}/main-key"
    key = {"id": key_id, "owner": honest.iri, "publicKeyPem": honest.pair.public}
    extract = {"id": honest.iri, "type": "Person", "publicKey": key}
    for document in (key, extract):
        fresh = Node()
        fresh.web.pages = {key_id: document, honest.iri: honest.actor(publicKey=[key])}
        verified = await fresh.verifier.verify(honest.post(honest.activity(), key_id=key_id))
        assert verified.verification_method == key_id
        assert fresh.web.fetched == [key_id, honest.iri]


async def test_a14_documents_that_point_at_each_other(node: Node, evil: Peer) -> None:
    """Two documents that name each other as their id cost two fetches, not more."""
    first, second = "https://e.example/a", "https://e.example/b"
    node.web.pages |= {
        first: evil.actor(id=second, inbox=second),
        second: evil.actor(id=first, inbox=first),
    }
    with pytest.raises(UntrustedKey):
        await node.resolver.resolve(f"{first}#main-key")

    assert node.web.fetched == [first, second]


async def test_an_actor_is_read_at_its_own_id(node: Node, evil: Peer, sibling: Peer) -> None:
    """A document that shows a neighbour as actor, elsewhere on its server, gives it no key."""
    upload = "https://v.example/uploads/1"
    shown = {"id": f"{upload}#key", "owner": sibling.iri, "publicKeyPem": evil.pair.public}
    node.web.pages |= {
        upload: {"id": "https://v.example/uploads/2"},
        "https://v.example/uploads/2": sibling.actor(publicKey=shown),
    }
    with pytest.raises(UntrustedKey):
        await node.resolver.resolve(f"{upload}#key")


async def test_h1_delete_of_nobody(node: Node, honest: Peer) -> None:
    """A Delete by an actor never heard of is dropped without a fetch, a thousand times."""
    request = honest.post(honest.activity("Delete", object=honest.iri))
    for _ in range(1000):
        with pytest.raises(UnknownDelete) as caught:
            await node.verifier.verify(request)
        assert caught.value.status == 202
    assert node.web.fetched == []


async def test_a_gone_key_proves_its_owners_delete(node: Node, honest: Peer) -> None:
    """410 at the actor's own address authenticates the Delete of the actor by itself alone."""
    await node.directory.store_actor(read_actor(honest.actor(publicKey=None), honest.iri))
    node.web.pages[honest.iri] = GoneResource()
    verified = await node.verifier.verify(honest.post(honest.activity("Delete", object=honest.iri)))
    assert (verified.authenticated_by, verified.verification_method) == ("Fetch", honest.iri)

    for other in (
        honest.activity("Delete", object=honest.note()["id"]),
        honest.activity("Create"),
    ):
        with pytest.raises(UnauthenticatedRequest):
            await node.verifier.verify(honest.post(other))


async def test_somebody_elses_gone_key_proves_nothing(node: Node, honest: Peer) -> None:
    """A deleted neighbour's key does not delete an actor that is still there."""
    await node.directory.store_actor(read_actor(honest.actor(), honest.iri))
    node.web.pages["https://v.example/deleted"] = GoneResource()
    delete = honest.activity("Delete", object=honest.iri)
    forged = honest.post(delete, key_id="https://v.example/deleted#main-key")
    with pytest.raises(UnauthenticatedRequest):
        await node.verifier.verify(forged)


async def test_not_found_is_not_gone(node: Node, honest: Peer) -> None:
    """404 proves nothing: the Delete waits."""
    await node.directory.store_actor(read_actor(honest.actor(publicKey=None), honest.iri))
    del node.web.pages[honest.iri]
    with pytest.raises(KeyUnavailable):
        await node.verifier.verify(honest.post(honest.activity("Delete", object=honest.iri)))
