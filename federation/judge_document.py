"""Whether a document at hand is its owner's word, told in full: for debugging.

The rules are those by which documents are taken in; here the key is fetched where it is needed.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from federation.authority import may_prove, owner_of
from federation.errors import FederationError
from federation.integrity_proofs import ProofClaim, UnusableProof, read_proof
from federation.key_documents import fetch_key_owner
from federation.keys import UnusableKey, key_algorithm
from federation.ports import Fetcher


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofVerdict:
    """What the proof of a document is worth."""

    #: The key that is said to have made it; None where that cannot be told.
    key_id: str | None = None
    #: Whose key that is, where it was found.
    owner: str | None = None
    #: Why it says nothing; None where it holds.
    problem: str | None = None

    @property
    def holds(self) -> bool:
        """Whether the document is its owner's word by this proof alone."""
        return self.problem is None


async def judge_proof(
    document: dict[str, Any], fetcher: Fetcher | None, now: datetime, key: str | None = None
) -> ProofVerdict | None:
    """Return what the proof in *document* is worth, None where it has none.

    Its key is *key*, a Multikey, or the one that *fetcher* finds; then it is checked too
    whether its owner may prove the document (FEP-8b32, FEP-fe34).
    """
    if "proof" not in document:
        return None
    try:
        claim = read_proof(document, now)
    except UnusableProof as error:
        proof = document["proof"]
        key_id = proof.get("verificationMethod") if isinstance(proof, dict) else None
        return ProofVerdict(key_id=key_id if isinstance(key_id, str) else None, problem=str(error))
    if key is not None:
        return _made_by(claim, key, owner=None)
    if fetcher is None:
        return ProofVerdict(key_id=claim.key_id, problem="The key was not looked for.")
    return await _judge_by_fetching(document, claim, fetcher)


async def _judge_by_fetching(
    document: dict[str, Any], claim: ProofClaim, fetcher: Fetcher
) -> ProofVerdict:
    try:
        actor = await fetch_key_owner(fetcher, claim.key_id)
    except FederationError as error:
        problem = f"Its key cannot be had: {error.safe}"
        return ProofVerdict(key_id=claim.key_id, problem=problem)
    listed = {key.key_id: key.public_key for key in actor.keys}
    if claim.key_id not in listed:
        problem = "The actor does not list that key."
        return ProofVerdict(key_id=claim.key_id, owner=actor.iri, problem=problem)
    if not may_prove(claim.key_id, actor.iri, document):
        problem = (
            f"The key may not prove this document, which is of {owner_of(document)}: "
            "an actor is never believed by a proof, anything else by its owner's alone."
        )
        return ProofVerdict(key_id=claim.key_id, owner=actor.iri, problem=problem)
    return _made_by(claim, listed[claim.key_id], owner=actor.iri)


def _made_by(claim: ProofClaim, key: str, owner: str | None) -> ProofVerdict:
    problem = None
    try:
        if key_algorithm(key) != "ed25519" or not key.startswith("z"):
            problem = "The key is no Ed25519 Multikey."
        elif not claim.holds_for(key):
            problem = "The key did not make this proof of this document."
    except UnusableKey as error:
        problem = str(error)
    return ProofVerdict(key_id=claim.key_id, owner=owner, problem=problem)
