"""The drafts that wait for the desk, as their author would write them, to finish and publish."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from node.identity import Identity
from node.publishing.complete_document import OURS, TEXTS, without_headings
from node.publishing.drafts import Document, Draft, Refusal
from node.publishing.prepare_documents import prepare_documents
from node.storage import resource_lists
from node.storage.resource_rows import ResourceRow
from vocab import clock
from vocab.classes import ResourceClass
from vocab.validation import Finding

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


async def waiting_drafts(connection: AsyncConnection, identity: Identity) -> list[WaitingDraft]:
    """Return the drafts of this node, the one changed last first."""
    rows = await resource_lists.drafts(connection)
    drafts = [
        Draft(document=_as_written(row), klass=row.klass, iri=row.iri, revises=True) for row in rows
    ]
    results = await prepare_documents(connection, identity, drafts, clock.now())
    return [
        WaitingDraft(
            iri=row.iri,
            klass=row.klass,
            title=row.title,
            document={"class": row.klass.value, **draft.document},
            findings=result.findings if isinstance(result, Refusal) else result.warnings,
        )
        for row, draft, result in zip(rows, drafts, results, strict=True)
    ]


def _as_written(row: ResourceRow) -> Document:
    stored = row.document
    doubled = {key for key in TEXTS if f"{key}Map" in stored}
    plain = without_headings(stored, stored.get("nameMap"))
    return {key: value for key, value in plain.items() if key not in FILLED_IN | doubled}
