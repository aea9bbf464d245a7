"""Regions and places of wire documents, in words."""

from node.pages.wire_values import Document, iris, items, text, texts, web_address
from vocab.schemes.regions import region_name


def regions(document: Document, language: str) -> list[str]:
    """Return the names of the NUTS regions under ``region``."""
    return [region_name(iri, language) for iri in iris(document.get("region"))]


def places(document: Document) -> list[tuple[str, str]]:
    """Return name and web address of each place of an event; both may be empty."""
    found = []
    for place in items(document.get("location")):
        if isinstance(place, str):
            found.append(("", web_address(place)) if web_address(place) else (place, ""))
        elif isinstance(place, dict):
            found.append((text(place.get("name")), web_address(place.get("url"))))
    return found


def is_online(document: Document) -> bool:
    """Whether one can take part in an event from elsewhere."""
    found = (place for place in items(document.get("location")) if isinstance(place, dict))
    return any("VirtualLocation" in texts(place.get("type")) for place in found)


def place_name(document: Document) -> str:
    """Return the names of an event's places, joined."""
    return ", ".join(name for name, _ in places(document) if name)
