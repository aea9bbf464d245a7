"""Integrity proofs (FEP-8b32): DataIntegrityProofs of the cryptosuite eddsa-jcs-2022.

W3C Data Integrity EdDSA Cryptosuites 1.0, 3.3: signed are two SHA-256 hashes, that of the
proof without its value, then that of the document without its proof, each as JCS spells it.
Whether the key may speak for the document is for ``authority.may_prove`` to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from federation.base58btc import decode_base58btc, encode_base58btc
from federation.jcs import NoCanonicalForm, canonical_json
from federation.keys import UnusableKey, is_signature, load_public
from federation.origins import is_http_iri
from vocab.clock import parse_time, wire_time

CRYPTOSUITE: Final = "eddsa-jcs-2022"

_EXPECTED: Final = {
    "type": "DataIntegrityProof",
    "cryptosuite": CRYPTOSUITE,
    "proofPurpose": "assertionMethod",
}
_SIGNATURE_BYTES: Final = 64
_LONGEST_VALUE: Final = 128
# A Linked Data signature beside the proof is taken out before the proof is verified (FEP-8b32).
_NOT_SIGNED: Final = frozenset({"proof", "signature"})
_CLOCKS_DIFFER: Final = timedelta(minutes=5)

Document = Mapping[str, Any]


class UnusableProof(ValueError):
    """The document has no proof, or one that says nothing: as if there were none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofClaim:
    """A proof that is right in all that needs no key."""

    #: The ``verificationMethod``: the key that is said to have made it.
    key_id: str
    signature: bytes = field(repr=False)
    #: What was signed: both hashes.
    signed: bytes = field(repr=False)

    def holds_for(self, public_key: str) -> bool:
        """Say whether the Multikey *public_key*, an Ed25519 one, made it."""
        return _made_by(public_key, self.signed, self.signature)


@lru_cache(maxsize=4096)
def _made_by(public_key: str, signed: bytes, signature: bytes) -> bool:
    """Say whether it is that key's signature; of the same bytes this is asked only once."""
    try:
        key = load_public(public_key)
    except UnusableKey:
        return False
    return isinstance(key, Ed25519PublicKey) and is_signature(signature, signed, key)


def with_proof(
    document: Document, *, key_id: str, private_key: Ed25519PrivateKey, created: datetime
) -> dict[str, Any]:
    """Return *document*, which has no proof, with one by the key *key_id*.

    Its context must name data-integrity/v2 already. Raises NoCanonicalForm.
    """
    proof: dict[str, Any] = {
        "@context": document["@context"],
        **_EXPECTED,
        "created": wire_time(created),
        "verificationMethod": key_id,
    }
    signature = private_key.sign(_hashes(document, proof))
    return {**document, "proof": {**proof, "proofValue": encode_base58btc(signature)}}


def read_proof(document: Document, now: datetime) -> ProofClaim:
    """Return the claim of the one proof in *document*, checked in all that needs no key.

    Raises UnusableProof where there is none, several, one of another kind or purpose, one
    that has expired or comes from the future, or one that covers another context.
    """
    proof = document.get("proof")
    if not isinstance(proof, dict):
        raise UnusableProof("There is no proof, or several.")
    key_id = proof.get("verificationMethod")
    if not isinstance(key_id, str) or not is_http_iri(key_id):
        raise UnusableProof("The proof names no key that can be looked for.")
    if any(proof.get(name) != value for name, value in _EXPECTED.items()):
        raise UnusableProof("The proof is of another kind, or for another purpose.")
    if "previousProof" in proof:
        raise UnusableProof("The proof is part of a chain.")
    _check_time(proof, now)
    _check_context(document, proof)
    signature = _signature(proof.get("proofValue"))
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    try:
        signed = _hashes(document, options)
    except NoCanonicalForm as error:
        raise UnusableProof(str(error)) from error
    return ProofClaim(key_id=key_id, signature=signature, signed=signed)


def _hashes(document: Document, options: Document) -> bytes:
    unsigned = {name: value for name, value in document.items() if name not in _NOT_SIGNED}
    if "@context" in options:
        unsigned["@context"] = options["@context"]
    return sha256(canonical_json(options)).digest() + sha256(canonical_json(unsigned)).digest()


def _check_time(proof: Document, now: datetime) -> None:
    """Data Integrity 1.0, 2.1: both times may be left out, neither may be unreadable."""
    created, expires = (_time(proof, name) for name in ("created", "expires"))
    if created is not None and created > now + _CLOCKS_DIFFER:
        raise UnusableProof("The proof comes from the future.")
    if expires is not None and expires <= now:
        raise UnusableProof("The proof has expired.")


def _time(proof: Document, name: str) -> datetime | None:
    if name not in proof:
        return None
    try:
        return parse_time(proof[name])
    except (TypeError, ValueError, OverflowError) as error:
        raise UnusableProof(f"The proof's {name} is no time.") from error


def _check_context(document: Document, proof: Document) -> None:
    """Check that the proof covers what gives the document its meaning.

    The cryptosuite lets contexts follow that are not signed (3.3.2, step 4). Here none may:
    the tree that is verified is the tree that is processed. A document without a context
    would take that of whatever it is carried in.
    """
    context = document.get("@context")
    if not context or _listed(proof.get("@context", context)) != _listed(context):
        raise UnusableProof("The proof does not cover the context of the document.")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _signature(value: Any) -> bytes:
    if not isinstance(value, str) or len(value) > _LONGEST_VALUE:
        raise UnusableProof("The proof has no value.")
    try:
        signature = decode_base58btc(value)
    except ValueError as error:
        raise UnusableProof("The value of the proof is not base58btc.") from error
    if len(signature) != _SIGNATURE_BYTES:
        raise UnusableProof("The value of the proof is no Ed25519 signature.")
    return signature
