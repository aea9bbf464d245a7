"""What somebody else delivers or carries: the proof in it decides, and nothing else (FEP-fe34).

``evil`` passes on what ``honest`` wrote; the node follows both and knows both their keys.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from federation.actors import read_actor
from federation.errors import FederationError, FetchFailed
from federation.key_resolver import KeyResolver
from federation.keys import load_public
from federation.verify_activity import VerifiedActivity
from tests.unit.federation.authenticity.conftest import Node
from tests.unit.federation.authenticity.scripted_peers import NOON, OUR_HOST, Peer, Wire


@pytest.fixture
async def met(node: Node, honest: Peer, evil: Peer, sibling: Peer) -> Node:
    """A node that follows all three, knows their keys, and can fetch nothing any more."""
    for peer in (honest, evil, sibling):
        await node.directory.store_actor(
            read_actor(peer.actor(assertionMethod=[peer.multikey()]), peer.iri)
        )
        node.relays.followed.add(peer.iri)
    node.web.pages = {}
    return node


async def relay(node: Node, by: Peer, activity: Wire) -> VerifiedActivity:
    return await node.verifier.verify(by.post(activity))


async def refusal(node: Node, by: Peer, activity: Wire) -> FederationError:
    with pytest.raises(FederationError) as caught:
        await relay(node, by, activity)
    return caught.value


async def test_a_proved_activity_is_its_actors_whoever_posts_it(
    met: Node, honest: Peer, evil: Peer
) -> None:
    """It comes out as it was proved, with the key of the proof; nothing is fetched."""
    activity = honest.prove(honest.activity())
    verified = await relay(met, evil, activity)

    assert (verified.actor, verified.host) == (honest.iri, "v.example")
    assert (verified.authenticated_by, verified.verification_method) == (
        "IntegrityProof",
        honest.proof_key_id,
    )
    assert verified.document == activity
    assert met.web.fetched == []


async def test_the_actors_own_signature_comes_first(met: Node, honest: Peer) -> None:
    """Whoever signs the request with the actor's key needs no proof, good or bad."""
    for activity in (
        honest.prove(honest.activity()),
        honest.prove(honest.activity()) | {"cc": ["https://v.example/altered"]},
    ):
        verified = await relay(met, honest, activity)
        assert verified.authenticated_by == "HttpSignature"
        assert verified.verification_method == honest.key_id


async def test_a_neighbour_may_pass_on_too(met: Node, honest: Peer, sibling: Peer) -> None:
    """A key of the same server is as good as any other: the proof decides."""
    verified = await relay(met, sibling, honest.prove(honest.activity()))
    assert verified.authenticated_by == "IntegrityProof"
    assert (await refusal(met, sibling, honest.activity())).status == 401


def _drop(name: str) -> Callable[[Wire], Any]:
    return lambda activity: activity.pop(name)


@pytest.mark.parametrize(
    "change",
    [
        lambda activity: activity["object"].update(content="altered"),
        lambda activity: activity["object"].pop("unheardOf"),
        lambda activity: activity.update(unheardOf=1),
        lambda activity: activity["to"].append("https://e.example/followers"),
        lambda activity: activity.update(id=f"{activity['id']}0"),
        lambda activity: activity["@context"].append({"x": "https://e.example/x"}),
        _drop("@context"),
        _drop("published"),
    ],
)
async def test_c6_one_other_character_and_it_is_nobodys(
    met: Node, honest: Peer, evil: Peer, change: Callable[[Wire], Any]
) -> None:
    """Altered, stripped or grown, defined or not: the proof is void (SECURITY C6)."""
    note = honest.note(unheardOf={"x": [1]})
    activity = honest.prove(honest.activity(object=note, published="2026-11-23T12:00:00Z"))
    received = json.loads(json.dumps(activity))
    change(received)
    assert (await refusal(met, evil, received)).status == 401
    assert (await relay(met, evil, activity)).actor == honest.iri


async def test_c7_a_wrapper_is_not_its_contents(met: Node, honest: Peer, evil: Peer) -> None:
    """Of an Announce the inner thing alone is the victim's; the proof lends the outside nothing."""
    note = honest.prove(honest.note())
    announce = evil.activity("Announce", object=note)
    verified = await relay(met, evil, announce)
    assert (verified.actor, verified.authenticated_by) == (evil.iri, "HttpSignature")
    assert verified.document["object"] == note

    stolen = evil.activity("Announce", object=note, proof=note["proof"], actor=honest.iri)
    assert (await refusal(met, evil, stolen)).status == 401
    for kind in ("Create", "Update", "Delete"):
        error = await refusal(met, evil, evil.activity(kind, object=note))
        assert error.status == 403


async def test_an_embedded_copy_stays_only_with_its_owners_proof(
    met: Node, honest: Peer, evil: Peer
) -> None:
    """Without one, altered, or of an unknown key, nothing but its id stays."""
    note = honest.prove(honest.note())
    stranger = Peer("https://x.example/x", evil.pair)
    for copy in (
        honest.note(),
        note | {"content": "altered"},
        evil.prove(honest.note()),
        stranger.prove(stranger.note()),
        note | {"proof": [note["proof"], note["proof"]]},
    ):
        verified = await relay(met, evil, evil.activity("Announce", object=copy))
        assert verified.document["object"] == copy["id"]
        assert json.loads(verified.body) == verified.document
    assert met.web.fetched == []


async def test_copies_of_strangers_are_not_looked_at(met: Node, honest: Peer, evil: Peer) -> None:
    """Only whoever this node follows makes it verify embedded proofs, and a few at a time."""
    note = honest.prove(honest.note())
    several = evil.activity("Announce", object=[note] * 20)
    met.relays.followed.discard(evil.iri)
    verified = await relay(met, evil, evil.activity("Announce", object=note))
    assert verified.document["object"] == note["id"]
    met.relays.followed.add(evil.iri)
    with pytest.raises(FederationError):
        await relay(met, evil, several)
    many = await relay(met, evil, evil.activity("Question", object=[note] * 20))
    assert [type(entry) for entry in many.document["object"]] == [dict] * 8 + [str] * 12


async def test_c8_wrong_controller_or_purpose(met: Node, honest: Peer, evil: Peer) -> None:
    """The key of another, also of a neighbour, and any other purpose void it (SECURITY C8)."""
    bare = honest.activity()
    for activity in (
        evil.prove(bare),
        evil.prove(bare, key_id=honest.proof_key_id),
        honest.prove(bare, key_id=honest.key_id),
    ):
        assert (await refusal(met, evil, activity)).status == 401
    for change in ({"proofPurpose": "authentication"}, {"cryptosuite": "eddsa-rdfc-2022"}):
        activity = honest.prove(bare)
        activity["proof"] |= change
        assert (await refusal(met, evil, activity)).status == 401


async def test_c8_a_key_must_be_the_documents_own(met: Node, honest: Peer, sibling: Peer) -> None:
    """A neighbour's key proves nothing of ours, and no key proves what is on another server."""
    for document in (honest.note(), honest.note(id="https://e.example/notes/1")):
        assert await met.verifier.proofs.prover_of(sibling.prove(document)) is None
    elsewhere = honest.prove(honest.note(id="https://e.example/notes/1"))
    assert await met.verifier.proofs.prover_of(elsewhere) is None
    own = await met.verifier.proofs.prover_of(honest.prove(honest.note()))
    assert own is not None
    assert own.actor == honest.iri


@pytest.mark.parametrize(
    "key",
    [
        {"revoked": "2026-11-23T11:00:00Z"},
        {"expires": "2026-11-23T12:00:00Z"},
        {"expires": "someday"},
        {"controller": "https://v.example/bob"},
        {"type": "JsonWebKey"},
        {"publicKeyMultibase": "z6Mk"},
    ],
)
async def test_c9_a_key_that_has_ended_proves_nothing(
    met: Node, honest: Peer, evil: Peer, key: Wire
) -> None:
    """Revoked, expired or unusable: void as a proof, while the signature holds (SECURITY C9)."""
    actor = honest.actor(assertionMethod=[honest.multikey(**key)])
    await met.directory.store_actor(read_actor(actor, honest.iri))
    activity = honest.prove(honest.activity())
    assert (await refusal(met, evil, activity)).status == 401
    assert (await relay(met, honest, activity)).authenticated_by == "HttpSignature"


async def test_c9_a_key_may_end_while_its_verdict_is_kept(
    met: Node, honest: Peer, evil: Peer
) -> None:
    """That the bytes were verified before counts for nothing once the key has expired."""
    ends = honest.multikey(expires="2026-11-23T12:30:00Z")
    actor = honest.actor(assertionMethod=[ends])
    await met.directory.store_actor(read_actor(actor, honest.iri))
    note = honest.prove(honest.note())
    assert await met.verifier.proofs.prover_of(note) is not None
    met.clock.moment = NOON + timedelta(minutes=30)
    assert await met.verifier.proofs.prover_of(note) is None


async def test_a_key_listed_as_a_pem_proves_nothing(met: Node, honest: Peer, evil: Peer) -> None:
    """Only what stands under assertionMethod makes proofs, not publicKey (FEP-521a)."""
    for text in (honest.proof_pair.public, _pem(honest)):
        listed = {"id": honest.proof_key_id, "owner": honest.iri, "publicKeyPem": text}
        await met.directory.store_actor(read_actor(honest.actor(publicKey=listed), honest.iri))
        assert await met.verifier.proofs.prover_of(honest.prove(honest.note())) is None


def _pem(peer: Peer) -> str:
    key = load_public(peer.proof_pair.public)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


async def test_c9_two_proofs_fall_back_to_the_signature(
    met: Node, honest: Peer, evil: Peer
) -> None:
    """Of two proofs neither counts: the actor itself is believed, whoever relays it is not."""
    activity = honest.prove(honest.activity())
    activity["proof"] = [activity["proof"], activity["proof"]]
    assert (await refusal(met, evil, activity)).status == 401
    assert (await relay(met, honest, activity)).authenticated_by == "HttpSignature"


async def test_c11_a_linked_data_signature_grants_nothing(
    met: Node, honest: Peer, evil: Peer
) -> None:
    """RsaSignature2017 is no proof, alone or beside one that fails (SECURITY C11)."""
    signature = {
        "type": "RsaSignature2017",
        "creator": honest.key_id,
        "created": "2026-11-23T12:00:00Z",
        "signatureValue": "AAAA",
    }
    bare = honest.activity(to=["https://www.w3.org/ns/activitystreams#Public"])
    assert (await refusal(met, evil, bare | {"signature": signature})).status == 401
    assert (await refusal(met, evil, bare | {"proof": signature})).status == 401
    proved = honest.prove(honest.activity()) | {"signature": signature}
    assert (await relay(met, evil, proved)).authenticated_by == "IntegrityProof"


async def test_c12_a_proof_over_a_poison_graph_blocks_nobody(
    met: Node, honest: Peer, evil: Peer
) -> None:
    """A clique of blank nodes costs what its text costs: JCS looks at no graph (SECURITY C12)."""
    clique = [
        {"id": f"_:b{one}", "type": "Thing", "tag": [f"_:b{other}" for other in range(40)]}
        for one in range(40)
    ]
    activity = honest.prove(honest.activity(object=honest.note(tag=clique)))
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0)
            ticks += 1

    watch = asyncio.create_task(tick())
    verified = await asyncio.wait_for(relay(met, evil, activity), timeout=30)
    watch.cancel()
    assert verified.actor == honest.iri
    assert ticks > 0


async def test_an_actor_is_never_believed_by_a_proof(met: Node, honest: Peer, evil: Peer) -> None:
    """Keys come from nothing but an actor fetched at its own id, not from a proved copy."""
    actor = honest.prove(honest.actor(assertionMethod=[evil.multikey(controller=honest.iri)]))
    assert await met.verifier.proofs.prover_of(actor) is None
    keyless = honest.prove({"id": honest.iri, "type": "Person", "inbox": f"{honest.iri}/inbox"})
    assert await met.verifier.proofs.prover_of(keyless) is None
    for name in ("publicKey", "publicKeyPem", "publicKeyMultibase", "assertionMethod"):
        disguised = honest.prove(honest.note(**{name: "x"}))
        assert await met.verifier.proofs.prover_of(disguised) is None
    verified = await relay(met, evil, evil.activity("Announce", object=actor))
    assert verified.document["object"] == honest.iri


async def test_only_whom_the_node_follows_may_pass_on(met: Node, honest: Peer, evil: Peer) -> None:
    """From anyone else, and without any signature, a proof counts for nothing."""
    activity = honest.prove(honest.activity())
    met.relays.followed.discard(evil.iri)
    assert (await refusal(met, evil, activity)).status == 401
    stranger = Peer("https://x.example/x", evil.pair)
    assert (await refusal(met, stranger, activity)).status == 401
    request = honest.post(activity)
    unsigned = [pair for pair in request.headers if pair[0] != "Signature"]
    with pytest.raises(FederationError) as caught:
        await met.verifier.verify(replace(request, headers=unsigned))
    assert caught.value.status == 401
    assert met.web.fetched == []


async def test_the_authors_key_must_be_known_already(met: Node, honest: Peer, evil: Peer) -> None:
    """Nobody is fetched for the sake of what others pass on."""
    met.directory.actors.pop(honest.iri)
    met.web.pages[honest.iri] = honest.actor(assertionMethod=[honest.multikey()])
    assert (await refusal(met, evil, honest.prove(honest.activity()))).status == 401
    assert met.web.fetched == []


@pytest.mark.parametrize("kind", ["Follow", "Undo", "Accept", "Reject", "Offer", "Block", "Move"])
async def test_what_an_actor_does_to_others_it_says_itself(
    met: Node, honest: Peer, evil: Peer, kind: str
) -> None:
    """A Follow or its answer proved long ago must not come back by way of a third."""
    activity = honest.prove(honest.activity(kind, object=f"https://{OUR_HOST}/cluster"))
    assert (await refusal(met, evil, activity)).status == 401


async def test_what_is_not_public_is_not_passed_on(met: Node, honest: Peer, evil: Peer) -> None:
    """A proof on something private opens no way around its addressing."""
    for changes in (
        {"to": [f"{honest.iri}/network"]},
        {"object": honest.note(to=[evil.iri])},
    ):
        activity = honest.prove(honest.activity(**changes))
        assert (await refusal(met, evil, activity)).status == 401


async def test_a_wrong_signature_of_the_relay_is_refused(
    met: Node, honest: Peer, evil: Peer
) -> None:
    """The proof does not excuse whoever delivers it from signing."""
    request = evil.post(honest.prove(honest.activity()))
    forged = [(n, v.replace('signature="', 'signature="AAAA')) for n, v in request.headers]
    met.web.pages[evil.iri] = evil.actor()
    with pytest.raises(FederationError) as caught:
        await met.verifier.verify(replace(request, headers=forged))
    assert caught.value.status in (401, 503)


async def test_known_keys_are_looked_up_and_not_fetched(met: Node, honest: Peer) -> None:
    """The resolver tells what it has, and leaves the rest where it is."""
    resolver: KeyResolver = met.resolver
    known = await resolver.known(honest.proof_key_id)
    assert known is not None
    assert known.public_key == honest.proof_pair.public
    met.web.pages["https://x.example/x"] = FetchFailed("down")
    assert await resolver.known("https://x.example/x#key") is None
    assert met.web.fetched == []
