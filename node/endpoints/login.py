"""The way in to the desk: ``/login``, and out again.

Opening a link uses nothing up, since mail programs and scanners open links too: only the button
on the page does. Whether a link holds is told to nobody before, and afterwards all that do not
are answered alike.
"""

from urllib.parse import parse_qs, urlsplit

from aiohttp import web

from node.desk.sign_in import link_holds, sign_in, sign_out
from node.endpoints.app_keys import DATABASE, RENDERER, SETTINGS
from node.endpoints.desk_frame import desk_frame
from node.endpoints.form_post import read_form
from node.endpoints.guard_desk import current_session, local_address
from node.endpoints.page_context import html_response
from node.endpoints.session_cookie import forget_session, session_token, set_session
from node.endpoints.sign_in_tries import SignInTries
from node.endpoints.sparql import client_key
from node.pages.desk_views import LoginView

TRIES: web.AppKey[SignInTries] = web.AppKey("TRIES", SignInTries)
#: Longer than any link of ours.
LONGEST_LINK = 1_000


def register(application: web.Application) -> None:
    """Let *application* serve signing in and out."""
    application[TRIES] = SignInTries(application[SETTINGS].desk.tries_per_minute)
    application.router.add_get("/login", get_login)
    application.router.add_post("/login", post_login)
    application.router.add_post("/desk/sign-out", post_sign_out)


async def get_login(request: web.Request) -> web.Response:
    """Answer with the button of a link, or with how to get one."""
    token = request.query.get("link", "")[:LONGEST_LINK]
    onward = _onward(request.query.get("next", ""))
    if token:
        return _page(request, "confirm", token=token, next=onward)
    session = await current_session(request)
    if session is not None:
        return _page(request, "signed-in", visitor=session.person.name, next=onward)
    return _page(request, "ask", next=onward)


async def post_login(request: web.Request) -> web.Response:
    """Use a link up: make a new session and lead on to the desk."""
    form = await read_form(request)
    token, onward = token_in(form.get("link", "")), _onward(form.get("next", ""))
    database, settings = request.app[DATABASE], request.app[SETTINGS].desk
    # Whoever fails too often is told to wait, yet a link that holds is never refused: behind a
    # proxy all are one client, and a stranger must not keep the desk out.
    async with database.reading() as connection:
        holds = await link_holds(connection, token)
    if not holds:
        return _refused(request, onward)
    async with database.transaction() as connection:
        session = await sign_in(connection, settings, token, instead_of=session_token(request))
    if session is None:
        return _refused(request, onward)
    response = web.Response(status=303, headers={"Location": onward or "/desk"})
    set_session(request, response, session.token)
    return response


def token_in(text: str) -> str:
    """Return the token in *text*, which may be a whole link that somebody pasted."""
    text = text.strip()[:LONGEST_LINK]
    try:
        given = parse_qs(urlsplit(text).query).get("link", [])
    except ValueError:
        return text
    return given[0] if given else text


def _refused(request: web.Request, onward: str) -> web.Response:
    if request.app[TRIES].failed(client_key(request.remote)):
        response = _page(request, "ask", next=onward, problem="too_fast", status=429)
        response.headers["Retry-After"] = "60"
        return response
    return _page(request, "ask", next=onward, problem="no_use", status=403)


def _onward(text: str) -> str:
    """Return where to lead on to; nothing where that is the desk's first page anyway."""
    return local_address(text) if text else ""


def _page(request: web.Request, step: str, *, status: int = 200, **more: str) -> web.Response:
    view = LoginView(frame=desk_frame(request), step=step, **more)
    return html_response(request, request.app[RENDERER].login_page(view), status)


async def post_sign_out(request: web.Request) -> web.Response:
    """End the visitor's session."""
    async with request.app[DATABASE].transaction() as connection:
        await sign_out(connection, session_token(request))
    response = web.Response(status=303, headers={"Location": "/login"})
    forget_session(request, response)
    return response
