"""One interest as its page at the desk shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from federation.origins import host_of
from node.desk.list_interests import InterestView, MoveView
from node.endpoints.interest_rows import interest_item
from node.pages import interest_views
from node.pages.addresses import is_local, page_address
from node.pages.formatting import date_text, time_text
from node.pages.interest_views import Entry, Party
from node.pages.views import Link, Passage
from node.pages.wire_values import web_address
from node.receiving.interest_offer import BY_ITSELF
from node.storage.resource_rows import ResourceRow
from vocab.clock import now, parse_time

#: The order in which steps are likely.
ORDER: Final = (
    "take_over",
    "pass_on",
    "answer",
    "accept",
    "complete",
    "counter",
    "name",
    "decline",
    "withdraw",
    "assign",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the page of an interest needs beside it."""

    language: str
    base_url: str
    #: What this cluster is called.
    cluster: str
    #: What of the offer or need and the companies is kept here.
    known: Mapping[str, ResourceRow]
    #: Who is at this desk.
    people: tuple[str, ...]
    #: Numbers of the interests before and after a counter-offer.
    before: int | None
    after: int | None

    def day(self, at: str | None) -> str:
        """Return the day of a time."""
        return date_text(parse_time(at), self.language) if at else ""

    def link(self, iri: str, name: str) -> Link:
        """Return a thing with its page, where everyone may see that."""
        row = self.known.get(iri)
        if row is not None and row.is_public:
            return Link(text=name or row.title or iri, href=page_address(iri, self.base_url))
        outside = row is None and not is_local(iri, self.base_url)
        return Link(text=name or iri, href=web_address(iri) if outside else "")


def interest_sheet(
    view: InterestView,
    around: Surroundings,
    *,
    failed: str = "",
    problem: tuple[Passage, ...] = (),
    given: Mapping[str, str],
) -> interest_views.InterestView:
    """Return the page of *view*; *failed* is the step that was refused, with what was typed."""
    possible = {*view.steps, "assign", *(("name",) if view.may_name else ())}
    actions = tuple(action for action in ORDER if action in possible)
    about = around.known.get(view.proposal)
    item = interest_item(view, about, now(), around.language)
    other = Link(text=around.cluster)
    if view.peer is not None:
        name = view.peer_name or host_of(view.peer)
        other = Link(text=name, href=web_address(view.peer))
    return interest_views.InterestView(
        item=item,
        about=around.link(view.proposal, item.title),
        other=other,
        quantity=view.quantity,
        unit=view.unit,
        message=view.message,
        ends=around.day(view.ends_at),
        opened=around.day(view.opened_at),
        substitute=view.substitute or "",
        parties=_parties(view, around),
        before=around.before,
        after=around.after,
        history=tuple(_entry(move, view, other.text, around) for move in view.moves),
        actions=actions,
        people=around.people,
        failed=failed,
        problem=problem,
        given=given,
    )


def _parties(view: InterestView, around: Surroundings) -> tuple[Party, ...]:
    ours, theirs = (
        around.link(iri, name) if iri else None
        for iri, name in (
            (view.our_company, view.our_company_name),
            (view.their_company, view.their_company_name),
        )
    )
    if view.side == "both":
        return (
            Party(label="asking", company=ours),
            Party(label="offering", company=theirs, said="" if theirs else "none"),
        )
    return (
        Party(
            label="ours",
            company=ours,
            said=_named(view),
            by=view.consented_by or "",
            when=around.day(view.consented_at),
        ),
        Party(label="theirs", company=theirs, said="" if theirs else "unknown"),
    )


def _named(view: InterestView) -> str:
    """Return whether the other desk knows our company, and by whose word."""
    if view.our_company is None:
        return "none"
    if view.consented_at is None:
        return "hidden"
    return "public" if view.consented_by == BY_ITSELF else "consent"


def _entry(move: MoveView, view: InterestView, other: str, around: Surroundings) -> Entry:
    who = (move.who if move.event != "remind" else "") if move.ours else other
    return Entry(
        event=move.event,
        who=who,
        when=time_text(parse_time(move.at), around.language),
        note=move.note,
        # The first message stands above the history.
        message="" if move.event == "send" else move.message,
    )
