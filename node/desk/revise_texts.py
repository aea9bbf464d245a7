"""The texts of another node's work as a form has them, and what somebody changed in it.

A text that nobody touched is not proposed, whatever became of it since the form was opened; one
that was touched and has changed meanwhile is shown again before it is proposed.
"""

import hashlib
import html
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from node.desk.contributed_works import foreign_work
from node.desk.contribution_errors import ChangedMeanwhile, NothingChanged
from node.desk.plain_paragraphs import as_markup, as_typed
from node.desk.propose_revision import propose_revision, start_revision
from node.identity import Identity
from node.publishing.sanitise_texts import WITH_MARKUP
from node.storage.contributions import ContributionRow
from node.storage.resource_rows import ResourceRow
from vocab.classes import ResourceClass
from vocab.work_fields import Fields, Value, with_work_fields, work_fields

#: Texts of each class in the order they are read.
TEXTS: Final[Mapping[ResourceClass, tuple[str, ...]]] = {
    ResourceClass.CASE: (
        "name",
        "summary",
        "problem",
        "setting",
        "solution",
        "outcomes",
        "lessons",
        "content",
    ),
    ResourceClass.COLLABORATION: ("name", "summary", "partnerSought", "content"),
    ResourceClass.PRACTICE: ("name", "summary", "content"),
}
#: Languages that a text may be written in for the first time, beside those that it has.
LANGUAGES: Final = ("nb", "nn", "da", "en")
#: Characters that a form takes of one text.
LONGEST: Final[Mapping[str, int]] = {"name": 300, "summary": 500}
LONGEST_TEXT: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class EditableText:
    """One text in one language as it stands; empty where it is not written yet."""

    #: Such as "problem.nb"; "name" alone where no language is said.
    field: str
    key: str
    language: str
    text: str
    #: Whether *text* is HTML, since it holds more than paragraphs.
    markup: bool

    @property
    def mark(self) -> str:
        """Says whether a text is still the one that a form began with."""
        return mark_of(self.text)

    @property
    def longest(self) -> int:
        """How many characters it may have; never fewer than it has."""
        return max(LONGEST.get(self.key, LONGEST_TEXT), len(self.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenText:
    """What came back in the form, and the mark of the text that it began with."""

    text: str
    mark: str

    @property
    def touched(self) -> bool:
        """Whether it is another text than the form began with."""
        return self.mark != mark_of(normal(self.text))


def editable_texts(work: ResourceRow) -> tuple[EditableText, ...]:
    """Return every text of *work* that can be changed, language by language."""
    fields, keys = work_fields(work.document), TEXTS[work.klass]
    said = [name.partition(".") for name in fields]
    tags = dict.fromkeys([tag for key, _, tag in said if key in keys and tag] + [*LANGUAGES])
    plain = [_editable(key, "", fields) for key in keys if isinstance(fields.get(key), str)]
    return (*plain, *(_editable(key, tag, fields) for tag in tags for key in keys))


def _editable(key: str, language: str, fields: Fields) -> EditableText:
    field = f"{key}.{language}" if language else key
    stored = str(fields.get(field, ""))
    typed = as_typed(stored) if key in WITH_MARKUP else stored
    return EditableText(
        field=field,
        key=key,
        language=language,
        text=normal(stored if typed is None else typed),
        markup=typed is None,
    )


def mark_of(text: str) -> str:
    """Return a short digest of *text*."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def normal(text: str) -> str:
    """Return *text* with line ends of one kind, as forms have others."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


async def propose_texts(
    connection: AsyncConnection,
    identity: Identity,
    iri: str,
    written: Mapping[str, WrittenText],
    *,
    message: str = "",
    member: str | None = None,
    who: str,
    moment: datetime | None = None,
) -> ContributionRow:
    """Propose what *written* changes of the texts of the work *iri*, by field.

    Raises NothingChanged, ChangedMeanwhile, and what ``propose_revision`` does.
    """
    work = await foreign_work(connection, iri)
    changed = _changed(work.row, written)
    document = await start_revision(connection, iri)
    fields: dict[str, Value] = work_fields(work.row.document)
    for text, typed in changed:
        fields.pop(text.field, None)
        if typed:
            fields[text.field] = _stored(text, typed)
    revised = with_work_fields(document, fields, work.row.klass)
    return await propose_revision(
        connection, identity, iri, revised, message=message, member=member, who=who, moment=moment
    )


def _changed(
    work: ResourceRow, written: Mapping[str, WrittenText]
) -> list[tuple[EditableText, str]]:
    """Return the texts that somebody touched, each with what is written now."""
    changed, newer = [], []
    for text in editable_texts(work):
        given = written.get(text.field)
        typed = normal(given.text) if given is not None else ""
        if given is None or not given.touched or typed == text.text:
            continue
        changed.append((text, typed))
        newer += [text.field] if given.mark != text.mark else []
    if newer:
        raise ChangedMeanwhile(newer)
    if not changed:
        raise NothingChanged
    return changed


def _stored(text: EditableText, typed: str) -> str:
    if text.key not in WITH_MARKUP or text.markup:
        return typed
    return as_markup(typed) if text.key == "content" else html.escape(typed, quote=False)
