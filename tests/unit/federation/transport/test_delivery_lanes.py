import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from federation.breaker import Breaker
from federation.delivery_lanes import DeliveryJob, DeliveryLanes
from federation.delivery_policy import PostOutcome, Verdict

from .delivery_world import ILL, NOW, WELL, World, job


@pytest.fixture
async def world() -> AsyncIterator[World]:
    world = World()
    yield world
    for gate in world.gates.values():
        gate.set()


async def turn_over(turns: int = 50) -> None:
    for _ in range(turns):
        await asyncio.sleep(0)


async def test_everything_is_delivered_once(world: World) -> None:
    """Each message is sent once and reported once, in fewer groups than messages."""
    lanes = world.lanes()

    lanes.submit(job(n, f"h{n % 50}.example") for n in range(1000))

    assert await lanes.drain(10)
    assert sorted(world.sent) == list(range(1000))
    assert world.verdicts() == {Verdict.DELIVERED: 1000}
    assert len(world.groups) < 500
    await lanes.close()


async def test_bounds_hold(world: World) -> None:
    """At most 8 messages are under way to one host, and 64 in all."""
    lanes = world.lanes()

    lanes.submit(job(n, "a.example") for n in range(200))
    lanes.submit(job(1000 + n, f"h{n % 40}.example") for n in range(800))

    assert await lanes.drain(10)
    assert world.most["a.example"] == 8
    assert world.most["all"] == 64
    await lanes.close()


async def test_slow_host_blocks_no_other(world: World) -> None:
    """Hundreds of hosts that hang hold up none that answers (X12)."""
    hanging = [f"slow{n}.example" for n in range(200)]
    for host in hanging:
        world.gates[host] = asyncio.Event()
    lanes = world.lanes(slow_after=0.01)

    lanes.submit(job(n, host) for n, host in enumerate(hanging))
    lanes.submit(job(1000 + n, "quick.example") for n in range(100))
    async with asyncio.timeout(10):
        while len(world.outcomes) < 100:
            await world.reported.wait()
            world.reported.clear()

    assert all(seq >= 1000 for seq in world.outcomes)
    assert world.under_way["all"] == 200
    await lanes.close()


async def test_slow_deliveries_are_bounded_too(world: World) -> None:
    """Beyond the slow places, slow deliveries keep their quick ones, and no more start."""
    hosts = [f"slow{n}.example" for n in range(40)]
    for host in hosts:
        world.gates[host] = asyncio.Event()
    lanes = world.lanes(slow_after=0.0, in_all=4, slow_in_all=8)

    lanes.submit(job(n, host) for n, host in enumerate(hosts))
    await asyncio.sleep(0.1)

    assert world.under_way["all"] == 12
    for gate in world.gates.values():
        gate.set()
    assert await lanes.drain(10)
    assert world.most["all"] == 12
    await lanes.close()


async def test_order_is_kept_about_one_thing(world: World) -> None:
    """Messages about one object to one inbox go one after the other, in order."""
    order: dict[str | None, list[int]] = defaultdict(list)
    under_way: set[str | None] = set()

    async def send(job: DeliveryJob) -> PostOutcome:
        assert job.object not in under_way
        under_way.add(job.object)
        await asyncio.sleep(0.001 * (job.seq % 3))
        under_way.remove(job.object)
        order[job.object].append(job.seq)
        return WELL

    lanes = DeliveryLanes(send, world.report)

    lanes.submit(job(n, about=f"https://own.example/offers/{n % 5}") for n in range(60))

    assert await lanes.drain(10)
    assert all(seqs == sorted(seqs) for seqs in order.values())
    assert len(order) == 5
    await lanes.close()


async def test_successors_wait_with_a_failed_message(world: World) -> None:
    """What comes after a message that must be tried again is held until the same moment."""
    world.answers["a.example"] = PostOutcome(status=401)
    lanes = world.lanes()

    lanes.submit(job(n, about="https://own.example/offers/1") for n in (1, 2, 3))

    assert await lanes.drain(10)
    assert world.sent == [1]
    assert [world.outcomes[n].verdict for n in (1, 2, 3)] == [
        Verdict.RETRY,
        Verdict.HELD,
        Verdict.HELD,
    ]
    assert len({outcome.next_attempt_at for outcome in world.outcomes.values()}) == 1
    await lanes.close()


async def test_successors_go_after_a_hopeless_message(world: World) -> None:
    """A message that is given up does not hold up what comes after it (X16)."""
    world.answers["a.example"] = PostOutcome(status=400, error="not understood")
    lanes = world.lanes()

    lanes.submit(job(n, about="https://own.example/offers/1") for n in (1, 2, 3))

    assert await lanes.drain(10)
    assert world.sent == [1, 2, 3]
    assert world.verdicts() == {Verdict.GIVE_UP: 3}
    await lanes.close()


async def test_dead_host_rests_after_five_failures(world: World) -> None:
    """After five failures the rest of a host's messages is held, with no attempt counted."""
    world.answers["dead.example"] = ILL
    lanes = world.lanes()

    lanes.submit(job(n, "dead.example") for n in range(100))

    assert await lanes.drain(10)
    assert 5 <= len(world.sent) <= 8
    assert world.verdicts()[Verdict.RETRY] == len(world.sent)
    held = [o for o in world.outcomes.values() if o.verdict is Verdict.HELD]
    assert len(held) == 100 - len(world.sent)
    assert all(o.next_attempt_at and o.next_attempt_at >= NOW + timedelta(minutes=1) for o in held)
    assert lanes.crowded_hosts() == {"dead.example"}
    await lanes.close()


async def test_rested_host_gets_one_probe(world: World) -> None:
    """After the rest one message goes first; if it arrives, the others follow."""
    world.answers["dead.example"] = ILL
    lanes = world.lanes()
    lanes.submit(job(n, "dead.example") for n in range(8))
    assert await lanes.drain(10)
    world.sent.clear()
    world.now += timedelta(minutes=2)
    world.answers["dead.example"] = WELL
    gate = world.gates["dead.example"] = asyncio.Event()

    lanes.submit(job(100 + n, "dead.example") for n in range(10))
    await turn_over()

    assert world.sent == [100]
    gate.set()
    assert await lanes.drain(10)
    assert len(world.sent) == 10
    assert not lanes.breaker_states()
    await lanes.close()


async def test_failed_probe_holds_the_others(world: World) -> None:
    """If the probe fails, the others are held without being sent."""
    world.answers["dead.example"] = ILL
    lanes = world.lanes()
    lanes.submit(job(n, "dead.example") for n in range(8))
    assert await lanes.drain(10)
    world.sent.clear()
    world.now += timedelta(minutes=2)

    lanes.submit(job(100 + n, "dead.example") for n in range(10))

    assert await lanes.drain(10)
    assert world.sent == [100]
    await lanes.close()


async def test_server_that_asks_for_patience_gets_it(world: World) -> None:
    """After a 429 with Retry-After nothing more is sent to that host until then (X14)."""
    world.answers["busy.example"] = PostOutcome(status=429, retry_after=3600)
    lanes = world.lanes(per_host=1)

    lanes.submit(job(n, "busy.example") for n in range(20))

    assert await lanes.drain(10)
    assert world.sent == [0]
    soonest = min(o.next_attempt_at for o in world.outcomes.values() if o.next_attempt_at)
    assert soonest >= NOW + timedelta(hours=1)
    await lanes.close()


async def test_last_attempt_is_given_up(world: World) -> None:
    """A message that failed for the sixteenth time is given up."""
    world.answers["a.example"] = ILL
    lanes = world.lanes()

    lanes.submit([job(1, attempts=15)])

    assert await lanes.drain(10)
    assert world.outcomes[1].verdict is Verdict.GIVE_UP
    assert world.outcomes[1].error == ILL.error
    await lanes.close()


async def test_message_that_cannot_be_sent_harms_no_other(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """A message that cannot even be signed is retried and logged; its host is not blamed (X16)."""
    world.answers["a.example"] = KeyError("no key")
    lanes = world.lanes()

    lanes.submit(job(n) for n in range(10))

    assert await lanes.drain(10)
    assert world.verdicts() == {Verdict.RETRY: 10}
    assert not lanes.breaker_states()
    assert "no key" in caplog.text
    await lanes.close()


async def test_what_this_node_cannot_send_yet_is_put_off(world: World) -> None:
    """Its host is not blamed and no attempt counted, however often; others about it wait too."""
    world.answers["a.example"] = PostOutcome(error="There is no key yet.", unsent=True)
    lanes = world.lanes()
    lanes.submit([*(job(n) for n in range(1, 9)), job(9, about="x"), job(10, about="x")])

    assert await lanes.drain(5)
    assert world.verdicts() == {Verdict.HELD: 10}
    assert lanes.breaker_states() == {}
    assert all(o.next_attempt_at > world.now for o in world.outcomes.values() if o.next_attempt_at)
    await lanes.close()


async def test_what_is_in_hand_is_known(world: World) -> None:
    """From being taken over until its outcome is written."""
    world.report_gate = asyncio.Event()
    lanes = world.lanes()
    lanes.submit([job(1), job(2)])

    assert lanes.in_hand() == {1, 2}
    world.report_gate.set()
    assert await lanes.drain(5)
    assert lanes.in_hand() == frozenset()
    await lanes.close()


async def test_memory_is_bounded(world: World) -> None:
    """What finds no room in memory is held and comes back later."""
    world.gates["a.example"] = asyncio.Event()
    lanes = world.lanes(waiting_in_all=50, waiting_per_host=10)

    lanes.submit(job(n) for n in range(20))
    lanes.submit(job(n) for n in range(20, 30))
    assert "a.example" in lanes.crowded_hosts()
    lanes.submit(job(100 + n, f"h{n}.example") for n in range(80))
    await turn_over()

    assert world.verdicts()[Verdict.HELD] >= 20
    world.gates["a.example"].set()
    assert await lanes.drain(10)
    assert len(world.outcomes) == 110
    assert lanes.room == 50
    await lanes.close()


async def test_room_is_free_only_when_written(world: World) -> None:
    """A slow database makes room scarce; it does not let outcomes pile up."""
    world.report_gate = asyncio.Event()
    lanes = world.lanes(waiting_in_all=50)

    lanes.submit(job(n, f"h{n}.example") for n in range(50))
    await turn_over()

    assert lanes.room == 0
    assert not await lanes.drain(0.01)
    world.report_gate.set()
    assert await lanes.drain(10)
    assert lanes.room == 50
    await lanes.close()


async def test_outcomes_survive_a_failed_write(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """Outcomes that could not be written are written later, or when the engine closes."""
    world.report_fails = 1
    lanes = world.lanes()

    lanes.submit(job(n) for n in range(5))
    await turn_over()
    await lanes.close()

    assert world.verdicts() == {Verdict.DELIVERED: 5}
    assert "could not be written" in caplog.text


async def test_close_gives_everything_back(world: World) -> None:
    """What was not sent, or cut off, when the engine closes is held for another (X24)."""
    world.gates["a.example"] = asyncio.Event()
    lanes = world.lanes()
    lanes.submit(job(n, about=f"https://own.example/{n % 7}") for n in range(100))
    await turn_over()

    await lanes.close()

    assert world.verdicts() == {Verdict.HELD: 100}
    lanes.submit([job(200)])
    assert 200 not in world.sent


async def test_trouble_of_few_hosts_is_remembered(world: World) -> None:
    """The memory of hosts in trouble is bounded (H6)."""
    lanes = world.lanes(breakers=10)
    for n in range(50):
        world.answers[f"dead{n}.example"] = ILL

    lanes.submit(job(n, f"dead{n}.example") for n in range(50))

    assert await lanes.drain(10)
    assert len(lanes.breaker_states()) == 10
    await lanes.close()


async def test_known_trouble_is_restored(world: World) -> None:
    """What an earlier life knew of a host holds in the next."""
    breaker = Breaker()
    for _ in range(5):
        breaker.failed(NOW)
    lanes = DeliveryLanes(
        world.send,
        world.report,
        clock=lambda: NOW,
        new_breaker=lambda host: Breaker(state=breaker.state),
    )

    lanes.submit([job(1)])

    assert await lanes.drain(10)
    assert world.verdicts() == {Verdict.HELD: 1}
    assert not world.sent
    await lanes.close()
