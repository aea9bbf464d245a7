"""Answer an interest with a counter-offer, in what it is about as that stands now."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from node.errors import UnknownResource
from node.identity import Identity
from node.publishing.counter_interest import counter_interest
from node.publishing.move_interest import known_interest
from node.publishing.proposal_facts import ProposalFacts, known_facts, remembered_facts
from node.storage import resources
from node.storage.interests import InterestRow


async def answer_with_counter(
    connection: AsyncConnection, identity: Identity, iri: str, **answer: Any
) -> InterestRow:
    """Make the counter-offer *answer*, as ``counter_interest`` takes it; return it.

    Raises UnknownResource where there is no such interest, or what it is about was withdrawn,
    NodeError as ``counter_interest`` does.
    """
    standing = (await known_interest(connection, iri)).interest
    facts = await interest_facts(connection, identity, standing)
    return await counter_interest(connection, identity, iri, facts, **answer)


async def interest_facts(
    connection: AsyncConnection, identity: Identity, interest: InterestRow
) -> ProposalFacts:
    """Return what an interest is about, as it stands here or as it was read then.

    Raises UnknownResource where it was withdrawn.
    """
    proposal = await resources.get(connection, interest.proposal)
    if proposal is None:
        return remembered_facts(interest, interest.peer or identity.cluster)
    if proposal.state != "published":
        raise UnknownResource(f"{interest.proposal} was withdrawn.")
    return known_facts(proposal.document, proposal.iri)
