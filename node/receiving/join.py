"""Join: a cluster on another node asks to take part in a collaboration of ours.

``participant`` names the company that wants to take part, if it has agreed to be named; the
desk of the home decides.
"""

from federation.origins import is_too_long
from node.publishing.names import random_name
from node.receiving.batch import Batch
from node.receiving.contributing import contributor_to, iris, is_on, message_of, turned_down
from node.receiving.outcomes import DONE, Outcome, Received, object_id, refused
from node.storage import contributions
from node.storage.contributions import ContributionRow
from node.storage.resource_rows import ResourceRow
from vocab.classes import ResourceClass

NOT_JOINED = "Only collaborations can be joined."
HAS_ENDED = "The collaboration has ended."
ONE_COMPANY = "A Join names one company of the sender's own node, or none."
ASKED_BEFORE = "The same has been asked already."


async def receive_join(batch: Batch, received: Received) -> Outcome:
    """Keep the request for the desk if its sender may ask, or say why it cannot be."""
    about = object_id(received.document.get("object"))
    if about is None:
        return refused("It names nothing that could be joined.")
    found = await contributor_to(batch, received, about)
    if isinstance(found, Outcome):
        return found
    companies = iris(received.document.get("participant"))
    problem = _problem(found.work, companies, received.host)
    member = companies[0] if companies else None
    if not problem and await _asked_before(batch, received, about, member):
        problem = ASKED_BEFORE
    if problem:
        return turned_down(batch, received, found.actor, about, problem)
    row = ContributionRow(
        id=random_name(),
        kind="join",
        sent=False,
        partner=received.actor,
        host=received.host,
        activity=received.activity,
        about=about,
        member=member,
        message=message_of(received.document),
        created_at=batch.arrival,
    )
    await contributions.add(batch.connection, row)
    return DONE


def _problem(work: ResourceRow, companies: list[str], host: str) -> str:
    if work.klass is not ResourceClass.COLLABORATION:
        return NOT_JOINED
    if work.document.get("stage") == "ended":
        return HAS_ENDED
    own = [iri for iri in companies if is_on(iri, host) and not is_too_long(iri)]
    return "" if own == companies and len(companies) <= 1 else ONE_COMPANY


async def _asked_before(batch: Batch, received: Received, about: str, member: str | None) -> bool:
    standing = await contributions.standing_joins(
        batch.connection, about, received.actor, sent=False
    )
    return any(row.member == member for row in standing)
