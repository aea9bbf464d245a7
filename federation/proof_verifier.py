"""Whose word a document is, by the proof in it (FEP-8b32 by the rules of FEP-fe34)."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from federation.authority import may_prove
from federation.integrity_proofs import UnusableProof, read_proof
from federation.ports import KnownKey
from vocab.clock import now

FindKey = Callable[[str], Awaitable[KnownKey | None]]


class ProofVerifier:
    """Finds the actor whose proof a document carries, however the document came here."""

    def __init__(self, find_key: FindKey, *, clock: Callable[[], datetime] = now) -> None:
        """Get keys by their ids from *find_key*, which knows those of fetched actors only."""
        self._find_key = find_key
        self._clock = clock

    async def prover_of(self, document: Mapping[str, Any]) -> KnownKey | None:
        """Return the key by whose proof *document* is its owner's word.

        None where no proof says so: there is none, or several, it is of another kind or out
        of time, its key is not known here or has ended, the key is not the owner's, or a
        character of the document is another. A proof that fails leaves other ways open.
        """
        proof = document.get("proof")
        key_id = proof.get("verificationMethod") if isinstance(proof, dict) else None
        key = await self._find_key(key_id) if isinstance(key_id, str) else None
        if key is None or not self._proves(key) or not may_prove(key.key_id, key.actor, document):
            return None
        try:
            claim = read_proof(document, self._clock())
        except UnusableProof:
            return None
        return key if claim.holds_for(key.public_key) else None

    def _proves(self, key: KnownKey) -> bool:
        """Say whether *key* stands under ``assertionMethod``, where Multikeys are, unexpired.

        Of a revoked key nothing is kept (``actors.read_actor``).
        """
        ended = key.expires is not None and key.expires <= self._clock()
        return key.algorithm == "ed25519" and key.public_key.startswith("z") and not ended
