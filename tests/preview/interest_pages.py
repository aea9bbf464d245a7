"""The desk's pages about interest, with sample data."""

from dataclasses import replace

from node.pages.desk_views import DeskFrame
from node.pages.desk_words import PAGES
from node.pages.interest_views import (
    EndingItem,
    Entry,
    InterestGroup,
    InterestItem,
    InterestsView,
    InterestView,
    NewInterestView,
    OffersView,
    Party,
)
from node.pages.rendering import Renderer
from node.pages.views import DataFoot, Frame, Link, Passage

ASKED = InterestItem(
    number=17,
    kind="offer",
    title="Sikkerhetsgjennomgang av styringssystemer om bord",
    side="asked",
    other="InfinIT",
    companies=("Skagen Maritim IT AS", "Vesterhavets Værft ApS"),
    state="sent",
    moved="for 6 dager siden",
    due="24. november 2026",
    is_due=True,
)
WORKED_ON = replace(
    ASKED,
    number=21,
    title="Opplæring i maskinlæring for små bedrifter",
    state="taken_over",
    responsible="Kari Nordmann",
    companies=(),
    due="3. desember 2026",
    is_due=False,
)
OURS = replace(
    ASKED,
    number=22,
    kind="need",
    title="Søger hjælp til digital tvilling af et havneanlæg",
    side="asking",
    other="Service Cluster Denmark",
    state="passed_on",
    due="",
    is_due=False,
)
WITHIN = replace(OURS, number=12, side="both", other="", state="completed", kind="offer")
LIST = InterestsView(
    groups=(
        InterestGroup(heading="ours", items=(ASKED, WORKED_ON), total=2),
        InterestGroup(heading="theirs", items=(OURS,), total=1),
        InterestGroup(
            heading="made", items=(replace(ASKED, state="accepted", due="", is_due=False),), total=1
        ),
        InterestGroup(
            heading="over",
            items=(WITHIN,),
            total=140,
            next="/desk/interests?group=over&page=2",
        ),
    )
)
ONE = InterestView(
    item=ASKED,
    about=Link(text=ASKED.title, href="/offers/1"),
    other=Link(text="InfinIT", href="https://node.infinit.example/cluster"),
    quantity="20",
    unit="hour",
    message="Et værft i Nordjylland vil gerne høre mere.\n\nHvornår kan I begynde?",
    ends="31. desember 2026",
    opened="18. november 2026",
    parties=(
        Party(
            label="ours",
            company=Link(text="Skagen Maritim IT AS", href="/members/1"),
            said="hidden",
        ),
        Party(label="theirs", said="unknown"),
    ),
    history=(
        Entry(event="send", who="InfinIT", when="18. november 2026, 09:12"),
        Entry(event="assign", who="Kari Nordmann", when="19. november 2026, 10:00", note="Ola / –"),
        Entry(event="remind", who="", when="24. november 2026, 09:12"),
    ),
    actions=("take_over", "pass_on", "answer", "accept", "counter", "name", "decline", "assign"),
    people=("Kari Nordmann", "Ola Nordmann"),
)
FAILED = replace(
    ONE,
    item=WORKED_ON,
    actions=("pass_on", "answer", "accept", "counter", "decline", "assign"),
    failed="decline",
    problem=(Passage(text="Skriv grunnen: det andre kontoret gir den videre.", language="nb"),),
    given={"note": "Ringte dem"},
)
NEW = NewInterestView(
    about="https://node.infinit.example/offers/7",
    thing=Link(text="Udvikling af indlejret software", href="/resource?iri=x"),
    kind="offer",
    other="InfinIT",
    quantity="10",
    unit="hour",
    members=(("https://a.example/1", "Arendal Robotikk AS"), ("https://a.example/2", "Ås AS")),
)
OFFERS = OffersView(
    items=(
        EndingItem(
            iri="https://a.example/offers/1",
            kind="offer",
            title=Link(text=ASKED.title, href="/offers/1"),
            ends="11. desember 2026",
            ended=False,
            until="2027-06-11",
        ),
        EndingItem(
            iri="https://a.example/needs/1",
            kind="need",
            title=Link(text="Trenger kai"),
            ends="1. mars 2026",
            ended=True,
            until="2027-06-11",
        ),
    ),
    earliest="2026-11-30",
)


def interest_pages(renderer: Renderer, language: str) -> dict[str, str]:
    """Return every one of these pages by its file name."""
    views = {
        "interests": ("desk_interests.html", "interests", LIST),
        "interests-empty": ("desk_interests.html", "interests", InterestsView(groups=())),
        "interest": ("desk_interest.html", "interests", ONE),
        "interest-failed": ("desk_interest.html", "interests", FAILED),
        "new-interest": ("desk_new_interest.html", "interests", NEW),
        "offers": ("desk_offers.html", "offers", OFFERS),
        "offers-empty": ("desk_offers.html", "offers", OffersView(items=())),
    }
    written = {}
    for name, (template, current, view) in views.items():
        desk = DeskFrame(
            visitor="Kari Nordmann", csrf="0" * 64, pages=tuple(PAGES), current=current
        )
        frame = Frame(path=f"/desk/{current}", language=language, data=DataFoot(iri=""))
        written[f"desk-{name}"] = renderer.desk_page(template, frame, desk, view)
    return written
