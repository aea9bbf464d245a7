"""Ask to take part in a collaboration of another node, and leave it again."""

import html
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from federation import activities
from node.desk.contributed_works import foreign_work, own_member
from node.desk.contribution_errors import ContributionError
from node.identity import Identity
from node.publishing.names import random_name
from node.publishing.outgoing import Outgoing
from node.storage import contributions
from node.storage.contributions import ContributionRow
from vocab import clock
from vocab.classes import ResourceClass


async def ask_to_join(
    connection: AsyncConnection,
    identity: Identity,
    iri: str,
    *,
    member: str | None = None,
    message: str = "",
    who: str,
    moment: datetime | None = None,
) -> ContributionRow:
    """Ask the home of the collaboration *iri* to let this cluster take part.

    *member* is the company of ours that wants to, and has agreed to be named there. Raises
    ContributionError.
    """
    work = await foreign_work(connection, iri)
    if work.row.klass is not ResourceClass.COLLABORATION:
        raise ContributionError(f"{iri} is no collaboration.")
    if work.row.document.get("stage") == "ended":
        raise ContributionError(f"The collaboration {iri} has ended.")
    named = await own_member(connection, identity, member) if member else None
    standing = await contributions.standing_joins(connection, iri, work.row.owner, sent=True)
    if any(row.member == named for row in standing):
        raise ContributionError(
            "That was asked already.",
            remedy="See how it stands with: skagerrak collaborations requests",
        )
    outgoing = Outgoing(identity=identity, moment=moment or clock.now())
    activity = activities.join(
        id=outgoing.new_id(),
        actor=identity.cluster,
        object=iri,
        to=work.row.owner,
        participant=named,
        content=f"<p>{html.escape(message, quote=False)}</p>" if message else "",
        published=clock.wire_time(outgoing.moment),
    )
    row = ContributionRow(
        id=random_name(),
        kind="join",
        sent=True,
        partner=work.row.owner,
        host=work.row.host,
        activity=activity["id"],
        about=iri,
        member=named,
        message=message,
        created_at=clock.timestamp(outgoing.moment),
        who=who,
    )
    await contributions.add(connection, row)
    outgoing.send(activity, audience="private", inboxes=[work.inbox], about=iri)
    await outgoing.write(connection)
    return row


async def leave_collaboration(
    connection: AsyncConnection,
    identity: Identity,
    iri: str,
    *,
    member: str | None = None,
    who: str,
    moment: datetime | None = None,
) -> None:
    """Take no part in the collaboration *iri* any more: *member* does not, or none of ours.

    A request that waits is taken back by it. Raises ContributionError.
    """
    work = await foreign_work(connection, iri)
    named = await own_member(connection, identity, member) if member else None
    outgoing = Outgoing(identity=identity, moment=moment or clock.now())
    standing = await contributions.standing_joins(connection, iri, work.row.owner, sent=True)
    for row in standing:
        if named in (None, row.member):
            state = "withdrawn" if row.state == "open" else "left"
            at = clock.timestamp(outgoing.moment)
            await contributions.decide(connection, row.id, state=state, at=at, by=who)
    activity = activities.leave(
        id=outgoing.new_id(),
        actor=identity.cluster,
        object=iri,
        to=work.row.owner,
        participant=named,
        published=clock.wire_time(outgoing.moment),
    )
    outgoing.send(activity, audience="private", inboxes=[work.inbox], about=iri)
    await outgoing.write(connection)
