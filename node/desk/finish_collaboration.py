"""End a collaboration, and link it with the case that was made of it."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from node.desk.contribution_errors import ContributionError
from node.identity import Identity
from node.publishing.change_partners import listed
from node.publishing.check_sources import WIDTH
from node.publishing.drafts import Draft, Published
from node.publishing.publish_documents import publish
from node.storage import resources
from node.storage.resource_rows import ResourceRow
from vocab.classes import ResourceClass


async def finish_collaboration(
    connection: AsyncConnection,
    identity: Identity,
    iri: str,
    *,
    case: str | None = None,
    moment: datetime | None = None,
) -> list[Published]:
    """End the collaboration *iri* of ours; *case* is what was made of it.

    A case of ours gets the collaboration among what it derives from, unless fewer may see
    the collaboration than the case: then its address would tell that there is one. Raises
    ContributionError, RefusedDocument.
    """
    await resources.take_turn(connection)
    work = await _standing(connection, iri, ResourceClass.COLLABORATION)
    if not work.local:
        raise ContributionError(f"{iri} is another node's.", remedy="Its own desk ends it.")
    ended: dict[str, Any] = work.document | {"stage": "ended"}
    drafts = []
    if case is not None:
        made = await _standing(connection, case, ResourceClass.CASE)
        ended["resultedIn"] = _with(ended.get("resultedIn"), case)
        if made.local and WIDTH[work.audience] >= WIDTH[made.audience]:
            sources = _with(made.document.get("derivedFrom"), iri)
            drafts.append(_draft(made, made.document | {"derivedFrom": sources}))
    return await publish(connection, identity, [_draft(work, ended), *drafts], moment=moment)


async def _standing(connection: AsyncConnection, iri: str, klass: ResourceClass) -> ResourceRow:
    row = await resources.get(connection, iri)
    if row is None or row.state != "published" or row.klass is not klass:
        raise ContributionError(
            f"There is no {klass} at {iri}.", remedy="Check the address; drafts do not count."
        )
    return row


def _draft(row: ResourceRow, document: dict[str, Any]) -> Draft:
    return Draft(document=document, klass=row.klass, iri=row.iri, revises=True)


def _with(value: Any, iri: str) -> list[str]:
    return list(dict.fromkeys([*listed(value), iri]))
