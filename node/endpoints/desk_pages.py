"""The pages of the desk, in the order of its menu: one line for each."""

from aiohttp import web

from node.endpoints import (
    desk_follow,
    desk_interests,
    desk_new_interest,
    desk_offers,
    desk_overview,
    desk_servers,
    login,
)
from node.endpoints.desk_frame import DESK_PAGES
from node.endpoints.guard_desk import keep_private

PAGES = (
    desk_overview.PAGE,
    desk_interests.PAGE,
    desk_offers.PAGE,
    desk_servers.PAGE,
    desk_follow.PAGE,
)


def register(application: web.Application) -> None:
    """Let *application* serve the desk, and the way in."""
    application[DESK_PAGES] = PAGES
    for page in PAGES:
        page.add_routes(application.router)
    login.register(application)
    desk_follow.register(application)
    desk_new_interest.register(application)
    application.on_response_prepare.append(keep_private)
