from dataclasses import replace

from node.pages.alphabet import OTHER, initial, sort_key
from node.pages.expertise import (
    expertise_groups,
    expertise_item,
    expertise_tags,
    expertises,
    kin,
    narrower,
)
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


WIDE = f"{samples.DIGIN}/concepts/learning"
OTHER_WIDE = "http://localhost:8082/concepts/learning"


def known(language="nb"):
    """Return the expertises of both nodes."""
    return expertises(CONCEPTS, HOLDERS, samples.context(language))


def below(thing, wide):
    """Return a concept that says what it is part of."""
    return replace(thing, document={**thing.document, "broader": wide})


def tree():
    """Return the expertises where each node has put its own below a field of the same name."""
    fields = [concept(WIDE, nb="læring"), concept(OTHER_WIDE, nb="Læring")]
    lower = [below(CONCEPTS[0], WIDE), below(CONCEPTS[1], [OTHER_WIDE, "urn:unknown"])]
    return expertises([*fields, *lower, CONCEPTS[2]], HOLDERS, samples.context("nb"))


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
    """The cloud shows what members know, the most common first, without the fields above."""
    for expertise in (known(), tree()):
        tags = expertise_tags(expertise, samples.context("nb"), 9)
        assert [tag.text for tag in tags] == ["e-læring"]


def test_kin_of_an_unknown_concept_is_itself():
    """What is in no list stands for itself."""
    assert kin(THERE, known()) == {HERE, THERE}
    assert kin("urn:x", known()) == {"urn:x"}


def test_wide_field_has_what_lies_below_it():
    """Who has e-learning counts for learning, whichever node put it there."""
    field = next(one for one in tree() if one.title.text == "læring")
    assert field.within == {WIDE, OTHER_WIDE, HERE, THERE}
    assert field.members == {"a", "b", "c"}
    assert kin(OTHER_WIDE, tree()) == field.within
    assert kin(HERE, tree()) == {HERE, THERE}


def test_wide_field_names_what_it_includes_once():
    """Its page lists ours of what reads the same, and what only the concept itself names."""
    field = replace(concept(WIDE), document={"id": WIDE, "narrower": [THERE, "urn:elsewhere"]})
    assert narrower(field, tree()) == (HERE, "urn:elsewhere")
    assert narrower(concept("urn:x"), tree()) == ()


def test_narrower_counts_as_broader():
    """It is enough that one of the two says so."""
    stating = replace(CONCEPTS[2], document={**CONCEPTS[2].document, "narrower": HERE})
    found = expertises([CONCEPTS[0], stating], HOLDERS, samples.context("nb"))
    assert {one.title.text: one.field for one in found} == {"e-læring": "udbud", "udbud": ""}


def test_circle_of_concepts_ends():
    """Two that lie below each other are listed like any other, and counted once."""
    circle = [below(CONCEPTS[0], ALONE), below(CONCEPTS[2], HERE)]
    found = expertises(circle, HOLDERS, samples.context("nb"))
    assert [len(one.members) for one in found] == [2, 2]
    (group,) = expertise_groups(found, found, samples.context("nb"))
    assert group.heading is None
    assert len(group.items) == 2


def test_list_is_grouped_by_wide_fields():
    """The fields are headings with links; what has none comes last."""
    context = samples.context("nb")
    learning, rest = expertise_groups(tree(), tree(), context)
    assert (learning.heading.text, learning.heading.href) == ("læring", "/concepts/learning")
    assert [item.title.text for item in learning.items] == ["e-læring"]
    assert (rest.heading, [item.title.text for item in rest.items]) == (None, ["udbud"])


def test_row_names_clusters_only_where_some_lack_it():
    """What all clusters have needs no names; what one has says whose it is."""
    shared, alone = (
        item
        for group in expertise_groups(known(), known(), samples.context("nb"))
        for item in group.items
    )
    assert (shared.clusters, alone.clusters) == ((), ("InfinIT",))


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
