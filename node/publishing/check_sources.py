"""What a document was made from, or led to, is for everyone who may see the document.

The address of a thing for the network in a public document would tell that it is there.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from node.publishing.drafts import Prepared, Refusal
from node.publishing.findings import violation
from node.storage import resources
from node.storage.resource_rows import ResourceRow

KEYS = ("derivedFrom", "resultedIn")
WIDTH = {"private": 0, "network": 1, "public": 2}


async def check_sources(
    connection: AsyncConnection, results: Sequence[Prepared | Refusal]
) -> list[Prepared | Refusal]:
    """Refuse what names a work, known here, that fewer may see than the document itself."""
    named = [iri for result in results if isinstance(result, Prepared) for iri in _named(result)]
    rows = await resources.get_many(connection, sorted(set(named)))
    return [
        _checked(result, rows) if isinstance(result, Prepared) else result for result in results
    ]


def _checked(result: Prepared, rows: Mapping[str, ResourceRow]) -> Prepared | Refusal:
    findings = tuple(
        violation("KX-D17", key, name=rows[iri].title or iri)
        for iri, key in _named(result).items()
        if iri in rows and WIDTH[rows[iri].audience] < WIDTH[result.audience]
    )
    if findings and result.draft.publish:
        return Refusal(draft=result.draft, findings=findings)
    return result


def _named(result: Prepared) -> dict[str, str]:
    return {iri: key for key in KEYS for iri in _texts(result.document.get(key))}


def _texts(value: Any) -> list[str]:
    several = value if isinstance(value, list) else [value]
    return [entry for entry in several if isinstance(entry, str)]
