"""Show a member's interest in an offer or need, wherever that is published."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from federation.actors import read_actor
from federation.authority import check_embedded_object, check_fetched
from federation.ports import FetchedDocument
from federation.safe_fetch import SafeClient
from node.control_socket import wake
from node.errors import NodeError, UnknownResource, WithdrawnResource
from node.identity import Identity
from node.node_folder import NodeFolder
from node.outbound import open_client
from node.publishing.express_interest import NewInterest, express_interest
from node.publishing.outgoing import Outgoing
from node.publishing.proposal_facts import ProposalFacts, known_facts
from node.receiving.remote_actors import save_remote_actor
from node.storage import actors, resources
from node.storage.database import Database
from node.storage.interests import InterestRow
from vocab import clock

REFERENCE = "org:"


async def show_interest(folder: NodeFolder, iri: str, new: NewInterest) -> InterestRow:
    """Send the interest of a member in the offer or need *iri* to the cluster it is of.

    What this node does not hold is read from its own address. Raises FederationError where it
    cannot be, NodeError as ``express_interest`` does.
    """
    identity = folder.identity
    async with folder.open_database() as database:
        proposal = await known_here(database, iri)
        if proposal is None:
            async with open_client(database, identity, folder.settings) as client:
                proposal = await read_there(database, client, iri)
        row = await send_interest(database, identity, proposal, new)
    await wake(folder.path)
    return row


async def send_interest(
    database: Database, identity: Identity, proposal: ProposalFacts, new: NewInterest
) -> InterestRow:
    """Do so in a node that is open already; its workers are the caller's to wake.

    Raises NodeError as ``express_interest`` does.
    """
    async with database.transaction() as connection:
        member = await member_iri(connection, new.member)
        outgoing = Outgoing(identity=identity, moment=clock.now())
        row = await express_interest(
            connection, identity, proposal, replace(new, member=member), outgoing=outgoing
        )
        await outgoing.write(connection)
    return row


async def known_here(database: Database, iri: str) -> ProposalFacts | None:
    """Return what stands here, if its cluster can be written to as well.

    Raises NodeError where it is no offer or need that takes interest.
    """
    async with database.reading() as connection:
        row = await resources.get(connection, iri)
        owner = await actors.get(connection, row.owner) if row is not None else None
    if row is None or (not row.local and (owner is None or owner.inbox is None)):
        return None
    if row.state == "withdrawn":
        raise WithdrawnResource(row.document)
    found = known_facts(row.document, iri)
    if row.state == "draft" or (row.local and row.audience == "private"):
        raise NodeError(f"{iri} is not published.", remedy="Publish it first.", status=409)
    return found


async def read_there(database: Database, client: SafeClient, iri: str) -> ProposalFacts:
    """Read an offer or need, and the cluster that it is of, from their own addresses.

    Raises FederationError where it cannot be read.
    """
    fetched: FetchedDocument = await client.fetch_document(iri)
    check_fetched(fetched.url, fetched.document)
    proposal = known_facts(fetched.document, str(fetched.document["id"]))
    check_embedded_object(proposal.owner, fetched.document)
    found = await client.fetch_document(proposal.owner)
    actor = read_actor(found.document, found.url)
    async with database.transaction() as connection:
        await save_remote_actor(connection, actor)
    return proposal


async def member_iri(connection: AsyncConnection, named: str) -> str:
    """Return the IRI of a member given by it, or as “org:NO:” and its number.

    Raises UnknownResource where no member has that number.
    """
    if not named.startswith(REFERENCE):
        return named
    number = named.removeprefix(REFERENCE)
    found = await resources.by_organisation_numbers(connection, [number])
    row = found.get(number)
    if row is None:
        raise UnknownResource(
            f"No member has the number {number}.", remedy="Import or publish the member first."
        )
    return row.iri
