"""All workers of a node, and what makes each look."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from node.desk.list_interests import desk_settings
from node.receiving.batch import MessageLimits, WaitingLimits
from node.settings import Settings
from node.workers.catch_up import CatchUpWorker
from node.workers.deliver import DeliveryWorker
from node.workers.forget import ForgetWorker
from node.workers.look_at_servers import ServerWorker
from node.workers.look_for_peers import SuggestionWorker
from node.workers.make_keys import KeyWorker
from node.workers.process_inbox import InboxWorker
from node.workers.project_graph import GraphWorker
from node.workers.receiving_parts import ReceivingParts
from node.workers.recheck import RecheckWorker
from node.workers.remind import ReminderWorker
from node.workers.renew_proofs import ProofWorker
from node.workers.repeating import Bell, repeat
from node.workers.synchronize_followers import FollowersWorker

#: How often each worker looks by itself, in seconds; bells make it prompt.
POLL = 1.0
#: How often what commands tell of is read again, in case one could not tell.
RELOAD_SECONDS = 60.0
#: So long a worker may finish what it is doing when the node stops.
GRACE_SECONDS = 3.0

Step = Callable[[], Awaitable[bool]]


@asynccontextmanager
async def workers_at_work(
    parts: ReceivingParts,
    settings: Settings,
    graph: GraphWorker,
    reload: Callable[[], Awaitable[None]],
) -> AsyncIterator[None]:
    """Run all workers until the block ends; what they had not finished stays in SQL.

    *reload* reads again what commands change.
    """
    inbox = InboxWorker(
        parts,
        MessageLimits.from_settings(settings.federation),
        WaitingLimits.from_settings(settings.interests, settings.federation),
    )
    catch_up = CatchUpWorker(parts)
    deliveries = DeliveryWorker(
        parts.database, parts.client, settings.federation, parts.policies, parts.bells
    )
    keys, forget = KeyWorker(parts.database), ForgetWorker(parts.database, settings.federation)
    bells = parts.bells
    await deliveries.start()
    # What grew too old while the node was down is given up before anything goes out.
    await forget.step()
    working = [
        ("inbox", inbox.step, bells.inbox),
        ("delivery", deliveries.step, bells.deliveries),
        ("graph", graph.step, bells.graph),
        ("catch-up", catch_up.step, bells.catch_up),
        ("key", keys.step, bells.keys),
        ("forget", forget.step, Bell()),
        *_others(parts, settings),
    ]
    working.append(("reload", _every_time(reload), Bell()))
    ending = asyncio.Event()
    tasks = [_at_work(*worker, ending) for worker in working]
    bells.ring_all()
    try:
        yield
    finally:
        ending.set()
        for _, _, bell in working:
            bell.ring()
        await _end(tasks)
        await inbox.close()
        await catch_up.close()
        await deliveries.close()
        keys.close()


def _others(parts: ReceivingParts, settings: Settings) -> list[tuple[str, Step, Bell]]:
    """Return the workers that hold nothing that must be closed."""
    database, bells = parts.database, parts.bells
    followers = FollowersWorker(database, parts.identity, parts.client, bells)
    servers = ServerWorker(database, parts.policies, parts.client)
    suggestions = SuggestionWorker(database, parts.identity, parts.client)
    daily = [("suggestion", suggestions.step, Bell())]
    return [
        *(daily if settings.federation.suggestions_daily else []),
        ("recheck", RecheckWorker(parts).step, bells.recheck),
        ("followers", followers.step, bells.followers),
        ("proof", ProofWorker(database, parts.identity).step, bells.proofs),
        ("server", servers.step, bells.knocks),
        ("reminder", ReminderWorker(database, desk_settings(settings)).step, bells.reminders),
    ]


def _at_work(name: str, step: Step, bell: Bell, ending: asyncio.Event) -> asyncio.Task[None]:
    seconds = RELOAD_SECONDS if name == "reload" else POLL
    work = repeat(name, step, bell, poll_seconds=seconds, ending=ending)
    return asyncio.create_task(work, name=name)


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Let each finish its step: a transaction that is cut off may keep its lock for a while."""
    _, late = await asyncio.wait(tasks, timeout=GRACE_SECONDS)
    for task in late:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _every_time(act: Callable[[], Awaitable[None]]) -> Step:
    async def step() -> bool:
        await act()
        return False

    return step
