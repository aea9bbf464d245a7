"""How to reach who stands behind a thing, through the cluster's office."""

from dataclasses import replace

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from node.endpoints.app_keys import DATABASE, IDENTITY, RENDERER, RESOURCES
from node.endpoints.page_context import html_response, page_context, page_frame
from node.errors import UnknownResource
from node.pages.addresses import mail_link
from node.pages.listing_items import company_of, title_of
from node.pages.translating import catalogue
from node.pages.view_context import ViewContext
from node.pages.views import ContactView, Frame, Link
from node.pages.words import LETTER
from node.storage import resources
from node.storage.resource_rows import ResourceRow
from vocab.classes import ResourceClass
from vocab.clock import now


async def get_contact(request: web.Request) -> web.Response:
    """Answer with how to reach who stands behind the thing ``about``, or the office."""
    about = request.query.get("about")
    return await _contact(request, await _public_row(request, about) if about else None)


async def get_member_contact(request: web.Request) -> web.Response:
    """Answer with how to reach a member through the cluster's office."""
    iri = request.app[IDENTITY].resource("members", request.match_info["name"])
    return await _contact(request, await _public_row(request, iri))


async def _public_row(request: web.Request, iri: str) -> ResourceRow:
    row = await request.app[RESOURCES].get(iri)
    if row is None or not row.is_public:
        raise UnknownResource
    return row


async def _contact(request: web.Request, row: ResourceRow | None) -> web.Response:
    async with request.app[DATABASE].reading() as connection:
        context = await page_context(request, connection, [row] if row else [])
        person = await _person(connection, row) if row else ""
    renderer = request.app[RENDERER]
    frame = page_frame(request, request.path, request.app[IDENTITY].url(request.path))
    email = renderer.node.office.email
    if row is None:
        view = ContactView(frame=frame, mail_link=mail_link(email))
    else:
        view = replace(_contact_about(row, context, frame, email), person=person)
    return html_response(request, renderer.contact_page(view))


async def _person(connection: AsyncConnection, row: ResourceRow) -> str:
    """Return who speaks for a member of ours, if a consent is recorded; else nothing.

    This page alone shows the name: no data, list or other node has it (VOCABULARY §1, Contact).
    """
    if not row.local or row.klass is not ResourceClass.MEMBER:
        return ""
    details = await resources.private_details(connection, row.iri)
    consent = str(details.get("consent", ""))
    agreed = bool(consent) and consent <= now().date().isoformat()
    return str(details.get("contact", "")) if agreed else ""


def _contact_about(row: ResourceRow, context: ViewContext, frame: Frame, email: str) -> ContactView:
    title = title_of(row.document, context)
    company = context.actor(company_of(row.document))
    return ContactView(
        frame=frame,
        about=Link(text=title.text, href=context.page(row.iri), language=title.language),
        kind=row.klass.value,
        company=company.text if company else "",
        cluster=context.cluster(row.iri),
        local=row.local,
        subject=title.text,
        mail_link=mail_link(email, title.text, _letter(row, context)),
    )


def _letter(row: ResourceRow, context: ViewContext) -> str:
    """What the office needs to find the thing, before the writer's own words."""
    said = catalogue(context.language).gettext(LETTER)
    filled = said.replace("{iri}", row.iri).replace("{cluster}", context.cluster(row.iri))
    return f"{filled}\n\n"
