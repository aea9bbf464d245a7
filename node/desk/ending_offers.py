"""Offers and needs of ours whose time is up, or soon will be."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import resource_lists
from node.storage.resource_rows import ResourceRow
from vocab import clock
from vocab.classes import ResourceClass

#: How long before the end the desk is told, in days.
SOON: Final = 30
#: As many as one list shows.
MOST: Final = 200


async def ending_offers(
    connection: AsyncConnection, *, moment: datetime | None = None
) -> list[ResourceRow]:
    """Return what ends within ``SOON`` days, then what has ended; the last ended first."""
    moment = moment or clock.now()
    now, soon = clock.timestamp(moment), clock.timestamp(moment + timedelta(days=SOON))
    classes = (ResourceClass.OFFER, ResourceClass.NEED)
    ending = await resource_lists.ours_ending(connection, classes, now, soon, limit=MOST)
    ended = await resource_lists.ours_ending(connection, classes, "", now, limit=MOST)
    return [*ending, *reversed(ended)]
