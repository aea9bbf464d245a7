from dataclasses import replace

from node.pages.alphabet import OTHER, initial, sort_key
from node.pages.expertise import expertise_item, expertise_tags, expertises, kin
from node.pages.industries import industry_name
from node.pages.sheets import sheet_view
from node.pages.view_context import StoredThing
from tests.preview import samples

HERE, THERE = f"{samples.DIGIN}/concepts/e-laring", "http://localhost:8082/concepts/e-laering"
ALONE = "http://localhost:8082/concepts/udbud"


def concept(iri, **labels):
    """Return a concept with *labels*."""
    return StoredThing(document={"id": iri, "type": "Concept", "prefLabel": labels})


CONCEPTS = [
    concept(HERE, nb="e-læring", da="e-læring"),
    concept(THERE, da="E-læring", en="e-learning"),
    concept(ALONE, da="udbud"),
]
HOLDERS = {HERE: {"a", "b"}, THERE: {"b", "c"}}


def known(language="nb"):
    """Return the expertises of both nodes."""
    return expertises(CONCEPTS, HOLDERS, samples.context(language))


def test_same_words_are_one_expertise():
    """Two nodes' concepts that read the same are one row, and whoever has both counts once."""
    first, second = known()
    assert first.iris == (HERE, THERE)
    assert first.clusters == ("Digin", "InfinIT")
    assert len(first.members) == 3
    assert second.title.text == "udbud"


def test_words_that_differ_stay_apart():
    """To an English reader one has no English name, so they are two."""
    assert [one.title.text for one in known("en")] == ["e-learning", "e-læring", "udbud"]


def test_row_of_an_expertise_leads_to_ours():
    """The row links to this node's concept; nobody is counted where nobody has it."""
    context = samples.context("nb")
    first, second = (expertise_item(one, context) for one in known())
    assert (first.href, first.count) == ("/concepts/e-laring", 3)
    assert second.count is None


def test_tags_leave_out_what_nobody_has():
    """The cloud shows what members know, the most common first."""
    assert [tag.text for tag in expertise_tags(known(), samples.context("nb"), 9)] == ["e-læring"]


def test_kin_of_an_unknown_concept_is_itself():
    """What is in no list stands for itself."""
    assert kin(THERE, known()) == (HERE, THERE)
    assert kin("urn:x", known()) == ("urn:x",)


def test_alphabet_ends_in_ae_oe_aa():
    """Names are in the order of a Scandinavian register, whatever their capitals and accents."""
    names = ["Åmot", "Øvre", "Ærlig", "zebra", "Élan", "Ekko", "7-Ord", "Ädla"]
    ordered = ["7-Ord", "Ekko", "Élan", "zebra", "Ädla", "Ærlig", "Øvre", "Åmot"]
    assert sorted(names, key=sort_key) == ordered
    assert [initial(name) for name in ("åmot", "Élan", "Örebro", "7-Ord", "")] == [
        "Å",
        "E",
        "Ø",
        OTHER,
        OTHER,
    ]


def test_industry_is_named_in_the_language_of_the_page():
    """The division in Scandinavian words; the class itself in English."""
    nace = "http://data.europa.eu/ux2/nace2.1/"
    assert industry_name(f"{nace}8559", "nb").text == "Undervisning"
    assert industry_name(f"{nace}8121", "da").text == "Ejendomsservice og rengøring"
    assert industry_name(f"{nace}6010", "nn").text == "Kringkasting og nyheitsbyrå"
    english = industry_name(f"{nace}8559", "en")
    assert (english.text, english.language) == ("Other education n.e.c.", "en")
    assert industry_name(f"{nace}0000", "nb").text == "0000"


def test_every_division_has_a_name_in_every_language():
    """No number of NACE is left without words, in either revision."""
    divisions = [f"{number:02}" for number in range(1, 100)]
    for revision in ("2", "2.1"):
        namespace = f"http://data.europa.eu/ux2/nace{revision}/"
        for division in divisions:
            for language in ("nb", "nn", "da"):
                name = industry_name(namespace + division, language)
                assert name.language == language or name.text == division


def test_related_expertise_of_others_says_whose():
    """Matches elsewhere carry the cluster's name, since they may read the same."""
    matching = replace(CONCEPTS[0], document={**CONCEPTS[0].document, "closeMatch": THERE})
    view = sheet_view(matching, samples.context("nb"))
    links = {p.label: p.values for p in view.particulars}
    assert links["close_match"][0].note == "InfinIT"
