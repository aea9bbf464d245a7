"""Go on with a work of another node as a work of one's own, which says where it comes from."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from node.desk.contribution_errors import ContributionError
from node.identity import Identity
from node.publishing.change_partners import with_partner
from node.publishing.drafts import Draft, Published
from node.publishing.publish_documents import publish
from node.storage import resources
from vocab.work_fields import SHARED_WORKS, with_work_fields, work_fields

KEPT = frozenset({"license", "contributor"})


async def fork_work(
    connection: AsyncConnection, identity: Identity, iri: str, *, moment: datetime | None = None
) -> Published:
    """Make a draft of ours from the work *iri*, for those who may see that.

    Its licence stays, and its contributors stay named, before us. Raises ContributionError
    where there is no such work here.
    """
    source = await resources.get(connection, iri)
    if source is None or source.state != "published" or source.klass not in SHARED_WORKS:
        raise ContributionError(
            f"There is no case, collaboration or practice at {iri}.",
            remedy="A work of another node must be shown here first: follow its cluster.",
        )
    standing = source.document
    kept = {key: value for key, value in standing.items() if key in KEPT}
    written = with_work_fields(kept, work_fields(standing), source.klass)
    written = with_partner(written, identity.cluster)
    if source.audience != "public":
        written["audienceLevel"] = source.audience
    draft = Draft(document=written | {"derivedFrom": [iri]}, klass=source.klass, publish=False)
    (drafted,) = await publish(connection, identity, [draft], moment=moment)
    return drafted
