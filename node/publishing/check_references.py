"""A document for others names no member that is not public."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from node.identity import Identity
from node.publishing.drafts import Prepared, Refusal
from node.publishing.findings import violation
from node.storage import resources


async def check_references(
    connection: AsyncConnection, identity: Identity, results: Sequence[Prepared | Refusal]
) -> list[Prepared | Refusal]:
    """Refuse what would show a member that stays private, or names one that is not there."""
    prefix = identity.collection("members") + "/"
    named = {
        result.iri: set(_members(result.document, prefix)) - {result.iri}
        for result in results
        if isinstance(result, Prepared)
    }
    rows = await resources.get_many(connection, sorted(set().union(*named.values())))
    visible = {iri for iri, row in rows.items() if _shown(row.audience, row.state)}
    checked: list[Prepared | Refusal] = []
    for result in results:
        hidden = sorted(named[result.iri] - visible) if isinstance(result, Prepared) else []
        if hidden and result.draft.publish:
            findings = tuple(violation("KX-D12", iri) for iri in hidden)
            checked.append(Refusal(draft=result.draft, findings=findings))
        else:
            checked.append(result)
    return checked


def _shown(audience: str, state: str) -> bool:
    return audience == "public" and state == "published"


def _members(value: Any, prefix: str) -> Iterator[str]:
    """IRIs of members anywhere in *value*; what lies under a member, as its inbox, is not one."""
    if isinstance(value, str):
        if value.startswith(prefix) and "/" not in value[len(prefix) :].split("#")[0]:
            yield value.split("#")[0].removesuffix(".html")
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _members(part, prefix)
    elif isinstance(value, list):
        for part in value:
            yield from _members(part, prefix)
