"""Say who at this desk looks after an interest, and who does in their absence."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from node.publishing.move_interest import held_interest
from node.storage import interests
from node.storage.interests import InterestRow, MoveRow
from vocab.clock import timestamp


async def assign_interest(
    connection: AsyncConnection,
    iri: str,
    *,
    by: str,
    responsible: str | None = None,
    substitute: str | None = None,
    note: str = "",
) -> InterestRow:
    """Write down who is responsible, and the substitute; what is None stays. Nobody is told.

    Raises UnknownResource where there is no such interest.
    """
    row = (await held_interest(connection, iri)).interest
    changed = replace(
        row,
        responsible=row.responsible if responsible is None else responsible or None,
        substitute=row.substitute if substitute is None else substitute or None,
    )
    names = f"{changed.responsible or '–'} / {changed.substitute or '–'}"
    move = MoveRow(
        interest=iri,
        event="assign",
        state=row.state,
        who=by,
        ours=True,
        at=timestamp(),
        note=f"{names}. {note}".rstrip(". ") if note else names,
    )
    await interests.save(connection, changed)
    await interests.add_move(connection, move)
    return changed
