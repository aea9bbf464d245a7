"""Who gets the next free worker: clients take turns, whatever each has waiting."""

import asyncio
from collections import Counter, deque
from dataclasses import dataclass, field
from time import monotonic

from node.graph.errors import QueryUnavailable, TooManyQueries
from node.graph.worker_process import WorkerProcess

_WAITING_IN_ALL = 256


@dataclass(slots=True, kw_only=True, eq=False)
class Turn:
    """One client's use of one worker."""

    client: str
    worker: WorkerProcess
    began: float = field(default_factory=monotonic)
    #: Ended so that others get a turn.
    preempted: bool = False


class WorkerLanes:
    """Hands workers to clients in turn.

    One client may use every worker while nobody else asks. Somebody else who has waited for
    *patience* seconds ends the youngest query of a client that holds more than one worker.
    """

    def __init__(self, *, waiting_per_client: int, patience: float = 1.0) -> None:
        """Let each client have *waiting_per_client* queries waiting."""
        self._limit = waiting_per_client
        self._patience = patience
        self._idle: list[WorkerProcess] = []
        self._running: list[Turn] = []
        #: In the order of waiting: who was served goes to the end.
        self._waiting: dict[str, deque[asyncio.Future[Turn]]] = {}

    async def acquire(self, client: str) -> Turn:
        """Wait for a worker. Raises TooManyQueries where *client* has too many waiting."""
        if self._idle:
            return self._begin(client, self._idle.pop())
        mine = self._waiting.get(client, ())
        if len(mine) >= self._limit:
            raise TooManyQueries(f"You have {self._limit} queries waiting here already.")
        if sum(map(len, self._waiting.values())) >= _WAITING_IN_ALL:
            raise QueryUnavailable("Too many queries are waiting here.")
        return await self._wait(client)

    def add(self, worker: WorkerProcess) -> None:
        """Give a free worker to who holds fewest and waited longest, or keep it."""
        while self._waiting:
            holders = Counter(turn.client for turn in self._running)
            client = min(self._waiting, key=lambda name: holders[name])
            futures = self._waiting.pop(client)
            future = futures.popleft()
            if futures:
                self._waiting[client] = futures
            if not future.done():
                future.set_result(self._begin(client, worker))
                return
        self._idle.append(worker)

    def drop(self, worker: WorkerProcess) -> bool:
        """Forget *worker* if it is free; tell whether it was."""
        if worker not in self._idle:
            return False
        self._idle.remove(worker)
        return True

    def end(self, turn: Turn) -> None:
        """Say that *turn* is over; its worker comes back by :meth:`add` or not at all."""
        self._running.remove(turn)

    def close(self) -> None:
        """Send everybody who waits away."""
        for futures in self._waiting.values():
            for future in futures:
                if not future.done():
                    future.set_exception(QueryUnavailable("The node is stopping."))
        self._waiting.clear()
        self._idle.clear()

    def _begin(self, client: str, worker: WorkerProcess) -> Turn:
        turn = Turn(client=client, worker=worker)
        self._running.append(turn)
        return turn

    async def _wait(self, client: str) -> Turn:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Turn] = loop.create_future()
        self._waiting.setdefault(client, deque()).append(future)
        timer = loop.call_later(self._patience, self._preempt, client)
        try:
            return await future
        except asyncio.CancelledError:
            self._forget(client, future)
            raise
        finally:
            timer.cancel()

    def _forget(self, client: str, future: asyncio.Future[Turn]) -> None:
        """Take back a wait, and a turn that was given while the wait was cancelled."""
        if future.done() and not future.cancelled() and not future.exception():
            turn = future.result()
            self.end(turn)
            self.add(turn.worker)
        futures = self._waiting.get(client)
        if futures and future in futures:
            futures.remove(future)
            if not futures:
                del self._waiting[client]

    def _preempt(self, client: str) -> None:
        holders = [turn.client for turn in self._running]
        greedy = [
            turn
            for turn in self._running
            if turn.client != client and holders.count(turn.client) > 1 and not turn.preempted
        ]
        if greedy:
            youngest = max(greedy, key=lambda turn: turn.began)
            youngest.preempted = True
            youngest.worker.kill()
