import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from node.pages.assets import FONTS, STATIC, fonts_present
from node.pages.rendering import Renderer, carrying, language_address
from node.pages.sheets import sheet_view
from node.pages.sparql_examples import EXAMPLES, starting_query
from node.pages.views import Link, MessageView, Passage, SparqlView
from node.pages.words import SEGMENTS
from tests.preview import render_pages, samples

LANGUAGES = ("nb", "nn", "da", "en")
PAGES = {language: render_pages.pages(language) for language in LANGUAGES}
EVERY = pytest.mark.parametrize(
    ("language", "name"), [(language, name) for language in LANGUAGES for name in PAGES[language]]
)
VOID = frozenset({"meta", "link", "br", "hr", "img", "input", "wbr"})


class Reader(HTMLParser):
    """Keeps the elements of a page and whether they were closed in order."""

    def __init__(self):
        super().__init__()
        self.elements, self.open, self.faults = [], [], []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)


def read(html):
    """Return a page's elements, having checked that they are closed in order."""
    reader = Reader()
    reader.feed(html)
    assert not reader.faults
    assert not reader.open
    return reader.elements


@EVERY
def test_page_is_well_formed(language, name):
    """Elements close in order, ids are unique, the language is named, one h1 and one main."""
    elements = read(PAGES[language][name])
    ids = [attrs["id"] for _, attrs in elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert next(attrs for tag, attrs in elements if tag == "html")["lang"] == language
    assert [tag for tag, _ in elements].count("h1") == 1
    assert [tag for tag, _ in elements].count("main") == 1


@EVERY
def test_page_needs_no_exception_from_a_strict_policy(language, name):
    """No script, no inline style, no handler, nothing loaded from elsewhere."""
    for tag, attrs in read(PAGES[language][name]):
        assert tag not in ("script", "style", "iframe")
        assert "style" not in attrs
        assert not any(attribute.startswith("on") for attribute in attrs)
        assert "src" not in attrs
        if tag == "link" and attrs["rel"] in ("stylesheet", "icon"):
            assert attrs["href"].startswith("/static/")


@EVERY
def test_page_links_its_other_languages(language, name):
    """Each page names itself in all four languages."""
    elements = read(PAGES[language][name])
    alternates = {a["hreflang"] for t, a in elements if t == "link" and "hreflang" in a}
    assert alternates == {*LANGUAGES, "x-default"}


@EVERY
def test_page_has_at_most_one_red_button(language, name):
    """Signal red is for the one action of a page."""
    classes = [attrs.get("class", "") for _, attrs in read(PAGES[language][name])]
    assert classes.count("button") <= 1


@EVERY
def test_page_leads_nowhere_that_is_not_there(language, name):
    """No search and no feed until they are built."""
    pages = ("/resource", "/inbox/", "/contact", "/sparql", "/login", "/desk", "/remote-follow")
    known = (*(f"/{segment}" for segment in SEGMENTS.values()), "/static/", *pages)
    for tag, attrs in read(PAGES[language][name]):
        address = attrs.get("href", "") or attrs.get("action", "")
        if tag in ("a", "form", "link") and address.startswith("/") and address[1:2] not in "?":
            assert address.startswith(known), address


def test_text_in_another_language_is_marked():
    """Screen readers speak a Danish text in Danish on a Norwegian page."""
    assert '<h1 lang="da">Søger kursus' in PAGES["nb"]["sheet-need"]
    assert '<div lang="da">' in PAGES["nb"]["sheet-need"]
    assert '<h1 lang="da">' not in PAGES["da"]["sheet-need"]


def test_data_of_the_page_is_in_its_foot_and_its_head():
    """JSON-LD and Turtle are links for people and for machines."""
    html = PAGES["nb"]["sheet-offer"]
    assert '<link rel="alternate" type="text/turtle" href="/offers/7f3a.ttl">' in html
    assert '<a href="/offers/7f3a.jsonld">JSON-LD</a>' in html
    assert "<code>http://localhost:8081/offers/7f3a</code>" in html


@pytest.mark.parametrize("name", ["contact", "sparql", "message-404", "message-410"])
def test_what_is_no_resource_offers_no_formats(name):
    """A page that exists for people only does not link data that is not there."""
    html = PAGES["nb"][name]
    assert ".jsonld" not in html
    assert '<a href="/sparql">SPARQL</a>' in html


def panel(html):
    """Return the panel of a sheet as text."""
    part = html.partition('<aside class="panel"')[2].partition("</aside>")[0]
    return " ".join(re.sub("<[^>]*>", " ", part).split())


def test_one_signs_up_for_an_event_at_its_cluster():
    """Nobody is put in touch with anybody: one says who comes, and the cluster confirms."""
    said = panel(PAGES["nb"]["sheet-event"])
    assert "Meld dere på hos Digin." in said
    assert "Digin bekrefter." in said
    assert "Ta kontakt" not in said
    assert "<h1>Meld dere på hos Digin</h1>" in PAGES["nb"]["contact-event"]
    assert "Tilmeld</a>" in PAGES["da"]["sheet-event"]


def test_cases_and_guides_are_asked_about():
    """The cluster answers, or knows who did it; nobody is expected to say no thank you."""
    guide, case = panel(PAGES["nb"]["sheet-practice"]), panel(PAGES["nb"]["sheet-case"])
    assert "Digin svarer på spørsmål, eller formidler kontakt med dem som gjorde det." in guide
    assert "sender spørsmål videre til InfinIT" in case
    assert "Digin tar det opp med InfinIT. InfinIT svarer" in case
    assert "takker nei" not in guide + case


def test_need_of_another_cluster_names_who_one_is_put_in_touch_with():
    """Whose office passes it on, to which cluster, and which company is at the end."""
    said = panel(PAGES["nb"]["sheet-need"])
    assert "videre til InfinIT, som formidler kontakt med Sundlæring ApS." in said


def test_contact_with_the_office_has_no_steps():
    """Who has come without a thing in mind gets the address and nothing else."""
    assert '<ol class="steps">' not in PAGES["nb"]["contact-office"]
    assert "mailto:post@digin.example" in PAGES["nb"]["contact-office"]
    assert '<ol class="steps">' in PAGES["nb"]["contact"]


def test_event_says_first_when_and_where():
    """On the sheet and in lists; the day of its publication matters to nobody."""
    sheet = PAGES["nb"]["sheet-event"]
    facts = sheet.partition('<p class="facts">')[2].partition("</p>")[0]
    assert facts.index("20. januar 2027") < facts.index("Grimstad og på nett") < facts.index("via")
    assert "publisert" not in facts
    row = PAGES["nb"]["home"].partition('<li class="row event">')[2]
    assert row.index("20. januar 2027") < row.index("Internasjonal workshop")


def test_what_clusters_did_together_names_them_all():
    """A case of two clusters is not "via" one of them, on its sheet or in lists."""
    for name in ("sheet-case", "home"):
        assert "InfinIT og Digin sammen" in PAGES["nb"][name]
    assert "via InfinIT" not in PAGES["nb"]["sheet-case"]


def test_phone_has_a_way_down_to_the_panel():
    """The sheet links its panel, which comes last on a narrow screen."""
    assert '<a href="#contact">Ta kontakt <span' in PAGES["nb"]["sheet-offer"]
    assert 'class="jump"' not in PAGES["nb"]["sheet-concept"]


def test_lists_say_when_a_thing_was_published():
    """The order of a list is that of publication, so its rows show it."""
    assert "publisert 21. november 2026" in PAGES["nb"]["offers"]
    assert "publisert" not in PAGES["nb"]["members"]
    assert "publisert" not in PAGES["nb"]["sheet-concept"]


def test_members_have_the_whole_width_on_a_page_of_expertise():
    """So has the last of an odd number of lists: no half of the board stays blank."""
    sections = re.findall(
        r'<section( class="whole")?><header><h2>(.*?)</h2>', PAGES["nb"]["sheet-concept"]
    )
    assert [bool(whole) for whole, _ in sections] == [False, False, True]


def test_federated_page_names_its_origin_as_canonical():
    """Search engines and readers find the origin."""
    html = PAGES["nb"]["sheet-need"]
    assert '<link rel="canonical" href="http://localhost:8082/needs/19">' in html
    assert "via InfinIT" in html
    assert "Avsender bekreftet" in html


def test_demonstration_says_so_everywhere():
    """No page of the demonstration hides that its companies are fictional."""
    assert all("bedriftene er oppdiktet" in html for html in PAGES["nb"].values())


def test_real_node_says_nothing_of_a_demonstration():
    """The sentence is for demonstrations only."""
    node = Renderer(samples.NODE.__class__(name="A", base_url="https://a.example", handle="a"))
    html = node.home_page(render_pages.home("nb"))
    assert "oppdiktet" not in html
    assert "@a@a.example" in html


def test_chart_has_a_table_twin():
    """What the chart draws can be read without seeing it."""
    html = PAGES["nb"]["home"]
    assert html.count('aria-hidden="true" focusable="false"') == 2
    assert '<th scope="row"><a href="/">Digin</a></th><td>Grimstad</td>' in html
    assert "InfinIT (9)" in html


def test_names_are_escaped():
    """A name with markup in it is shown, not obeyed."""
    thing = samples.thing(samples.DIGIN, "cases/1", kind="BusinessCase", nameMap={"nb": '<b>&"'})
    html = Renderer(samples.NODE).sheet_page(sheet_view(thing, samples.context("nb")))
    assert "&lt;b&gt;" in html or "<h1>&amp;" in html
    assert "<b>" not in html


@pytest.mark.parametrize("status", [400, 401, 403, 404, 406, 410, 429, 500, 503])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_status_has_a_page(status, language):
    """What happened and what to do, in each language, without a red button."""
    view = MessageView(frame=render_pages.frame("/x", language), status=status)
    html = Renderer(samples.NODE).message_page(view)
    read(html)
    assert str(status) in html
    assert 'class="button"' not in html


def test_withdrawn_thing_says_its_kind_and_date():
    """Gone means: what it was, and since when; its title was taken back with it."""
    html = PAGES["nb"]["message-410"]
    assert 'class="kind offer"' in html
    assert "Kurs i sikker programmering" not in html
    assert "21. november 2026" in html


def test_language_switch_keeps_the_rest_of_the_address():
    """Changing the language keeps the filter; an older choice goes."""
    frame = render_pages.frame("/offers", "nb")
    frame = frame.__class__(
        path=frame.path,
        language="nb",
        data=frame.data,
        query=(("origin", "a b"), ("lang", "nb")),
    )
    assert language_address(frame, "da") == "/offers?origin=a+b&lang=da"
    assert language_address(frame, "") == "/offers?origin=a+b"


def test_links_carry_the_language_that_nothing_remembers():
    """Pages do, with their queries and fragments; data, styles and other hosts do not."""
    page = (
        '<link href="/static/a.css"><a href="/">1</a><a class="x" href="/offers?a=1&amp;b=c#d">'
        '2</a><a href="/offers.ttl">3</a><a href="/x?lang=da">4</a><a href="#e">5</a>'
        '<a href="/resource.jsonld?iri=a">6</a><a href="https://a.example/">7</a>'
    )
    assert carrying(page, "nn") == page.replace('"/"', '"/?lang=nn"').replace(
        "b=c#d", "b=c&amp;lang=nn#d"
    )


@EVERY
def test_page_says_what_it_is_to_those_who_link_it(language, name):
    """Title, site, kind and language for previews; a description where there is a text."""
    elements = read(PAGES[language][name])
    said = {a["property"]: a["content"] for t, a in elements if t == "meta" and "property" in a}
    described = [
        a["content"] for t, a in elements if t == "meta" and a.get("name") == "description"
    ]
    canonical = [a["href"] for t, a in elements if t == "link" and a["rel"] == "canonical"]
    assert bool(said) == bool(canonical)
    if said:
        assert said["og:title"]
        assert said["og:site_name"] == "Digin"
        assert said["og:locale"].startswith(f"{language}_")
        assert said.get("og:description", "") == "".join(described)
        assert all(20 < len(text) <= 156 for text in described)


def test_description_is_the_beginning_of_the_text():
    """Where no summary stands, what is written is described by its first words, without markup."""
    assert (
        '<meta name="description" content="To dager på stedet, for utviklere i små og mellomstore'
        in PAGES["nb"]["sheet-offer"]
    )
    assert '<meta property="og:type" content="article">' in PAGES["nb"]["sheet-case"]


def test_titles_say_what_is_shown():
    """The home page has its headline, a list what it is narrowed to."""
    assert "<title>Digin – Det Sørlandet kan, og det Danmark trenger</title>" in PAGES["nb"]["home"]
    view = render_pages.listing("offer", "offers", "nb")
    about = replace(view, subject=Link(text="e-læring", href="/concepts/e"))
    html = Renderer(samples.NODE).list_page(about)
    assert "<title>Tilbyr: e-læring – Digin</title>" in html


def test_empty_list_of_one_cluster_speaks_of_that_cluster():
    """That it has nothing now does not mean that nobody has."""
    view = render_pages.listing("offer", "offers", "nb")
    origins = (
        replace(view.origins[0], chosen=False),
        replace(view.origins[1], chosen=True),
    )
    html = Renderer(samples.NODE).list_page(replace(view, items=(), total=0, origins=origins))
    assert "Det er ingenting fra Digin her nå." in html
    assert '<a href="/offers">Vis alle klynger</a>' in html
    assert "Ingen tilbyr" not in html


def test_thing_that_is_not_held_is_named():
    """A web address can be followed to where it leads; what is none is only shown."""
    view = MessageView(
        frame=render_pages.frame("/resource", "nb"),
        status=404,
        asked=Link(text="https://a.example/<1>", href="https://a.example/<1>"),
    )
    html = Renderer(samples.NODE).message_page(view)
    assert '<a href="https://a.example/&lt;1&gt;" rel="nofollow noopener"><code>' in html
    bare = replace(view, asked=Link(text="javascript:alert(1)"))
    html = Renderer(samples.NODE).message_page(bare)
    assert "<code>javascript:alert(1)</code>" in html
    assert 'href="javascript' not in html


def test_refused_query_is_marked_for_those_who_hear():
    """The field says that it is wrong and where it is told; the parser's words are English."""
    view = SparqlView(
        frame=render_pages.frame("/sparql", "nb"),
        query="x",
        refused=True,
        problem="Nei.",
        said="no",
    )
    html = Renderer(samples.NODE).sparql_page(view)
    assert 'aria-invalid="true" aria-describedby="problem"' in html
    assert '<p lang="en"><code>no</code></p>' in html
    assert "aria-invalid" not in PAGES["nb"]["sparql"]


@pytest.mark.parametrize("name", ["contact", "contact-office", "sparql", "message-404"])
def test_page_that_is_no_thing_prints_no_address_of_one(name):
    """The foot tells what the page is as data; these are none."""
    foot = PAGES["nb"][name].partition("<footer")[2]
    assert "<code>" not in foot


def test_home_without_a_headline_has_words_of_its_own():
    """A new node greets with its numbers, in the plural that they need."""
    view = render_pages.home("nb")
    plain = view.__class__(frame=view.frame, members_here=1, members_elsewhere=1041)
    html = Renderer(samples.NODE).home_page(plain)
    assert "1 bedrift deler det den kan" in html
    assert "med 1\u00a0041 bedrifter i andre klynger" in html


def test_sparql_form_opens_with_what_was_asked_about():
    """A sheet's link opens the form with a query about that thing; tricks get the first example."""
    assert starting_query(about="http://a.example/x") == "DESCRIBE <http://a.example/x>\n"
    assert starting_query(about="x> } DROP ALL #") == EXAMPLES[0].query
    assert starting_query(example="cases") == EXAMPLES[4].query
    assert "PREFIX kx:" in starting_query(example="cases")


def test_examples_are_valid_sparql():
    """Every example is accepted by the parser of the graph."""
    pyoxigraph = pytest.importorskip("pyoxigraph")
    for example in EXAMPLES:
        pyoxigraph.Store().query(example.query, use_default_graph_as_union=True)


def test_fonts_are_loaded_only_where_they_are():
    """Without the fonts of the build, no page asks for them."""
    assert ("fonts.css" in PAGES["nb"]["home"]) is fonts_present()
    sheet = (STATIC / "fonts.css").read_text(encoding="utf-8")
    assert set(re.findall(r'url\("([^"]+)"\)', sheet)) == set(FONTS)


def test_passage_prints_as_its_text():
    """A passage stands for its text."""
    assert str(Passage(text="hei", language="nb")) == "hei"
