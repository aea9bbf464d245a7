"""Keys of our own actors: made, replaced, and shown to others (security/v1, FEP-521a).

One RSA key at a time stands under ``publicKey``, since many servers read no list there; keys that
were replaced stand as Multikeys with their end beside the Ed25519 key, under ``assertionMethod``.
"""

from collections.abc import Sequence
from typing import Any, Final

from federation.keys import (
    KeyPair,
    encode_multikey,
    generate_ed25519,
    generate_rsa,
    key_algorithm,
    load_public,
)
from node.storage.keys import KeyRow
from vocab.clock import parse_time, timestamp, wire_time
from vocab.inline_context import without_proof

#: What a key of an actor is called, and how one is made.
NAMES: Final = {"rsa": "main-key", "ed25519": "ed25519-key"}
GENERATORS: Final = {"rsa": generate_rsa, "ed25519": generate_ed25519}
#: Keys shown that were replaced, the newest first: readers take a few only.
MOST_FORMER: Final = 8


def local_key(actor: str, pair: KeyPair, *, number: int = 1, at: str = "") -> KeyRow:
    """Return the *number*-th key of its algorithm that our *actor* has, as a row.

    Each has an id of its own, so that nobody who holds an older one takes it for the same.
    """
    algorithm = key_algorithm(pair.public)
    name = NAMES[algorithm] if number == 1 else f"{NAMES[algorithm]}-{number}"
    return KeyRow(
        key_id=f"{actor}#{name}",
        actor=actor,
        algorithm=algorithm,
        public=pair.public,
        private=pair.private,
        created_at=at or timestamp(),
    )


def with_keys(document: dict[str, Any], public: Sequence[KeyRow]) -> dict[str, Any]:
    """Return an actor's document with its keys, as it is served.

    The proof of the document without them does not cover them, and nobody believes an actor
    by a proof, so it is left out.
    """
    keyed = without_proof(document)
    newest_first = sorted(public, key=lambda key: key.created_at, reverse=True)
    current = [key for key in newest_first if key.expires_at is None]
    former = [key for key in newest_first if key.expires_at is not None][:MOST_FORMER]
    for key in current:
        if key.algorithm == "rsa":
            keyed.setdefault("publicKey", _public_key(key))
    ed25519 = [key for key in current if key.algorithm == "ed25519"]
    methods = [_multikey(key) for key in (*ed25519, *former)]
    return {**keyed, "assertionMethod": methods} if methods else keyed


def _public_key(key: KeyRow) -> dict[str, str]:
    return {"id": key.key_id, "owner": key.actor, "publicKeyPem": key.public}


def _multikey(key: KeyRow) -> dict[str, str]:
    """Return *key* as Controlled Identifiers 1.0, 2.2 have it: with its end, or its revocation."""
    public = encode_multikey(load_public(key.public)) if key.algorithm == "rsa" else key.public
    shown = {
        "id": key.key_id,
        "type": "Multikey",
        "controller": key.actor,
        "publicKeyMultibase": public,
    }
    if key.revoked_at is not None:
        return shown | {"revoked": wire_time(parse_time(key.revoked_at))}
    if key.expires_at is not None:
        return shown | {"expires": wire_time(parse_time(key.expires_at))}
    return shown
