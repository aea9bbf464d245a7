"""Scripted actors that prove what they write."""

import copy
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from federation.integrity_proofs import with_proof
from federation.keys import KeyPair, generate_ed25519, load_private
from tests.integration.nodes.scripted_server import AS, ScriptedActor, Wire

CONTEXT = [
    AS,
    "https://w3id.org/security/data-integrity/v2",
    "https://w3id.org/skagerrak/v1",
]
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@cache
def ed25519_pair(actor: str) -> KeyPair:
    """Return the Ed25519 key of *actor*."""
    return generate_ed25519()


def proof_key(actor: ScriptedActor) -> str:
    return f"{actor.iri}#ed25519-key"


def multikey(actor: ScriptedActor, **changes: Any) -> Wire:
    """Return the key of *actor* as an actor lists it under assertionMethod (FEP-521a)."""
    key = {
        "id": proof_key(actor),
        "type": "Multikey",
        "controller": actor.iri,
        "publicKeyMultibase": ed25519_pair(actor.iri).public,
    }
    return key | changes


def list_key(actor: ScriptedActor, **changes: Any) -> None:
    """Let the document of *actor* list its key from now on."""
    name = actor.iri.rsplit("/", 1)[1]
    document = actor.server.documents[f"/actors/{name}"]
    assert isinstance(document, dict)
    document["assertionMethod"] = [multikey(actor, **changes)]


def prove(document: Wire, by: ScriptedActor, *, key_id: str = "", created: datetime = NOW) -> Wire:
    """Return *document* with a proof by *by*, as its own node would send it."""
    private_key = load_private(ed25519_pair(by.iri).private)
    assert isinstance(private_key, Ed25519PrivateKey)
    bare = {name: value for name, value in document.items() if name != "@context"}
    return with_proof(
        {"@context": copy.deepcopy(CONTEXT), **bare},
        key_id=key_id or proof_key(by),
        private_key=private_key,
        created=created,
    )
