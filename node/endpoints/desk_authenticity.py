"""``/desk/authenticity?iri=…``: whose word something is, and why that is believed."""

from contextlib import suppress
from datetime import datetime
from typing import Final
from urllib.parse import parse_qs

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from federation.errors import MalformedRequest
from federation.origins import host_of, is_http_iri
from node.desk.judge_proofs import UsedKey
from node.desk.show_authenticity import Authentication, Authenticity, show_authenticity
from node.endpoints.app_keys import DATABASE, IDENTITY, SETTINGS
from node.endpoints.desk_frame import DeskPage, desk_response
from node.endpoints.negotiation import split_suffix
from node.endpoints.page_context import page_language
from node.errors import UnknownResource
from node.identity import Identity
from node.pages.addresses import page_address
from node.pages.authenticity_views import (
    AuthenticityFacts,
    AuthenticityView,
    KeyFacts,
    VersionFacts,
)
from node.pages.authenticity_words import ALGORITHMS
from node.pages.details import in_words
from node.pages.formatting import date_text, time_text
from node.pages.listing_items import CLOCK
from node.pages.views import Link, Passage
from node.pages.wire_values import in_zone
from node.storage import actors, resources
from vocab.clock import parse_time

#: More than any address that is kept.
LONGEST: Final = 2_000


async def get_authenticity(request: web.Request) -> web.Response:
    """Answer with what is known of the address that is asked for, or with the field for one."""
    iri, found = meant(request.query.get("iri", "").strip()[:LONGEST], request.app[IDENTITY]), None
    if iri:
        with suppress(UnknownResource):
            async with request.app[DATABASE].reading() as connection:
                known = await show_authenticity(connection, iri)
                found = await _facts(request, connection, known)
    view = AuthenticityView(iri=iri, found=found)
    return desk_response(request, "desk_authenticity.html", "authenticity", view)


def meant(text: str, identity: Identity) -> str:
    """Return the address of what a page of ours shows, where *text* is that page's address."""
    if not identity.is_local(text):
        return text
    page, _, query = text.partition("#")[0].partition("?")
    path = page.removeprefix(identity.base_url)
    if path == "/resource":
        return parse_qs(query).get("iri", [text])[0]
    return identity.url(split_suffix(path)[0]) if path.strip("/") else identity.cluster


async def _facts(
    request: web.Request, connection: AsyncConnection, known: Authenticity
) -> AuthenticityFacts:
    language = page_language(request)
    row = await resources.get(connection, known.iri)
    owner = await actors.get(connection, known.owner)
    base_url = request.app[IDENTITY].base_url
    whose = _owner(request, known.owner, owner.name if owner else "")
    return AuthenticityFacts(
        iri=known.iri,
        kind=known.kind,
        what=known.what,
        title=row.title if row else whose.text if known.kind == "actor" else "",
        page=page_address(known.iri, base_url) if row and row.is_public else "",
        ours=known.ours,
        owner=whose,
        host=_host(known.owner),
        audience=known.audience or "",
        state=known.state,
        outcome=_said(known.outcome, language) if known.outcome else None,
        method=known.method,
        by=known.verification_method or "",
        key=_key(known.key, language) if known.key else None,
        activity=known.activity or "" if known.kind == "resource" else "",
        at=_time(known.at, language),
        rechecked=_time(known.rechecked_at, language),
        actor_read=_time(known.actor_read_at, language),
        verdict=known.proof.verdict,
        reason=_said(known.proof.reason, language),
        proved=_time(known.proof.made_at, language),
        versions=tuple(_version(entry, language) for entry in known.history),
    )


def _owner(request: web.Request, iri: str, name: str) -> Link:
    """Return who speaks, by name where it is known; we ourselves go by our settings."""
    if iri == request.app[IDENTITY].cluster:
        return Link(text=request.app[SETTINGS].cluster.name, href="/")
    return Link(text=name or iri, href=iri if is_http_iri(iri) else "")


def _key(key: UsedKey, language: str) -> KeyFacts:
    return KeyFacts(
        id=key.key_id,
        algorithm=ALGORITHMS.get(key.algorithm or "", ""),
        state=key.state,
        ends=date_text(_moment(key.ends_at), language),
        read=_time(key.read_at, language),
    )


def _version(entry: Authentication, language: str) -> VersionFacts:
    return VersionFacts(
        number=entry.version,
        state=entry.state,
        method=entry.method,
        by=entry.verification_method or "",
        activity=entry.activity or "",
        at=_time(entry.at, language),
    )


def _said(text: str, language: str) -> Passage:
    """Return *text* in the visitor's language, or in English as it was written down."""
    words = in_words(text, language)
    return Passage(text=words or text, language=language if words else "en")


def _time(text: str | None, language: str) -> str:
    moment = _moment(text)
    return time_text(in_zone(moment, CLOCK), language) if moment else ""


def _moment(text: object) -> datetime | None:
    """Return the time that others wrote down, if it is one."""
    with suppress(ValueError):
        return parse_time(text) if isinstance(text, str) else None
    return None


def _host(iri: str) -> str:
    with suppress(MalformedRequest):
        return host_of(iri)
    return ""


def _add_routes(router: web.UrlDispatcher) -> None:
    router.add_get("/desk/authenticity", get_authenticity)


PAGE = DeskPage(name="authenticity", add_routes=_add_routes)
