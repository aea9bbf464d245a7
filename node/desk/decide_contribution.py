"""The desk decides about a revision or a request to join: it takes it, or says why not."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from node.desk.contributed_works import inbox_if_any, waiting_contribution
from node.desk.contribution_errors import ChangedMeanwhile, Conflicts, ContributionError
from node.desk.review_revision import sides_of, standing_work
from node.identity import Identity
from node.publishing.answer_contribution import (
    accept_contribution,
    asked_activity,
    reject_contribution,
)
from node.publishing.change_partners import with_partner
from node.publishing.drafts import Document, Draft, Published
from node.publishing.outgoing import Outgoing
from node.publishing.publish_documents import publish
from node.receiving.contributing import contributors_of
from node.storage import contributions, resources
from node.storage.contributions import ContributionRow, Kind
from node.storage.resource_rows import ResourceRow
from vocab import clock
from vocab.classes import ResourceClass
from vocab.three_way_merge import Side
from vocab.work_fields import with_work_fields

ACTIVITY = {"revision": "Offer", "join": "Join"}
VERSION = re.compile(r"(\d{1,9})[.](\d{1,9})[.](\d{1,9})")


async def accept_revision(
    connection: AsyncConnection,
    identity: Identity,
    identifier: str,
    *,
    who: str,
    decided: Mapping[str, Side] | None = None,
    seen: int | None = None,
    moment: datetime | None = None,
) -> Published:
    """Publish the work with what the proposal changes, and tell followers and the proposer.

    *decided* says by field which side counts, *seen* which version of the work the desk had
    before it. Raises NoContribution, Conflicts where both sides changed a field and nothing is
    decided, ChangedMeanwhile where another version stands, RefusedDocument, ContributionError.
    """
    await resources.take_turn(connection)
    moment = moment or clock.now()
    row = await waiting_contribution(connection, identifier, "revision", sent=False)
    work = await standing_work(connection, row)
    if seen not in (None, work.version):
        raise ChangedMeanwhile
    sides = await sides_of(connection, row, work)
    decided = decided or {}
    unknown = sorted(set(decided) - {*sides.current, *sides.proposed})
    if unknown:
        raise ContributionError(
            f"The proposal has no field {', '.join(unknown)}.",
            remedy=f"See its fields with: skagerrak revisions show {identifier}",
        )
    merged = sides.merged(decided)
    if merged.conflicts:
        raise Conflicts(merged.conflicts)
    document = with_work_fields(work.document, merged.fields, work.klass)
    named = contributors_of(row.document)
    document = with_partner(document, row.partner)
    for contributor in named:
        document = with_partner(document, contributor)
    return await _accept(connection, identity, row, next_version(document, work), work, who, moment)


async def accept_joining(
    connection: AsyncConnection,
    identity: Identity,
    identifier: str,
    *,
    who: str,
    moment: datetime | None = None,
) -> Published:
    """Let the cluster, and the company it named, take part in the collaboration.

    Raises NoContribution, RefusedDocument, ContributionError.
    """
    await resources.take_turn(connection)
    moment = moment or clock.now()
    row = await waiting_contribution(connection, identifier, "join", sent=False)
    work = await resources.get(connection, row.about)
    if work is None or work.state != "published" or work.document.get("stage") == "ended":
        raise ContributionError(
            f"{row.about} has ended, or does not stand any more.", remedy="Decline the request."
        )
    companies = (row.member,) if row.member else ()
    document = with_partner(work.document, row.partner, companies)
    return await _accept(connection, identity, row, document, work, who, moment)


async def decline_contribution(
    connection: AsyncConnection,
    identity: Identity,
    identifier: str,
    kind: Kind,
    *,
    reason: str,
    who: str,
    moment: datetime | None = None,
) -> ContributionRow:
    """Decline a proposal or a request with a reason, which its sender gets to read.

    Raises NoContribution.
    """
    outgoing = Outgoing(identity=identity, moment=moment or clock.now())
    row = await waiting_contribution(connection, identifier, kind, sent=False)
    inbox = await inbox_if_any(connection, row.partner)
    if inbox is not None:  # who is gone is told nothing
        reject_contribution(outgoing, _asked(row), reason=reason, inbox=inbox)
    await _decide(connection, row, "declined", who, outgoing, reason=reason)
    await outgoing.write(connection)
    return row


async def _accept(
    connection: AsyncConnection,
    identity: Identity,
    row: ContributionRow,
    document: Document,
    work: ResourceRow,
    who: str,
    moment: datetime,
) -> Published:
    draft = Draft(document=document, klass=work.klass, iri=work.iri, revises=True)
    (published,) = await publish(connection, identity, [draft], moment=moment)
    outgoing = Outgoing(identity=identity, moment=moment)
    inbox = await inbox_if_any(connection, row.partner)
    if inbox is not None:
        accept_contribution(outgoing, _asked(row), result=work.iri, inbox=inbox)
    await _decide(connection, row, "accepted", who, outgoing)
    await outgoing.write(connection)
    return published


async def _decide(
    connection: AsyncConnection,
    row: ContributionRow,
    state: str,
    who: str,
    outgoing: Outgoing,
    *,
    reason: str | None = None,
) -> None:
    at = clock.timestamp(outgoing.moment)
    await contributions.decide(connection, row.id, state=state, at=at, by=who, reason=reason)


def _asked(row: ContributionRow) -> dict[str, Any]:
    thing = row.draft or row.about
    return asked_activity(ACTIVITY[row.kind], id=row.activity, actor=row.partner, object=thing)


def next_version(document: Document, work: ResourceRow) -> Document:
    """A revision raises the second number of a case's version (SemVer)."""
    if work.klass is not ResourceClass.CASE:
        return document
    found = VERSION.fullmatch(str(document.get("version", "")))
    major, minor = (int(found[1]), int(found[2])) if found else (1, 0)
    return {
        **document,
        "version": f"{major}.{minor + 1}.0",
        "previousVersion": f"{work.iri}/versions/{work.version}",
    }
