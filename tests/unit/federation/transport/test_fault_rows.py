"""SECURITY.md X13, X15, H6: what the engine does to many hosts in trouble, and to one for days."""

from datetime import timedelta
from random import Random

from federation.delivery_lanes import DeliveryLanes, LaneLimits
from federation.delivery_policy import PostOutcome, Verdict
from federation.host_formats import HostFormats

from .delivery_world import ILL, World, job

HOSTS = 500


async def test_x15_five_hundred_servers_that_return_at_once() -> None:
    """No more than 64 are under way, none is starved, and what fails does not come back at once."""
    world, chance = World(), Random(20261123)  # noqa: S311  # no secret
    lanes = DeliveryLanes(
        world.send,
        world.report,
        limits=LaneLimits(),
        clock=lambda: world.now,
        random=chance.random,
    )
    failing = [f"f{number}.example" for number in range(HOSTS)]
    world.answers = {host: PostOutcome(status=503) for host in failing[: HOSTS // 2]}
    lanes.submit(job(number, host, attempts=5) for number, host in enumerate(failing))

    assert await lanes.drain(20)
    assert world.most["all"] <= LaneLimits().in_all
    assert world.verdicts() == {Verdict.RETRY: HOSTS // 2, Verdict.DELIVERED: HOSTS // 2}
    again = sorted(o.next_attempt_at for o in world.outcomes.values() if o.next_attempt_at)
    assert again[-1] - again[0] > timedelta(minutes=20)
    busiest = max(sum(at <= other < at + timedelta(minutes=1) for other in again) for at in again)
    assert busiest < HOSTS // 10
    await lanes.close()


async def test_x13_a_week_of_failures_is_a_few_attempts_a_day() -> None:
    """A host that takes nothing is asked ever more seldom, though it speaks up every minute."""
    world = World()
    world.answers["dead.example"] = ILL
    lanes = world.lanes()
    lanes.submit(job(number, "dead.example") for number in range(5))
    assert await lanes.drain(5)
    number, roused = 5, timedelta()
    for minute in range(7 * 24 * 60):
        world.now += timedelta(minutes=1)
        if timedelta(minutes=minute) - roused >= timedelta(hours=1):
            # As the worker does, once an hour after so many failures.
            roused = timedelta(minutes=minute)
            lanes.rouse("dead.example")
        if "dead.example" not in lanes.crowded_hosts():
            number += 1
            lanes.submit([job(number, "dead.example")])
            assert await lanes.drain(5)

    assert lanes.openings("dead.example") > 10
    assert len(world.sent) < 7 * 24 + 20
    await lanes.close()


async def test_h6_forms_of_ten_thousand_hosts() -> None:
    """The memory of how hosts want requests signed is bounded."""
    formats = HostFormats()
    for number in range(10_100):
        await formats.first_knock(f"e.example:{number}")

    assert len(formats._known) == 10_000
