"""JSON as strangers may send it: bounded, without anything that two readers read differently.

What passes here means the same to every JSON parser and to JCS (RFC 8785): no duplicate
keys, no NaN, no number beyond what a double holds exactly, no NUL, no lone surrogate.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from federation.errors import MalformedRequest, PayloadTooLarge

RECIPIENT_FIELDS: Final = ("to", "cc", "bto", "bcc", "audience")

_LARGEST_INTEGER: Final = 2**53 - 1
_LONGEST_NUMBER: Final = 64
# The only spellings from which a parser makes NUL or a surrogate.
_DOUBTFUL_ESCAPE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonLimits:
    """How large a document may be."""

    #: Bytes of the whole body.
    body: int = 1024 * 1024
    #: Levels of objects and arrays within each other.
    depth: int = 64
    #: Bytes of one string in UTF-8.
    string: int = 256 * 1024
    #: Recipients of one object, over all five addressing fields.
    recipients: int = 1000


DEFAULT: Final = JsonLimits()


def parse_document(body: bytes, limits: JsonLimits = DEFAULT) -> dict[str, Any]:
    """Return the JSON object that *body* spells.

    Raises PayloadTooLarge beyond ``limits.body``, MalformedRequest for all else that is
    not one bounded, unambiguous JSON object in UTF-8.
    """
    if len(body) > limits.body:
        raise PayloadTooLarge(f"The document has more than {limits.body} bytes.")
    document = _decode(body)
    if not isinstance(document, dict):
        raise MalformedRequest("The document is no JSON object.")
    if len(body) > limits.string or _DOUBTFUL_ESCAPE.search(body):
        _check_strings(document, limits)
    if _may_exceed(body, limits):
        _check_containers(document, limits)
    return document


def _may_exceed(body: bytes, limits: JsonLimits) -> bool:
    """Say whether *body* has enough brackets or commas to break a limit at all.

    Counting them costs a tenth of walking through the document.
    """
    brackets = body.count(b"{") + body.count(b"[")
    return brackets > limits.depth or body.count(b",") >= limits.recipients


def _decode(body: bytes) -> Any:
    try:
        return _DECODER.decode(body.decode())
    except UnicodeDecodeError as error:
        raise MalformedRequest("The document is not valid UTF-8.") from error
    except ValueError as error:
        raise MalformedRequest(f"The document is not valid JSON: {error}.") from error
    except RecursionError:
        raise MalformedRequest("The document is nested too deeply.") from None


def _unique_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedRequest("An object in the document has the same key twice.")
    return found


def _integer(text: str) -> int:
    if len(text) > _LONGEST_NUMBER or abs(value := int(text)) > _LARGEST_INTEGER:
        raise MalformedRequest("A number in the document is beyond 2^53 - 1.")
    return value


def _float(text: str) -> float:
    # Every double beyond this limit is an integer, or infinite.
    if len(text) > _LONGEST_NUMBER or abs(value := float(text)) > _LARGEST_INTEGER:
        raise MalformedRequest("A number in the document is beyond 2^53 - 1.")
    return value


def _refuse_constant(text: str) -> NoReturn:
    raise MalformedRequest(f"The document has {text}, which is no JSON number.")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_unique_object,
    parse_int=_integer,
    parse_float=_float,
    parse_constant=_refuse_constant,
)


def _check_containers(document: dict[str, Any], limits: JsonLimits) -> None:
    level: list[Any] = [document]
    depth = 0
    while level:
        depth += 1
        if depth > limits.depth:
            raise MalformedRequest("The document is nested too deeply.")
        below: list[Any] = []
        for container in level:
            values = container
            if isinstance(container, dict):
                _check_recipients(container, limits)
                values = container.values()
            below += [value for value in values if isinstance(value, dict | list)]
        level = below


def _check_recipients(found: dict[str, Any], limits: JsonLimits) -> None:
    count = 0
    for field in RECIPIENT_FIELDS:
        if field in found:
            value = found[field]
            count += len(value) if isinstance(value, list) else 1
    if count > limits.recipients:
        raise MalformedRequest(f"An object has more than {limits.recipients} recipients.")


def _check_strings(document: dict[str, Any], limits: JsonLimits) -> None:
    for text in _strings(document):
        if "\0" in text:
            raise MalformedRequest("A text in the document has a NUL character.")
        try:
            length = len(text.encode())
        except UnicodeEncodeError as error:
            raise MalformedRequest("A text in the document has half a character.") from error
        if length > limits.string:
            raise MalformedRequest(f"A text in the document has over {limits.string} bytes.")


def _strings(document: dict[str, Any]) -> Iterator[str]:
    waiting: list[Any] = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting.extend(value)
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
