"""What may pass between this node and another server, state by state and mode by mode."""

import pytest

from federation.errors import FetchRefused
from federation.fetch_policy import FetchPolicy
from node.storage.peer_policy import Mode, PeerPolicy, PeerRule
from vocab.classes import ResourceClass

BLOCKED, LIMITED, APPROVED = (PeerRule(state=it) for it in ("blocked", "limited", "approved"))
RULES = {"approved.example": APPROVED, "limited.example": LIMITED, "blocked.example": BLOCKED}


@pytest.mark.parametrize(
    ("mode", "state", "may"),
    [
        ("open", "approved", "fetch receive deliver send share take"),
        ("approve", "approved", "fetch receive deliver send share take"),
        ("allowlist", "approved", "fetch receive deliver send share take"),
        ("open", "limited", "fetch receive deliver send"),
        ("approve", "limited", "fetch receive deliver send"),
        ("allowlist", "limited", "fetch receive deliver send"),
        ("open", "blocked", ""),
        ("approve", "blocked", ""),
        ("allowlist", "blocked", ""),
        ("open", "unknown", "fetch receive deliver send take"),
        ("approve", "unknown", "fetch receive deliver send"),
        ("allowlist", "unknown", "fetch"),
    ],
)
def test_state_and_mode_decide(mode: Mode, state: str, may: str) -> None:
    """The whole table, as FEDERATION.md has it."""
    policy, host = PeerPolicy(mode=mode, rules=RULES), f"{state}.example"
    answers = {
        "fetch": policy.may_fetch(host),
        "receive": policy.may_receive(host, "Create"),
        "deliver": policy.may_deliver(host),
        "send": policy.may_send(host, ResourceClass.OFFER),
        "share": policy.may_share(host, ResourceClass.OFFER),
        "take": policy.takes(host, ResourceClass.OFFER),
    }
    assert " ".join(name for name, yes in answers.items() if yes) == may


def test_by_allow_list_strangers_may_knock() -> None:
    """A Follow is heard from whoever is not blocked; nothing else is."""
    policy = PeerPolicy(mode="allowlist", rules=RULES)
    assert policy.may_receive("unknown.example", "Follow")
    assert not policy.may_receive("unknown.example", "Announce")
    assert not policy.may_receive("blocked.example", "Follow")


@pytest.mark.parametrize(
    "host",
    [
        "blocked.example",
        "a.blocked.example",
        "b.a.blocked.example",
        "blocked.example:8443",
        "a.blocked.example:8443",
    ],
)
def test_a_block_covers_subdomains_and_ports(host: str) -> None:
    """Whoever is kept out does not come in beside the door."""
    assert PeerPolicy(rules=RULES).blocks(host)


def test_an_approval_covers_nothing_else() -> None:
    """Unless all below the domain is meant, said with “*.”, which is not the domain itself."""
    policy = PeerPolicy(rules={**RULES, "*.group.example": APPROVED})
    for host in ("a.approved.example", "approved.example:8443", "group.example"):
        assert not policy.takes(host), host
    for host in ("a.group.example", "b.a.group.example"):
        assert policy.takes(host), host


def test_ports_are_servers_of_their_own() -> None:
    """In development many nodes share one name."""
    policy = PeerPolicy(rules={"localhost:8081": BLOCKED, "localhost:8082": APPROVED})
    assert policy.blocks("localhost:8081")
    assert policy.takes("localhost:8082")
    assert not policy.blocks("localhost:8083")


def test_the_nearest_decision_counts() -> None:
    """One server of a blocked domain can be let in by itself."""
    policy = PeerPolicy(rules={**RULES, "good.blocked.example": APPROVED})
    assert policy.takes("good.blocked.example")
    assert policy.blocks("bad.blocked.example")
    assert policy.blocks("a.good.blocked.example")


def test_scope_narrows_what_passes() -> None:
    """By direction and by class, for what is public and for the network alike."""
    offers = frozenset({ResourceClass.OFFER})
    rules = {
        "to.example": PeerRule(state="approved", direction="send"),
        "from.example": PeerRule(state="approved", direction="receive"),
        "offers.example": PeerRule(state="approved", classes=offers),
    }
    policy = PeerPolicy(rules=rules)
    assert policy.may_send("to.example")
    assert not policy.takes("to.example")
    assert policy.takes("from.example")
    assert not policy.may_send("from.example")
    assert not policy.may_share("from.example")
    assert policy.may_deliver("from.example")
    for may in (policy.may_send, policy.may_share, policy.takes):
        assert may("offers.example", ResourceClass.OFFER)
        assert not may("offers.example", ResourceClass.MEMBER)


@pytest.mark.parametrize(
    "url",
    [
        "https://blocked.example/a",
        "https://BLOCKED.example/a",
        "https://sub.blocked.example/a",
        "https://blocked.example:8443/a",
        "https://xn--blbr-roah.example/a",
        "https://blåbær.example/a",
        "https://BLÅBÆR.example/a",
        "https://a.bla\u030abær.example/a",
        "https://blocked\u3002example/a",
        "https://blocked.example./a",
    ],
)
def test_no_spelling_evades_a_block(url: str) -> None:
    """SECURITY H11: neither as the first address nor as where a redirect leads."""
    policy = PeerPolicy(rules={**RULES, "xn--blbr-roah.example": BLOCKED})
    fetching = FetchPolicy(is_blocked=policy.blocks)
    with pytest.raises(FetchRefused):
        fetching.check_url(url)
    start = fetching.check_url("https://fine.example/")
    with pytest.raises(FetchRefused):
        fetching.check_redirect(start, url)


@pytest.mark.parametrize(
    ("mode", "writers"),
    [
        ("open", {"approved", "pending"}),
        ("approve", {"approved", "pending"}),
        ("allowlist", {"approved"}),
    ],
)
def test_who_may_write_to_the_desk(mode: Mode, writers: set[str]) -> None:
    """Also those that this node does not follow; never who is limited or blocked."""
    policy = PeerPolicy(mode=mode, rules=RULES)
    states = ("approved", "limited", "blocked", "pending")

    assert {state for state in states if policy.may_write(f"{state}.example")} == writers
