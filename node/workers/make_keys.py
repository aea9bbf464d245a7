"""Make RSA keys for members, one after the other, so that each becomes an actor.

A key takes about 45 ms of computing; it is made in a thread that gives way to everything else.
"""

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from federation.keys import KeyPair, generate_ed25519, generate_rsa
from node.publishing.actor_keys import local_key
from node.storage import actors, keys
from node.storage.database import Database

BATCH = 20


class KeyWorker:
    """Gives keys to local actors that lack them."""

    def __init__(self, database: Database) -> None:
        """The thread is the worker's own."""
        self._database = database
        self._thread = ThreadPoolExecutor(1, "keys", initializer=_give_way)

    async def step(self) -> bool:
        """Make keys for some actors; return whether there are more.

        Ed25519 keys are made with the actor; those who lack one are from before that.
        """
        lacked = [
            await self._make("ed25519", generate_ed25519),
            await self._make("rsa", generate_rsa),
        ]
        return BATCH in lacked

    async def _make(self, algorithm: str, generate: Callable[[], KeyPair]) -> int:
        """Make the keys of *algorithm* that some lack; return of how many."""
        async with self._database.reading() as connection:
            lacking = await actors.lacking_key(connection, algorithm, limit=BATCH)
        for actor in lacking:
            pair = await asyncio.get_running_loop().run_in_executor(self._thread, generate)
            async with self._database.transaction() as connection:
                await keys.add_keys(connection, [local_key(actor.iri, pair)])
        return len(lacking)

    def close(self) -> None:
        """End the thread after the key that it is making."""
        self._thread.shutdown(wait=False, cancel_futures=True)


def _give_way() -> None:
    """Lowest priority for this thread alone; on Linux each thread has a priority of its own."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)
