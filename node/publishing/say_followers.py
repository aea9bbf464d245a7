"""What we say to another server of who follows an actor of ours there (FEP-8fcf)."""

from collections.abc import Sequence

from federation.collection_synchronization import Synchronization, followers_digest

#: More are said nothing of: who reads a part of them would take the rest for gone.
MOST = 5_000


def synchronization_of(actor: str, followers: Sequence[str]) -> Synchronization:
    """Return what is said of *followers* of our *actor*, all of one server."""
    return Synchronization(
        collection=f"{actor}/followers",
        url=f"{actor}/followers_synchronization",
        digest=followers_digest(followers),
    )
