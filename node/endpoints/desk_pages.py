"""The pages of the desk, in the order of its menu: one line for each."""

from aiohttp import web

from node.endpoints import (
    desk_authenticity,
    desk_contributions,
    desk_follow,
    desk_interests,
    desk_messages,
    desk_new_interest,
    desk_offers,
    desk_overview,
    desk_programs,
    desk_reach,
    desk_servers,
    desk_suggestions,
    login,
)
from node.endpoints.desk_frame import DESK_PAGES
from node.endpoints.guard_desk import keep_private

PAGES = (
    desk_overview.PAGE,
    desk_messages.PAGE,
    desk_interests.PAGE,
    desk_offers.PAGE,
    desk_contributions.PAGE,
    desk_servers.PAGE,
    desk_follow.PAGE,
    desk_reach.PAGE,
    desk_programs.PAGE,
    desk_authenticity.PAGE,
)


def register(application: web.Application) -> None:
    """Let *application* serve the desk, and the way in."""
    application[DESK_PAGES] = PAGES
    for page in PAGES:
        page.add_routes(application.router)
    login.register(application)
    desk_follow.register(application)
    desk_suggestions.register(application)
    desk_new_interest.register(application)
    application.on_response_prepare.append(keep_private)
