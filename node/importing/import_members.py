"""Carry an import plan out: concepts, members and drafts in one transaction, or nothing.

Everything goes through ``publish``; what the sheet offers and needs becomes drafts.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from node.identity import Identity
from node.importing.as_documents import (
    concept_document,
    draft_documents,
    member_details,
    member_document,
    read_member,
)
from node.importing.expertise import fold_label
from node.importing.import_plan import ImportDefaults, ImportPlan, PlannedRow
from node.importing.member_rows import MemberRow, Texts
from node.publishing.drafts import Draft, Prepared, Published, Refusal
from node.publishing.member_actors import taken_handles
from node.publishing.names import random_name
from node.publishing.prepare_documents import prepare_documents
from node.publishing.publish_documents import publish, tell_collections, write_prepared
from node.publishing.resolve_references import concept_labels, labels_of
from node.settings import Settings
from node.storage import import_batches, resources
from node.storage.import_batches import ImportBatch, ImportedRow
from node.storage.resource_rows import ResourceRow
from vocab import clock
from vocab.classes import ResourceClass

Progress = Callable[[int], None]
#: Rows that are prepared and written together. A few hundred documents take a few MiB.
PART = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row whose document broke the rules after all."""

    row: int
    refusal: Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """What an import did."""

    batch: str
    created: int
    updated: int
    skipped: int
    drafts: int
    concepts: int
    refused: tuple[RefusedRow, ...]


async def known_members(connection: AsyncConnection) -> dict[str, MemberRow]:
    """Return the node's members as rows of a sheet, by ``MemberRow.key``."""
    labels = await labels_by_iri(connection)
    rows = await resources.all_local(connection, ResourceClass.MEMBER)
    details = await resources.private_details_of(connection, [row.iri for row in rows])
    members = [
        read_member(
            row.document,
            details.get(row.iri, {}),
            publish=row.audience == "public",
            labels=labels,
        )
        for row in rows
    ]
    return {member.key: member for member in members}


async def labels_by_iri(connection: AsyncConnection) -> dict[str, str]:
    """Return the first label of each expertise of the node, by IRI."""
    return {
        row.iri: label
        for row in await resources.all_local(connection, ResourceClass.CONCEPT)
        if (label := next(labels_of(row.document, "prefLabel"), None)) is not None
    }


async def import_defaults(connection: AsyncConnection, settings: Settings) -> ImportDefaults:
    """Return what the node knows where the sheet says nothing."""
    first = await labels_by_iri(connection)
    iris = await concept_labels(connection)
    return ImportDefaults(
        country=settings.cluster.country,
        language=settings.node.language,
        nace_revision=settings.importing.nace_revision,
        labels=tuple(first.values()),
        synonyms={fold_label(label): first[iri] for label, iri in iris.items() if iri in first},
    )


async def import_members(
    connection: AsyncConnection,
    identity: Identity,
    settings: Settings,
    plan: ImportPlan,
    *,
    file_name: str,
    progress: Progress = lambda done: None,
) -> ImportResult:
    """Carry *plan* out in the caller's transaction; *progress* is told of each row done."""
    moment = clock.now()
    changed = [row for row in plan.rows if row.action != "unchanged"]
    concepts = await _add_concepts(connection, identity, settings, changed, moment)
    iris = {fold_label(label): iri for label, iri in (await concept_labels(connection)).items()}
    writing = _Writing(connection, identity, settings, moment, iris)
    await writing.write(changed, progress)
    batch = ImportBatch(
        id=random_name(),
        file_name=file_name,
        imported_at=clock.timestamp(moment),
        created=writing.changes["created"],
        updated=writing.changes["updated"],
        skipped=len(plan.skipped) + len(writing.refused),
    )
    done = [*writing.written, *((0, result) for result in (*concepts, *writing.drafts))]
    rows = [_imported_row(batch.id, number, result) for number, result in done]
    await import_batches.save(connection, batch, rows)
    return ImportResult(
        batch=batch.id,
        created=batch.created,
        updated=batch.updated,
        skipped=batch.skipped,
        drafts=len(writing.drafts),
        concepts=len(concepts),
        refused=tuple(writing.refused),
    )


async def _add_concepts(
    connection: AsyncConnection,
    identity: Identity,
    settings: Settings,
    rows: Sequence[PlannedRow],
    moment: datetime,
) -> list[Published]:
    """The cluster's scheme grows by each expertise that no label of it names yet."""
    known = {fold_label(label) for label in await concept_labels(connection)}
    new: dict[str, str] = {}
    for row in rows:
        for label in row.member.expertise:
            if fold_label(label) not in known:
                new.setdefault(fold_label(label), label)
    drafts = [
        Draft(document=concept_document(label, settings.node.language), klass=ResourceClass.CONCEPT)
        for label in new.values()
    ]
    return await publish(connection, identity, drafts, moment=moment)


async def _drafted(connection: AsyncConnection, members: Sequence[str]) -> dict[str, list[Texts]]:
    """Return what each member offered and needed when it was last imported, by its IRI."""
    details = await resources.private_details_of(connection, members)
    return {iri: [*it.get("offers", ()), *it.get("needs", ())] for iri, it in details.items()}


def _member_draft(
    member: MemberRow,
    concepts: Mapping[str, str],
    known: Mapping[str, ResourceRow],
    settings: Settings,
) -> Draft:
    """What a sheet has no column for stays as it stands."""
    document = member_document(member, concept_iris=concepts, language=settings.node.language)
    standing = known.get(member.key)
    others = {
        key: value
        for key, value in (standing.document if standing else {}).items()
        if key not in FROM_SHEET
    }
    return Draft(
        document={**others, "audienceLevel": "public", **document},
        klass=ResourceClass.MEMBER,
        iri=standing.iri if standing else None,
        private=member_details(member),
        organisation_number=member.key,
    )


#: What a row of a sheet says of a member, by omission too.
FROM_SHEET = frozenset(
    {"name", "nameMap", "legalName", "legalIdentifier", "iso6523Code", "summary", "summaryMap"}
    | {"sameAs", "companyActivity", "homepage", "region", "employees", "knowsAbout"}
)


@dataclass(slots=True)
class _Writing:
    """Members and their drafts, written part by part so that memory does not grow with the list."""

    connection: AsyncConnection
    identity: Identity
    settings: Settings
    moment: datetime
    #: The node's expertises by ``fold_label``.
    concepts: Mapping[str, str]
    #: What became of each row, by its number in the file.
    written: list[tuple[int, Published]] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    drafts: list[Published] = field(default_factory=list)
    changes: Counter[str] = field(default_factory=Counter)

    async def write(self, rows: Sequence[PlannedRow], progress: Progress) -> None:
        """Write *rows*; where they are several parts, nodes are told once, at the end."""
        taken = await taken_handles(self.connection) if rows else set()
        told_later = (ResourceClass.MEMBER,) if len(rows) > PART else ()
        shown = False
        for start in range(0, len(rows), PART):
            part = rows[start : start + PART]
            shown |= await self._write_part(part, taken, told_later, progress)
        if shown and told_later:
            await tell_collections(self.connection, self.identity, told_later, self.moment)

    async def _write_part(
        self,
        rows: Sequence[PlannedRow],
        taken: set[str | None],
        told_later: tuple[ResourceClass, ...],
        progress: Progress,
    ) -> bool:
        """Write one part; return whether others see a change."""
        keys = [row.member.key for row in rows]
        known = await resources.by_organisation_numbers(self.connection, keys)
        before = await _drafted(self.connection, [row.iri for row in known.values()])
        drafts = [_member_draft(row.member, self.concepts, known, self.settings) for row in rows]
        prepared = await prepare_documents(
            self.connection, self.identity, drafts, self.moment, progress, taken
        )
        ready: list[tuple[PlannedRow, Prepared]] = []
        for row, outcome in zip(rows, prepared, strict=True):
            if isinstance(outcome, Refusal):  # a refused row stops no other
                self.refused.append(RefusedRow(row=row.member.number, refusal=outcome))
            else:
                ready.append((row, outcome))
        items = [item for _, item in ready]
        results = await write_prepared(
            self.connection, self.identity, items, self.moment, told_later=told_later
        )
        self.changes.update(result.change for result in results)
        written = [(row, result) for (row, _), result in zip(ready, results, strict=True)]
        self.written += [(row.member.number, result) for row, result in written]
        await self._add_drafts(written, before)
        return any(
            "public" in (item.audience, item.before and item.before.audience) for item in items
        )

    async def _add_drafts(
        self,
        written: Sequence[tuple[PlannedRow, Published]],
        drafted: Mapping[str, Sequence[Texts]],
    ) -> None:
        """Make drafts of what the rows offer and need and no former import made drafts of."""
        months = self.settings.importing.draft_months
        end_time = clock.wire_time(later(self.moment, months))
        drafts = [
            Draft(document=document, klass=PROPOSALS[document["purpose"]], publish=False)
            for row, result in written
            for document in draft_documents(
                row.member,
                member_iri=result.iri,
                end_time=end_time,
                concept_iris=self.concepts,
            )
            if document["nameMap"] not in drafted.get(result.iri, ())
        ]
        if drafts:
            made = await publish(self.connection, self.identity, drafts, moment=self.moment)
            self.drafts += made


PROPOSALS = {"offer": ResourceClass.OFFER, "request": ResourceClass.NEED}


def later(moment: datetime, months: int) -> datetime:
    """Return the last moment of the day *months* later, or of the month where it is shorter."""
    month = moment.month - 1 + months
    year, month = moment.year + month // 12, month % 12 + 1
    for day in (moment.day, 30, 29, 28):
        try:
            return moment.replace(year=year, month=month, day=day, hour=23, minute=59, second=59)
        except ValueError:
            continue
    raise ValueError(f"no day in {year}-{month}")


def _imported_row(batch: str, number: int, result: Published) -> ImportedRow:
    return ImportedRow(
        batch=batch,
        iri=result.iri,
        row=number,
        version_before=result.version_before,
        version_after=result.version,
    )
