"""GET of one resource: the wire object itself, other RDF formats, or a page.

Public things are for everyone; what is for the network is shown to approved nodes that sign
their request; everything else is not there.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pyoxigraph
from aiohttp import ETag, web

from federation.capabilities import implements
from federation.errors import FederationError
from federation.origins import host_of
from node.endpoints.app_keys import DATABASE, IDENTITY, POLICIES, RESOURCES, VERIFIER
from node.endpoints.authorized_fetch import admit_reader, keep_private
from node.endpoints.inbox_post import signed_request
from node.endpoints.negotiation import (
    ACTIVITY,
    HTML,
    JSON_LD,
    N_TRIPLES,
    RESOURCE_FORMATS,
    TURTLE,
    chosen_format,
    split_suffix,
)
from node.endpoints.oauth import oauth_endpoints
from node.endpoints.resource_pages import resource_page
from node.endpoints.stated_signer import stated_host
from node.errors import UnknownResource, WithdrawnResource
from node.identity import Identity
from node.publishing.node_actors import as_actor
from node.storage import keys, peers, resources
from node.storage.keys import KeyRow
from node.storage.resource_rows import ResourceRow
from vocab.classes import PROFILES, ResourceClass
from vocab.clock import parse_time
from vocab.inline_context import with_inline_context
from vocab.quads import document_quads

RDF_FORMATS = {
    TURTLE: pyoxigraph.RdfFormat.TURTLE,
    N_TRIPLES: pyoxigraph.RdfFormat.N_TRIPLES,
}
#: Prefixes that make the Turtle readable.
PREFIXES = {
    "as": "https://www.w3.org/ns/activitystreams#",
    "dct": "http://purl.org/dc/terms/",
    "kx": "https://w3id.org/skagerrak/ns#",
    "legal": "http://www.w3.org/ns/legal#",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vf": "https://w3id.org/valueflows/ont/vf#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
#: Of types that are more than their name.
CONTENT_TYPES = {JSON_LD: f'{JSON_LD}; profile="https://www.w3.org/ns/activitystreams"'}
VERSION_FORMATS = (JSON_LD, TURTLE, N_TRIPLES, HTML)
OPEN = {"Access-Control-Allow-Origin": "*"}
PRIVATE = "private, no-store"
#: Longer numbers are no numbers to a database.
VERSION_NUMBER = re.compile("[0-9]{1,9}")
ACTORS = (ResourceClass.CLUSTER, ResourceClass.MEMBER)


async def get_resource(request: web.Request) -> web.StreamResponse:
    """Answer for ``/{collection}/{name}``, by suffix or Accept."""
    name, suffix = split_suffix(request.match_info["name"])
    iri = request.app[IDENTITY].resource(request.match_info["collection"], name)
    return await answer_resource(request, iri, suffix)


async def get_cluster(request: web.Request) -> web.StreamResponse:
    """Answer for the cluster actor; its page is the home page."""
    _, suffix = split_suffix(request.path.lstrip("/"))
    return await answer_resource(request, request.app[IDENTITY].cluster, suffix)


async def answer_resource(request: web.Request, iri: str, suffix: str | None) -> web.StreamResponse:
    """Answer with the resource *iri* of ours in the format asked for."""
    row = await visible_row(request, iri)
    media_type = chosen_format(request, RESOURCE_FORMATS, suffix)
    if media_type == HTML:
        if row.audience != "public":
            raise UnknownResource
        if row.klass is ResourceClass.CLUSTER:
            raise web.HTTPSeeOther("/", headers={"Vary": "Accept, Signature"})
        response = await resource_page(request, row)
    else:
        response = await data_response(request, row, media_type)
    response.headers["Link"] = other_formats(iri)
    if row.klass is not ResourceClass.CLUSTER:
        response.headers["Link"] += f", {reactions_links(iri)}"
    response.headers["Link"] += f", {inbox_link(row, request.app[IDENTITY])}"
    return response


def other_formats(iri: str) -> str:
    """Return the Link header of *iri* in all formats; by it servers find what a page is about."""
    return ", ".join(
        f'<{iri}{suffix}>; rel="alternate"; type="{kind}"'
        for suffix, kind in (
            ("", ACTIVITY),
            (".html", HTML),
            (".jsonld", JSON_LD),
            (".ttl", TURTLE),
        )
    )


def inbox_link(row: ResourceRow, identity: Identity) -> str:
    """Return where notifications about *row* are left (W3C Linked Data Notifications, 3.1)."""
    inbox = f"{row.iri}/inbox" if row.klass in ACTORS else identity.shared_inbox
    return f'<{inbox}>; rel="http://www.w3.org/ns/ldp#inbox"'


def reactions_links(iri: str) -> str:
    """Return where it is counted who likes and shares *iri*.

    Not in the object itself: what is proved stays as it is.
    """
    return ", ".join(
        f'<{iri}/{name}>; rel="https://www.w3.org/ns/activitystreams#{name}"'
        for name in ("likes", "shares")
    )


async def visible_row(request: web.Request, iri: str) -> ResourceRow:
    """Return the row of *iri* if this client may see it.

    Raises UnknownResource, or WithdrawnResource where a public thing stood.
    """
    row = await request.app[RESOURCES].get(iri)
    if row is None or not row.local or row.state == "draft":
        raise UnknownResource
    if row.audience == "private" or (
        row.audience == "network" and not await _reader_is_approved(request, row.klass)
    ):
        raise UnknownResource
    if row.state == "withdrawn":
        raise WithdrawnResource(row.document, row.klass.value)
    return row


async def _reader_is_approved(request: web.Request, klass: ResourceClass) -> bool:
    """Whether an approved node signed the request; who cannot be known now is nobody.

    Any other answer, and the fetch of a stranger's key too, would tell that something is here
    (SECURITY H7). An approved node whose key cannot be had for a while asks again.
    """
    host = stated_host(request.headers)
    if host is None or not await _is_approved(request, host, klass):
        return False
    try:
        reader = await request.app[VERIFIER].verify_reader(signed_request(request))
    except FederationError:
        return False
    return reader is not None and await _is_approved(request, host_of(reader.actor), klass)


async def _is_approved(request: web.Request, host: str, klass: ResourceClass) -> bool:
    if not request.app[POLICIES].policy.may_share(host, klass):
        return False
    async with request.app[DATABASE].reading() as connection:
        peer = await peers.get(connection, host)
    return peer is not None and peer.is_node


async def data_response(request: web.Request, row: ResourceRow, media_type: str) -> web.Response:
    """Return *row* as data, or 304 where the client has it as it is.

    Raises RefusedPeer and UnauthenticatedRequest for who may not read what ActivityPub shows.
    """
    if media_type not in RDF_FORMATS and row.audience == "public":
        await admit_reader(request, actor=row.klass in ACTORS)
    shows_keys = row.klass in ACTORS and row.local and media_type not in RDF_FORMATS
    public = await _keys(request, row) if shows_keys else ()
    response = web.Response()
    response.headers["Vary"] = "Accept, Signature"
    response.headers["Access-Control-Allow-Origin"] = "*"
    if row.audience != "public":
        response.headers["Cache-Control"] = PRIVATE
    else:
        response.etag = _etag(row, media_type, public, client_endpoints(request))
        response.last_modified = parse_time(row.updated_at)
        response.headers["Access-Control-Expose-Headers"] = "ETag, Link"
        if is_known(request, response.etag):
            response.set_status(304)
            return response
    keep_private(request, response)
    response.headers["Content-Type"] = CONTENT_TYPES.get(media_type, media_type)
    response.body = _body(row, media_type, public, request)
    return response


def client_endpoints(request: web.Request) -> dict[str, str]:
    """Return where programs turn to that act for an actor of ours (ActivityPub, 4.1)."""
    identity = request.app[IDENTITY]
    return {"proxyUrl": identity.url("/proxy"), **oauth_endpoints(identity)}


async def _keys(request: web.Request, row: ResourceRow) -> Sequence[KeyRow]:
    async with request.app[DATABASE].reading() as connection:
        return await keys.keys_of(connection, row.iri)


def _etag(
    row: ResourceRow, media_type: str, public: Sequence[KeyRow], for_clients: Mapping[str, str]
) -> str:
    """A strong one: keys, proofs, what the node can do come and go without a new version."""
    able = [entry["href"] for entry in implements()] if public else []
    able += for_clients.values() if public else []
    ends = [f"{key.public}{key.expires_at}{key.revoked_at}" for key in public]
    proved = "" if public or media_type in RDF_FORMATS else row.wire
    shown = "".join([proved, *ends, *able])
    mark = f"-{sha256(shown.encode()).hexdigest()[:8]}" if shown else ""
    return f"{row.version}{mark}-{media_type}"


def is_known(request: web.Request, etag: ETag | None) -> bool:
    """Say whether the client has the representation *etag* already (RFC 9110, 13.1.2)."""
    held = request.if_none_match or ()
    return etag is not None and any(known.value in (etag.value, "*") for known in held)


def _body(
    row: ResourceRow, media_type: str, public: Sequence[KeyRow], request: web.Request
) -> bytes:
    if media_type in RDF_FORMATS:
        return rdf_text(row.document, RDF_FORMATS[media_type])
    if not public:
        return row.wire.encode()
    actor = as_actor(row.document, public, request.app[IDENTITY], client_endpoints(request))
    document = with_inline_context(actor)
    return json.dumps(document, ensure_ascii=False).encode()


def rdf_text(document: dict[str, Any], rdf_format: pyoxigraph.RdfFormat) -> bytes:
    """Return the triples of *document*, as they stand in its named graph."""
    triples = [quad.triple for quad in document_quads(document)]
    text = pyoxigraph.serialize(triples, format=rdf_format, prefixes=PREFIXES)
    return text or b""


async def get_versions(request: web.Request) -> web.Response:
    """Answer with the list of a public resource's versions."""
    row, iri = await _versioned(request)
    async with request.app[DATABASE].reading() as connection:
        found = await resources.versions(connection, iri)
    items = [
        {
            "version": version.number,
            "url": f"{iri}/versions/{version.number}",
            "recorded": version.recorded_at,
        }
        for version in found
        if version.audience == row.audience and version.state == "published"
    ]
    return web.json_response({"id": iri, "versions": items}, headers=_reading_headers(row))


async def get_version(request: web.Request) -> web.Response:
    """Answer with one version, as page or RDF and never as activity+json (FEDERATION.md)."""
    row, iri = await _versioned(request)
    number, suffix = split_suffix(request.match_info["number"])
    media_type = chosen_format(request, VERSION_FORMATS, suffix)
    if media_type not in RDF_FORMATS and row.audience == "public":
        await admit_reader(request)
    async with request.app[DATABASE].reading() as connection:
        found = (
            await resources.version(connection, iri, int(number))
            if VERSION_NUMBER.fullmatch(number)
            else None
        )
    if found is None or found.audience != row.audience or found.state != "published":
        raise UnknownResource
    if media_type == HTML:
        if row.audience != "public":
            raise UnknownResource
        return await resource_page(request, replace(row, wire=found.wire), earlier=True)
    if media_type in RDF_FORMATS:
        body = rdf_text(found.document, RDF_FORMATS[media_type])
    else:
        body = found.wire.encode()
    return web.Response(body=body, content_type=media_type, headers=_reading_headers(row))


def _reading_headers(row: ResourceRow) -> dict[str, str]:
    headers = {**OPEN, "Vary": "Accept, Signature"}
    return headers if row.audience == "public" else headers | {"Cache-Control": PRIVATE}


async def _versioned(request: web.Request) -> tuple[ResourceRow, str]:
    iri = request.app[IDENTITY].resource(
        request.match_info["collection"], request.match_info["name"]
    )
    return await visible_row(request, iri), iri


def collection_of(klass: ResourceClass) -> str:
    """Return the URL segment of the list that *klass* stands in."""
    return PROFILES[klass].collection
