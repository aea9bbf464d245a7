"""A proposed revision beside what stands: field by field, word by word."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from node.desk.contribution_errors import ContributionError, NoContribution
from node.publishing.sanitise_texts import WITH_MARKUP
from node.storage import contributions, resources
from node.storage.contributions import ContributionRow
from node.storage.resource_rows import ResourceRow
from vocab.texts import plain_text
from vocab.three_way_merge import Merged, Side, merge_fields
from vocab.word_differences import Run, word_differences
from vocab.work_fields import Fields, Value, work_fields


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldComparison:
    """What the proposal changes in one field."""

    #: As it is named when the desk decides, such as "problem.nb".
    field: str
    key: str
    #: Empty for what is in no language.
    language: str
    #: Texts for people; empty where there is none.
    before: str
    now: str
    proposed: str
    #: From what stands now to what is proposed.
    differences: tuple[Run, ...]
    #: "conflict": what stands has changed too, so that the desk must say which counts.
    outcome: Literal["applies", "conflict", "stands already"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A proposal as the desk decides about it."""

    contribution: ContributionRow
    #: The work as it stands.
    work: ResourceRow
    fields: tuple[FieldComparison, ...]

    @property
    def conflicts(self) -> tuple[str, ...]:
        """The fields that the desk must decide."""
        return tuple(field.field for field in self.fields if field.outcome == "conflict")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """The three texts of a merge."""

    #: None where that version is not kept any more.
    base: Fields | None
    current: Fields
    proposed: Fields

    def merged(self, decided: Mapping[str, Side]) -> Merged:
        """Return what comes out where the desk has *decided*."""
        return merge_fields(self.base, self.current, self.proposed, decided)


async def review_revision(connection: AsyncConnection, identifier: str) -> Review:
    """Return the received proposal *identifier*, whatever became of it, beside its work.

    Raises NoContribution; ContributionError where work or text are there no more.
    """
    row = await contributions.get(connection, identifier)
    if row is None or row.kind != "revision":
        raise NoContribution(
            f"There is no proposal called {identifier}.",
            remedy="See what there is with: skagerrak revisions list",
        )
    work = await standing_work(connection, row)
    sides = await sides_of(connection, row, work)
    conflicts = sides.merged({}).conflicts
    return Review(
        contribution=row,
        work=work,
        fields=tuple(
            _compared(name, sides, conflict=name in conflicts) for name in _touched(sides)
        ),
    )


async def standing_work(connection: AsyncConnection, row: ContributionRow) -> ResourceRow:
    """Return the work that *row* is about; raises ContributionError where it is withdrawn."""
    work = await resources.get(connection, row.about)
    if work is None or work.state != "published":
        raise ContributionError(
            f"{row.about} does not stand any more.",
            remedy="Decline what is proposed for it.",
        )
    if row.wire is None:
        raise ContributionError("The proposal was taken back; its text is gone.")
    return work


async def sides_of(connection: AsyncConnection, row: ContributionRow, work: ResourceRow) -> Sides:
    """Return base, current and proposed text; one that we sent starts from what is held here."""
    current = work_fields(work.document)
    base: Fields | None = current if row.sent else None
    if row.base_version is not None:
        version = await resources.version(connection, row.about, row.base_version)
        base = work_fields(version.document) if version and version.state == "published" else None
    return Sides(base=base, current=current, proposed=work_fields(row.document))


def _touched(sides: Sides) -> list[str]:
    """Return the fields in which the proposal differs from what it starts from."""
    base = sides.current if sides.base is None else sides.base
    names = dict.fromkeys([*sides.current, *sides.proposed, *base])
    return [name for name in names if base.get(name) != sides.proposed.get(name)]


def _compared(name: str, sides: Sides, *, conflict: bool) -> FieldComparison:
    key, _, language = name.partition(".")
    base, now, new = (
        (side or {}).get(name) for side in (sides.base, sides.current, sides.proposed)
    )
    before, old, proposed = (_text(key, value) for value in (base, now, new))
    same = now == new
    return FieldComparison(
        field=name,
        key=key,
        language=language,
        before=before,
        now=old,
        proposed=proposed,
        differences=_differences(now, new, old, proposed),
        outcome="conflict" if conflict else "stands already" if same else "applies",
    )


def _text(key: str, value: Value | None) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "\n".join(value)
    return plain_text(value) if key in WITH_MARKUP and isinstance(value, str) else str(value)


def _differences(now: Value | None, new: Value | None, old: str, proposed: str) -> tuple[Run, ...]:
    """Lists differ entry by entry; of texts that read the same, the markup is shown."""
    if isinstance(now, tuple) or isinstance(new, tuple):
        return tuple(_entries(_listed(now), _listed(new)))
    if old == proposed and now != new:
        return word_differences(str(now or ""), str(new or ""))
    return word_differences(old, proposed)


def _listed(value: Value | None) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _entries(now: tuple[str, ...], new: tuple[str, ...]) -> list[Run]:
    kept = [Run("same" if entry in new else "removed", f"{entry}\n") for entry in now]
    return kept + [Run("added", f"{entry}\n") for entry in new if entry not in now]
