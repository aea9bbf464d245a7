"""Sample data of the desk's pages that have a subject of their own: messages, programs, senders."""

from typing import Any

from node.pages.authenticity_views import (
    AuthenticityFacts,
    AuthenticityView,
    KeyFacts,
    VersionFacts,
)
from node.pages.message_views import MessageItem, MessagesView, parted
from node.pages.program_views import ProgramForm, ProgramItem, ProgramsView
from node.pages.views import Link, Passage

AT = "2027-03-01T09:30:00.000000Z"
LONG = (
    "Vi har lest tilbudet deres om kurs i trygg kode, og lurer på om det også passer for folk som "
    "ikke skriver kode selv. Hos oss er det mest innkjøpere og prosjektledere. "
) * 6
LEAD, REST = parted(LONG)
KURS = Link(text="Kurs i trygg kode", href="/offers/7gk2m9xq")
MESSAGES = (
    MessageItem(
        number=6,
        kind="interest_decline",
        sender=Link(text="InfinIT", href="https://node.infinit.example/cluster"),
        host="node.infinit.example",
        title="Kursus i sikker kode for hele holdet",
        lead="Vi har desværre ikke plads på holdet før sommeren.",
        url="/desk/interests/17",
        activity="https://node.infinit.example/activities/9",
        received="for 1 time siden",
        received_at=AT,
    ),
    MessageItem(
        number=5,
        kind="reply",
        sender=Link(text="Ola Nordmann", href="https://snabelen.example/@ola"),
        host="snabelen.example",
        about=KURS,
        lead=LEAD,
        rest=REST,
        url="https://snabelen.example/@ola/1",
        activity="https://snabelen.example/activities/1",
        received="for 2 timer siden",
        received_at=AT,
    ),
    MessageItem(
        number=4,
        kind="report",
        sender=Link(text="mod.example/users/moderator", href="https://mod.example/users/moderator"),
        host="mod.example",
        about=KURS,
        lead="Ser ut som reklame.",
        activity="https://mod.example/activities/1",
        received="for 3 timer siden",
        received_at=AT,
    ),
    MessageItem(
        number=3,
        kind="notice",
        sender=Link(text="InfinIT", href="https://node.infinit.example/cluster"),
        host="node.infinit.example",
        about=Link(text="Digin", href="/"),
        lead="InfinIT regner oss ikke lenger som følger, så vi følger heller ikke.",
        language="nb",
        url="/desk/follow?address=https%3A%2F%2Fnode.infinit.example%2Fcluster",
        received="for 1 dag siden",
        received_at=AT,
    ),
    MessageItem(
        number=2,
        kind="notification",
        sender=Link(text="Kurssystem", href="https://node.digin.example/cluster"),
        host="node.digin.example",
        title="Ny omtale av kurset",
        ours=True,
        data="/inbox/2",
        received="for 4 dager siden",
        received_at=AT,
    ),
)
HANDLED = MessageItem(
    number=1,
    kind="mention",
    sender=Link(text="Lise", href="https://social.example/@lise"),
    host="social.example",
    lead="Fint arbeid!",
    received="for 1 uke siden",
    received_at=AT,
    handled_by="Kari Nordmann",
    handled="for 6 dager siden",
)
CLUSTER = Link(text="Digin", href="https://node.digin.example/cluster")
COURSES = ProgramItem(
    id="a1",
    name="Kurssystem",
    scopes=("publish", "notify"),
    actor=Link(text="Digin", href="/"),
    created_by="Kari Nordmann",
    created="1. mars 2027",
    ends="30. mai 2027",
    last_used="for 2 timer siden",
)
PROGRAMS = (
    (
        "valid",
        (
            COURSES,
            ProgramItem(
                id="a2",
                name="Tavle for arrangementer",
                scopes=("read",),
                actor=Link(text="Havbruk AS", href="/members/1"),
                client="tavle.example",
                created_by="Kari Nordmann",
                created="2. februar 2027",
                ends="4. mars 2027",
            ),
        ),
    ),
    (
        "ended",
        (
            ProgramItem(
                id="a3",
                name="Gammelt nettsted",
                scopes=("publish",),
                actor=Link(text="Digin", href="/"),
                created_by="Per",
                created="2. januar 2026",
                ends="4. mars 2026",
                state="revoked",
            ),
        ),
    ),
)
MEMBERS = (Link(text="Havbruk AS", href="https://node.digin.example/members/1"),)
KEY = KeyFacts(
    id="https://node.infinit.example/cluster#ed25519-key",
    algorithm="Ed25519",
    state="former",
    ends="1. mai 2027",
    read="1. mars 2027, 09:31",
)
VERSIONS = tuple(
    VersionFacts(
        number=number,
        state="published",
        method=method,
        by=KEY.id,
        activity="https://node.infinit.example/activities/1",
        at="1. mars 2027, 09:30",
    )
    for number, method in ((2, "HttpSignature"), (1, "IntegrityProof"))
)
FOUND = AuthenticityFacts(
    iri="https://node.infinit.example/offers/7gk2m9xq",
    kind="resource",
    what="offer",
    title="Kursus i sikker kode",
    page="/resource?iri=https%3A%2F%2Fnode.infinit.example%2Foffers%2F7gk2m9xq",
    ours=False,
    owner=Link(text="InfinIT", href="https://node.infinit.example/cluster"),
    host="node.infinit.example",
    audience="public",
    state="published",
    method="HttpSignature",
    by=KEY.id,
    key=KEY,
    activity="https://node.infinit.example/activities/1",
    at="1. mars 2027, 09:30",
    rechecked="1. mars 2027, 12:00",
    verdict="valid",
    reason=Passage(text="Den holder: Hvert tegn er slik eieren signerte det.", language="nb"),
    proved="1. mars 2027, 09:29",
    versions=VERSIONS,
)


def programs(**changes: Any) -> ProgramsView:
    """Return the page of programs with something changed."""
    known: dict[str, Any] = {
        "lists": PROGRAMS,
        "form": ProgramForm(),
        "cluster": CLUSTER,
        "members": MEMBERS,
        "most_days": 366,
    }
    return ProgramsView(**known | changes)


def messages(state: str, *items: MessageItem, **changes: str) -> MessagesView:
    """Return a list of messages."""
    counts = {"new": 4, "handled": 1_204}
    place = {"state": "handled"} if state == "handled" else {}
    return MessagesView(state=state, items=items, counts=counts, place=place, **changes)


VIEWS = {
    "messages": messages("new", *MESSAGES, next="/desk/messages?before=2"),
    "messages-handled": messages("handled", HANDLED, previous="/desk/messages?after=1"),
    "messages-empty": messages("new"),
    "programs": programs(),
    "programs-made": programs(secret="skg_" + "x" * 43, made=COURSES),
    "programs-wrong": programs(
        lists=(),
        form=ProgramForm(
            name="Kurssystem",
            scopes=(),
            problem=Passage(text="A token must allow something.", language="en"),
        ),
    ),
    "authenticity": AuthenticityView(iri=FOUND.iri, found=FOUND),
    "authenticity-empty": AuthenticityView(),
    "authenticity-unknown": AuthenticityView(iri="https://nobody.example/1"),
}
