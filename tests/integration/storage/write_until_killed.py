"""Journal activities without end and print each number once it is confirmed.

Started by a test with a database's address, and killed by it.
"""

import asyncio
import itertools
import sys

from node.storage.database import Database
from node.storage.group_commit import GroupCommit
from tests.integration.storage.samples import incoming


async def write(url: str) -> None:
    """Keep 64 activities on their way to the disk."""
    commit = GroupCommit(await Database.open(url))
    numbers = itertools.count()

    async def one_after_the_other() -> None:
        for number in numbers:
            await commit.put(incoming(number, received_at=""))
            print(number, flush=True)

    await asyncio.gather(*(one_after_the_other() for _ in range(64)))


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1]))
