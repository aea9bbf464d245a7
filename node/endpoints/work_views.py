"""A work as the desk's page shows it: what it says, and forms with what it says now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from node.desk.revise_texts import EditableText, WrittenText, editable_texts, normal
from node.endpoints.contribution_items import contribution_item, named_in, surroundings
from node.endpoints.page_context import page_context
from node.pages.alphabet import sort_key
from node.pages.contribution_views import Choice, ContributionItem, LanguageInputs, TextInput
from node.pages.contribution_views import WorkView as View
from node.pages.listing_items import kind_of, title_of
from node.pages.particulars import particulars
from node.pages.view_context import ViewContext
from node.storage import contributions, resource_lists, resources
from node.storage.resource_rows import ResourceFilter, ResourceRow
from vocab.classes import ResourceClass
from vocab.schemes.languages import language_name
from vocab.work_fields import SHARED_WORKS

#: Members and cases in a list to choose from.
MOST: Final = 2_000
TEXT, MARK = "text.", "mark."
#: Letters on a line of a text area, about, and its lines.
LINE, FEWEST, MOST_LINES = 80, 2, 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What somebody has written into the forms, and what was wrong with it."""

    texts: Mapping[str, WrittenText] = field(default_factory=dict)
    message: str = ""
    member: str = ""
    #: A key of PROBLEMS; "cannot_join" is told as what it comes from.
    problem: str = ""
    findings: tuple[str, ...] = ()
    #: Texts that changed at their home meanwhile.
    newer: tuple[str, ...] = ()


def read_typed(form: Mapping[str, str], longest_message: int) -> Typed:
    """Return what stands in a form."""
    texts = {
        name.removeprefix(TEXT): WrittenText(
            text=text, mark=form.get(MARK + name.removeprefix(TEXT), "")
        )
        for name, text in form.items()
        if name.startswith(TEXT)
    }
    return Typed(
        texts=texts,
        message=normal(form.get("message", ""))[:longest_message],
        member=form.get("member", ""),
    )


async def stands_here(connection: AsyncConnection, iri: str) -> ResourceRow | None:
    """Return the case, collaboration or guide *iri* that stands here, of whichever node."""
    row = await resources.get(connection, iri) if iri else None
    stands = row is not None and row.state == "published" and row.klass in SHARED_WORKS
    return row if stands else None


async def work_view(
    request: web.Request, connection: AsyncConnection, row: ResourceRow, typed: Typed
) -> View:
    """Return the page of *row* with what somebody has *typed*."""
    context = await page_context(request, connection, [row])
    document, kind = row.document, kind_of(row.document)
    joins = await _joins(request, connection, row)
    ended = document.get("stage") == "ended"
    closes = row.local and row.klass is ResourceClass.COLLABORATION and not ended
    return View(
        iri=row.iri,
        mark=kind,
        title=title_of(document, context),
        cluster=context.cluster(row.iri),
        local=row.local,
        network=row.audience != "public",
        summary=context.passage(document, "summary"),
        page=context.page(row.iri) if row.is_public else "",
        facts=particulars(kind, document, context),
        ended=ended,
        languages=() if row.local else _languages(row, context, typed),
        companies=() if row.local else await _companies(connection, typed.member),
        joins=joins,
        cases=await _chosen_from(connection, ResourceClass.CASE) if closes else (),
        message=typed.message,
        problem=_problem(typed, ended=ended, asked=bool(joins)),
        findings=typed.findings,
    )


def _problem(typed: Typed, *, ended: bool, asked: bool) -> str:
    if typed.problem != "cannot_join":
        return typed.problem
    return "ended" if ended else "asked" if asked else "impossible"


async def _joins(
    request: web.Request, connection: AsyncConnection, row: ResourceRow
) -> tuple[ContributionItem, ...]:
    if row.local or row.klass is not ResourceClass.COLLABORATION:
        return ()
    rows = await contributions.standing_joins(connection, row.iri, row.owner, sent=True)
    around = await surroundings(request, connection, named_in(rows))
    return tuple(contribution_item(join, around) for join in rows)


async def _companies(connection: AsyncConnection, chosen: str) -> tuple[Choice, ...]:
    return await _chosen_from(connection, ResourceClass.MEMBER, chosen)


async def _chosen_from(
    connection: AsyncConnection, klass: ResourceClass, chosen: str = ""
) -> tuple[Choice, ...]:
    """Return our public things of *klass* by the alphabet."""
    wanted = ResourceFilter(classes=(klass,), local=True)
    found = await resource_lists.names(connection, wanted)
    found.sort(key=lambda entry: sort_key(entry[1]))
    return tuple(
        Choice(iri=iri, name=name or iri, chosen=iri == chosen) for iri, name in found[:MOST]
    )


def _languages(row: ResourceRow, context: ViewContext, typed: Typed) -> tuple[LanguageInputs, ...]:
    """Return the texts by language: the reader's own unfolded, or else the first with any."""
    by_language: dict[str, list[EditableText]] = {}
    for text in editable_texts(row):
        by_language.setdefault(text.language, []).append(text)
    written = [tag for tag, texts in by_language.items() if any(text.text for text in texts)]
    best = [tag for tag in context.preferred if tag in written] or written
    unfolded = {*best[:1], *map(_tag, typed.newer)}
    unfolded |= {_tag(name) for name, given in typed.texts.items() if given.touched}
    return tuple(
        LanguageInputs(
            language=tag,
            tongue=language_name(tag, context.language) if tag else "",
            texts=tuple(_input(text, typed) for text in texts),
            open=tag in unfolded,
            written=tag in written,
        )
        for tag, texts in _in_order(by_language, best)
    )


def _in_order(
    by_language: Mapping[str, list[EditableText]], best: Sequence[str]
) -> list[tuple[str, list[EditableText]]]:
    """What is written comes first, in the order that the reader reads it."""
    order = dict.fromkeys([*best, *by_language])
    return [(tag, by_language[tag]) for tag in order]


def _tag(name: str) -> str:
    return name.partition(".")[2]


def _input(text: EditableText, typed: Typed) -> TextInput:
    """Return the input of one text: as it was typed, or as it stands where nobody touched it."""
    given, newer = typed.texts.get(text.field), text.field in typed.newer
    typed_here = given is not None and given.touched
    shown = normal(given.text) if given is not None and typed_here else text.text
    lines = sum(1 + len(line) // LINE for line in shown.split("\n"))
    return TextInput(
        field=text.field,
        key=text.key,
        text=shown,
        mark=given.mark if given is not None and typed_here and not newer else text.mark,
        longest=text.longest,
        rows=1 if text.key == "name" else min(max(lines, FEWEST), MOST_LINES),
        markup=text.markup,
        newer=text.text if newer else "",
    )
