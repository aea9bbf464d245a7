"""``/desk/interests/new?about=``: show a member's interest in an offer or need, of any cluster."""

from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from federation.origins import host_of, is_too_long
from node.desk.show_interest import known_here, read_there, send_interest
from node.endpoints.app_keys import CLIENT, DATABASE, IDENTITY
from node.endpoints.control import look_everywhere
from node.endpoints.desk_frame import desk_response, see
from node.endpoints.desk_problem import problem_of, written
from node.endpoints.desk_visitor import FORM, VISITOR
from node.endpoints.interest_errands import Errand, InterestErrands
from node.endpoints.interest_rows import KINDS, title_in
from node.endpoints.page_context import cluster_names, page_language
from node.errors import NodeError
from node.pages.addresses import page_address
from node.pages.alphabet import sort_key
from node.pages.interest_views import NewInterestView
from node.pages.views import Link
from node.pages.wire_values import web_address
from node.publishing.express_interest import NewInterest
from node.publishing.proposal_facts import ProposalFacts
from node.storage import interests, resource_lists, resources
from node.storage.resource_rows import ResourceFilter
from vocab.classes import ResourceClass
from vocab.quantities import number_text, usual_amount

ERRANDS: web.AppKey[InterestErrands] = web.AppKey("ERRANDS", InterestErrands)
#: What the form holds, and is filled with again where something was wrong.
FIELDS: Final = ("member", "message", "quantity", "name", "note")
BUSY: Final = "Too much is being sent at the moment. Wait a little and try again."


def register(application: web.Application) -> None:
    """Let *application* send interest beside its requests, until it ends."""

    async def close(_application: web.Application) -> None:
        await application[ERRANDS].close()

    application[ERRANDS] = InterestErrands()
    application.on_shutdown.append(close)


async def get_new(request: web.Request) -> web.Response:
    """Answer with the form, or with what became of one that had to be sent first."""
    errand = request.app[ERRANDS].get(request.query.get("sent", ""))
    if errand is None:
        return await _form(request, written(request.query.get("about", "")), {})
    if errand.number is not None:
        see(f"interests/{errand.number}", done="interest_sent")
    return await _form(
        request, errand.about, errand.given, error=errand.error, running=errand.running
    )


async def post_new(request: web.Request) -> web.Response:
    """Send the interest; where that has to be read elsewhere first, the page says how it stands."""
    form = request[FORM]
    given = {name: written(form.get(name, "")) for name in FIELDS}
    about = written(form.get("about", ""))
    try:
        key = await _send(request, about, given)
    except NodeError as error:
        if error.status >= 500:
            raise
        return await _form(request, about, given, error=error)
    see("interests/new", sent=key)


async def _send(request: web.Request, about: str, given: Mapping[str, str]) -> str:
    """Return the key of the errand; leads to the interest where it could be sent at once.

    Raises NodeError where it cannot be sent.
    """
    if not given["member"]:
        raise NodeError("Choose the member that is interested.", status=422)
    if not web_address(about) or is_too_long(about):
        raise NodeError(f"{about} is no offer and no need.", status=422)
    new = NewInterest(
        member=given["member"],
        message=given["message"],
        quantity=given["quantity"].replace(",", ".") or None,
        name_company=bool(given["name"]),
        by=request[VISITOR].name,
        note=given["note"],
    )
    proposal = await known_here(request.app[DATABASE], about)
    if proposal is not None:
        number = await _send_now(request.app, proposal, new)
        done = "interest_noted" if _is_ours(request, proposal) else "interest_sent"
        see(f"interests/{number}", done=done)
    return _send_later(request.app, about, given, new)


async def _send_now(application: web.Application, proposal: ProposalFacts, new: NewInterest) -> int:
    database = application[DATABASE]
    row = await send_interest(database, application[IDENTITY], proposal, new)
    async with database.reading() as connection:
        numbers = await interests.numbers_of(connection, [row.iri])
    await look_everywhere(application)
    return numbers[row.iri]


def _send_later(
    application: web.Application, about: str, given: Mapping[str, str], new: NewInterest
) -> str:
    async def send() -> int:
        proposal = await read_there(application[DATABASE], application[CLIENT], about)
        return await _send_now(application, proposal, new)

    key = application[ERRANDS].start(Errand(about, given), send)
    if key is None:
        raise NodeError(BUSY, status=429)
    return key


def _is_ours(request: web.Request, proposal: ProposalFacts) -> bool:
    return proposal.owner == request.app[IDENTITY].cluster


async def _form(
    request: web.Request,
    about: str,
    given: Mapping[str, str],
    *,
    error: NodeError | None = None,
    running: bool = False,
) -> web.Response:
    proposal, language = None, page_language(request)
    if about and error is None:
        try:
            proposal = await known_here(request.app[DATABASE], about)
        except NodeError as wrong:
            error = wrong
    elif about:
        proposal = await _known(request, about)
    async with request.app[DATABASE].reading() as connection:
        view = NewInterestView(
            about=about,
            members=await _members(connection),
            running=running,
            problem=problem_of(error, language) if error else (),
            given=given,
            **await _subject(request, connection, about, proposal),
        )
    response = desk_response(request, "desk_new_interest.html", "interests", view)
    if error is not None and request.method == "POST":
        response.set_status(error.status)
    return response


async def _known(request: web.Request, about: str) -> ProposalFacts | None:
    try:
        return await known_here(request.app[DATABASE], about)
    except NodeError:
        return None


async def _subject(
    request: web.Request, connection: AsyncConnection, about: str, proposal: ProposalFacts | None
) -> dict[str, Any]:
    """Return what the form says about the offer or need."""
    if proposal is None:
        href = web_address(about)
        return {
            "thing": Link(text=about, href=href) if about else None,
            "other": host_of(href) if href else "",
        }
    names = await cluster_names(request, connection)
    row = await resources.get(connection, proposal.iri)
    terms, host = proposal.terms, host_of(proposal.owner)
    plain = terms.unit == "one" and terms.amount is None
    return {
        "thing": Link(
            text=title_in(row, page_language(request)) or proposal.title or about,
            href=page_address(proposal.iri, request.app[IDENTITY].base_url),
        ),
        "kind": KINDS[proposal.purpose],
        "other": names.get(host, host),
        "local": _is_ours(request, proposal),
        "quantity": "" if plain else number_text(usual_amount(terms)),
        "unit": terms.unit,
        "fixed": terms.unit_based is False and terms.amount is not None,
    }


async def _members(connection: AsyncConnection) -> tuple[tuple[str, str], ...]:
    """Return our members, those who are not shown to everyone too, by name."""
    wanted = ResourceFilter(classes=(ResourceClass.MEMBER,), audiences=(), local=True)
    found = await resource_lists.names(connection, wanted)
    return tuple(sorted(found, key=lambda pair: (sort_key(pair[1]), pair[0])))


def add_routes(router: web.UrlDispatcher) -> None:
    """Add the form."""
    router.add_get("/desk/interests/new", get_new)
    router.add_post("/desk/interests/new", post_new)
