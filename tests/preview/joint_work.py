"""The desk's pages about works of several nodes with sample data."""

from dataclasses import replace
from typing import Any

from node.pages.contribution_views import (
    Choice,
    ContributionGroup,
    ContributionItem,
    ContributionsView,
    ContributionView,
    FieldView,
    LanguageInputs,
    Piece,
    TextInput,
    WorkItem,
    WorkView,
)
from node.pages.views import Link, Particular, Passage

TITLE = Passage(text="Mobil læring for vedlikehold til havs", language="nb")
IRI = "https://node.digin.example/cases/7f3a"
COMPANIES = (
    Choice(iri="https://node.digin.example/members/a", name="Agder Verft AS"),
    Choice(iri="https://node.digin.example/members/b", name="Nordsjø Vedlikehold AS"),
)
REVISION = ContributionItem(
    id="k7f2q9xa",
    kind="revision",
    sent=False,
    state="open",
    mark="case",
    title=TITLE,
    partner="InfinIT",
    company="Vestlig Verft ApS",
    when="1. mars 2027",
    message="Vi har prøvet det på to værfter, og tallene er blevet bedre siden i foråret.",
)
JOIN = replace(
    REVISION,
    id="q1",
    kind="join",
    mark="collaboration",
    title=Passage(text="Læring i havn", language="nb"),
    partner="Service Cluster Denmark",
    message="",
)
SENT = replace(REVISION, id="s1", sent=True, who="Kari Nordmann", company="", message="Se her.")
DECLINED = replace(
    SENT,
    id="s2",
    state="declined",
    reason="Tallene er ikke endelige ennå.",
    decided="12. mars 2027",
)
GROUPS = (
    ContributionGroup(heading="received", rows=(REVISION, JOIN), total=2),
    ContributionGroup(heading="sent", rows=(SENT,), total=1),
    ContributionGroup(heading="settled", rows=(DECLINED,), total=61),
)
WORKS = (
    WorkItem(mark="case", title=TITLE, href="/desk/contributions", cluster="InfinIT"),
    WorkItem(
        mark="collaboration",
        title=Passage(text="Kompetencekort for servicefag", language="da"),
        href="/desk/contributions",
        cluster="Service Cluster Denmark",
        stage="seeking",
        network=True,
    ),
)
STANDS = (
    Piece(kind="removed", text="Tolv", after=" "),
    Piece(kind="same", text="teknikere lærte det på to uker, og feilene ble halvert."),
)
PROPOSED = (
    Piece(kind="added", text="Tjue", after=" "),
    Piece(kind="same", text="teknikere lærte det på to uker, og feilene ble halvert."),
    Piece(kind="added", text=" Siden er det ikke meldt nye."),
)
FIELDS = (
    FieldView(
        field="outcomes.nb",
        key="outcomes",
        tongue="bokmål",
        language="nb",
        old=STANDS,
        new=PROPOSED,
        outcome="conflict",
        before="Ti teknikere lærte det.",
    ),
    FieldView(
        field="lessons.da",
        key="lessons",
        tongue="dansk",
        language="da",
        new=(Piece(kind="added", text="Begynd med én lektion, ikke med ti."),),
        outcome="applies",
    ),
    FieldView(
        field="trl",
        key="trl",
        old=(Piece(kind="same", text="7"),),
        new=(Piece(kind="same", text="7"),),
        outcome="stands already",
    ),
)
FACTS = (
    Particular(label="stage", values=(Link(text="seeking"),)),
    Particular(label="participants", values=(Link(text="Agder Verft AS", href="/members/a"),)),
    Particular(label="partners", values=(Link(text="Digin", href="/"), Link(text="InfinIT"))),
)
REVIEW = ContributionView(
    item=REVISION,
    work=Link(text=IRI, href="/desk/contributions"),
    fields=FIELDS,
    seen=3,
    version="1.2.0",
    next_version="1.3.0",
    named=("InfinIT", "Vestlig Verft ApS"),
)


def _texts(language: str, *, newer: str = "") -> tuple[TextInput, ...]:
    long = "Teknikerne glemte det de lærte på kurs, og feilene kom igjen etter noen uker. " * 4
    said = (("name", TITLE.text), ("summary", "Kort fortalt."), ("problem", long))
    return tuple(
        TextInput(
            field=f"{key}.{language}",
            key=key,
            text=text,
            mark="0" * 16,
            longest=20_000,
            rows=1 if key == "name" else 4,
            newer=newer if key == "problem" else "",
            markup=key == "problem",
        )
        for key, text in said
    )


WORK = WorkView(
    iri=IRI,
    mark="case",
    title=TITLE,
    cluster="InfinIT",
    local=False,
    network=False,
    summary=Passage(text="Korte leksjoner på telefonen, der arbeidet gjøres.", language="nb"),
    page="/cases/7f3a",
    facts=FACTS[1:],
    languages=(
        LanguageInputs(language="nb", tongue="bokmål", texts=_texts("nb"), open=True),
        LanguageInputs(language="da", tongue="dansk", texts=_texts("da"), written=False),
    ),
    companies=COMPANIES,
)
COLLABORATION = replace(WORK, mark="collaboration", network=True, page="", facts=FACTS)


def views() -> dict[str, Any]:
    """Return the views by the names of their pages."""
    texts = _texts("nb", newer="Nytt hjemmefra.")
    changed = LanguageInputs(language="nb", tongue="bokmål", texts=texts, open=True)
    return {
        "contributions": ContributionsView(
            groups=GROUPS, works=WORKS, works_total=72, own=WORKS[1:]
        ),
        "contributions-empty": ContributionsView(about="https://x.example", problem="not_here"),
        "contributions-review": REVIEW,
        "contributions-decided": replace(REVIEW, item=replace(DECLINED, sent=False)),
        "contributions-join": replace(REVIEW, item=JOIN, fields=(), facts=FACTS),
        "contributions-work": WORK,
        "contributions-changed": replace(WORK, languages=(changed,), problem="changed_texts"),
        "contributions-collaboration": COLLABORATION,
        "contributions-joined": replace(COLLABORATION, joins=(replace(JOIN, sent=True),)),
        "contributions-own": replace(
            COLLABORATION, local=True, languages=(), companies=(), cases=COMPANIES
        ),
    }


#: Templates of the pages that are not the list.
TEMPLATES = {
    "contributions-review": "desk_contribution.html",
    "contributions-decided": "desk_contribution.html",
    "contributions-join": "desk_contribution.html",
    "contributions-work": "desk_work.html",
    "contributions-changed": "desk_work.html",
    "contributions-collaboration": "desk_work.html",
    "contributions-joined": "desk_work.html",
    "contributions-own": "desk_work.html",
}
