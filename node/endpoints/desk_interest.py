"""``/desk/interests/{number}``: one interest with its history, and the steps possible now."""

from collections.abc import Mapping
from typing import Final, NoReturn

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from node.desk.answer_with_counter import answer_with_counter
from node.desk.list_interests import InterestView, desk_settings, interest_history
from node.endpoints.app_keys import DATABASE, IDENTITY, SETTINGS
from node.endpoints.control import look_everywhere
from node.endpoints.desk_frame import desk_response, see
from node.endpoints.desk_problem import problem_of, written
from node.endpoints.desk_visitor import FORM, VISITOR
from node.endpoints.interest_sheets import Surroundings, interest_sheet
from node.endpoints.page_context import page_language
from node.errors import NodeError, UnknownResource
from node.publishing.assign_interest import assign_interest
from node.publishing.move_interest import move_interest
from node.publishing.name_company import name_company
from node.publishing.outgoing import Outgoing
from node.storage import desk_people, interests, resources
from node.storage.interests import InterestRow
from vocab import clock
from vocab.interest_states import STEPS

#: What must be written for a step, by field, and what is said where it is not.
NEEDED: Final = {
    "decline": ("message", "Write the reason: the other office passes it on."),
    "name": ("note", "Write who at the company consented, and when."),
    "counter": ("message", "Write what you propose instead."),
}
LONGEST_NOTE: Final = 2_000
LONGEST_NAME: Final = 100


async def get_interest(request: web.Request) -> web.Response:
    """Answer with one interest."""
    return await _page(request)


async def post_step(request: web.Request) -> web.Response:
    """Take a step about one interest; what cannot be is said on its page, nothing typed is lost."""
    event, form = request.match_info["action"], request[FORM]
    try:
        _check(event, form)
        async with request.app[DATABASE].transaction() as connection:
            iri = await _iri(request, connection)
            outgoing = Outgoing(identity=request.app[IDENTITY], moment=clock.now())
            row = await _step(request, connection, iri, event, outgoing)
            await outgoing.write(connection)
            numbers = await interests.numbers_of(connection, [row.iri])
    except NodeError as error:
        if error.status >= 500 or isinstance(error, UnknownResource):
            raise
        return await _page(request, failed=event, error=error)
    await look_everywhere(request.app)
    _see(numbers[row.iri], event, row)


def _check(event: str, form: Mapping[str, str]) -> None:
    field, problem = NEEDED.get(event, ("", ""))
    if field and not written(form.get(field, "")):
        raise NodeError(problem, status=422)
    if len(form.get("note", "")) > LONGEST_NOTE:
        raise NodeError("The note is too long.", status=422)


async def _step(
    request: web.Request, connection: AsyncConnection, iri: str, event: str, outgoing: Outgoing
) -> InterestRow:
    form, by, identity = request[FORM], request[VISITOR].name, request.app[IDENTITY]
    note, message = written(form.get("note", "")), written(form.get("message", ""))
    if event == "assign":
        people = {
            name: written(form.get(name, ""))[:LONGEST_NAME]
            for name in ("responsible", "substitute")
        }
        return await assign_interest(connection, iri, by=by, note=note, **people)
    if event == "name":
        return await name_company(connection, identity, iri, outgoing=outgoing, by=by, note=note)
    if event == "counter":
        return await answer_with_counter(
            connection,
            identity,
            iri,
            outgoing=outgoing,
            by=by,
            note=note,
            message=message,
            quantity=written(form.get("quantity", "")).replace(",", ".") or None,
        )
    if event not in STEPS:
        raise UnknownResource
    return await move_interest(
        connection, identity, iri, event, outgoing=outgoing, by=by, note=note, message=message
    )


def _see(number: int, event: str, row: InterestRow) -> NoReturn:
    told = event != "assign" and row.peer is not None
    see(f"interests/{number}", done="interest_told" if told else "interest_noted")


async def _iri(request: web.Request, connection: AsyncConnection) -> str:
    """Return which interest is asked for. Raises UnknownResource."""
    iri = await interests.by_number(connection, int(request.match_info["number"]))
    if iri is None:
        raise UnknownResource
    return iri


async def _page(
    request: web.Request, *, failed: str = "", error: NodeError | None = None
) -> web.Response:
    async with request.app[DATABASE].reading() as connection:
        iri = await _iri(request, connection)
        settings = desk_settings(request.app[SETTINGS])
        view = await interest_history(connection, settings, iri)
        around = await _surroundings(request, connection, view)
    if failed in STEPS and failed not in view.steps:
        # Perhaps the other desk was faster; the page shows how it stands.
        error = NodeError("This step is not possible now: see the history.", status=409)
    sheet = interest_sheet(
        view,
        around,
        failed=failed,
        problem=problem_of(error, around.language) if error else (),
        given=request[FORM] if error else {},
    )
    done = request.query.get("done", "")
    response = desk_response(request, "desk_interest.html", "interests", sheet, done=done)
    if error is not None:
        response.set_status(error.status)
    return response


async def _surroundings(
    request: web.Request, connection: AsyncConnection, view: InterestView
) -> Surroundings:
    named = [view.proposal, view.our_company, view.their_company]
    before = await interests.find(connection, view.in_reply_to) if view.in_reply_to else None
    after = await interests.countered_by(connection, view.iri)
    chain = [before.iri] if before is not None and before.peer == view.peer else []
    numbers = await interests.numbers_of(connection, [*chain, *([after] if after else [])])
    return Surroundings(
        language=page_language(request),
        base_url=request.app[IDENTITY].base_url,
        cluster=request.app[SETTINGS].cluster.name,
        known=await resources.get_many(connection, [iri for iri in named if iri]),
        people=tuple(person.name for person in await desk_people.list_people(connection)),
        before=numbers.get(chain[0]) if chain else None,
        after=numbers.get(after) if after else None,
    )


def add_routes(router: web.UrlDispatcher) -> None:
    """Add the page of one interest and its forms."""
    path = "/desk/interests/{number:[1-9][0-9]{0,14}}"
    router.add_get(path, get_interest)
    router.add_post(path + "/{action:[a-z_]{1,20}}", post_step)
