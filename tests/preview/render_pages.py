"""Write every page with sample data into a folder, to look at.

python -m tests.preview.render_pages FOLDER [LANGUAGE]
"""

import shutil
import sys
from dataclasses import replace
from pathlib import Path

from node.pages.addresses import data_foot, mail_link
from node.pages.assets import STATIC
from node.pages.listing_items import listing_item, listing_items
from node.pages.rendering import Renderer
from node.pages.sheets import sheet_view
from node.pages.sparql_examples import starting_query
from node.pages.view_context import StoredThing
from node.pages.views import (
    AuthorizeView,
    ContactView,
    Crossing,
    Frame,
    HomeView,
    ItemGroup,
    Link,
    ListView,
    MessageView,
    OriginChoice,
    Passage,
    Port,
    Related,
    RemoteFollowView,
    SparqlView,
    Tag,
)
from tests.preview import samples
from tests.preview.desk_pages import desk_pages

PORTS = (
    Port(name="Digin", place="Grimstad", latitude=58.34, longitude=8.59, href="/"),
    Port(name="Service Cluster Denmark", place="Aarhus", latitude=56.16, longitude=10.2),
    Port(name="InfinIT", place="København", latitude=55.68, longitude=12.57),
)
CROSSINGS = (
    Crossing(origin="Digin", destination="InfinIT", count=9),
    Crossing(origin="InfinIT", destination="Digin", count=12),
    Crossing(origin="Service Cluster Denmark", destination="Digin", count=31),
    Crossing(origin="InfinIT", destination="Service Cluster Denmark", count=12),
)


def frame(path: str, language: str, section: str = "") -> Frame:
    """Return the frame of a page of the sample node."""
    iri = samples.DIGIN + path
    return Frame(path=path, language=language, section=section, data=data_foot(iri, samples.DIGIN))


def pages(language: str) -> dict[str, str]:
    """Return every page by its file name."""
    renderer = Renderer(samples.NODE)
    written = {"home": renderer.home_page(home(language))}
    for kind, segment in (("offer", "offers"), ("member", "members"), ("concept", "concepts")):
        written[segment] = renderer.list_page(listing(kind, segment, language))
    for thing in (*samples.NEEDS[:1], *samples.OFFERS[:1], *samples.EVERYTHING[6:]):
        view = sheet_view(thing, samples.context(language), related=related(thing.iri, language))
        written[f"sheet-{view.kind}"] = renderer.sheet_page(view)
    written["contact"] = renderer.contact_page(contact(samples.NEEDS[0], language))
    written["contact-event"] = renderer.contact_page(contact(samples.EVENT, language))
    written["contact-case"] = renderer.contact_page(contact(samples.CASE, language))
    written["contact-office"] = renderer.contact_page(
        ContactView(frame=frame("/contact", language), mail_link=mail_link("post@digin.example"))
    )
    written["sparql"] = renderer.sparql_page(
        SparqlView(frame=frame("/sparql", language), query=starting_query())
    )
    asked = remote_follow(language)
    written["remote-follow"] = renderer.remote_follow_page(asked)
    written["remote-follow-on"] = renderer.remote_follow_page(
        replace(asked, page="https://mastodon.example/authorize_interaction?uri=x")
    )
    written["authorize"] = renderer.authorize_page(authorize(language))
    for status in (404, 410, 500):
        written[f"message-{status}"] = renderer.message_page(message(status, language))
    return written | desk_pages(renderer, language)


def remote_follow(language: str) -> RemoteFollowView:
    """Return the page for a visitor whose server says nothing."""
    return RemoteFollowView(
        frame=frame("/remote-follow", language),
        name="Digin",
        actor=f"{samples.DIGIN}/cluster",
        address="@digin@node.digin.example",
        written="@kari@mastodon.example",
        server="mastodon.example",
    )


def authorize(language: str) -> AuthorizeView:
    """Return the page that asks whether a program may act."""
    return AuthorizeView(
        frame=frame("/desk/authorize", language),
        client="Kursplan",
        host="kursplan.example",
        scopes=("read", "write"),
        days=30,
        fields=(("state", "xyz"), ("csrf", "token")),
    )


def home(language: str) -> HomeView:
    """Return the home page of the sample node."""
    context = samples.context(language)
    tags = tuple(
        Tag(text=labels["nb"], href=f"/concepts/{key}", count=count)
        for (key, labels), count in zip(samples.CONCEPTS.items(), samples.COUNTS, strict=True)
    )
    return HomeView(
        frame=frame("/", language),
        headline=Passage(text="Det Sørlandet kan, og det Danmark trenger", language="nb"),
        introduction=Passage(
            text="62 bedrifter i Agder deler kompetanse, erfaringer og tilbud med 1 041 bedrifter "
            "på den andre siden av Skagerrak.",
            language="nb",
        ),
        members_here=62,
        members_elsewhere=1041,
        ports=PORTS,
        crossings=CROSSINGS,
        offers=listing_items(samples.OFFERS, context),
        offers_total=27,
        needs=listing_items(samples.NEEDS, context),
        needs_total=24,
        learnt=listing_items(samples.LEARNT, context),
        tags=tags,
        tags_total=64,
    )


def listing(kind: str, segment: str, language: str) -> ListView:
    """Return a list of the sample node."""
    context = samples.context(language)
    shown = {
        "offer": samples.OFFERS + samples.OFFERS,
        "member": (samples.MEMBER,) * 5,
        "concept": (samples.CONCEPT,) * 3,
    }
    items = tuple(
        listing_item(thing, context, count=31 if kind == "concept" else None)
        for thing in shown[kind]
    )
    origins = (
        OriginChoice(text="", href=f"/{segment}", chosen=True, count=27),
        OriginChoice(text="Digin", href=f"/{segment}?origin=localhost:8081", chosen=False, count=9),
        OriginChoice(text="InfinIT", href=f"/{segment}?origin=localhost:8082", chosen=False),
    )
    groups = (
        ItemGroup(heading=Link(text="sikkerhet", href=f"/{segment}"), items=items, count=62),
        ItemGroup(heading=None, items=items),
    )
    return ListView(
        frame=frame(f"/{segment}", language, segment),
        kind=kind,
        items=() if kind == "concept" else items,
        groups=groups if kind == "concept" else (),
        total=1041,
        previous=f"/{segment}?before=a",
        next=f"/{segment}?after=b",
        origins=origins,
    )


def related(iri: str, language: str) -> tuple[Related, ...]:
    """Return lists beside a member or a field of expertise."""
    context = samples.context(language)
    if "/members/" not in iri and "/concepts/" not in iri:
        return ()
    return (
        Related(heading="offer", items=listing_items(samples.OFFERS[:2], context)),
        Related(heading="need", items=listing_items(samples.NEEDS[:2], context)),
        Related(
            heading="member",
            items=listing_items((samples.MEMBER,) * 2, context),
            total=31,
            href="/members",
        ),
    )


def contact(thing: StoredThing, language: str) -> ContactView:
    """Return the contact page about *thing*."""
    item = listing_item(thing, samples.context(language))
    return ContactView(
        frame=frame("/contact", language),
        about=Link(text=item.title.text, href=item.href, language=item.title.language),
        kind=item.kind,
        company=item.company,
        cluster=item.cluster,
        local=item.local,
        mail_link=mail_link("post@digin.example", item.title.text),
    )


def message(status: int, language: str) -> MessageView:
    """Return the page for *status*."""
    view = MessageView(frame=frame("/offers/1", language), status=status)
    if status != 410:
        return view
    return MessageView(frame=view.frame, status=410, kind="offer", when="21. november 2026")


def main(folder: Path, language: str) -> None:
    """Write the pages and what they load into *folder*."""
    shutil.copytree(STATIC, folder / "static", dirs_exist_ok=True)
    renderer = Renderer(samples.NODE)
    (folder / "static" / "accent.css").write_text(renderer.accent_styles, encoding="utf-8")
    for name, html in pages(language).items():
        local = html.replace('="/static/', '="static/')
        (folder / f"{name}.html").write_text(local, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "nb")
