"""Keys that were replaced, revoked or given in another form, as their owner lists them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from federation.actors import read_actor
from federation.errors import UnauthenticatedRequest
from federation.keys import KeyPair, encode_multikey, load_public
from federation.message_signatures import sign_request
from tests.unit.federation.authenticity.conftest import Node
from tests.unit.federation.authenticity.scripted_peers import NOON, Peer, Wire


def former_rsa(peer: Peer, **end: str) -> Wire:
    """Return the RSA key of *peer* as our own node lists one that it has replaced."""
    return {
        "id": peer.key_id,
        "type": "Multikey",
        "controller": peer.iri,
        "publicKeyMultibase": encode_multikey(load_public(peer.pair.public)),
    } | end


def rotated(peer: Peer, pair: KeyPair, **end: str) -> Wire:
    """Return the document of *peer* after it replaced its key by *pair*, under another id."""
    new = {"id": f"{peer.iri}#main-key-2", "owner": peer.iri, "publicKeyPem": pair.public}
    return peer.actor(publicKey=new, assertionMethod=[former_rsa(peer, **end)])


async def test_b15_a_former_key_verifies_until_its_end(
    node: Node, honest: Peer, rsa_pairs: list[KeyPair]
) -> None:
    """What was on its way when it was replaced still arrives; at its end it is dead."""
    node.web.pages[honest.iri] = rotated(honest, rsa_pairs[1], expires="2026-11-23T12:10:00Z")
    activity = honest.activity()
    for key_id, pair in (
        (honest.key_id, honest.pair),
        (f"{honest.iri}#main-key-2", rsa_pairs[1]),
    ):
        verified = await node.verifier.verify(
            replace(honest, pair=pair).post(activity, key_id=key_id)
        )
        assert verified.verification_method == key_id
    assert node.web.fetched == [honest.iri]

    node.clock.moment = NOON + timedelta(minutes=10)
    with pytest.raises(UnauthenticatedRequest):
        await node.verifier.verify(honest.post(activity))


async def test_b15_a_revoked_key_is_dead_as_soon_as_the_actor_is_read(
    node: Node, honest: Peer, rsa_pairs: list[KeyPair]
) -> None:
    """A message by the new key has the actor read; its thief's next one is refused."""
    await node.verifier.verify(honest.post(honest.activity()))
    node.web.pages[honest.iri] = rotated(honest, rsa_pairs[1], revoked="2026-11-23T11:59:00Z")
    moved = replace(honest, pair=rsa_pairs[1])
    node.clock.seconds += 61
    await node.verifier.verify(moved.post(moved.activity(), key_id=f"{honest.iri}#main-key-2"))
    with pytest.raises(UnauthenticatedRequest):
        await node.verifier.verify(honest.post(honest.activity()))


def test_a_key_that_is_called_revoked_anywhere_is_none(honest: Peer) -> None:
    """Two places that contradict each other about one key are read for the worst."""
    for document in (
        honest.actor(assertionMethod=[former_rsa(honest, revoked="2026-11-23T11:59:00Z")]),
        honest.actor(
            publicKey=honest.actor()["publicKey"] | {"revoked": "2026-11-23T11:59:00Z"},
            assertionMethod=[former_rsa(honest)],
        ),
    ):
        assert read_actor(document, honest.iri).keys == ()


async def test_an_ed25519_key_may_be_given_as_pem(node: Node, honest: Peer) -> None:
    """Under publicKeyPem it signs requests, in both forms; only a Multikey makes proofs."""
    pem = load_public(honest.proof_pair.public).public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    listed = {"id": honest.key_id, "owner": honest.iri, "publicKeyPem": pem.decode()}
    node.web.pages[honest.iri] = honest.actor(publicKey=listed)
    signing = replace(honest, pair=honest.proof_pair)
    for request in (
        signing.post(signing.activity()),
        signing.post(signing.activity(), sign=sign_request),
    ):
        verified = await node.verifier.verify(request)
        assert verified.verification_method == honest.key_id
    note = honest.prove(honest.note(), key_id=honest.key_id)
    assert await node.verifier.proofs.prover_of(note) is None


@pytest.mark.parametrize("owner", ["controller", "owner"])
async def test_a2_a_multikey_of_another_server_is_nobodys(
    node: Node, honest: Peer, evil: Peer, owner: str
) -> None:
    """That it names an actor of another server as its controller makes it not that one's."""
    key_id = "https://e.example/keys/alice"
    node.web.pages[key_id] = {
        "id": key_id,
        "type": "Multikey",
        owner: honest.iri,
        "publicKeyMultibase": encode_multikey(load_public(evil.pair.public)),
    }
    for activity in (honest.activity(), evil.activity()):
        with pytest.raises(UnauthenticatedRequest):
            await node.verifier.verify(evil.post(activity, key_id=key_id))
    assert await node.directory.find_key(key_id) is None


async def test_a3_a_multikey_found_elsewhere_than_its_id_is_refused(
    node: Node, evil: Peer, sibling: Peer
) -> None:
    """The document at one address is not the key of another, and is not kept."""
    key_id = "https://e.example/keys/swapped"
    node.web.pages[key_id] = evil.multikey()
    with pytest.raises(UnauthenticatedRequest):
        await node.verifier.verify(evil.post(evil.activity(), key_id=key_id))
    assert node.directory.actors == {}
