"""Values out of wire documents, whatever shape a sender gave them; never raises."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Document = Mapping[str, Any]


def items(value: Any) -> list[Any]:
    """Return *value* as a list: nothing, one, or many."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def iris(value: Any) -> list[str]:
    """Return the IRIs that *value* names, as texts or as objects with an ``id``."""
    found = []
    for item in items(value):
        iri = item.get("id") or item.get("@id") if isinstance(item, Mapping) else item
        if isinstance(iri, str) and iri and iri not in found:
            found.append(iri)
    return found


def concepts_named(document: Document) -> list[str]:
    """Return the expertise that a member has, an offer is of, or a case is about."""
    stated = [document.get(key) for key in ("knowsAbout", "subjectConcept", "teaches")]
    stated.append(nested(document, "publishes").get("resourceConformsTo"))
    return list(dict.fromkeys(iri for value in stated for iri in iris(value)))


def texts(value: Any) -> list[str]:
    """Return the plain texts in *value*."""
    return [item.strip() for item in items(value) if isinstance(item, str) and item.strip()]


def text(value: Any) -> str:
    """Return the first plain text or number in *value*, or nothing."""
    for item in items(value):
        if isinstance(item, str | int | float) and not isinstance(item, bool):
            return str(item).strip()
    return ""


def nested(document: Document, key: str) -> Document:
    """Return the first object under *key*, or an empty one."""
    for item in items(document.get(key)):
        if isinstance(item, Mapping):
            return item
    return {}


def moment(value: Any, timezone: Any = None) -> datetime | None:
    """Return the time that *value* names, in *timezone* or else as its author wrote it."""
    try:
        time = datetime.fromisoformat(text(value))
    except ValueError:
        return None
    return in_zone(time, timezone)


def in_zone(time: datetime, timezone: Any) -> datetime:
    """Return *time* by the clock of *timezone*; unchanged where that is not known."""
    if not isinstance(timezone, str) or time.tzinfo is None:
        return time
    try:
        return time.astimezone(ZoneInfo(timezone))
    except (ZoneInfoNotFoundError, ValueError, OverflowError):
        return time


def web_address(value: Any) -> str:
    """Return the first http or https address in *value*, or nothing."""
    for address in iris(value):
        try:
            parts = urlsplit(address)
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.netloc:
            return address
    return ""


def first(values: Sequence[str]) -> str:
    """Return the first of *values*, or nothing."""
    return values[0] if values else ""
