"""The organisation number by which an import knows a member again: each belongs to one member."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from node.publishing.drafts import Draft, Prepared, Refusal
from node.publishing.findings import violation
from node.storage import resources
from node.storage.resource_rows import ResourceRow
from vocab.classes import ResourceClass

#: Norwegian numbers have nine digits, Danish ones eight.
COUNTRIES = {9: "NO", 8: "DK"}


def organisation_number(
    draft: Draft, document: Mapping[str, Any], before: ResourceRow | None
) -> str | None:
    """Return the member's number as "NO:988077917": as given, as written, else as it stands."""
    if draft.klass is not ResourceClass.MEMBER:
        return None
    identifier = document.get("legalIdentifier")
    number = identifier.get("notation") if isinstance(identifier, Mapping) else None
    written = None
    if isinstance(number, str) and number.isdecimal() and len(number) in COUNTRIES:
        written = f"{COUNTRIES[len(number)]}:{number}"
    return draft.organisation_number or written or (before.organisation_number if before else None)


async def check_numbers(
    connection: AsyncConnection, results: Sequence[Prepared | Refusal]
) -> list[Prepared | Refusal]:
    """Refuse a member whose number another member has."""
    numbers = {
        result.organisation_number
        for result in results
        if isinstance(result, Prepared) and result.organisation_number
    }
    rows = await resources.by_organisation_numbers(connection, sorted(numbers))
    owners = {number: row.iri for number, row in rows.items()}
    return [_checked(result, owners) for result in results]


def _checked(result: Prepared | Refusal, owners: dict[str, str]) -> Prepared | Refusal:
    """*owners* also learns of this one, for the rest of the batch."""
    if isinstance(result, Refusal) or result.organisation_number is None:
        return result
    number = result.organisation_number
    owner = owners.setdefault(number, result.iri)
    if owner == result.iri:
        return result
    problem = violation("KX-D13", "legalIdentifier", owner=owner, number=number)
    return Refusal(draft=result.draft, findings=(problem,))
