"""Reading the requests of the SPARQL 1.1 Protocol (§2.1, query operation)."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from aiohttp import web

from node.graph.errors import RefusedQuery, UpdateRefused
from node.graph.query_guard import MAX_BYTES

_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
#: Percent-encoding makes three bytes of one; the rest is room for the names of graphs.
_MAX_BODY = 4 * MAX_BYTES
_MAX_GRAPHS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolRequest:
    """A query operation; ``text`` is None where no query was sent."""

    text: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    format: str | None


class UnsupportedBody(RefusedQuery):
    """The body is neither a form nor application/sparql-query in UTF-8."""

    status = 415


async def read_request(request: web.Request) -> ProtocolRequest:
    """Return what *request* asks.

    Raises RefusedQuery (400, 413, 415) for what the protocol does not allow, UpdateRefused
    for the update operation.
    """
    pairs = _pairs(request.rel_url.raw_query_string)
    if request.method == "POST":
        content_type = request.content_type
        if content_type == _UPDATE:
            raise UpdateRefused
        if content_type == _FORM:
            pairs += _pairs(await _body(request))
        elif content_type == _QUERY:
            pairs.append(("query", await _body(request)))
        else:
            raise UnsupportedBody
    return _protocol_request(pairs)


def _pairs(encoded: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            encoded,
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=_MAX_GRAPHS,
        )
    except ValueError as error:
        raise RefusedQuery("The parameters are not URL-encoded UTF-8.") from error


async def _body(request: web.Request) -> str:
    if (request.charset or "utf-8").lower() not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedBody
    gathered = bytearray()
    async for chunk in request.content.iter_chunked(_MAX_BODY):
        gathered += chunk
        if len(gathered) > _MAX_BODY:
            raise RefusedQuery("The body is larger than a query may be.", status=413)
    try:
        return gathered.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusedQuery("The body is not UTF-8.") from error


def _protocol_request(pairs: Iterable[tuple[str, str]]) -> ProtocolRequest:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    if "update" in values:
        raise UpdateRefused
    queries = values.get("query", [])
    if len(queries) > 1:
        raise RefusedQuery("There is more than one query parameter.")
    return ProtocolRequest(
        text=queries[0] if queries else None,
        default_graphs=tuple(values.get("default-graph-uri", ())),
        named_graphs=tuple(values.get("named-graph-uri", ())),
        format=next(iter(values.get("format", ())), None),
    )
