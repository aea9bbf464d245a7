"""What pages need from the request and from SQL: language, names, rows as things."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from federation.origins import host_of
from node.endpoints.app_keys import EXPERTISE, IDENTITY, SETTINGS
from node.endpoints.desk_visitor import VISITOR
from node.endpoints.negotiation import HTML
from node.pages.addresses import data_foot
from node.pages.expertise import Expertise, expertises
from node.pages.languages import PAGE_LANGUAGES, choose_language
from node.pages.view_context import StoredThing, ViewContext
from node.pages.views import Frame
from node.storage import actors, resources
from node.storage.resource_rows import ResourceRow
from vocab.clock import now, parse_time
from vocab.texts import text_map

#: Namespaces whose IRIs are never things of nodes.
VOCABULARIES = (
    "http://data.europa.eu/",
    "https://w3id.org/",
    "https://www.w3.org/",
    "http://www.w3.org/",
)
#: Parts of a query that choose what a page shows.
CHOOSING = ("origin", "about", "before", "after")
#: What pages may load: nothing from anywhere else (EXPERIENCE §1b).
POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class KnownNames:
    """The ``Labels`` of the pages, read from SQL for the documents that a page shows."""

    rows: Mapping[str, ResourceRow]
    clusters: Mapping[str, str]

    def concept(self, iri: str) -> Mapping[str, str] | None:
        """Return the preferred labels of a concept by language; None where it is not known."""
        row = self.rows.get(iri)
        return text_map(row.document, "prefLabel") if row else None

    def actor(self, iri: str) -> str | None:
        """Return the name of a member or a cluster; None where it is not known."""
        row = self.rows.get(iri)
        if row is not None:
            return row.title
        return self.clusters.get(host_of(iri)) if iri.endswith("/cluster") else None

    def title(self, iri: str) -> Mapping[str, str] | None:
        """Return the titles of a thing by language; None where it is not known."""
        row = self.rows.get(iri)
        return text_map(row.document, "name") if row else None

    def cluster_of(self, iri: str) -> str | None:
        """Return the name of the cluster whose node *iri* comes from; None where not known."""
        return self.clusters.get(host_of(iri))


def page_language(request: web.Request) -> str:
    """Return the language of the page: asked for, chosen before, one's own, or the browser's."""
    visitor = request.get(VISITOR)
    return choose_language(
        request.query.get("lang"),
        request.cookies.get(language_cookie(request)) or (visitor.language if visitor else None),
        request.headers.get("Accept-Language"),
        request.app[SETTINGS].node.language,
    )


def language_cookie(request: web.Request) -> str:
    """Cookies ignore ports, so the cookie's name carries the node."""
    digest = hashlib.sha256(request.app[IDENTITY].base_url.encode()).hexdigest()[:8]
    return f"language-{digest}"


async def page_context(
    request: web.Request,
    connection: AsyncConnection,
    rows: Sequence[ResourceRow],
    also: Sequence[str] = (),
) -> ViewContext:
    """Return the context for a page that shows *rows*, with the names of all they mention.

    *also* are things that the page names without a row that does.
    """
    mentioned = {iri for row in rows for iri in _iris(row.document)}.union(also)
    known = await resources.get_many(connection, sorted(mentioned))
    names = KnownNames(
        rows={iri: row for iri, row in known.items() if row.is_public},
        clusters=await cluster_names(request, connection),
    )
    return ViewContext(
        language=page_language(request),
        base_url=request.app[IDENTITY].base_url,
        labels=names,
        now=now(),
    )


async def cluster_names(request: web.Request, connection: AsyncConnection) -> dict[str, str]:
    """Return the name of every known cluster by host, ours included."""
    names = {row.host: row.name for row in await actors.remote_clusters(connection)}
    return names | {request.app[IDENTITY].host: request.app[SETTINGS].cluster.name}


def _iris(value: Any) -> Iterator[str]:
    """Yield the web addresses in *value* that may name things of nodes."""
    if isinstance(value, str):
        if value.startswith(("http://", "https://")) and not value.startswith(VOCABULARIES):
            yield value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            if key not in ("@context", "content", "contentMap"):
                yield from _iris(part)
    elif isinstance(value, list):
        for part in value:
            yield from _iris(part)


async def all_expertise(
    request: web.Request, connection: AsyncConnection, context: ViewContext
) -> tuple[Expertise, ...]:
    """Return every expertise of the clusters, as this reader reads them."""
    known = await request.app[EXPERTISE].read(connection)
    return expertises([stored_thing(row) for row in known.concepts], known.holders, context)


def page_frame(request: web.Request, path: str, iri: str, section: str = "") -> Frame:
    """Return the frame of the page at *path*, which is about *iri*."""
    frame = Frame(
        path=path,
        language=page_language(request),
        data=data_foot(iri, request.app[IDENTITY].base_url),
        query=tuple((key, value) for key, value in request.query.items() if key != "lang"),
        section=section,
    )
    return own_frame(request, frame)


def own_frame(request: web.Request, frame: Frame) -> Frame:
    """Return the *frame* of a page of ours with its own address as the canonical one.

    That names what chooses the content, and the language where it was asked for; other parts
    of a query, which letters and campaigns add, make no other page.
    """
    query = [(key, value) for key, value in request.query.items() if key in CHOOSING]
    asked = asked_language(request)
    query += [("lang", asked)] if asked else []
    address = f"{frame.path}?{urlencode(query)}" if query else frame.path
    return carried(request, replace(frame, canonical=request.app[IDENTITY].url(address)))


def carried(request: web.Request, frame: Frame) -> Frame:
    """Return the *frame* with the language that its links carry until a cookie remembers it."""
    asked = asked_language(request)
    remembered = request.cookies.get(language_cookie(request)) == asked
    return replace(frame, carried="" if remembered else asked)


def asked_language(request: web.Request) -> str:
    """Return the language that the address asks for, or nothing."""
    asked = request.query.get("lang", "")
    return asked if asked in PAGE_LANGUAGES else ""


def stored_thing(row: ResourceRow) -> StoredThing:
    """Return *row* as the views take it."""
    return StoredThing(
        document=row.document,
        received=parse_time(row.received_at) if row.received_at else None,
        authenticated_by=row.authenticated_by or "",
        verification_method=row.verification_method or "",
    )


def html_response(request: web.Request, page: str, status: int = 200) -> web.Response:
    """Return *page* with the headers that every page has; remember a language asked for."""
    response = web.Response(text=page, status=status, content_type=HTML)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Vary"] = "Accept, Accept-Language, Cookie"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    asked = asked_language(request)
    if asked:
        response.set_cookie(
            language_cookie(request),
            asked,
            max_age=365 * 86400,
            httponly=True,
            samesite="Lax",
            secure=request.app[IDENTITY].base_url.startswith("https"),
        )
    return response
