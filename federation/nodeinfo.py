"""NodeInfo 2.1: what runs on a server, told and asked.

Source: the NodeInfo protocol and its 2.1 schema. Peers use it to see that both run this
program; nothing that matters rests on it, since anybody may claim anything there.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from federation.errors import FetchFailed
from federation.origins import same_origin
from federation.safe_fetch import SafeClient
from federation.software import NAME, software_version

_NAMESPACE = "http://nodeinfo.diaspora.software/ns/schema/"
CONTENT_TYPE = f'application/json; profile="{_NAMESPACE}2.1#"'

_READABLE = ("2.2", "2.1", "2.0", "1.1", "1.0")
_LONGEST_NAME = 64
_MOST_USERS = 1 << 31
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Software:
    """What a server says it runs."""

    name: str
    version: str
    #: How many it says it has; None where it does not say.
    users: int | None = None


def links(base_url: str) -> dict[str, Any]:
    """Return what ``/.well-known/nodeinfo`` answers."""
    href = f"{base_url.rstrip('/')}/nodeinfo/2.1"
    return {"links": [{"rel": f"{_NAMESPACE}2.1", "href": href}]}


def document(
    *,
    users: int,
    local_posts: int,
    repository: str | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return NodeInfo 2.1 of this node: *users* are its public actors."""
    software = {"name": NAME, "version": software_version()}
    if repository is not None:
        software["repository"] = repository
    return {
        "version": "2.1",
        "software": software,
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": False,
        "usage": {"users": {"total": users}, "localPosts": local_posts},
        "metadata": dict(metadata or {}),
    }


async def read_software(client: SafeClient, base_url: str) -> Software:
    """Return what the server at *base_url* says it runs.

    Raises FetchFailed where it does not say, and what fetching raises. Its second document
    must be its own: a link to another origin is not followed.
    """
    start = f"{base_url.rstrip('/')}/.well-known/nodeinfo"
    found = (await client.fetch_json(start)).document
    href = _best_link(found, start)
    if href is None:
        raise FetchFailed("The server does not say what it runs.")
    told = (await client.fetch_json(href)).document
    software = told.get("software")
    if not isinstance(software, dict):
        raise FetchFailed("The server does not say what it runs.")
    return Software(
        name=_short(software.get("name")),
        version=_short(software.get("version")),
        users=_users(told.get("usage")),
    )


def _users(usage: object) -> int | None:
    users = usage.get("users") if isinstance(usage, dict) else None
    total = users.get("total") if isinstance(users, dict) else None
    if not isinstance(total, int) or isinstance(total, bool):
        return None
    return total if 0 <= total < _MOST_USERS else None


def _best_link(found: Mapping[str, Any], start: str) -> str | None:
    offered: dict[str, str] = {}
    entries = found.get("links")
    for link in entries if isinstance(entries, list) else []:
        rel, href = (link.get("rel"), link.get("href")) if isinstance(link, dict) else (None, None)
        if isinstance(rel, str) and isinstance(href, str):
            offered[rel.removeprefix(_NAMESPACE)] = urljoin(start, href)
    for version in _READABLE:
        href = offered.get(version)
        if href is not None and same_origin(start, href):
            return href
    return None


def _short(value: object) -> str:
    return _UNPRINTABLE.sub(" ", value)[:_LONGEST_NAME] if isinstance(value, str) else ""
