"""Who gets an activity: one delivery for each distinct inbox.

Offers, needs, cases, collaborations, events and practices go to every follower; members and
concepts to nodes only; what is for the network to approved nodes, each in its own inbox.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from node.identity import Identity
from node.storage import follows, peers
from node.storage.follows import Follower
from vocab.classes import FOR_NODES_ONLY, ResourceClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Followers:
    """The cluster's followers, and the hosts of approved nodes, as they are now."""

    all: tuple[Follower, ...]
    approved_hosts: frozenset[str]

    @classmethod
    async def load(cls, connection: AsyncConnection, identity: Identity) -> "Followers":
        """Read them once for a whole batch."""
        rows = await follows.followers_of(connection, identity.cluster)
        approved = await peers.hosts_in_state(connection, "approved")
        return cls(all=tuple(rows), approved_hosts=frozenset(approved))

    def inboxes(self, klass: ResourceClass, audience: str) -> list[str]:
        """Return the distinct inboxes for something of *klass*, in a stable order."""
        if audience == "network":
            return _distinct(
                follower.inbox
                for follower in self.all
                if follower.is_node and follower.host in self.approved_hosts
            )
        return _distinct(
            follower.shared_inbox or follower.inbox
            for follower in self.all
            if follower.is_node or klass not in FOR_NODES_ONLY
        )


def _distinct(inboxes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(inboxes))
