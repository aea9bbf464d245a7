"""The works of other nodes that this one contributes to, and its companies that do."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from node.desk.contribution_errors import ContributionError, NoContribution
from node.identity import Identity
from node.publishing.drafts import Draft
from node.publishing.resolve_references import MEMBER, resolve_references
from node.storage import actors, contributions, resources
from node.storage.contributions import ContributionRow, Kind
from node.storage.resource_rows import ResourceRow
from vocab.classes import ResourceClass
from vocab.work_fields import SHARED_WORKS

FOLLOW = "Follow its cluster first (skagerrak follow ADDRESS), and wait until it is shown here."


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignWork:
    """A work of another node as it is held here, and where its desk is written to."""

    row: ResourceRow
    inbox: str


async def foreign_work(connection: AsyncConnection, iri: str) -> ForeignWork:
    """Return the case, collaboration or practice *iri* of another node.

    Raises ContributionError where it is not held here, or is no such work.
    """
    row = await resources.get(connection, iri)
    if row is None:
        raise ContributionError(f"This node does not hold {iri}.", remedy=FOLLOW)
    if row.local:
        raise ContributionError(
            f"{iri} is this node's own.", remedy="Change it with: skagerrak publish FILE"
        )
    if row.state != "published" or row.klass not in SHARED_WORKS:
        raise ContributionError(
            f"{iri} is not developed together with others.",
            remedy="Cases, collaborations and practices that stand are.",
        )
    return ForeignWork(row=row, inbox=await inbox_of(connection, row.owner))


async def inbox_of(connection: AsyncConnection, cluster: str) -> str:
    """Return where *cluster* is written to; raises ContributionError where that is not known."""
    inbox = await inbox_if_any(connection, cluster)
    if inbox is None:
        raise ContributionError(f"The cluster {cluster} cannot be reached.", remedy=FOLLOW)
    return inbox


async def inbox_if_any(connection: AsyncConnection, cluster: str) -> str | None:
    """Return where *cluster* is written to; None where that is not known, or it is gone."""
    actor = await actors.get(connection, cluster)
    return actor.inbox if actor is not None and actor.gone_at is None else None


async def own_member(connection: AsyncConnection, identity: Identity, named: str) -> str:
    """Return the IRI of our public member that *named* is, by IRI or as ``org:NO:…``.

    Raises ContributionError; a company that is not shown on the web is not named elsewhere.
    """
    iri = named
    if named.startswith(MEMBER):
        draft = Draft(document={"participant": named}, klass=ResourceClass.COLLABORATION)
        ((document, _),) = await resolve_references(connection, [draft])
        iri = str(document["participant"])
    row = await resources.get(connection, iri)
    if row is None or not row.local or row.klass is not ResourceClass.MEMBER or not row.is_public:
        raise ContributionError(
            f"{named} is no member that this node shows on the web.",
            remedy="Give the address of its page, or its number such as org:NO:988077917.",
        )
    return row.iri


async def waiting_contribution(
    connection: AsyncConnection, identifier: str, kind: Kind, *, sent: bool
) -> ContributionRow:
    """Return the contribution of that id that waits to be decided; raises NoContribution."""
    row = await contributions.get(connection, identifier)
    if row is None or row.kind != kind or row.sent != sent:
        raise _none(identifier, kind, "There is")
    if row.state != "open":
        raise _none(identifier, kind, f"It is {row.state}: there is")
    return row


#: Which command shows what waits.
SHOWN_BY = {"revision": "skagerrak revisions list", "join": "skagerrak collaborations requests"}


def _none(identifier: str, kind: Kind, beginning: str) -> NoContribution:
    return NoContribution(
        f"{beginning} nothing called {identifier} to decide.",
        remedy=f"See what waits with: {SHOWN_BY[kind]}",
    )
