"""``/desk/mode``: which servers the node deals with at all."""

from aiohttp import web

from node.endpoints.app_keys import DATABASE, IDENTITY, SETTINGS
from node.endpoints.control import look_everywhere
from node.endpoints.desk_frame import desk_response, see
from node.endpoints.desk_visitor import FORM, VISITOR
from node.endpoints.server_items import Surroundings, history_item
from node.errors import NodeError
from node.pages.server_views import ModeView
from node.publishing.decide_mode import decide_mode
from node.storage import peer_decisions
from node.storage.peer_policy import MODES, current_mode, known_modes


async def get_mode(request: web.Request) -> web.Response:
    """Answer with the mode that holds, what each means, and who chose it when."""
    async with request.app[DATABASE].reading() as connection:
        around = await Surroundings.of(request, connection)
        made = await peer_decisions.history(connection, None, limit=20)
        view = ModeView(
            mode=await current_mode(connection),
            settings=request.app[SETTINGS].federation.mode,
            chosen="desk" in await known_modes(connection),
            modes=MODES,
            history=tuple(history_item(one, around) for one in made),
        )
    done = request.query.get("done", "")
    return desk_response(request, "desk_mode.html", "servers", view, done=done)


async def post_mode(request: web.Request) -> web.Response:
    """Let a mode hold from now on, or that of the settings again."""
    named = request[FORM].get("mode", "")
    mode = next((mode for mode in MODES if mode == named), None)
    if mode is None and named != "settings":
        raise NodeError("The form cannot be read.", status=400)
    async with request.app[DATABASE].transaction() as connection:
        await decide_mode(connection, request.app[IDENTITY], mode, who=request[VISITOR].name)
    await look_everywhere(request.app)
    see("mode", done="mode")


def add_routes(router: web.UrlDispatcher) -> None:
    """Add the addresses about the mode."""
    router.add_get("/desk/mode", get_mode)
    router.add_post("/desk/mode", post_mode)
