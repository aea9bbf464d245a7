"""``/desk/contributions/new?about=``: one work, and what the desk can do with it.

Of another node's: propose a change, ask to take part, go on with it as one's own. Of a
collaboration of ours: end it, in a case.
"""

from dataclasses import replace
from typing import Final, NoReturn

from aiohttp import web

from node.desk.contribution_errors import ChangedMeanwhile, ContributionError, NothingChanged
from node.desk.finish_collaboration import finish_collaboration
from node.desk.fork_work import fork_work
from node.desk.join_collaboration import ask_to_join, leave_collaboration
from node.desk.revise_texts import propose_texts
from node.endpoints.app_keys import DATABASE, IDENTITY
from node.endpoints.control import look_everywhere
from node.endpoints.desk_contribution import messages_of
from node.endpoints.desk_frame import desk_response, see
from node.endpoints.desk_visitor import FORM, VISITOR
from node.endpoints.page_context import page_language
from node.endpoints.work_views import Typed, read_typed, stands_here, work_view
from node.errors import RefusedDocument

#: Letters of a message that the other desk keeps.
LONGEST_MESSAGE: Final = 4_000
LONGEST_ADDRESS: Final = 2_000


async def get_work(request: web.Request) -> web.Response:
    """Answer with the work of ``?about=``."""
    return await _page(request, request.query.get("about", "")[:LONGEST_ADDRESS].strip(), Typed())


async def _page(request: web.Request, iri: str, typed: Typed, status: int = 200) -> web.Response:
    """Return the page of the work *iri* with what somebody has *typed*, which is not lost.

    Where no such work stands here, the list says so.
    """
    async with request.app[DATABASE].reading() as connection:
        row = await stands_here(connection, iri)
        view = await work_view(request, connection, row, typed) if row else None
    if view is None:
        see("contributions", about=iri)
    done = request.query.get("done", "")
    response = desk_response(request, "desk_work.html", "contributions", view, done=done)
    response.set_status(status)
    return response


async def post_proposal(request: web.Request) -> web.Response:
    """Propose what was changed in the texts of a work."""
    form, iri = request[FORM], _about(request)
    typed = read_typed(form, LONGEST_MESSAGE)
    try:
        async with request.app[DATABASE].transaction() as connection:
            await propose_texts(
                connection,
                request.app[IDENTITY],
                iri,
                typed.texts,
                message=typed.message,
                member=typed.member or None,
                who=request[VISITOR].name,
            )
    except NothingChanged:
        return await _page(request, iri, replace(typed, problem="nothing_changed"), 422)
    except ChangedMeanwhile as error:
        typed = replace(typed, problem="changed_texts", newer=error.fields)
        return await _page(request, iri, typed, error.status)
    except RefusedDocument as error:
        said = messages_of(error, page_language(request))
        return await _page(request, iri, replace(typed, problem="rules", findings=said), 422)
    except ContributionError as error:
        return await _page(request, iri, replace(typed, problem="impossible"), error.status)
    return await _sent(request, "proposed")


async def post_join(request: web.Request) -> web.Response:
    """Ask the home of a collaboration to let us take part."""
    iri, typed = _about(request), read_typed(request[FORM], LONGEST_MESSAGE)
    try:
        async with request.app[DATABASE].transaction() as connection:
            await ask_to_join(
                connection,
                request.app[IDENTITY],
                iri,
                member=typed.member or None,
                message=typed.message,
                who=request[VISITOR].name,
            )
    except ContributionError as error:
        return await _page(request, iri, replace(typed, problem="cannot_join"), error.status)
    return await _sent(request, "asked")


async def post_leave(request: web.Request) -> web.Response:
    """Take no part in a collaboration any more, with one company or with all."""
    iri, typed = _about(request), read_typed(request[FORM], LONGEST_MESSAGE)
    try:
        async with request.app[DATABASE].transaction() as connection:
            await leave_collaboration(
                connection,
                request.app[IDENTITY],
                iri,
                member=typed.member or None,
                who=request[VISITOR].name,
            )
    except ContributionError as error:
        return await _page(request, iri, replace(typed, problem="impossible"), error.status)
    return await _sent(request, "leaving")


async def post_fork(request: web.Request) -> web.Response:
    """Make a draft of our own from a work."""
    iri = _about(request)
    try:
        async with request.app[DATABASE].transaction() as connection:
            await fork_work(connection, request.app[IDENTITY], iri)
    except RefusedDocument as error:
        said = messages_of(error, page_language(request))
        return await _page(request, iri, Typed(problem="rules", findings=said), error.status)
    except ContributionError as error:
        return await _page(request, iri, Typed(problem="impossible"), error.status)
    return await _sent(request, "forked")


async def post_finish(request: web.Request) -> web.Response:
    """End a collaboration of ours, and name the case that was made of it."""
    iri, case = _about(request), request[FORM].get("case", "")
    try:
        async with request.app[DATABASE].transaction() as connection:
            await finish_collaboration(connection, request.app[IDENTITY], iri, case=case or None)
    except RefusedDocument as error:
        said = messages_of(error, page_language(request))
        return await _page(request, iri, Typed(problem="rules", findings=said), error.status)
    except ContributionError as error:
        return await _page(request, iri, Typed(problem="impossible"), error.status)
    await look_everywhere(request.app)
    see("contributions/new", about=iri, done="finished")


async def _sent(request: web.Request, done: str) -> NoReturn:
    await look_everywhere(request.app)
    see("contributions", done=done)


def _about(request: web.Request) -> str:
    return request[FORM].get("about", "")[:LONGEST_ADDRESS].strip()


def add_routes(router: web.UrlDispatcher) -> None:
    """Add the page of a work and its forms, before those of one contribution."""
    router.add_get("/desk/contributions/new", get_work)
    router.add_post("/desk/contributions/new", post_proposal)
    router.add_post("/desk/contributions/new/join", post_join)
    router.add_post("/desk/contributions/new/leave", post_leave)
    router.add_post("/desk/contributions/new/fork", post_fork)
    router.add_post("/desk/contributions/new/finish", post_finish)
