"""Look after the proofs on what this node has published, some at a time."""

import time

from node.identity import Identity
from node.publishing.renew_proofs import renew_proofs
from node.storage.database import Database
from node.workers.pace import give_way


class ProofWorker:
    """Gives a proof by the key of now to everything public of ours."""

    def __init__(self, database: Database, identity: Identity) -> None:
        """It keeps its place in the database."""
        self._database = database
        self._identity = identity

    async def step(self) -> bool:
        """Renew some proofs; return whether there may be more."""
        began = time.monotonic()
        more = await renew_proofs(self._database, self._identity)
        if more:
            await give_way(time.monotonic() - began)
        return more
