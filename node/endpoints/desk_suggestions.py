"""``/desk/suggestions``: whom the followed nodes name and nobody here knows."""

from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from node.desk.keep_suggestions import KeptSuggestions, ask_for_suggestions, last_suggestions
from node.desk.suggest_peers import Suggestion
from node.endpoints.app_keys import CLIENT, DATABASE, IDENTITY, SETTINGS
from node.endpoints.desk_frame import desk_response, see
from node.endpoints.page_context import page_language
from node.endpoints.server_items import said
from node.endpoints.suggestion_search import SuggestionSearch
from node.pages.formatting import ago_text
from node.pages.server_views import SuggestedItem, SuggestionsView
from vocab.clock import now, parse_time

SEARCH: web.AppKey[SuggestionSearch] = web.AppKey("SEARCH", SuggestionSearch)
#: Nodes that are shown; those that most others name come first.
MOST: Final = 100


def register(application: web.Application) -> None:
    """Let *application* ask for suggestions beside its requests, until it ends."""

    async def ask() -> None:
        await ask_for_suggestions(application[DATABASE], application[IDENTITY], application[CLIENT])

    async def close(_application: web.Application) -> None:
        await application[SEARCH].close()

    application[SEARCH] = SuggestionSearch(ask)
    application.on_shutdown.append(close)


async def get_suggestions(request: web.Request) -> web.Response:
    """Answer with what came of asking last, without those who are known meanwhile."""
    state = request.app[SEARCH].state
    async with request.app[DATABASE].reading() as connection:
        kept = await last_suggestions(connection)
    daily = request.app[SETTINGS].federation.suggestions_daily
    view = SuggestionsView(state=state or "none", daily=daily)
    if kept is not None:
        view = replace(_of(kept, page_language(request)), state=state or "done", daily=daily)
    return desk_response(request, "desk_suggestions.html", "servers", view)


def _of(kept: KeptSuggestions, language: str) -> SuggestionsView:
    result = kept.suggestions
    return SuggestionsView(
        state="done",
        when=ago_text(parse_time(kept.asked_at), now(), language),
        asked=result.asked,
        found=tuple(_item(one) for one in result.found[:MOST]),
        problems=tuple((host, said(why, language)) for host, why in result.problems.items()),
    )


def _item(one: Suggestion) -> SuggestedItem:
    href = f"/desk/follow?{urlencode({'address': one.actor})}"
    return SuggestedItem(actor=one.actor, host=one.host, href=href, named_by=one.named_by)


async def post_suggestions(request: web.Request) -> web.Response:
    """Begin to ask; the page says how it stands."""
    request.app[SEARCH].start()
    see("suggestions")


def add_routes(router: web.UrlDispatcher) -> None:
    """Add the addresses about suggestions."""
    router.add_get("/desk/suggestions", get_suggestions)
    router.add_post("/desk/suggestions", post_suggestions)
