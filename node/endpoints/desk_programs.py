"""``/desk/programs``: access tokens, by which programs act for the cluster or a member.

The secret of a new one stands in the answer to the form that made it, and nowhere after that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from federation.origins import host_of
from node.desk.issue_token import LONGEST_DAYS, SCOPES, issue_token, revoke_token
from node.endpoints.app_keys import DATABASE, IDENTITY, SETTINGS
from node.endpoints.desk_frame import DeskPage, desk_response, see
from node.endpoints.desk_visitor import FORM, VISITOR
from node.endpoints.page_context import page_language
from node.errors import NodeError
from node.pages.addresses import page_address
from node.pages.alphabet import sort_key
from node.pages.details import in_words
from node.pages.formatting import ago_text, date_text
from node.pages.program_views import ProgramForm, ProgramItem, ProgramsView
from node.pages.views import Link, Passage
from node.storage import access_tokens, resource_lists, resources
from node.storage.access_tokens import AccessToken
from node.storage.resource_rows import ResourceFilter
from vocab.classes import ResourceClass
from vocab.clock import now, parse_time, timestamp

#: Tokens in each list; the command line lists more.
MOST: Final = 100
#: Members to choose from; the command line takes every one by its address.
MOST_MEMBERS: Final = 2_000
#: More than any name or address in the form.
LONGEST: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Surroundings:
    """What a token's row needs beside the row."""

    base_url: str
    cluster: Link
    language: str
    moment: datetime
    #: Titles of members by address.
    names: Mapping[str, str]


async def get_programs(request: web.Request) -> web.Response:
    """Answer with the programs that have or had access, and the form for one more."""
    async with request.app[DATABASE].reading() as connection:
        view = await _view(request, connection, ProgramForm())
    done = request.query.get("done", "")
    return desk_response(request, "desk_programs.html", "programs", view, done=done)


async def _view(
    request: web.Request, connection: AsyncConnection, form: ProgramForm
) -> ProgramsView:
    rows = await access_tokens.list_tokens(connection)
    around = await _surroundings(request, connection, rows)
    items = [_item(row, around) for row in rows]
    valid = tuple(item for item in items if not item.state)
    ended = tuple(item for item in items if item.state)
    return ProgramsView(
        lists=tuple(
            (name, found[:MOST]) for name, found in (("valid", valid), ("ended", ended)) if found
        ),
        form=form,
        cluster=around.cluster,
        members=await _members(request, connection),
        most_days=LONGEST_DAYS,
    )


async def _surroundings(
    request: web.Request, connection: AsyncConnection, rows: Sequence[AccessToken]
) -> _Surroundings:
    known = await resources.get_many(connection, sorted({row.actor for row in rows}))
    cluster = request.app[IDENTITY].cluster
    return _Surroundings(
        base_url=request.app[IDENTITY].base_url,
        cluster=Link(text=request.app[SETTINGS].cluster.name, href=cluster),
        language=page_language(request),
        moment=now(),
        names={iri: row.title for iri, row in known.items()},
    )


async def _members(request: web.Request, connection: AsyncConnection) -> tuple[Link, ...]:
    """Return our public members in the order of the alphabet."""
    wanted = ResourceFilter(classes=(ResourceClass.MEMBER,), at=timestamp(), local=True)
    found = await resource_lists.names(connection, wanted)
    found.sort(key=lambda pair: (sort_key(pair[1]), pair[0]))
    return tuple(Link(text=title, href=iri) for iri, title in found[:MOST_MEMBERS])


def _item(row: AccessToken, around: _Surroundings) -> ProgramItem:
    state = row.state(timestamp(around.moment))
    ends = row.revoked_at or row.expires_at
    used = parse_time(row.last_used_at) if row.last_used_at else None
    return ProgramItem(
        id=row.id,
        name=row.name,
        scopes=tuple(row.scopes.split()),
        actor=_actor(row.actor, around),
        client=host_of(row.client) if row.client else "",
        created_by=row.created_by,
        created=date_text(parse_time(row.created_at), around.language),
        ends=date_text(parse_time(ends), around.language),
        last_used=ago_text(used, around.moment, around.language),
        state="" if state == "valid" else state,
    )


def _actor(iri: str, around: _Surroundings) -> Link:
    if iri == around.cluster.href:
        return replace(around.cluster, href="/")
    return Link(text=around.names.get(iri) or iri, href=page_address(iri, around.base_url))


async def post_programs(request: web.Request) -> web.Response:
    """Make a token and tell its secret, this once; or show the form with what is wrong with it."""
    form = _form(request[FORM])
    try:
        async with request.app[DATABASE].transaction() as connection:
            secret, token = await issue_token(
                connection,
                request.app[IDENTITY],
                name=form.name,
                scopes=form.scopes,
                actor=form.actor or None,
                days=int(form.days) if form.days.isascii() and form.days.isdecimal() else 0,
                created_by=request[VISITOR].name,
            )
    except NodeError as error:
        return await _refused(request, form, error)
    async with request.app[DATABASE].reading() as connection:
        view = await _view(request, connection, ProgramForm())
        around = await _surroundings(request, connection, [token])
    view = replace(view, secret=secret, made=_item(token, around))
    return desk_response(request, "desk_programs.html", "programs", view)


def _form(fields: Mapping[str, str]) -> ProgramForm:
    return ProgramForm(
        name=fields.get("name", "").strip()[:LONGEST],
        scopes=tuple(scope for scope in SCOPES if scope in fields),
        actor=fields.get("actor", "").strip()[:LONGEST],
        days=fields.get("days", "").strip()[:9],
    )


async def _refused(request: web.Request, form: ProgramForm, error: NodeError) -> web.Response:
    language = page_language(request)
    known = in_words(error.safe, language)
    problem = Passage(text=known or error.safe, language=language if known else "en")
    async with request.app[DATABASE].reading() as connection:
        view = await _view(request, connection, replace(form, problem=problem))
    response = desk_response(request, "desk_programs.html", "programs", view)
    response.set_status(error.status)
    return response


async def post_revoke(request: web.Request) -> web.Response:
    """End a program's access at once."""
    async with request.app[DATABASE].transaction() as connection:
        await revoke_token(connection, request[FORM].get("token", ""))
    see("programs", done="revoke")


def _add_routes(router: web.UrlDispatcher) -> None:
    router.add_get("/desk/programs", get_programs)
    router.add_post("/desk/programs", post_programs)
    router.add_post("/desk/programs/revoke", post_revoke)


PAGE = DeskPage(name="programs", add_routes=_add_routes)
