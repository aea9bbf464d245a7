"""Rows of contributions and works as the desk's pages show them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from node.endpoints.page_context import page_context
from node.pages.contribution_views import ContributionItem, WorkItem
from node.pages.formatting import date_text
from node.pages.listing_items import kind_of, title_of
from node.pages.view_context import ViewContext
from node.pages.views import Passage
from node.storage import resources
from node.storage.contributions import ContributionRow
from node.storage.resource_rows import ResourceRow
from vocab.clock import parse_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What rows need beside themselves: the reader, and what the node holds of what they name."""

    context: ViewContext
    held: Mapping[str, ResourceRow]

    def title(self, iri: str) -> Passage:
        """Return the title of the work *iri*; its address where it does not stand any more."""
        row = self.held.get(iri)
        if row is None or row.state != "published":
            return Passage(text=iri)
        return title_of(row.document, self.context)

    def name(self, iri: str) -> str:
        """Return the name of a company, cluster or field; its address where it is not known."""
        row = self.held.get(iri)
        if row is not None and row.state == "published":
            return title_of(row.document, self.context).text
        return self.context.cluster(iri) if iri.endswith("/cluster") else iri

    def date(self, at: str | None) -> str:
        """Return the day of a time, written out."""
        return date_text(parse_time(at), self.context.language) if at else ""


async def surroundings(
    request: web.Request, connection: AsyncConnection, iris: Iterable[str]
) -> Surroundings:
    """Return the surroundings of what names *iris*: for the desk, not only what is public."""
    context = await page_context(request, connection, ())
    held = await resources.get_many(connection, sorted(set(iris)))
    return Surroundings(context=context, held=held)


def named_in(rows: Sequence[ContributionRow]) -> list[str]:
    """Return the works and companies that *rows* name."""
    return [iri for row in rows for iri in (row.about, row.member) if iri]


def contribution_item(row: ContributionRow, around: Surroundings) -> ContributionItem:
    """Return one contribution as lists show it."""
    work = around.held.get(row.about)
    stands = work is not None and work.state == "published"
    return ContributionItem(
        id=row.id,
        kind=row.kind,
        sent=row.sent,
        state=row.state,
        mark=kind_of(work.document) if work is not None and stands else "",
        title=around.title(row.about),
        partner=around.context.cluster(row.partner),
        company=around.name(row.member) if row.member else "",
        member=row.member or "",
        when=around.date(row.created_at),
        message=row.message,
        reason=row.reason or "",
        who=row.who or "",
        decided_by=row.decided_by or "",
        decided=around.date(row.decided_at),
    )


def work_item(row: ResourceRow, context: ViewContext) -> WorkItem:
    """Return one work as lists show it."""
    document = row.document
    stage = document.get("stage")
    return WorkItem(
        mark=kind_of(document),
        title=title_of(document, context),
        href=work_address(row.iri),
        cluster=context.cluster(row.iri),
        stage=stage if isinstance(stage, str) else "",
        network=row.audience == "network",
    )


def work_address(iri: str) -> str:
    """Return where the desk works on *iri*."""
    return f"/desk/contributions/new?{urlencode({'about': iri})}"
