"""Which Follow of ours an Accept or Reject answers."""

from node.receiving.batch import Batch
from node.receiving.outcomes import Received, object_id
from node.storage import follows
from node.storage.follows import FollowRow


async def our_follow(batch: Batch, received: Received) -> FollowRow | None:
    """Return our Follow that *received* names, if its sender is who we asked to follow."""
    activity = object_id(received.document.get("object"))
    if activity is None:
        return None
    found = await follows.by_activity(batch.connection, activity)
    if found is None or not found.follower_local or found.followed != received.actor:
        return None
    return found
