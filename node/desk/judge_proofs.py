"""Whether a proof holds now, and what the key is worth that somebody signed with.

Judged by the keys that are kept here: nothing is fetched, so it tells what this node believes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from federation.authority import is_actor, is_own_key_id, may_prove
from federation.integrity_proofs import ProofClaim, UnusableProof, read_proof
from federation.origins import without_fragment
from node.storage import actors, keys
from node.storage.keys import KeyRow
from vocab.clock import timestamp

KeyState = Literal["current", "former", "expired", "revoked", "unknown"]
Verdict = Literal["valid", "invalid", "ended", "unknown", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedKey:
    """A key that somebody signed with, as it is known here now."""

    key_id: str
    #: Who has it; None where that is not known.
    actor: str | None
    #: rsa or ed25519; None where it is not known.
    algorithm: str | None
    #: current; former, replaced and valid yet; expired; revoked; or unknown here.
    state: KeyState
    #: When it ended or will end, as far as that is known.
    ends_at: str | None = None
    #: When its actor was last read from its own address; None for ours.
    read_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofState:
    """What the proof in a document is worth now."""

    #: valid; invalid, it was never right; ended, with its key; unknown, without a key to
    #: judge it by; or none at all.
    verdict: Verdict
    #: In plain words, a whole sentence.
    reason: str
    key: UsedKey | None = None
    #: When it says it was made.
    made_at: str | None = None


NO_PROOF = ProofState(verdict="none", reason="It carries no integrity proof.")


async def used_key(connection: AsyncConnection, key_id: str, moment: datetime) -> UsedKey:
    """Return what is known here of the key *key_id*."""
    found = await keys.find_key(connection, key_id)
    if found is None or not (found.actor_local or is_own_key_id(key_id, found.key.actor)):
        return await _missing_key(connection, key_id)
    actor = await actors.get(connection, found.key.actor)
    return UsedKey(
        key_id=key_id,
        actor=found.key.actor,
        algorithm=found.key.algorithm,
        state=_state(found.key, timestamp(moment)),
        ends_at=found.key.revoked_at or found.key.expires_at,
        read_at=actor.fetched_at if actor else None,
    )


def _state(key: KeyRow, now: str) -> KeyState:
    if key.revoked_at is not None:
        return "revoked"
    if key.expires_at is None:
        return "current"
    return "former" if key.expires_at > now else "expired"


async def _missing_key(connection: AsyncConnection, key_id: str) -> UsedKey:
    """A key that is not kept: its actor may say that it is revoked."""
    iri = without_fragment(key_id)
    actor = await actors.get(connection, iri)
    listed = _listed(actor.read_document(), key_id) if actor is not None else {}
    revoked = listed.get("revoked")
    return UsedKey(
        key_id=key_id,
        actor=iri if listed else None,
        algorithm=None,
        state="revoked" if revoked is not None else "unknown",
        ends_at=str(revoked) if revoked is not None else None,
        read_at=actor.fetched_at if actor is not None else None,
    )


def _listed(document: Mapping[str, Any], key_id: str) -> Mapping[str, Any]:
    return next((entry for entry in _entries(document) if entry.get("id") == key_id), {})


def _entries(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for name in ("publicKey", "assertionMethod"):
        value = document.get(name)
        for entry in value if isinstance(value, list) else [value]:
            if isinstance(entry, Mapping):
                yield entry


async def judge_proof(
    connection: AsyncConnection, document: Mapping[str, Any], moment: datetime
) -> ProofState:
    """Return whether the proof of *document* holds at *moment*, by the keys known here."""
    if "proof" not in document:
        return NO_PROOF
    try:
        claim = read_proof(document, moment)
    except UnusableProof as error:
        return ProofState(verdict="invalid", reason=str(error))
    key = await used_key(connection, claim.key_id, moment)
    verdict, reason = await _judge(connection, document, claim, key)
    made_at = document["proof"].get("created")
    return ProofState(verdict=verdict, reason=reason, key=key, made_at=made_at)


async def _judge(
    connection: AsyncConnection, document: Mapping[str, Any], claim: ProofClaim, key: UsedKey
) -> tuple[Verdict, str]:
    if key.state == "revoked":
        return "ended", "Its key is revoked: whatever it proves counts no more."
    found = await keys.find_key(connection, claim.key_id) if key.state != "unknown" else None
    if found is None:
        return "unknown", "Its key is not known here, so nobody here can say."
    if not claim.holds_for(found.key.public):
        return "invalid", "It is not by that key, or a character of the document is another."
    if key.state == "expired":
        return "ended", "Its key has expired, and with it what it proves."
    if is_actor(document):
        return "valid", "It holds; an actor is believed only as its own address shows it."
    if not may_prove(claim.key_id, found.key.actor, document):
        return "invalid", "Its key belongs to somebody who may not speak for this."
    return "valid", "It holds: every character is as its owner proved it."
