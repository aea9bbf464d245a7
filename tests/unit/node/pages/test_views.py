from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs

from node.pages.addresses import mail_link
from node.pages.listing_items import listing_item
from node.pages.sheets import sheet_view
from node.pages.view_context import StoredThing
from tests.preview import samples

OFFER, NEED = samples.OFFERS[0], samples.NEEDS[0]


def facts(view):
    """Return the particulars of a sheet as texts."""
    return {p.label: ", ".join(link.text for link in p.values) for p in view.particulars}


def changed(thing, **fields):
    """Return a thing with other fields."""
    return replace(thing, document={**thing.document, **fields})


def test_row_of_an_offer_says_who_until_when_and_in_which_languages():
    """The row holds what one looks for in a list."""
    item = listing_item(OFFER, samples.context("nb"))
    assert (item.kind, item.company, item.cluster) == ("offer", "Vangflyt AS", "Digin")
    assert item.ends == "31. mai 2027"
    assert item.languages == ("norsk", "dansk", "engelsk")
    assert item.href == "/offers/7f3a"


def test_both_norwegians_are_norsk():
    """Who works in bokmål and nynorsk works in norsk; nynorsk alone is named."""
    context = samples.context("nb")
    assert context.language_names(["nb", "nn", "da"]) == ("norsk", "dansk")
    assert context.language_names(["nn"]) == ("norsk nynorsk",)


def test_row_follows_the_reader_language():
    """Title, date and names of languages are in English for an English reader."""
    item = listing_item(OFFER, samples.context("en"))
    assert item.title.text == "Secure coding course, two days"
    assert item.ends == "31 May 2027"
    assert item.languages == ("Norwegian", "Danish", "English")


def test_row_of_a_foreign_thing_stays_on_this_node():
    """What others publish is shown here, with its own IRI as the question."""
    item = listing_item(NEED, samples.context("nb"))
    assert item.href == "/resource?iri=http%3A%2F%2Flocalhost%3A8082%2Fneeds%2F19"
    assert item.cluster == "InfinIT"
    assert not item.local


def test_foreign_title_names_its_language():
    """A Danish title says so to a Norwegian and to assistive technology."""
    title = listing_item(NEED, samples.context("nb")).title
    assert (title.language, title.tongue) == ("da", "dansk")


def test_both_norwegians_read_each_other():
    """To a reader of nynorsk a text in bokmål is marked for machines, not for people."""
    title = listing_item(OFFER, samples.context("nn")).title
    assert (title.language, title.tongue) == ("nb", "")


def test_anonymous_need_names_only_the_cluster():
    """Where no company stands, none is invented."""
    item = listing_item(samples.NEEDS[2], samples.context("nb"))
    assert (item.company, item.cluster) == ("", "Digin")
    assert sheet_view(samples.NEEDS[2], samples.context("nb")).company is None


def test_sheet_of_a_need_has_its_facts():
    """Expertise, industry, region, languages and end are on the sheet."""
    view = sheet_view(NEED, samples.context("nb"))
    assert facts(view)["expertise"] == "sikker programmering"
    assert facts(view)["region"] == "Hovedstaden, Agder"
    assert facts(view)["ends"] == "1. mars 2027"
    assert view.company.text == "Sundlæring ApS"
    assert view.published == "21. november 2026"
    assert view.languages == ("dansk",)


def test_sheet_tells_how_the_sender_was_confirmed():
    """Way, key and time of the confirmation, by the clusters' clock, stand behind the words."""
    proof = sheet_view(NEED, samples.context("nb")).authenticity
    assert (proof.how, proof.sender) == ("HttpSignature", "InfinIT")
    assert proof.key == "http://localhost:8082/cluster#main-key"
    assert proof.received == "22. november 2026, 10:12"


def test_nothing_is_said_about_an_unknown_sender():
    """Without a record of how it came, the sheet claims nothing."""
    bare = StoredThing(document=NEED.document)
    assert sheet_view(bare, samples.context("nb")).authenticity is None


def test_full_iri_of_the_proof_is_understood():
    """The graph's IRI for the way of confirmation means the same as its short name."""
    thing = replace(NEED, authenticated_by="https://w3id.org/skagerrak/ns#Fetch")
    assert sheet_view(thing, samples.context("nb")).authenticity.how == "Fetch"


def test_content_does_not_repeat_the_title():
    """The bold title that Mastodon needs is above already."""
    html = str(sheet_view(OFFER, samples.context("nb")).sections[0].html)
    assert html.startswith("<p>To dager")


def test_content_is_cleaned():
    """Scripts and handlers of a sender do not reach the page."""
    hostile = changed(OFFER, contentMap={"nb": '<p onclick="x()">a<script>x()</script></p>'})
    html = str(sheet_view(hostile, samples.context("nb")).sections[0].html)
    assert "script" not in html
    assert "onclick" not in html


def test_parts_of_a_case_are_text_not_markup():
    """Named parts are plain text; angle brackets in them are shown."""
    case = changed(samples.CASE, problem={"nb": "a < b <b>c</b>"})
    section = sheet_view(case, samples.context("nb")).sections[0]
    assert section.heading == "problem"
    assert "&lt;b&gt;" in section.html


def test_parts_of_a_case_stand_in_reading_order():
    """Problem, setting, solution, outcome, lessons; an empty content is left out."""
    view = sheet_view(samples.CASE, samples.context("nb"))
    headings = [section.heading for section in view.sections]
    assert headings == ["problem", "setting", "solution", "outcomes", "lessons"]
    assert view.sections[1].tongue == "dansk"
    assert facts(view)["built_on"] == "Opplæring i fart"
    assert facts(view)["licence"] == "CC BY 4.0"


def test_version_says_what_was_changed():
    """The first version needs no number, and a third figure only where it says something."""
    versions = {"1.0.0": "", "1.2.0": "1.2", "1.0.1": "1.0.1", "2": "2", "1.0": "", None: ""}
    for stated, shown in versions.items():
        item = listing_item(changed(samples.CASE, version=stated), samples.context("nb"))
        assert item.version == shown


def test_one_cluster_is_not_together():
    """A case of one cluster, and companies beside it, are no joint work."""
    alone = changed(
        samples.CASE, contributor=[f"{samples.DIGIN}/cluster", f"{samples.DIGIN}/members/h2"]
    )
    assert listing_item(alone, samples.context("nb")).joint == ()


def test_letter_to_the_office_says_what_it_is_about():
    """Subject and body survive the address, with the letters of four alphabets."""
    link = mail_link("post@digin.example", "Læring & øving på Ålesund, für alle?", "æ ø å ü\n& mer")
    address, query = link.removeprefix("mailto:").split("?")
    assert address == "post@digin.example"
    assert "+" not in query
    assert parse_qs(query) == {
        "subject": ["Læring & øving på Ålesund, für alle?"],
        "body": ["æ ø å ü\r\n& mer"],
    }
    assert mail_link("", "x", "y") == ""


def test_event_is_told_by_the_clock_where_it_is():
    """Day and hours of an event, in its own time zone."""
    view = sheet_view(samples.EVENT, samples.context("nb"))
    assert facts(view)["when"] == "onsdag 20. januar 2027, 09:00–12:00"
    assert facts(view)["where"] == "Grimstad, mote.digin.example/workshop"


def test_member_sheet_has_what_the_register_knows():
    """Website, employees, industry with codes of both revisions, expertise as tags."""
    view = sheet_view(samples.MEMBER, samples.context("nb"))
    assert facts(view)["employees"] == "110"
    assert facts(view)["website"] == "www.vangflyt.example"
    assert facts(view)["organisation_number"] == "900407939"
    assert next(tag.text for tag in view.tags) == "læring på jobben"


def test_industry_says_what_its_name_is_the_name_of():
    """In Scandinavian words the division is named, so its number stands before the classes."""
    named = {
        language: next(
            p.values[0]
            for p in sheet_view(samples.MEMBER, samples.context(language)).particulars
            if p.label == "industry"
        )
        for language in ("nb", "en")
    }
    assert named["nb"].note == "NACE 62, klasse 62.01, 62.10"
    assert named["en"].note == "NACE 62.01, 62.10"


def test_readiness_is_a_phrase_with_its_number():
    """No full stop stands before the bracket."""
    assert facts(sheet_view(samples.CASE, samples.context("nb")))["readiness"] == (
        "En prototype er vist i virkelig drift"
    )


def test_expertise_names_other_languages_and_matches():
    """Labels that read otherwise in other languages carry theirs; matches lead outside."""
    view = sheet_view(samples.CONCEPT, samples.context("da"))
    links = {p.label: p.values for p in view.particulars}
    assert {link.language for link in links["in_other_languages"]} == {"nn", "en"}
    assert links["broad_match"][0].text == "ESCO"
    assert links["broader"][0].href == "/concepts/informasjonssikkerhet"
    assert view.contact == ""


def test_what_is_over_says_so():
    """An offer past its end is marked."""
    later = replace(samples.context("nb"), now=datetime(2028, 1, 1, tzinfo=UTC))
    assert sheet_view(OFFER, later).ended
    assert not sheet_view(OFFER, samples.context("nb")).ended


def test_origin_page_is_of_the_origin():
    """A document cannot send readers to another host as its own page."""
    assert sheet_view(NEED, samples.context("nb")).origin == "http://localhost:8082/needs/19.html"
    lying = changed(NEED, url="https://phishing.example/")
    assert sheet_view(lying, samples.context("nb")).origin == "http://localhost:8082/needs/19"


def test_data_of_a_foreign_thing_is_had_here():
    """The foot of a federated thing links this node's copy in each format."""
    data = sheet_view(NEED, samples.context("nb")).frame.data
    assert data.iri == "http://localhost:8082/needs/19"
    assert [link.text for link in data.formats] == ["JSON-LD", "Turtle"]
    assert data.formats[0].href.startswith("/resource.jsonld?iri=")
    local = sheet_view(OFFER, samples.context("nb")).frame.data
    assert local.formats[1].href == "/offers/7f3a.ttl"
