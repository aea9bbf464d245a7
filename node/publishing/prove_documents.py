"""Integrity proofs on what we publish: everything public, and nothing else (FEP-8b32).

By its proof a third node can pass a document on, and whoever receives it knows that it is ours.
For the same reason nothing that is for the network or for persons has one: its leak could be
proved.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.ext.asyncio import AsyncConnection

from federation.addressing import audience_of
from federation.integrity_proofs import with_proof
from federation.keys import load_private
from node.publishing.drafts import Document, Prepared
from node.storage import keys
from node.storage.keys import KeyRow
from vocab.inline_context import with_inline_context


@dataclass(frozen=True, slots=True, kw_only=True)
class Prover:
    """The Ed25519 keys that some of our actors sign with, at one moment."""

    keys: Mapping[str, KeyRow]
    moment: datetime

    @classmethod
    async def load(
        cls, connection: AsyncConnection, actors: Iterable[str], moment: datetime
    ) -> "Prover":
        """Return the prover of *actors*; one whose key is not made yet proves nothing."""
        found = await keys.signing_keys(connection, list(actors), "ed25519")
        return cls(keys=found, moment=moment)

    def prove(self, document: Mapping[str, Any], actor: str) -> Document:
        """Return *document* with its context and, where it is public, a proof by *actor*."""
        key = self.keys.get(actor)
        if key is None or key.private is None or audience_of(document, None) != "public":
            return with_inline_context(document)
        private_key = load_private(key.private)
        if not isinstance(private_key, Ed25519PrivateKey):
            raise TypeError(f"{key.key_id} is no Ed25519 key")
        return with_proof(
            with_inline_context(document, proved=True),
            key_id=key.key_id,
            private_key=private_key,
            created=self.moment,
        )

    def prove_prepared(self, item: Prepared, cluster: str) -> Prepared:
        """Return *item* as it is published: with a proof by the cluster where all may see it.

        What says the same as before keeps the proof that it has.
        """
        public = item.draft.publish and item.audience == "public"
        if not public or "proof" in item.document:
            return item
        return replace(item, document=self.prove(item.document, cluster))
