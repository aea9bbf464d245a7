"""What is said of a query that is none."""

import re

import pytest
from pyoxigraph import Store

from node.graph.syntax_errors import explain_syntax_error


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * { ?s foo:bar ?o }", "The prefix foo: is not declared."),
        ("SELECT * {\n ?s a vf:Proposal .\n ?s vf:purpose ?o }", "The prefix vf: is not"),
        ("SELECT * { ?s :a ?o }", "cannot follow what stands before"),
        ("SELECT * {", "cannot follow what stands before"),
        ("SELECT ?a { ?a ?b ?c } GROUP ?a", "expected BY"),
    ],
)
def test_the_engines_words_become_a_readers(query: str, said: str) -> None:
    """No list of all characters that could have followed; the forgotten prefix by its name."""
    with pytest.raises(SyntaxError) as error:
        Store().query(query)
    place = re.match(r"error at (\d+):(\d+): ", str(error.value))
    assert place is not None
    text = str(error.value)[place.end() :]
    told = explain_syntax_error(text, query, int(place[1]), int(place[2]))

    assert said in told
    assert "u{" not in told
    assert "\n" not in told


def test_a_place_outside_of_the_query_does_no_harm() -> None:
    """The engine and this node may count lines in different ways."""
    assert "not declared" in explain_syntax_error("Prefix not found", "ASK {}", 7, 3)
