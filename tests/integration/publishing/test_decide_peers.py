"""What one decision about servers does to others, and what an imported list may touch."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from node.desk.domain_lists import ListedDomain
from node.desk.exchange_domain_lists import export_list, import_list, plan_import
from node.publishing.decide_mode import decide_mode, keep_settings_mode
from node.publishing.decide_peers import Choice, decide_peers, forget_peer
from node.storage import arrivals, peer_decisions, peers
from node.storage.arrivals import Arrival
from node.storage.database import Database
from node.storage.peer_policy import PolicyKeeper, current_mode
from tests.integration.publishing.samples import HERE
from vocab.clock import timestamp


async def test_a_block_takes_back_what_was_approved_below(database: Database) -> None:
    """Whoever was let in from a subdomain does not stay in; a later exception holds."""
    below = ("a.bad.example", "*.b.bad.example", "bad.example:8443", "notbad.example")
    async with database.transaction() as connection:
        approved = [Choice(host=host, state="approved") for host in below]
        await decide_peers(connection, HERE, approved, who="Kari")
        block = Choice(host="bad.example", state="blocked", reason="Spam")
        assert await decide_peers(connection, HERE, [block], who="Kari") == ["bad.example"]
        policy = await PolicyKeeper().read(connection)
        for host in ("a.bad.example", "x.b.bad.example", "bad.example:8443"):
            assert policy.blocks(host), host
        assert policy.takes("notbad.example")
        again = Choice(host="a.bad.example", state="approved")
        await decide_peers(connection, HERE, [again], who="Ola")
        policy = await PolicyKeeper().read(connection)
        told = await peer_decisions.history(connection, "a.bad.example")
        same = await decide_peers(connection, HERE, [block], who="Kari")

    assert policy.takes("a.bad.example")
    assert [(it.decision, it.who) for it in told] == [
        ("approved", "Ola"),
        ("pending", "Kari"),
        ("approved", "Kari"),
    ]
    assert "bad.example" in (told[1].reason or "")
    assert same == []


async def test_policy_is_read_anew_only_after_a_decision(database: Database) -> None:
    """The same value is given out until then; forgetting is a decision too."""
    keeper = PolicyKeeper()
    async with database.transaction() as connection:
        first = await keeper.read(connection)
        await peers.record_success(connection, "a.example", at=timestamp(), received=1)
        assert await keeper.read(connection) is first
        await decide_peers(
            connection, HERE, [Choice(host="a.example", state="limited")], who="Kari"
        )
        second = await keeper.read(connection)
        assert second.rule_for("a.example").state == "limited"
        assert await forget_peer(connection, HERE, "a.example", who="Kari")
        assert (await keeper.read(connection)).rules == {}
        assert await peers.get(connection, "a.example") is None
        assert not await forget_peer(connection, HERE, "a.example", who="Kari")


async def test_the_desks_mode_goes_before_the_settings(database: Database) -> None:
    """And those hold again when the desk takes its choice back."""
    async with database.transaction() as connection:
        assert await current_mode(connection) == "approve"
        await keep_settings_mode(connection, HERE, "open")
        assert await current_mode(connection) == "open"
        assert await decide_mode(connection, HERE, "allowlist", who="Kari") == "allowlist"
        await keep_settings_mode(connection, HERE, "approve")
        assert await current_mode(connection) == "allowlist"
        assert await decide_mode(connection, HERE, None, who="Kari") == "approve"


async def test_a_list_touches_nobody_who_is_let_in(database: Database) -> None:
    """It loosens nothing either, unless it is forced; this node itself is never touched."""
    lines = [
        ListedDomain(line=2, host="friend.example", state="blocked", comment="Somebody says"),
        ListedDomain(line=3, host="spam.example", state="limited"),
        ListedDomain(line=4, host="new.example", state="blocked", comment="=1+1"),
        ListedDomain(line=5, host=HERE.host, state="blocked"),
        ListedDomain(line=6, host="noop.example", state=None),
    ]
    async with database.transaction() as connection:
        before = (
            Choice(host="friend.example", state="approved"),
            Choice(host="spam.example", state="blocked"),
        )
        await decide_peers(connection, HERE, before, who="Kari")
        plan = await plan_import(connection, HERE, lines)
        assert [line.step for line in plan] == ["kept", "kept", "changed", "kept", "nothing"]
        forced = await plan_import(connection, HERE, lines, force=True)
        assert [line.step for line in forced][:4] == ["changed", "changed", "changed", "kept"]
        await import_list(connection, HERE, plan, who="Kari")
        text, count = await export_list(connection)

    assert count == 2
    assert "new.example,suspend,TRUE,TRUE,'=1+1,FALSE" in text.splitlines()
    assert "friend.example" not in text


async def test_strangers_do_not_fill_the_list(database: Database) -> None:
    """Beyond the limit new servers are not written down; those known are counted all the same."""

    async def record(connection: AsyncConnection, met: Sequence[Arrival]) -> bool:
        return await arrivals.record(connection, met, at=timestamp(), most_waiting=3)

    def arrival(number: int) -> Arrival:
        host = f"s{number}.example"
        return Arrival(host=host, actor=f"https://{host}/a", type="Follow", count=2)

    async with database.transaction() as connection:
        first = [arrival(number) for number in range(2)]
        assert await record(connection, first)
        assert not await record(connection, first)
        await record(connection, [arrival(number) for number in range(6)])
        known = {row.peer.host: row.peer for row in await peers.list_peers(connection)}

    assert sorted(known) == ["s0.example", "s1.example", "s2.example"]
    assert (known["s0.example"].received, known["s0.example"].asked) == (6, "Follow")
