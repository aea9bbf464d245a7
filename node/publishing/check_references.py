"""A document for others names no member that is not public."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from node.identity import Identity
from node.publishing.drafts import Prepared, Refusal
from node.publishing.findings import violation
from node.storage import resources
from node.storage.resource_rows import ResourceRow


async def check_references(
    connection: AsyncConnection, identity: Identity, results: Sequence[Prepared | Refusal]
) -> list[Prepared | Refusal]:
    """Refuse what would show a member that stays private, or names one that is not there."""
    prefix = identity.collection("members") + "/"
    named = {
        result.iri: {
            iri: key for key, iri in _members(result.document, prefix) if iri != result.iri
        }
        for result in results
        if isinstance(result, Prepared)
    }
    rows = await resources.get_many(connection, sorted(set().union(*named.values())))
    return [
        _checked(result, named[result.iri], rows) if isinstance(result, Prepared) else result
        for result in results
    ]


def _checked(
    result: Prepared, named: Mapping[str, str], rows: Mapping[str, ResourceRow]
) -> Prepared | Refusal:
    """*named* has the key under which each member stands, by its IRI."""
    findings = tuple(
        violation("KX-D12", key, name=_name(iri, rows))
        for iri, key in sorted(named.items())
        if not (iri in rows and _shown(rows[iri].audience, rows[iri].state))
    )
    return (
        Refusal(draft=result.draft, findings=findings)
        if findings and result.draft.publish
        else result
    )


def _name(iri: str, rows: Mapping[str, ResourceRow]) -> str:
    """What is not there, or was withdrawn, has no name any more."""
    return rows[iri].title or iri if iri in rows else iri


def _shown(audience: str, state: str) -> bool:
    return audience == "public" and state == "published"


def _members(value: Any, prefix: str, key: str = "") -> Iterator[tuple[str, str]]:
    """Key and IRI of members anywhere in *value*; what lies under one, as its inbox, is none."""
    if isinstance(value, str):
        if value.startswith(prefix) and "/" not in value[len(prefix) :].split("#")[0]:
            yield key, value.split("#")[0].removesuffix(".html")
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from _members(part, prefix, f"{key}.{name}" if key else name)
    elif isinstance(value, list):
        for part in value:
            yield from _members(part, prefix, key)
