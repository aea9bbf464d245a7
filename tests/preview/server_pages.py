"""The desk's pages about servers with sample data."""

from typing import Any

from node.pages.server_views import (
    CardView,
    DomainListsView,
    HistoryItem,
    ModeView,
    PlannedItem,
    PlanView,
    ReachItem,
    ReachView,
    ServerGroup,
    ServerItem,
    ServersView,
    ServerView,
    StragglerItem,
    SuggestedItem,
    SuggestionsView,
)
from node.pages.views import Passage

TROUBLE = Passage(text="The server node.klynge.example does not answer.", language="en")
FINGERPRINT = (
    "5c:1f:0e:9b:77:21:4d:aa:3e:90:12:6f:8b:55:c3:de:5c:1f:0e:9b:77:21:4d:aa:3e:90:12:6f:8b"
)
ASKING = ServerItem(
    host="node.nordvest-naeringsklynge.example",
    href="/desk/servers/node.nordvest-naeringsklynge.example",
    name="Nordvest næringsklynge",
    state="pending",
    is_node=True,
    software="skagerrak 0.1",
    knocking=1,
    asked="Follow",
    received=3,
    card=CardView(
        actor="https://node.nordvest-naeringsklynge.example/cluster",
        name="Nordvest næringsklynge",
        summary="Bedrifter på Nordvestlandet.",
        fingerprints=(("ed25519", FINGERPRINT),),
    ),
    last_success="for 2 timer siden",
    actions=("approve", "limit", "block"),
)
APPROVED = ServerItem(
    host="node.infinit.example",
    href="/desk/servers/node.infinit.example",
    name="InfinIT",
    state="approved",
    reason=Passage(text="Samarbeid siden 2026", language="nb"),
    decided_by="Kari Nordmann",
    decided_at="for 3 dager siden",
    is_node=True,
    software="skagerrak 0.1",
    following="accepted",
    followers=1,
    last_success="for 3 minutter siden",
    delivered=1204,
    received=973,
    kept=214,
)
TROUBLED = ServerItem(
    host="node.klynge.example",
    href="/desk/servers/node.klynge.example",
    state="approved",
    is_node=True,
    following="pending",
    trouble=TROUBLE,
    trouble_since="for 4 timer siden",
    next_attempt="om 12 minutter",
    waiting=12,
    oldest="for 4 timer siden",
    given_up=2,
    direction="send",
    classes=("offer", "need"),
    actions=("retry",),
)
BLOCKED = ServerItem(
    host="*.spam.example",
    href="/desk/servers/%2A.spam.example",
    state="blocked",
    reason=Passage(text="Søppel", language="en"),
    decided_by="Kari Nordmann",
    decided_at="for 1 dag siden",
    actions=("unblock",),
)
SEEN = ServerItem(
    host="mastodon.example",
    href="/desk/servers/mastodon.example",
    state="pending",
    actions=("approve", "limit", "block"),
)
SERVERS = tuple(
    ServerGroup(heading=heading, servers=servers, total=total)
    for heading, servers, total in (
        ("asking", (ASKING,), 1),
        ("approved", (APPROVED, TROUBLED), 2),
        ("blocked", (BLOCKED,), 1),
        ("seen", (SEEN,), 431),
    )
)
HISTORY = (
    HistoryItem(
        decision="scope",
        when="1. mars 2027, 12:00",
        who="Kari Nordmann",
        direction="send",
        classes=("offer", "need"),
    ),
    HistoryItem(
        decision="held", when="28. februar 2027, 09:14", who="Kari Nordmann", detail="1. april 2027"
    ),
    HistoryItem(
        decision="approved",
        when="27. februar 2027, 09:14",
        who="Ola Nordmann",
        reason=Passage(text="Samarbeid siden 2026", language="nb"),
    ),
)
MODES = (HistoryItem(decision="mode", when="1. mars 2027", who="settings", detail="open"),)
SERVER = ServerView(
    item=TROUBLED,
    known=True,
    effects=("gets_network", "not_taken"),
    users=12,
    first_seen="1. februar 2027, 12:00",
    signature="RFC 9421, Ed25519",
    signature_learnt="for 2 dager siden",
    breaker="open",
    history=HISTORY,
    choices=("limit", "block"),
)
PLAN = PlanView(
    text="#domain,#severity\nspam.example,suspend\n",
    allow=False,
    force=False,
    changed=(PlannedItem(line=2, host="spam.example", state="blocked"),),
    kept=(
        PlannedItem(
            line=3,
            host="node.infinit.example",
            state="blocked",
            why=Passage(text="it is approved here", language="en"),
        ),
    ),
    problems=((4, Passage(text="“sp***” is no domain", language="en")),),
    counts={"changed": 1, "kept": 1, "unchanged": 0, "problems": 1},
)
REFUSED = PlanView(
    text="nonsense,", allow=False, force=False, refused=(Passage(text="No.", language="en"),)
)
LATE = StragglerItem(
    host="node.klynge.example", href=TROUBLED.href, why=TROUBLE, next_attempt="om 12 minutter"
)
REACH = tuple(
    ReachItem(
        title=title,
        href="/offers/1",
        kind=kind,
        type="Create",
        when="for 3 timer siden",
        reached=12,
        inboxes=13,
        waiting=waiting,
        more="https://node.digin.example/offers/1",
    )
    for title, kind, waiting in (("Sveising av aluminium", "offer", (LATE,)), ("Case", "case", ()))
)
SUGGESTED = (
    SuggestedItem(
        actor="https://node.scd.example/cluster",
        host="node.scd.example",
        href="/desk/follow?address=https://node.scd.example/cluster",
        named_by=("InfinIT", "Digin"),
    ),
)

#: By the name of the file: the template, the page in the menu, the address, and what is shown.
VIEWS: dict[str, tuple[str, str, str, Any]] = {
    "servers": ("desk_servers.html", "servers", "/desk/servers", ServersView(groups=SERVERS)),
    "servers-empty": ("desk_servers.html", "servers", "/desk/servers", ServersView(groups=())),
    "server": ("desk_server.html", "servers", TROUBLED.href, SERVER),
    "mode": (
        "desk_mode.html",
        "servers",
        "/desk/mode",
        ModeView(
            mode="approve",
            settings="open",
            chosen=True,
            modes=("open", "approve", "allowlist"),
            history=MODES,
        ),
    ),
    "domain-lists": (
        "desk_domain_lists.html",
        "servers",
        "/desk/domain-lists",
        DomainListsView(kept_out=12, let_in=4),
    ),
    "domain-lists-plan": (
        "desk_domain_lists.html",
        "servers",
        "/desk/domain-lists",
        DomainListsView(kept_out=12, let_in=4, plan=PLAN),
    ),
    "domain-lists-refused": (
        "desk_domain_lists.html",
        "servers",
        "/desk/domain-lists",
        DomainListsView(kept_out=12, let_in=4, plan=REFUSED),
    ),
    "suggestions": (
        "desk_suggestions.html",
        "servers",
        "/desk/suggestions",
        SuggestionsView(
            state="done",
            when="for 3 minutter siden",
            daily=True,
            asked=3,
            found=SUGGESTED,
            problems=(("node.klynge.example", TROUBLE),),
        ),
    ),
    "reach": ("desk_reach.html", "reach", "/desk/reach", ReachView(items=REACH)),
}
