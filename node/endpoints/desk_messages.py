"""``/desk/messages``: what others write to the desk, and what of it is dealt with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NoReturn, Self
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from federation.origins import is_http_iri
from node.desk.handle_message import mark_message, read_number
from node.endpoints.app_keys import DATABASE, IDENTITY, SETTINGS
from node.endpoints.desk_frame import DeskPage, desk_response, see
from node.endpoints.desk_visitor import FORM, VISITOR
from node.endpoints.page_context import page_language
from node.pages.addresses import page_address
from node.pages.desk_views import Waiting
from node.pages.details import in_words
from node.pages.formatting import ago_text
from node.pages.message_views import MessageItem, MessagesView, parted
from node.pages.message_words import ANSWER_LINKS
from node.pages.views import Link
from node.storage import messages, resources
from node.storage.messages import MessageRow
from node.storage.resource_rows import ResourceRow
from vocab.clock import now, parse_time

#: What the node tells the desk by itself.
OWN_WORDS: Final = frozenset({"block", "move", "notice"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A page of the list: of which state, and the numbers that it lies below or above."""

    state: str
    before: int | None
    after: int | None

    @classmethod
    def asked(cls, fields: Mapping[str, str]) -> Self:
        """Return the place that a query or a form names. Raises UnknownResource."""
        before, after = (fields.get(name, "") for name in ("before", "after"))
        return cls(
            state="handled" if fields.get("state") == "handled" else "new",
            before=read_number(before) if before else None,
            after=read_number(after) if after else None,
        )

    @property
    def query(self) -> dict[str, str]:
        """The parts of the address that lead here."""
        numbers = {"before": self.before, "after": self.after}
        given = {name: str(number) for name, number in numbers.items() if number is not None}
        return self._of_state() | given

    def turned(self, name: str, number: int) -> str:
        """Return the address of the page before or after the message of that *number*."""
        return f"/desk/messages?{urlencode(self._of_state() | {name: str(number)})}"

    def _of_state(self) -> dict[str, str]:
        return {"state": self.state} if self.state == "handled" else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Surroundings:
    """What a message's row needs beside the row."""

    base_url: str
    host: str
    cluster: str
    cluster_name: str
    language: str
    moment: datetime
    known: Mapping[str, ResourceRow]

    def ago(self, at: str | None) -> str:
        return ago_text(parse_time(at), self.moment, self.language) if at else ""


async def get_messages(request: web.Request) -> web.Response:
    """Answer with the messages that wait, or with those that are handled; the newest first."""
    place = Place.asked(request.query)
    async with request.app[DATABASE].reading() as connection:
        view = await _view(request, connection, place)
    done = request.query.get("done", "")
    return desk_response(request, "desk_messages.html", "messages", view, done=done)


async def _view(request: web.Request, connection: AsyncConnection, place: Place) -> MessagesView:
    length = request.app[SETTINGS].pages.length
    rows = await messages.page(
        connection,
        limit=length + 1,
        state=place.state,
        before=place.before,
        after=place.after,
    )
    more = len(rows) > length
    rows = rows[1:] if more and place.after is not None else rows[:length]
    around = await _surroundings(request, connection, rows)
    newer = place.before is not None or (place.after is not None and more)
    older = more or place.after is not None
    return MessagesView(
        state=place.state,
        items=tuple(_item(row, around) for row in rows),
        counts={state: await messages.count(connection, state) for state in messages.STATES},
        place=place.query,
        previous=place.turned("after", rows[0].seq) if rows and newer else "",
        next=place.turned("before", rows[-1].seq) if rows and older else "",
    )


async def _surroundings(
    request: web.Request, connection: AsyncConnection, rows: Sequence[MessageRow]
) -> _Surroundings:
    return _Surroundings(
        base_url=request.app[IDENTITY].base_url,
        host=request.app[IDENTITY].host,
        cluster=request.app[IDENTITY].cluster,
        cluster_name=request.app[SETTINGS].cluster.name,
        language=page_language(request),
        moment=now(),
        known=await resources.get_many(connection, [row.about for row in rows if row.about]),
    )


def _item(row: MessageRow, around: _Surroundings) -> MessageItem:
    own = in_words(row.text, around.language) if row.kind in OWN_WORDS else ""
    lead, rest = parted(own or row.text)
    return MessageItem(
        number=row.seq,
        kind=row.kind,
        sender=_sender(row),
        host=row.host,
        about=_about(row.about, around) if row.about else None,
        title=row.title,
        lead=lead,
        rest=rest,
        language=around.language if own else "en" if row.kind in OWN_WORDS else "",
        ours=row.host == around.host,
        url=_url(row, around),
        data=f"/inbox/{row.seq}" if row.body is not None else "",
        activity=row.activity if _is_journaled(row) else "",
        received=around.ago(row.received_at),
        received_at=row.received_at,
        handled_by=row.handled_by or "",
        handled=around.ago(row.handled_at),
    )


def _sender(row: MessageRow) -> Link:
    """Return who wrote it; whoever gives no name goes by the address."""
    name = row.actor_name if row.actor_name != row.actor else row.actor.partition("://")[2]
    return Link(text=name or row.host, href=row.actor if is_http_iri(row.actor) else "")


def _url(row: MessageRow, around: _Surroundings) -> str:
    if row.kind == "notice" and row.url:
        return f"/desk/follow?{urlencode({'address': row.url})}"
    if _is_answer(row):
        return page_address(row.url or "", around.base_url)
    return row.url or ""


def _is_answer(row: MessageRow) -> bool:
    """Whether it tells of an answer to what this desk sent."""
    return row.kind.partition("_")[0] in ANSWER_LINKS


def _about(iri: str, around: _Surroundings) -> Link:
    """Return the thing or actor of ours, linked where it has a page."""
    if iri == around.cluster:
        return Link(text=around.cluster_name, href="/")
    row = around.known.get(iri)
    if row is None:
        return Link(text=iri)
    href = page_address(iri, around.base_url) if row.is_public else ""
    return Link(text=row.title or iri, href=href)


def _is_journaled(row: MessageRow) -> bool:
    """Whether an activity brought it that came by the inbox."""
    return row.kind != "notice" and is_http_iri(row.activity)


async def waiting(_request: web.Request, connection: AsyncConnection) -> Sequence[Waiting]:
    """Return how many messages nobody has handled."""
    count = await messages.count(connection, "new")
    return (Waiting(what="messages", count=count, href="/desk/messages"),)


async def post_handle(request: web.Request) -> web.Response:
    """Mark a message as handled."""
    await _mark(request, handled=True)


async def post_undo(request: web.Request) -> web.Response:
    """Let a message wait again."""
    await _mark(request, handled=False)


async def _mark(request: web.Request, *, handled: bool) -> NoReturn:
    form, place = request[FORM], Place.asked(request[FORM])
    number = read_number(form.get("message", ""))
    async with request.app[DATABASE].transaction() as connection:
        await mark_message(connection, number, handled=handled, who=request[VISITOR].name)
    see("messages", **place.query, done="handled" if handled else "waits")


def _add_routes(router: web.UrlDispatcher) -> None:
    router.add_get("/desk/messages", get_messages)
    router.add_post("/desk/messages/handle", post_handle)
    router.add_post("/desk/messages/undo", post_undo)


PAGE = DeskPage(name="messages", add_routes=_add_routes, waiting=waiting)
