"""The desk says that a message is dealt with, or that it waits after all."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from node.errors import UnknownResource
from node.storage import messages
from vocab.clock import timestamp

#: More digits than any number of a message has.
LONGEST_NUMBER: Final = 18


def read_number(text: str) -> int:
    """Return the number of a message as it stands in forms and addresses.

    Raises UnknownResource where it is none.
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER):
        raise UnknownResource("There is no such message.")
    return int(text)


async def mark_message(connection: AsyncConnection, seq: int, *, handled: bool, who: str) -> bool:
    """Let the message be handled by *who*, or wait again; False where it was so before.

    Raises UnknownResource where there is none of that number.
    """
    state = "handled" if handled else "new"
    changed = await messages.mark(connection, seq, state, by=who, at=timestamp())
    if not changed and await messages.get(connection, seq) is None:
        raise UnknownResource(
            f"There is no message {seq}.", remedy="“skagerrak messages --all” shows them."
        )
    return changed
