"""Anonymous offers and needs: the cluster stands where the company would."""

import copy
from collections.abc import Mapping
from typing import Any

from vocab.classes import property_of
from vocab.terms import local_name

PARTIES = ("provider", "receiver")


def is_anonymous(document: Mapping[str, Any]) -> bool:
    """Whether *document* asks for anonymity; anything but a plain no counts as yes."""
    return property_of(document, "anonymous") not in (None, False)


def names_company(document: Mapping[str, Any]) -> bool:
    """Whether *document* names a company as a party of what it offers or seeks."""
    return bool(_take_out(copy.deepcopy(dict(document))))


def hide_company(document: dict[str, Any]) -> dict[str, Any]:
    """Take the company out of an anonymous *document*, in place; return what stays private.

    The company stays in SQL until it consents; nothing public ever holds it (DESIGN §2.5).
    """
    return _take_out(document) if is_anonymous(document) else {}


def _take_out(node: Any) -> dict[str, Any]:
    """Remove every party from *node*, however deep and whatever its key's prefix.

    In a context the names of parties stand for terms, not for companies.
    """
    hidden: dict[str, Any] = {}
    if isinstance(node, dict):
        for key in [key for key in node if local_name(key) in PARTIES]:
            hidden[local_name(key)] = node.pop(key)
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        if key != "@context" and isinstance(value, dict | list):
            hidden = _take_out(value) | hidden
    return hidden
