"""``/desk/suggestions``: whom the followed nodes name and nobody here knows."""

from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from node.desk.suggest_peers import Suggestion, Suggestions, suggest_peers
from node.endpoints.app_keys import CLIENT, DATABASE, IDENTITY
from node.endpoints.desk_frame import desk_response, see
from node.endpoints.page_context import page_language
from node.endpoints.server_items import said
from node.endpoints.suggestion_search import SuggestionSearch
from node.pages.formatting import ago_text
from node.pages.server_views import SuggestedItem, SuggestionsView
from node.storage import peers
from vocab.clock import now

SEARCH: web.AppKey[SuggestionSearch] = web.AppKey("SEARCH", SuggestionSearch)
#: Nodes that are shown; those that most others name come first.
MOST: Final = 100


def register(application: web.Application) -> None:
    """Let *application* ask for suggestions beside its requests, until it ends."""

    async def suggest() -> Suggestions:
        return await suggest_peers(
            application[DATABASE], application[IDENTITY], application[CLIENT]
        )

    async def close(_application: web.Application) -> None:
        await application[SEARCH].close()

    application[SEARCH] = SuggestionSearch(suggest)
    application.on_shutdown.append(close)


async def get_suggestions(request: web.Request) -> web.Response:
    """Answer with what came of asking last, without those who are known meanwhile."""
    language, last = page_language(request), request.app[SEARCH].last
    if last is None:
        view = SuggestionsView(state="none")
    else:
        async with request.app[DATABASE].reading() as connection:
            known = await peers.states(connection)
        # After the wait: the search may have ended meanwhile, and both belong together.
        result = last.result or Suggestions(found=(), asked=0, problems={})
        new = [one for one in result.found if one.host not in known]
        view = SuggestionsView(
            state=last.state,
            when=ago_text(last.started, now(), language),
            asked=result.asked,
            found=tuple(_item(one) for one in new[:MOST]),
            problems=tuple((host, said(why, language)) for host, why in result.problems.items()),
        )
    return desk_response(request, "desk_suggestions.html", "servers", view)


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
