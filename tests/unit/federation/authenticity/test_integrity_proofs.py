"""Integrity proofs by themselves: what they cover, and which of them say nothing (FEP-8b32)."""

import copy
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from federation import integrity_proofs
from federation.base58btc import encode_base58btc
from federation.integrity_proofs import UnusableProof, read_proof, with_proof
from federation.jcs import NoCanonicalForm, canonical_json
from federation.keys import KeyPair, generate_ed25519, is_signature, load_private
from tests.unit.federation.authenticity.scripted_peers import NOON

AS = "https://www.w3.org/ns/activitystreams"
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"
KEY_ID = "https://v.example/alice#ed25519-key"
PAIR: KeyPair = generate_ed25519()
NOTE: dict[str, Any] = {
    "@context": [AS, DATA_INTEGRITY, {"purpose": "https://w3id.org/valueflows/ont/vf#purpose"}],
    "id": "https://v.example/notes/1",
    "type": "Note",
    "attributedTo": "https://v.example/alice",
    "nameMap": {"nb": "Kurs i æ, ø og å 🐟"},
    "unheardOf": {"price": 12.50, "list": [1, None, True]},
}


def proved(document: dict[str, Any] = NOTE) -> dict[str, Any]:
    private = load_private(PAIR.private)
    assert isinstance(private, Ed25519PrivateKey)
    return with_proof(document, key_id=KEY_ID, private_key=private, created=NOON)


def holds(document: dict[str, Any]) -> bool:
    return read_proof(document, NOON).holds_for(PAIR.public)


def test_a_proof_holds_for_its_document_and_its_key() -> None:
    """What was proved verifies, whatever the order of its keys, and for no other key."""
    document = proved()
    assert holds(document)
    assert holds(dict(reversed(document.items())))
    assert read_proof(document, NOON).key_id == KEY_ID
    assert not read_proof(document, NOON).holds_for(generate_ed25519().public)


def test_a_proof_is_shaped_as_the_fep_has_it() -> None:
    """It carries the document's context, the suite, the purpose, its key and its time."""
    proof = proved()["proof"]
    assert proof.pop("proofValue").startswith("z")
    assert proof == {
        "@context": NOTE["@context"],
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "proofPurpose": "assertionMethod",
        "created": "2026-11-23T12:00:00Z",
        "verificationMethod": KEY_ID,
    }


def _without_a_term(document: dict[str, Any]) -> None:
    del document["@context"][2]["purpose"]
    del document["proof"]["@context"][2]["purpose"]


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.pop("unheardOf"),
        lambda document: document["unheardOf"].update(price=12.51),
        lambda document: document.update(alsoUnheardOf=1),
        lambda document: document["nameMap"].update(nb="Kurs i æ, ø og a 🐟"),
        lambda document: document["proof"].update(created="2026-11-23T11:59:59Z"),
        lambda document: document["proof"].update(nonce="1"),
        lambda document: document["proof"].update(verificationMethod=f"{KEY_ID}2"),
        _without_a_term,
    ],
)
def test_c6_whatever_is_altered_voids_the_proof(change: Callable[[dict[str, Any]], Any]) -> None:
    """Also a term that nothing defines, the proof's own fields, and the context (SECURITY C6)."""
    document = json.loads(json.dumps(proved()))
    change(document)
    assert not holds(document)


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.pop("proof"),
        lambda document: document.update(proof=[document["proof"], document["proof"]]),
        lambda document: document.update(proof="https://v.example/proof"),
        lambda document: document["proof"].update(type="Ed25519Signature2020"),
        lambda document: document["proof"].update(cryptosuite="eddsa-rdfc-2022"),
        lambda document: document["proof"].update(cryptosuite=["eddsa-jcs-2022"]),
        lambda document: document["proof"].pop("cryptosuite"),
        lambda document: document["proof"].update(proofPurpose="authentication"),
        lambda document: document["proof"].pop("proofPurpose"),
        lambda document: document["proof"].update(verificationMethod="did:key:z6Mk"),
        lambda document: document["proof"].update(verificationMethod={"id": KEY_ID}),
        lambda document: document["proof"].update(previousProof="urn:uuid:1"),
        lambda document: document["proof"].update(expires="2026-11-23T11:59:59Z"),
        lambda document: document["proof"].update(expires="tomorrow"),
        lambda document: document["proof"].update(created="2026-11-23T12:06:00Z"),
        lambda document: document["proof"].update(created=1),
        lambda document: document["proof"].update(created="2026-11-23T12:00:00"),
        lambda document: document["proof"].update(proofValue=document["proof"]["proofValue"][1:]),
        lambda document: document["proof"].update(proofValue="z0OIl"),
        lambda document: document["proof"].update(proofValue="z6Mk"),
        lambda document: document["proof"].update(proofValue="z" * 10_000),
        lambda document: document["proof"].update(proofValue=None),
        lambda document: document["@context"].append({"purpose": "https://e.example/purpose"}),
        lambda document: document.pop("@context"),
        lambda document: document.update(number=2**53),
        lambda document: document.update(text="a\0b"),
        lambda document: document.update(text="\ud800"),
    ],
)
def test_a_proof_that_says_nothing_is_as_none(change: Callable[[dict[str, Any]], Any]) -> None:
    """Another kind, suite, purpose, form or time; two; an uncovered context (C8, C9)."""
    document = json.loads(json.dumps(proved()))
    change(document)
    with pytest.raises(UnusableProof):
        read_proof(document, NOON)


def test_a_proof_without_its_times_holds() -> None:
    """Both times may be left out (Data Integrity 2.1); an end that lies ahead is none."""
    private = load_private(PAIR.private)
    assert isinstance(private, Ed25519PrivateKey)
    document = proved()
    for options in (
        {name: value for name, value in document["proof"].items() if name != "created"},
        document["proof"] | {"expires": "2026-11-23T12:00:01Z"},
    ):
        options.pop("proofValue")
        signature = private.sign(integrity_proofs._hashes(document, options))
        value = encode_base58btc(signature)
        again = document | {"proof": options | {"proofValue": value}}
        assert holds(again)
    with pytest.raises(UnusableProof):
        read_proof(again, NOON + timedelta(seconds=1))


def test_a_linked_data_signature_beside_it_is_left_out() -> None:
    """It may have been added after the proof, and is removed first (FEP-8b32)."""
    assert holds(proved() | {"signature": {"type": "RsaSignature2017"}})


def test_an_rsa_key_proves_nothing() -> None:
    """The cryptosuite is Ed25519; a Multikey with another key, or no key, does not fit."""
    claim = read_proof(proved(), NOON)
    for text in ("z6Mk", "", "-----BEGIN PUBLIC KEY-----"):
        assert not claim.holds_for(text)


def test_the_same_bytes_are_verified_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second look at the same document and key costs no signature."""
    calls: list[bytes] = []

    def counted(signature: bytes, text: bytes, key: Any) -> bool:
        calls.append(signature)
        return is_signature(signature, text, key)

    monkeypatch.setattr("federation.integrity_proofs.is_signature", counted)
    document = proved(NOTE | {"content": "once"})
    assert all(holds(copy.deepcopy(document)) for _ in range(3))
    assert len(calls) == 1
    altered = document | {"content": "twice"}
    assert not any(holds(altered) for _ in range(3))
    assert len(calls) == 2


@pytest.mark.parametrize("value", [2**53, -(2**53), float("nan"), float("inf"), "\ud800", "\0"])
def test_what_readers_take_for_different_things_has_no_canonical_form(value: object) -> None:
    """Within the limits of JCS every reader sees the same; beyond them nothing is proved."""
    for document in ({"value": value}, {"list": [value]}, {"\ud800": 1}):
        with pytest.raises(NoCanonicalForm):
            canonical_json(document)


def test_a_backslash_before_u0000_is_no_nul() -> None:
    """What only looks like an escape stays; a real one after an escaped backslash does not."""
    assert canonical_json({"a": "\\u0000"}) == rb'{"a":"\\u0000"}'
    with pytest.raises(NoCanonicalForm):
        canonical_json({"a": "\\\0"})


def test_bottomless_documents_have_no_canonical_form() -> None:
    """Nesting beyond the interpreter's depth ends in the same error, not in a crash."""
    document: dict[str, Any] = {}
    for _ in range(5000):
        document = {"in": document}
    with pytest.raises(NoCanonicalForm):
        canonical_json(document)
