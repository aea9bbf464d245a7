"""What the desk features on the cluster's profile."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import tables
from node.storage.resource_rows import ResourceRow
from node.storage.statements import columns, fetch_all, insert

FEATURED = tables.featured
RESOURCES = tables.resources


async def shown(connection: AsyncConnection) -> list[ResourceRow]:
    """Return what is featured and still public, the newest choice first."""
    query = (
        select(*columns(RESOURCES))
        .join(FEATURED, FEATURED.c.iri == RESOURCES.c.iri)
        .where(RESOURCES.c.audience == "public", RESOURCES.c.state == "published")
        .order_by(FEATURED.c.featured_at.desc(), FEATURED.c.iri)
    )
    return await fetch_all(connection, query, ResourceRow.from_row)


async def add(connection: AsyncConnection, iri: str, *, at: str) -> bool:
    """Feature *iri*; False where it is."""
    statement = insert(connection, FEATURED).on_conflict_do_nothing(index_elements=["iri"])
    row = {"iri": iri, "featured_at": at}
    return (await connection.execute(statement, row)).rowcount == 1


async def remove(connection: AsyncConnection, iri: str) -> bool:
    """Feature *iri* no more; False where it is not."""
    statement = delete(FEATURED).where(FEATURED.c.iri == iri)
    return (await connection.execute(statement)).rowcount == 1
