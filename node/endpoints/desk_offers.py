"""``/desk/offers``: our offers and needs that end soon or have ended, each to be renewed."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from node.desk.ending_offers import ending_offers
from node.endpoints.app_keys import DATABASE, IDENTITY
from node.endpoints.control import look_everywhere
from node.endpoints.desk_frame import DeskPage, desk_response, see
from node.endpoints.desk_problem import problem_of, written
from node.endpoints.desk_visitor import FORM
from node.endpoints.interest_rows import title_in
from node.endpoints.page_context import page_language
from node.errors import NodeError, UnknownResource
from node.pages.addresses import page_address
from node.pages.desk_views import Waiting
from node.pages.formatting import date_text
from node.pages.interest_views import EndingItem, OffersView
from node.pages.views import Link
from node.publishing.renew_offer import renew_offer
from node.storage.resource_rows import ResourceRow
from vocab.clock import now, parse_time, timestamp

#: For how long the form proposes to renew, in days.
PROPOSED: Final = 182


async def get_offers(request: web.Request) -> web.Response:
    """Answer with what ends soon, then with what has ended."""
    return await _page(request)


async def post_renew(request: web.Request) -> web.Response:
    """Give an offer or need of ours a new end."""
    form = request[FORM]
    try:
        until = _day(written(form.get("until", "")))
        async with request.app[DATABASE].transaction() as connection:
            offer = written(form.get("offer", ""))
            await renew_offer(connection, request.app[IDENTITY], offer, until)
    except NodeError as error:
        if error.status >= 500 or isinstance(error, UnknownResource):
            raise
        return await _page(request, error)
    await look_everywhere(request.app)
    see("offers", done="renewed")


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise NodeError("Choose a day.", status=422) from None


async def _page(request: web.Request, error: NodeError | None = None) -> web.Response:
    async with request.app[DATABASE].reading() as connection:
        rows = await ending_offers(connection)
    view = OffersView(
        items=tuple(_item(request, row) for row in rows),
        earliest=(now().date() + timedelta(days=1)).isoformat(),
        problem=problem_of(error, page_language(request)) if error else (),
    )
    done = request.query.get("done", "")
    response = desk_response(request, "desk_offers.html", "offers", view, done=done)
    if error is not None:
        response.set_status(error.status)
    return response


def _item(request: web.Request, row: ResourceRow) -> EndingItem:
    ends, moment = parse_time(row.ends_at or ""), now()
    language = page_language(request)
    page = page_address(row.iri, request.app[IDENTITY].base_url) if row.is_public else ""
    return EndingItem(
        iri=row.iri,
        kind=row.klass.value,
        title=Link(text=title_in(row, language) or row.iri, href=page),
        ends=date_text(ends, language),
        ended=ends <= moment,
        until=(max(ends, moment).date() + timedelta(days=PROPOSED)).isoformat(),
    )


async def waiting(_request: web.Request, connection: AsyncConnection) -> Sequence[Waiting]:
    """Return how many end soon; what has ended was perhaps meant to."""
    at = timestamp()
    ending = [row for row in await ending_offers(connection) if (row.ends_at or "") > at]
    return (Waiting(what="offers_ending", count=len(ending), href="/desk/offers"),)


def _add_routes(router: web.UrlDispatcher) -> None:
    router.add_get("/desk/offers", get_offers)
    router.add_post("/desk/offers/renew", post_renew)


PAGE = DeskPage(name="offers", add_routes=_add_routes, waiting=waiting)
