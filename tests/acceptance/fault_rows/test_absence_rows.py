"""SECURITY.md X11 and X13: a peer that cannot be reached, for days, by a clock that is shifted."""

from datetime import timedelta

from tests.acceptance.fault_rows.conftest import Faults
from tests.integration.nodes.live_node import listen
from vocab.clock import now, parse_time

STATE = "SELECT state, attempts, next_attempt_at FROM deliveries"


async def test_x11_a_peer_that_is_away_for_two_days(faults: Faults) -> None:
    """Its message is tried at growing, random times, kept for more than two days, and arrives."""
    node, peer = faults.node, faults.peer
    made = await node.publish("Venter")
    await node.idle()
    port = peer.port
    await peer.stop()
    late = await node.publish("Venter lenger")
    away = timedelta()
    waits: list[timedelta] = []
    while away <= timedelta(days=2):
        tried = len(waits) + 1
        await node.eventually("SELECT attempts FROM deliveries", tried)
        (state, attempts, again) = node.rows(STATE)[0]
        assert (state, attempts) == ("waiting", tried)
        waits.append(parse_time(again) - now() - away)
        away += timedelta(hours=8)
        node.shift(away)
    longest = [timedelta(minutes=2**number) for number in range(len(waits))]
    assert all(wait <= most for wait, most in zip(waits, longest, strict=True)), waits
    assert len(set(waits)) == len(waits)
    peer.listener = listen(port)
    await peer.start()
    node.shift(away + timedelta(hours=16))
    await node.idle()
    assert peer.arrived()[made.activity or ""] == 1
    assert peer.arrived()[late.activity or ""] == 1
    await node.check_sound()


async def test_x13_a_peer_that_posts_and_takes_nothing(faults: Faults) -> None:
    """Our failures count: what it sends does not make it well, and after a week all is given up."""
    node, peer, alice = faults.node, faults.peer, faults.alice
    peer.answer = 503
    accepted, away = [], timedelta()
    for day in range(8):
        away = timedelta(days=day)
        node.shift(away)
        await node.publish(f"Dag {day}")
        for _ in range(5):
            create = alice.activity("Create", alice.offer())
            assert await alice.post(node.inboxes[0], create, date=now() + away) == 202
            accepted.append(create)
        tries = f"SELECT failures > {day} FROM peers WHERE host = '{peer.host}'"  # noqa: S608  # a test's own words
        await node.eventually(tries, 1)
    failed = peer.attempts.total() - peer.arrived().total()
    assert failed <= 24, "some attempts a day, not one for each message that it sends"
    assert node.rows(f"SELECT failures FROM peers WHERE host = '{peer.host}'")[0][0] == failed  # noqa: S608  # as above
    await node.stop()
    node.shift(away + timedelta(hours=1))
    await node.start()
    await node.eventually("SELECT count(*) FROM deliveries WHERE state = 'dead'", 1)
    await node.eventually("SELECT count(*) FROM inbox WHERE state = 'waiting'", 0)
    node.check_once(accepted)
    await node.check_sound()
