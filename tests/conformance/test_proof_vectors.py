"""The public vectors of JCS, of eddsa-jcs-2022, and of FEP-8b32 and FEP-521a."""

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from federation.actors import read_actor
from federation.base58btc import decode_base58btc, encode_base58btc
from federation.integrity_proofs import ProofClaim, UnusableProof, read_proof, with_proof
from federation.jcs import canonical_json
from federation.keys import encode_multikey

ROOT = Path(__file__).parents[2]
SUITES = Path(os.environ.get("SKAGERRAK_SUITES") or ROOT.parent / "shared" / "suites")
#: Multicodec of an Ed25519 private key, before its 32 bytes.
PRIVATE_KEY = b"\x80\x26"
LATER = datetime(2026, 11, 23, tzinfo=UTC)


def suite(name: str) -> Path:
    """Return the folder of a suite, or skip."""
    folder = SUITES / name
    if not folder.is_dir():
        pytest.skip(f"SKAGERRAK_SUITES names no folder with {name}")
    return folder


def private_key(multikey: str) -> Ed25519PrivateKey:
    data = decode_base58btc(multikey)
    assert data.startswith(PRIVATE_KEY)
    return Ed25519PrivateKey.from_private_bytes(data[2:])


def steps(name: str) -> tuple[list[Any], list[str]]:
    """Return the JSON documents of a Gherkin file, and the quoted texts of its steps."""
    (path,) = suite(f"fep/{name}").glob("*.feature")
    blocks = re.split(r'^ *""" *$', path.read_text("utf-8"), flags=re.MULTILINE)
    quoted = [text for block in blocks[::2] for text in re.findall(r'"([^"]*)"', block)]
    return [json.loads(block) for block in blocks[1::2]], quoted


def test_every_document_of_the_jcs_suite_has_its_canonical_form() -> None:
    """The six documents of RFC 8785's own suite come out byte for byte."""
    count = 0
    for path in sorted((suite("jcs") / "testdata" / "input").glob("*.json")):
        expected = (path.parents[1] / "outhex" / f"{path.stem}.txt").read_text()
        assert canonical_json(json.loads(path.read_text("utf-8"))) == bytes.fromhex(expected)
        count += 1
    assert count == 6


def test_the_w3c_example_is_made_and_verified_in_every_step() -> None:
    """Canonical forms, hashes, signature and signed document of VC-DI-EDDSA's appendix fit."""
    folder = suite("vc-di-eddsa") / "TestVectors"
    vectors = folder / "eddsa-jcs-2022"
    unsigned = json.loads((folder / "unsigned.json").read_text())
    config = json.loads((vectors / "proofConfigJCS.json").read_text())
    signed = json.loads((vectors / "signedJCS.json").read_text())
    keys = json.loads((folder / "keyPair.json").read_text())

    assert canonical_json(unsigned).decode() == (vectors / "canonDocJCS.txt").read_text().strip()
    assert canonical_json(config).decode() == (vectors / "proofCanonJCS.txt").read_text().strip()

    made = with_proof(
        unsigned,
        key_id=config["verificationMethod"],
        private_key=private_key(keys["privateKeyMultibase"]),
        created=datetime.fromisoformat(config["created"]),
    )
    assert made == signed

    # Its key is a did:key, which no actor lists; so it is read under another name, and the
    # claim is made of the vector's own bytes.
    claim = ProofClaim(
        key_id=config["verificationMethod"],
        signature=bytes.fromhex((vectors / "sigHexJCS.txt").read_text()),
        signed=bytes.fromhex((vectors / "combinedHashJCS.txt").read_text()),
    )
    assert claim.holds_for(keys["publicKeyMultibase"])
    with pytest.raises(UnusableProof):
        read_proof(signed, LATER)


def test_the_w3c_signatures_are_the_same_in_hex_and_in_base58btc() -> None:
    """Both spellings of a signature are the same bytes, both ways."""
    vectors = suite("vc-di-eddsa") / "TestVectors" / "eddsa-jcs-2022"
    spelt = (vectors / "sigBTC58JCS.txt").read_text().strip()
    data = bytes.fromhex((vectors / "sigHexJCS.txt").read_text())
    assert decode_base58btc(spelt) == data
    assert encode_base58btc(data) == spelt


def test_proofs_of_another_cryptosuite_or_several_are_not_read() -> None:
    """What the W3C signed by other suites, in sets and in chains is as good as unsigned."""
    folder = suite("vc-di-eddsa") / "TestVectors"
    found = [
        path
        for pattern in ("Ed25519Signature2020/signed*", "eddsa-rdfc-2022/signed*", "*/signedProof*")
        for path in folder.glob(f"{pattern}.json")
    ]
    assert len(found) >= 6
    for path in found:
        with pytest.raises(UnusableProof):
            read_proof(json.loads(path.read_text()), LATER)


def test_the_example_of_fep_8b32_is_signed_and_verified() -> None:
    """The activity with a float in it gets the FEP's own proof, and its actor's key fits it."""
    (document, expected, signed, actor), quoted = steps("8b32")
    secret, created, key_id = quoted[:3]
    made = with_proof(
        document,
        key_id=key_id,
        private_key=private_key(secret),
        created=datetime.fromisoformat(created),
    )
    assert made == expected == signed

    (key,) = read_actor(actor, actor["id"]).keys
    claim = read_proof(signed, LATER)
    assert claim.key_id == key.key_id
    assert claim.holds_for(key.public_key)
    signed["object"]["location"]["latitude"] = 25.273963
    assert not read_proof(signed, LATER).holds_for(key.public_key)


def test_the_examples_of_fep_521a_are_the_multikeys_of_their_keys() -> None:
    """An Ed25519 and an RSA key are spelt as the FEP spells them."""
    (first, second), quoted = steps("521a")
    ed25519 = Ed25519PublicKey.from_public_bytes(bytes.fromhex(quoted[0]))
    rsa = load_der_public_key(bytes.fromhex(quoted[2]))
    assert isinstance(rsa, RSAPublicKey)
    assert encode_multikey(ed25519) == first["publicKeyMultibase"]
    assert encode_multikey(rsa) == second["publicKeyMultibase"]
