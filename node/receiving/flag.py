"""Flag: somebody reports things of ours; the desk reads the report."""

from dataclasses import replace

from node.receiving.batch import Batch
from node.receiving.outcomes import Outcome, Received, ignored
from node.receiving.tell_desk import named, shortened, tell_desk, writing_of


async def receive_flag(batch: Batch, received: Received) -> Outcome:
    """Tell the desk what is reported, and why; what is not ours is not for it to judge."""
    reported = [
        iri for iri in named(received.document.get("object")) if batch.identity.is_local(iri)
    ]
    if not reported:
        return ignored("It reports nothing of this node.")
    writing = writing_of(received.document)
    listed = "\n".join([writing.text, *reported] if writing.text else reported)
    return await tell_desk(
        batch,
        received,
        kind="report",
        about=reported[0],
        writing=replace(writing, text=shortened(listed)),
    )
