"""Collections as this node serves them: pages by cursor, stable while things are added.

A cursor stands for a position in an order that only grows, such as a change number, so no
page repeats or loses an item when something is inserted (ActivityStreams 2.0 Core §5.2).
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from typing import Any

from federation.errors import MalformedRequest
from vocab.terms import AS_CONTEXT

_MARK = b"s1"
_LARGEST_POSITION = 2**63 - 1


def collection(iri: str, total: int, first: str | None, last: str | None = None) -> dict[str, Any]:
    """Return an OrderedCollection; without *first* its items stay hidden, only counted."""
    found: dict[str, Any] = {
        "@context": AS_CONTEXT,
        "id": iri,
        "type": "OrderedCollection",
        "totalItems": total,
    }
    return _with_links(found, first=first, last=last)


def page(
    iri: str,
    part_of: str,
    items: Sequence[Any],
    next: str | None = None,
    prev: str | None = None,
    total: int | None = None,
) -> dict[str, Any]:
    """Return an OrderedCollectionPage of *items*, which are IRIs or whole objects."""
    found: dict[str, Any] = {
        "@context": AS_CONTEXT,
        "id": iri,
        "type": "OrderedCollectionPage",
        "partOf": part_of,
        "orderedItems": list(items),
    }
    if total is not None:
        found["totalItems"] = total
    return _with_links(found, next=next, prev=prev)


def _with_links(found: dict[str, Any], **links: str | None) -> dict[str, Any]:
    return found | {name: link for name, link in links.items() if link is not None}


def encode_cursor(position: int) -> str:
    """Return *position* as text for a URL. What it looks like is nobody's business."""
    if not 0 <= position <= _LARGEST_POSITION:
        raise ValueError(f"{position} is no position")
    return urlsafe_b64encode(_MARK + f"{position:x}".encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> int:
    """Return the position that *cursor* stands for.

    Raises MalformedRequest where it was not made by ``encode_cursor``.
    """
    try:
        raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        position = int(raw.removeprefix(_MARK).decode("ascii")[:16], 16)
        genuine = encode_cursor(position) == cursor
    except (NotBase64, ValueError):
        genuine = False
    if not genuine:
        raise MalformedRequest("The page asked for does not exist: its cursor cannot be read.")
    return position
