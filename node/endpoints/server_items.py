"""Servers as the pages of the desk show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from node.desk.peer_sheets import PeerCard, PeerSheet
from node.endpoints.page_context import cluster_names, page_language
from node.pages.details import in_words
from node.pages.formatting import ago_text, time_text
from node.pages.server_views import CardView, HistoryItem, ServerItem
from node.pages.views import Passage
from node.storage.peer_decisions import Decision
from node.storage.peers import PeerOverview, PeerRow
from vocab.clock import now, parse_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a server's row needs beside the row."""

    language: str
    moment: datetime
    names: Mapping[str, str]

    @classmethod
    async def of(cls, request: web.Request, connection: AsyncConnection) -> "Surroundings":
        """Return them for who asks, now."""
        return cls(
            language=page_language(request),
            moment=now(),
            names=await cluster_names(request, connection),
        )

    def ago(self, at: str | None) -> str:
        """Return how long ago or in how long *at* is; nothing for None."""
        return ago_text(parse_time(at), self.moment, self.language) if at else ""

    def coming(self, at: str | None) -> str:
        """Return in how long *at* is; nothing for what is due, or None."""
        moment = parse_time(at) if at else None
        return self.ago(at) if moment is not None and moment > self.moment else ""

    def time(self, at: str | None) -> str:
        """Return the day and the clock of *at*; nothing for None."""
        return time_text(parse_time(at), self.language) if at else ""

    def said(self, text: str | None) -> Passage | None:
        """Return what the node wrote down in the visitor's language, or as it was written."""
        return said(text, self.language) if text else None


def said(text: str, language: str) -> Passage:
    """Return an error or a reason in *language* where there are words for it, or as it stands."""
    known = in_words(text, language)
    return Passage(text=known or text, language=language if known else "en")


def server_href(host: str) -> str:
    """Return the address of the page about *host*."""
    return f"/desk/servers/{quote(host, safe='')}"


def server_item(sheet: PeerSheet, around: Surroundings, card: PeerCard | None = None) -> ServerItem:
    """Return the row of one server."""
    peer, overview = sheet.overview.peer, sheet.overview
    troubled = in_trouble(peer)
    return ServerItem(
        host=peer.host,
        href=server_href(peer.host),
        name=around.names.get(peer.host, ""),
        state=sheet.state,
        reason=around.said(peer.reason),
        decided_by=peer.decided_by or "",
        decided_at=around.ago(peer.decided_at),
        is_node=peer.is_node,
        software=peer.software or "",
        following="" if sheet.followed in ("no", "undone") else sheet.followed,
        followers=sheet.followers,
        knocking=sheet.followers_waiting,
        asked=peer.asked or "",
        card=card_view(card) if card else None,
        last_success=around.ago(peer.last_success_at),
        trouble=around.said(peer.last_error) if troubled else None,
        trouble_since=around.ago(peer.last_error_at),
        rests_until=around.coming(peer.rests_until) if sheet.breaker == "open" else "",
        next_attempt=around.coming(overview.next_attempt_at) if overview.waiting else "",
        paused=peer.held_at is not None,
        paused_until=around.time(peer.held_until),
        waiting=overview.waiting,
        oldest=around.ago(overview.oldest),
        given_up=overview.dead,
        delivered=peer.delivered,
        received=peer.received,
        kept=overview.resources,
        direction=peer.direction,
        classes=read_names(peer.classes),
        actions=_actions(overview),
    )


def card_view(card: PeerCard) -> CardView:
    """Return who asks, as a page shows it."""
    return CardView(
        actor=card.actor,
        name=card.name,
        summary=card.summary,
        url=card.url or "",
        fingerprints=card.fingerprints,
    )


def read_names(classes: str | None) -> tuple[str, ...] | None:
    """Return the classes that a row names; None for all."""
    return None if classes is None else tuple(classes.split(","))


def in_trouble(peer: PeerRow) -> bool:
    """Whether the last that happened was a failure."""
    failed, succeeded = peer.last_error_at, peer.last_success_at
    return bool(failed) and (not succeeded or str(failed) > succeeded)


def _actions(overview: PeerOverview) -> tuple[str, ...]:
    """Return what is most likely wanted; the server's own page has everything."""
    peer = overview.peer
    if peer.state == "pending":
        return ("approve", "limit", "block")
    if peer.state in ("limited", "blocked"):
        return ("unblock",)
    if peer.held_at is not None:
        return ("resume",)
    stuck = overview.dead or (overview.waiting and in_trouble(peer))
    return ("retry",) if stuck else ()


def history_item(made: Decision, around: Surroundings) -> HistoryItem:
    """Return one decision as a page shows it."""
    direction, _, classes = (made.detail or "").partition("; ")
    is_scope = made.decision == "scope"
    named = read_names(classes) if is_scope and classes not in ("", "all") else None
    detail = "" if is_scope else made.detail or ""
    if made.decision == "held":
        detail = around.time(made.detail)
    return HistoryItem(
        decision=made.decision,
        when=around.time(made.decided_at),
        who=made.who,
        reason=around.said(made.reason),
        direction=direction if is_scope else "",
        classes=named,
        detail=detail,
    )
