import pytest

from node.graph.errors import QueryError, QueryTooComplex, UpdateRefused
from node.graph.query_guard import check_query
from node.graph.syntax_errors import explain_syntax_error
from node.pages.details import NOT_VALID, PARSED, filled, in_words

REFUSED = (
    "DROP ALL",
    "SELECT * { SERVICE <http://a.example/> { } }",
    "SELECT * { FILTER(?a<?b'c> ?d) }",
    "SELECT * { ?s ?p 'open }",
    "SELECT * " + "{" * 200,
    "SELECT ?" + "a" * 200_000,
    "EXPLAIN",
    "SELECT \\uDFFF",
    "SELECT \ud800",
)


@pytest.mark.parametrize("query", REFUSED, ids=range(len(REFUSED)))
@pytest.mark.parametrize("language", ["nb", "nn", "da"])
def test_whatever_the_guard_says_has_words(query, language):
    """Every refusal, and what to do about it, is told in the reader's language."""
    with pytest.raises(QueryError) as caught:
        check_query(query)
    for text in filter(None, (caught.value.safe, caught.value.remedy)):
        words = in_words(text, language)
        assert words
        assert words != text


def test_numbers_and_names_stay():
    """What the text names is in the translation."""
    assert in_words("Line 7: a string is not closed.", "nb") == (
        "Linje 7: En streng er ikke avsluttet."
    )
    assert in_words(UpdateRefused().safe, "nn").startswith("Her kan ein berre spørje.")
    assert in_words(QueryTooComplex().safe, "da")


def test_name_that_stands_twice_is_the_same():
    """What helps most, a missing prefix, is told in the reader's language too."""
    said = explain_syntax_error("Prefix not found", "SELECT * { ?s ex:p ?o }", 1, 19)
    assert in_words(said, "nb") == (
        "Prefikset ex: er ikke deklarert. Begynn med en linje PREFIX ex: <…>"
    )
    assert in_words(explain_syntax_error("expected", "x", 1, 1), "nn")
    assert in_words(said.replace("PREFIX ex", "PREFIX other"), "nb") == ""


def test_english_is_itself_and_the_unknown_is_nothing():
    """A text without a translation is left to the page that knows the status."""
    assert in_words("Anything at all.", "en") == "Anything at all."
    assert in_words("Anything at all.", "nb") == ""


def test_words_of_the_parser_are_told_apart():
    """Where it is comes in the reader's language, what it is in the parser's own words."""
    match = PARSED.fullmatch("Line 1, column 22: expected one of {\n or }")
    assert match is not None
    assert match["said"] == "expected one of {\n or }"
    assert filled(NOT_VALID, match.groupdict(), "da") == (
        "Forespørgslen er ikke gyldig SPARQL: se linje 1, kolonne 22."
    )
