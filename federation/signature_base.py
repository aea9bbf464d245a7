"""What an RFC 9421 signature is made over: the signature base (RFC 9421, 2)."""

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qsl, quote, unquote

from federation.errors import UnauthenticatedRequest
from federation.signed_request import Headers, SignedRequest
from federation.structured_fields import InnerList

_QUERY_PARAMETER: Final = re.compile(r'"@query-param";name="([^"\\]*)"')
_FIELD: Final = re.compile(r'"([!#$%&\'*+.^_`|~0-9a-z-]+)"')


def signature_base(covered: InnerList, request: SignedRequest, headers: Headers) -> bytes:
    """Return the bytes that the signature with these covered components stands for.

    Raises UnauthenticatedRequest where a component is not there, stands twice, is of a kind
    that no request has, or cannot be written on one line of ASCII.
    """
    items = covered.items
    if len(set(items)) != len(items):
        raise UnauthenticatedRequest("The signature covers a component twice.")
    lines = [f"{item}: {_value(item, request, headers)}" for item in items]
    lines.append(f'"@signature-params": {covered.text}')
    text = "\n".join(lines)
    if text.count("\n") != len(items) or "\r" in text:
        raise UnauthenticatedRequest("A signed header is folded over several lines.")
    try:
        return text.encode("ascii")
    except UnicodeEncodeError as error:
        raise UnauthenticatedRequest("A signed header is not in ASCII.") from error


def target_uri(request: SignedRequest) -> str:
    """Return the address that *request* was made out to (RFC 9421, 2.2.2)."""
    return f"{request.scheme}://{request.host}{request.path_and_query}"


_DERIVED: Final[dict[str, Callable[[SignedRequest], str]]] = {
    '"@method"': lambda request: request.method,
    '"@target-uri"': target_uri,
    '"@authority"': lambda request: request.host,
    '"@scheme"': lambda request: request.scheme,
    '"@request-target"': lambda request: request.path_and_query,
    '"@path"': lambda request: request.path_and_query.partition("?")[0],
    '"@query"': lambda request: "?" + _query(request),
}


def is_derived(item: str) -> bool:
    """Say whether *item* is a component without parameters that every request has."""
    return item in _DERIVED


def _query(request: SignedRequest) -> str:
    return request.path_and_query.partition("?")[2]


def _value(item: str, request: SignedRequest, headers: Headers) -> str:
    derived = _DERIVED.get(item)
    if derived is not None:
        return derived(request)
    field = _FIELD.fullmatch(item)
    if field is not None and (values := headers.get(field[1])):
        return ", ".join(values)
    parameter = _QUERY_PARAMETER.fullmatch(item)
    if parameter is not None:
        return _query_parameter(unquote(parameter[1]), request)
    raise UnauthenticatedRequest(f"The signature covers {item}, which is not there.")


def _query_parameter(name: str, request: SignedRequest) -> str:
    """Return the one value of that name, encoded anew (RFC 9421, 2.2.8)."""
    pairs = parse_qsl(_query(request), keep_blank_values=True)
    values = [value for found, value in pairs if found == name]
    if len(values) != 1:
        raise UnauthenticatedRequest("The signature covers a part of the query that is not there.")
    return quote(values[0], safe="*").replace("~", "%7E")
