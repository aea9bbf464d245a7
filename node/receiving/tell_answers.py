"""What other desks answer to what this one sent reaches it as a message, with a link to its page.

An answer counts whether or not there is room to tell of it: it stands on the page as well. Each is
told of once, since the step that it takes is taken once.
"""

from typing import Final

from federation.origins import host_of
from node.receiving.batch import Batch
from node.receiving.tell_desk import name_of, one_line, refusal_of, shortened
from node.storage import interests, messages
from node.storage.contributions import ContributionRow
from node.storage.interests import InterestRow
from node.storage.messages import NewMessage

#: Steps of the other desk that are told of; the others say only that it is at work.
TOLD_STEPS: Final = frozenset({"answer", "accept", "decline", "counter", "withdraw", "complete"})


async def tell_of_step(
    batch: Batch, row: InterestRow, event: str, *, activity: str, message: str
) -> None:
    """Tell the desk what the other one did about an interest, if that is an answer."""
    if event not in TOLD_STEPS or row.peer is None:
        return
    number = (await interests.numbers_of(batch.connection, [row.iri]))[row.iri]
    await _tell(
        batch,
        kind=f"interest_{event}",
        actor=row.peer,
        activity=activity,
        title=row.title,
        text=message,
        path=f"/desk/interests/{number}",
    )


async def tell_of_decision(
    batch: Batch, sent: ContributionRow, *, activity: str, state: str, reason: str
) -> None:
    """Tell the desk what became of a revision or a request to take part that it sent."""
    work = await batch.standing(sent.about)
    await _tell(
        batch,
        kind=f"{sent.kind}_{state}",
        actor=sent.partner,
        activity=activity,
        title=(work.title if work is not None else None) or "",
        text=reason,
        path=f"/desk/contributions/{sent.id}",
    )


async def _tell(
    batch: Batch, *, kind: str, actor: str, activity: str, title: str, text: str, path: str
) -> None:
    host = host_of(actor)
    if await refusal_of(batch.connection, host, batch.message_limits, batch.moment) is not None:
        return
    message = NewMessage(
        activity=activity,
        actor=actor,
        actor_name=await name_of(batch, actor),
        host=host,
        kind=kind,
        title=one_line(title),
        text=shortened(text),
        url=batch.identity.url(path),
        received_at=batch.arrival,
    )
    await messages.add(batch.connection, message)
