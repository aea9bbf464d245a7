"""Who gets an activity: one delivery for each distinct inbox.

Offers, needs, cases, collaborations, events and practices go to every follower; members and
concepts to nodes only; what is for the network to approved nodes, each in its own inbox. The
policy may narrow all of that for a server (``storage.peer_policy``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from node.identity import Identity
from node.storage import follows
from node.storage.follows import Follower
from node.storage.peer_policy import PeerPolicy, load_policy
from vocab.classes import FOR_NODES_ONLY, ResourceClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Followers:
    """The cluster's followers that anything may go to, and who may have what, as it is now."""

    all: tuple[Follower, ...]
    policy: PeerPolicy

    @classmethod
    async def load(cls, connection: AsyncConnection, identity: Identity) -> "Followers":
        """Read them once for a whole batch."""
        policy = await load_policy(connection)
        rows = await follows.followers_of(connection, identity.cluster)
        return cls(all=tuple(row for row in rows if policy.may_deliver(row.host)), policy=policy)

    def inboxes(
        self, klass: ResourceClass, audience: str, *, takes_back: bool = False
    ) -> list[str]:
        """Return the distinct inboxes for something of *klass*, in a stable order.

        What *takes_back* something goes beyond the scope of a server: it may have it from
        before its scope was narrowed.
        """
        policy = self.policy
        if audience == "network":
            may_have = (
                policy.is_in_network if takes_back else partial(policy.may_share, klass=klass)
            )
            return _distinct(
                follower.inbox
                for follower in self.all
                if follower.is_node and may_have(follower.host)
            )
        may_have = policy.may_deliver if takes_back else partial(policy.may_send, klass=klass)
        return _distinct(
            follower.shared_inbox or follower.inbox
            for follower in self.all
            if (follower.is_node or klass not in FOR_NODES_ONLY) and may_have(follower.host)
        )


def _distinct(inboxes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(inboxes))
