"""How each version of others' things was authenticated, for the desk to look up.

Of others' resources only the newest version is kept, but why the earlier ones were believed is
asked when somebody doubts one. A ring per resource keeps it bounded without looking anything up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import tables
from node.storage.resource_rows import ResourceRow
from node.storage.statements import columns, fetch_all, overwrite, values, write_all

AUTHENTICATIONS = tables.authentications
COLUMNS = columns(AUTHENTICATIONS)
#: Versions of one resource that are remembered.
VERSIONS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticationRow:
    """That a version was authenticated, and how."""

    iri: str
    place: int
    #: HttpSignature, IntegrityProof or Fetch.
    method: str
    version: int
    #: published or withdrawn.
    state: str
    #: The key, or the URL fetched.
    verification_method: str
    activity: str | None
    at: str

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        """Return the authentication of one row of the table."""
        return cls(**row)


async def record(connection: AsyncConnection, rows: Sequence[ResourceRow]) -> None:
    """Remember how each of *rows*, which are of others, is authenticated now."""
    found = [_authentication(row) for row in rows if row.authenticated_by is not None]
    statement = overwrite(connection, AUTHENTICATIONS)
    await write_all(connection, statement, [values(entry) for entry in found])


async def history(connection: AsyncConnection, iri: str) -> list[AuthenticationRow]:
    """Return what is remembered of *iri*, the newest first."""
    query = select(*COLUMNS).where(AUTHENTICATIONS.c.iri == iri)
    newest = query.order_by(AUTHENTICATIONS.c.version.desc(), AUTHENTICATIONS.c.at.desc())
    return await fetch_all(connection, newest, AuthenticationRow.from_row)


def _authentication(row: ResourceRow) -> AuthenticationRow:
    return AuthenticationRow(
        iri=row.iri,
        place=row.version % VERSIONS,
        method=row.authenticated_by or "",
        version=row.version,
        state=row.state,
        verification_method=row.verification_method or "",
        activity=row.activity,
        at=row.received_at or row.updated_at,
    )
