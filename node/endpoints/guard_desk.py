"""Nothing below ``/desk`` is reached but by someone signed in, and nothing changes but by a form.

The guard stands before the table of addresses, so a page that forgets to ask is guarded too.
"""

import hmac
import re
from collections.abc import Mapping
from urllib.parse import urlencode

from aiohttp import web

from node.desk.sign_in import OpenSession, find_session, note_use
from node.endpoints.app_keys import DATABASE, SETTINGS
from node.endpoints.desk_visitor import FILES, FORM, VISITOR, DeskVisitor
from node.endpoints.error_responses import Handler
from node.endpoints.form_post import (
    LONGEST_AT_THE_DESK,
    FormRefused,
    read_form,
    read_form_with_files,
)
from node.endpoints.session_cookie import session_token
from node.errors import NodeError

DESK = "/desk"
READING = ("GET", "HEAD")
#: Pages whose forms may hold files; a long list is sent so, since no letter of it grows.
TAKE_FILES = frozenset({"/desk/domain-lists", "/desk/domain-lists/apply"})
#: Where signing in may lead on to: pages of the desk, written without tricks.
LOCAL = re.compile(r"/desk(?:[/?](?!/)[!-\[\]-~]*)?")
LONGEST_ADDRESS = 2_000


class NotSignedIn(NodeError):
    """You are not signed in, or not any more."""

    status = 403

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(remedy="Sign in, and send the form again.")


@web.middleware
async def guard_desk(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let only the desk's people in, and only their own forms change anything.

    Who reads without being signed in is sent to ``/login``; raises NotSignedIn for all else,
    FormRefused where the form is not the visitor's own.
    """
    if not _is_desk(request):
        return await handler(request)
    session = await current_session(request)
    if session is None:
        if request.method not in READING:
            raise NotSignedIn
        raise web.HTTPSeeOther(f"/login?{urlencode({'next': request.path_qs})}")
    request[VISITOR] = visitor = DeskVisitor(
        name=session.person.name, language=session.person.language, csrf=session.form_token
    )
    if request.method not in READING:
        form = await _read(request)
        if not hmac.compare_digest(form.get("csrf", "").encode(), visitor.csrf.encode()):
            raise FormRefused("the form's token is missing or another session's")
    return await handler(request)


async def _read(request: web.Request) -> Mapping[str, str]:
    files: Mapping[str, bytes] = {}
    if request.path in TAKE_FILES:
        form, files = await read_form_with_files(request, LONGEST_AT_THE_DESK)
    else:
        form = await read_form(request, LONGEST_AT_THE_DESK)
    request[FORM], request[FILES] = form, files
    return form


def _is_desk(request: web.Request) -> bool:
    resource = request.match_info.route.resource
    matched = resource.canonical if resource is not None else ""
    return any(path == DESK or path.startswith(f"{DESK}/") for path in (request.path, matched))


async def current_session(request: web.Request) -> OpenSession | None:
    """Return the session of the browser, noting now and then that it is used."""
    token = session_token(request)
    if not token:
        return None
    database, settings = request.app[DATABASE], request.app[SETTINGS].desk
    async with database.reading() as connection:
        session = await find_session(connection, settings, token)
    if session is not None and session.unnoted:
        async with database.transaction() as connection:
            await note_use(connection, session)
    return session


def local_address(text: str) -> str:
    """Return *text* where it is the address of a page of the desk, else the desk's first."""
    fits = len(text) <= LONGEST_ADDRESS and LOCAL.fullmatch(text)
    return text if fits else DESK


async def keep_private(request: web.Request, response: web.StreamResponse) -> None:
    """Have nobody keep or frame what is about the desk, errors included."""
    if request.path == "/login" or _is_desk(request):
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
