"""Pages that say what happened, and the form for queries, which also says what was wrong."""

from aiohttp import web

from node.endpoints.app_keys import IDENTITY, RENDERER
from node.endpoints.error_responses import Problem
from node.endpoints.page_context import html_response, page_frame, page_language
from node.pages.details import DETAILS, NOT_VALID, PARSED, filled, in_words
from node.pages.formatting import date_text
from node.pages.sparql_examples import starting_query
from node.pages.views import Link, MessageView, SparqlView
from node.pages.wire_values import moment, web_address

#: An address that was asked for is shown up to here.
SHOWN = 500


async def error_page(request: web.Request, problem: Problem) -> web.Response:
    """Return the page that says what went wrong, in the reader's language."""
    if request.path.rstrip("/") == "/sparql" and request.query.get("query"):
        return _form(request, request.query["query"], problem)
    language = page_language(request)
    view = MessageView(
        frame=page_frame(request, request.path, request.app[IDENTITY].url(request.path)),
        status=problem.status,
        kind=problem.kind,
        when=date_text(moment(problem.deleted), language),
        detail=_said(problem.text, language, problem.status),
        remedy=_said(problem.remedy, language, problem.status),
        asked=_asked(request) if problem.status == 404 else None,
    )
    return html_response(request, request.app[RENDERER].message_page(view), problem.status)


def _said(text: str, language: str, status: int) -> str:
    """Return *text* in *language*; nothing where the page of *status* says it itself."""
    if status in (404, 410) and text not in DETAILS:
        return ""
    return in_words(text, language)


def _asked(request: web.Request) -> Link | None:
    """Return the address of another node's thing that was asked for, linked if it is the web's."""
    iri = request.query.get("iri", "") if request.path.startswith("/resource") else ""
    if not iri:
        return None
    shown = iri if len(iri) <= SHOWN else f"{iri[:SHOWN]}…"
    return Link(text=shown, href=web_address(iri))


async def sparql_page(request: web.Request) -> web.StreamResponse:
    """Answer a browser at ``/sparql`` with the form."""
    return _form(request, "", None)


def _form(request: web.Request, query: str, problem: Problem | None) -> web.Response:
    about = request.query.get("about")
    language = page_language(request)
    wrong, said = _wrong(problem, language) if problem else ("", "")
    view = SparqlView(
        frame=page_frame(request, "/sparql", request.app[IDENTITY].url("/sparql")),
        query=query or starting_query(request.query.get("example"), about),
        chosen=request.query.get("format") or ("turtle" if about else ""),
        refused=problem is not None,
        problem=wrong,
        said=said,
    )
    page = request.app[RENDERER].sparql_page(view)
    return html_response(request, page, problem.status if problem else 200)


def _wrong(problem: Problem, language: str) -> tuple[str, str]:
    """Return what was wrong with a query, and what only the parser's English says."""
    if parsed := PARSED.fullmatch(problem.text):
        where, what = filled(NOT_VALID, parsed.groupdict(), language), parsed["said"]
        known = in_words(what, language)
        return (f"{where} {known}", "") if known else (where, what)
    told = [in_words(text, language) for text in (problem.text, problem.remedy) if text]
    return " ".join(filter(None, told)), "" if told and told[0] else problem.text
