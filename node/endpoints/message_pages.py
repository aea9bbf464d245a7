"""Pages that say what happened, and the form for queries, which also says what was wrong."""

from aiohttp import web

from node.endpoints.app_keys import IDENTITY, RENDERER
from node.endpoints.error_responses import Problem
from node.endpoints.page_context import html_response, page_frame, page_language
from node.pages.formatting import date_text
from node.pages.sparql_examples import starting_query
from node.pages.translating import catalogue
from node.pages.views import MessageView, Passage, SparqlView
from node.pages.wire_values import moment
from node.pages.words import DETAILS


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
        detail=in_words(problem.text, language, problem.status),
        remedy=in_words(problem.remedy, language, problem.status),
    )
    return html_response(request, request.app[RENDERER].message_page(view), problem.status)


def in_words(text: str, language: str, status: int) -> str:
    """Return *text* in *language*; nothing where the page of *status* says it itself."""
    if text in DETAILS:
        return catalogue(language).gettext(text)
    return text if language == "en" and status not in (404, 410) else ""


async def sparql_page(request: web.Request) -> web.StreamResponse:
    """Answer a browser at ``/sparql`` with the form."""
    return _form(request, "", None)


def _form(request: web.Request, query: str, problem: Problem | None) -> web.Response:
    about = request.query.get("about")
    said = " ".join(filter(None, (problem.text, problem.remedy))) if problem else ""
    view = SparqlView(
        frame=page_frame(request, "/sparql", request.app[IDENTITY].url("/sparql")),
        query=query or starting_query(request.query.get("example"), about),
        chosen=request.query.get("format") or ("turtle" if about else ""),
        problem=Passage(text=said, language="en") if said else None,
    )
    page = request.app[RENDERER].sparql_page(view)
    return html_response(request, page, problem.status if problem else 200)
