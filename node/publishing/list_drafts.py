"""The drafts that wait for the desk, as their author would write them, to finish and publish."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from node.publishing.complete_document import OURS, TEXTS, without_headings
from node.publishing.drafts import Document
from node.storage import resource_lists
from node.storage.resource_rows import ResourceRow
from vocab.classes import ResourceClass
from vocab.validation import Finding, Profile, validate

#: What the node fills in again when the draft is published.
FILLED_IN = frozenset({*OURS, "type", "kind", "url", "attributedTo", "inScheme", "purpose"})


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingDraft:
    """A draft, and what keeps it from being published as it is."""

    iri: str
    klass: ResourceClass
    title: str
    document: Document
    findings: tuple[Finding, ...]


async def waiting_drafts(connection: AsyncConnection) -> list[WaitingDraft]:
    """Return the drafts of this node, the one changed last first."""
    return [_waiting(row) for row in await resource_lists.drafts(connection)]


def _waiting(row: ResourceRow) -> WaitingDraft:
    stored = row.document
    doubled = {key for key in TEXTS if f"{key}Map" in stored}
    plain = without_headings(stored, stored.get("nameMap"))
    written = {key: value for key, value in plain.items() if key not in FILLED_IN | doubled}
    return WaitingDraft(
        iri=row.iri,
        klass=row.klass,
        title=row.title,
        document={"class": row.klass.value, **written},
        findings=tuple(validate(stored, Profile.PUBLISH)),
    )
