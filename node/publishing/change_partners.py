"""Who takes part in a work of ours: companies as participants, clusters as contributors."""

from collections.abc import Mapping
from typing import Any

from federation.origins import host_of, is_http_iri


def with_partner(
    document: Mapping[str, Any], cluster: str, companies: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return *document* with *cluster* as a contributor and its *companies* as participants."""
    return {
        **document,
        **({"participant": _added(document.get("participant"), *companies)} if companies else {}),
        "contributor": _added(document.get("contributor"), cluster),
    }


def without_partner(
    document: Mapping[str, Any], cluster: str, host: str, company: str | None
) -> dict[str, Any]:
    """Return *document* without *company* of *host*, or without all of *host*.

    The *cluster* stays while another company of its node takes part.
    """
    participants = [
        iri
        for iri in listed(document.get("participant"))
        if not (_is_on(iri, host) and company in (None, iri))
    ]
    stays = any(_is_on(iri, host) for iri in participants)
    contributors = [
        iri
        for iri in listed(document.get("contributor"))
        if iri != company and (stays or not (iri == cluster or _is_on(iri, host)))
    ]
    return {**document, "participant": participants, "contributor": contributors}


def _added(value: Any, *iris: str) -> list[str]:
    return list(dict.fromkeys([*listed(value), *iris]))


def listed(value: Any) -> list[str]:
    """Return the IRIs in *value*, one alone or in a list."""
    return [str(entry) for entry in (value if isinstance(value, list) else [value]) if entry]


def _is_on(iri: str, host: str) -> bool:
    return is_http_iri(iri) and host_of(iri) == host
