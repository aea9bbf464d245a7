"""Other people's code takes our signatures and proofs, and we take theirs.

apsig for draft-cavage and FEP-8b32, http-message-signatures for RFC 9421.
"""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from federation import draft_cavage, message_signatures
from federation.integrity_proofs import read_proof, with_proof
from federation.keys import KeyPair, generate_ed25519, generate_rsa, load_private, load_public
from federation.signed_request import SignatureWindow, SignedRequest
from vocab.clock import now, wire_time

HERE = Path(__file__).parent
URL = "https://b.example/inbox"
KEY_ID = "https://a.example/cluster#key"
BODY = '{"type":"Create","note":"blåbær"}'
DOCUMENT = {
    "@context": [
        "https://www.w3.org/ns/activitystreams",
        "https://w3id.org/security/data-integrity/v2",
    ],
    "id": "https://a.example/offers/1",
    "type": "Note",
    "attributedTo": "https://a.example/cluster",
    "content": "<p>Blåbær og 1,5 €</p>",
    "quantity": 1.50,
}


@dataclass(frozen=True, slots=True)
class Oracle:
    """Makes and checks signatures by other people's code."""

    python: Path

    def ask(self, job: str, **about: Any) -> Any:
        """Return what came of *job*; fail where it could not be done."""
        found = self.ask_many([{"job": job, **about}])[0]
        assert "answer" in found, found
        return found["answer"]

    def ask_many(self, jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return answer or error of each job."""
        done = subprocess.run(
            [str(self.python), str(HERE / "programs" / "oracle.py")],
            input=json.dumps(jobs),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        found: list[dict[str, Any]] = json.loads(done.stdout)
        return found


@pytest.fixture(scope="module")
def oracle(peers_python: Path) -> Oracle:
    """Give the oracle."""
    return Oracle(peers_python)


def public_pem(pair: KeyPair) -> str:
    """Return the public key of *pair* as PEM, whatever kind it is."""
    key = load_public(pair.public)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def arrived(headers: dict[str, str], body: str = BODY) -> SignedRequest:
    """Return the request as a node takes it in."""
    return SignedRequest(
        method="POST",
        path_and_query="/inbox",
        headers=list(headers.items()),
        body=body.encode(),
        host="b.example",
    )


def test_apsig_takes_our_draft_cavage(oracle: Oracle) -> None:
    """And not with another body."""
    pair = generate_rsa()
    headers = draft_cavage.sign_request(
        method="POST",
        url=URL,
        body=BODY.encode(),
        key_id=KEY_ID,
        private_key=load_private(pair.private),
        date=now(),
    )
    job = {"job": "check cavage", "pem": pair.public, "method": "POST", "url": URL}
    right = job | {"headers": dict(headers), "body": BODY}
    wrong = right | {"body": BODY.replace("blåbær", "bringebær")}

    assert oracle.ask_many([right, wrong]) == [{"answer": KEY_ID}, {"answer": None}]


def test_we_take_the_draft_cavage_of_apsig(oracle: Oracle) -> None:
    """And not with another body."""
    pair = generate_rsa()
    made = oracle.ask(
        "make cavage",
        pem=pair.private,
        method="POST",
        url=URL,
        headers={"Content-Type": "application/activity+json"},
        body=BODY,
        key_id=KEY_ID,
    )
    claim = draft_cavage.read_claim(arrived(made), now(), SignatureWindow())

    assert claim.key_id == KEY_ID
    assert claim.holds_for(load_public(pair.public))
    assert not claim.holds_for(load_public(generate_rsa().public))


@pytest.mark.parametrize("algorithm", ["rsa", "ed25519"])
def test_a_library_takes_our_rfc_9421(oracle: Oracle, algorithm: str) -> None:
    """What it found covered is all that must be."""
    pair = generate_rsa() if algorithm == "rsa" else generate_ed25519()
    headers = message_signatures.sign_request(
        method="POST",
        url=URL,
        body=BODY.encode(),
        key_id=KEY_ID,
        private_key=load_private(pair.private),
        date=now(),
    )
    job = {"job": "check message", "algorithm": algorithm, "pem": public_pem(pair)}
    right = job | {"method": "POST", "url": URL, "headers": dict(headers), "body": BODY}
    elsewhere = right | {"url": "https://c.example/inbox"}
    good, bad = oracle.ask_many([right, elsewhere])

    assert [name.strip('"') for name in good["answer"]] == [
        "@method",
        "@signature-params",
        "@target-uri",
        "content-digest",
    ]
    assert "InvalidSignature" in bad["error"]


def test_apsig_takes_our_proof(oracle: Oracle) -> None:
    """And not with one character changed."""
    pair = generate_ed25519()
    private = load_private(pair.private)
    assert isinstance(private, Ed25519PrivateKey)
    proved = with_proof(DOCUMENT, key_id=KEY_ID, private_key=private, created=now())
    job = {"job": "check proof", "multikey": pair.public}
    changed = proved | {"content": "<p>Blåbær og 1,6 €</p>"}

    found = oracle.ask_many([job | {"document": proved}, job | {"document": changed}])
    assert found == [{"answer": KEY_ID}, {"answer": None}]


def test_we_take_the_proof_of_apsig(oracle: Oracle) -> None:
    """And not with one character changed."""
    pair = generate_ed25519()
    made = oracle.ask(
        "make proof",
        pem=pair.private,
        key_id=KEY_ID,
        created=wire_time(now()),
        document=DOCUMENT,
    )
    changed = made | {"content": "<p>Blåbær og 1,6 €</p>"}

    assert read_proof(made, now()).holds_for(pair.public)
    assert not read_proof(changed, now()).holds_for(pair.public)
