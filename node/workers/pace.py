"""Work that can wait gives way to whoever is being served."""

import asyncio
import time

#: How much longer than it worked a worker may rest, while others need the event loop.
REST = 7
#: The share of its thread's time that a loop with others to serve spends on computing.
BUSY = 0.4
_LOOK = 0.01


async def give_way(worked: float) -> None:
    """Rest while the event loop is busy, at most REST times *worked*, in seconds.

    So under a flood of messages most of the time goes into accepting them, an eighth into
    taking them in; on an idle node this costs ten milliseconds after each batch.
    """
    end = time.monotonic() + REST * worked
    while (began := time.monotonic()) < end:
        computed = time.thread_time()
        await asyncio.sleep(_LOOK)
        if time.thread_time() - computed < BUSY * (time.monotonic() - began):
            return
