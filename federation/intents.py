"""Where a person's own server lets them follow somebody: FEP-3b86, and OStatus before it.

A template is taken only where it leads to the host of the person's own address, by https: what
a stranger's server answers sends nobody anywhere else (SECURITY G7).
"""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from federation.errors import FederationError, FetchFailed
from federation.origins import host_of, is_too_long
from federation.safe_fetch import SafeClient
from federation.webfinger import Address

FOLLOW: Final = "https://w3id.org/fep/3b86/Follow"
OSTATUS: Final = "http://ostatus.org/schema/1.0/subscribe"

_MOST_LINKS: Final = 200
_PARAMETER = re.compile(r"\{[^{}]*\}")


def intent_links(base_url: str) -> list[dict[str, str]]:
    """Return the links that say where somebody of this node follows others."""
    return [
        {"rel": FOLLOW, "template": f"{base_url}/authorize_interaction?uri={{object}}"},
        {"rel": OSTATUS, "template": f"{base_url}/authorize_interaction?uri={{uri}}"},
    ]


async def find_follow_page(client: SafeClient, own: Address, *, followed: str) -> str:
    """Return the page of *own*'s server on which that person follows the actor *followed*.

    Raises FetchFailed where the server names none that may be gone to, and what fetching raises.
    """
    scheme = client.policy.scheme
    resource = quote(own.acct, safe="")
    url = f"{scheme}://{own.host}/.well-known/webfinger?resource={resource}"
    jrd = (await client.fetch_json(url)).document
    for rel, name in ((FOLLOW, "object"), (OSTATUS, "uri")):
        for template in _templates(jrd, rel):
            page = fill(template, {name: followed})
            if _leads_home(page, own.host, scheme):
                return page
    raise FetchFailed(f"The server {own.host} does not say how to follow others from there.")


def fill(template: str, values: Mapping[str, str]) -> str:
    """Return *template* filled in, unknown parameters with nothing (FEP-3b86, 3.2)."""
    return _PARAMETER.sub(lambda found: quote(values.get(found[0][1:-1], ""), safe=""), template)


def _templates(jrd: Mapping[str, Any], rel: str) -> list[str]:
    links = jrd.get("links")
    entries = links[:_MOST_LINKS] if isinstance(links, list) else []
    return [
        entry["template"]
        for entry in entries
        if isinstance(entry, dict)
        and entry.get("rel") == rel
        and isinstance(entry.get("template"), str)
    ]


def _leads_home(page: str, host: str, scheme: str) -> bool:
    """Say whether every reader takes *page* for an address of *host*, by *scheme*."""
    plain = page.isascii() and page.isprintable() and not set(page) & set("\\ <>\"'`{}")
    if not plain or is_too_long(page) or not page.startswith(f"{scheme}://{host}/"):
        return False
    try:
        return host_of(page) == host
    except FederationError:
        return False
