"""What the guard lets through and what it refuses."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.graph import query_guard
from node.graph.errors import RefusedQuery, UpdateRefused
from node.graph.query_guard import QueryForm, check_query

SERVICE_CALLS = [
    "ASK { SERVICE <http://c/> { ?s ?p ?o } }",
    "ASK { service silent <http://c/> { ?s ?p ?o } }",
    "ASK { SERVICESILENT<http://c/>{} }",
    "ASK { ?s ?p trueSERVICE<http://c/>{} }",
    "ASK { ?s ?p 1SERVICE<http://c/>{} }",
    "PREFIX : <http://c/> ASK { SERVICE:x {} }",
    "PREFIX S: <http://c/> ASK { SERVICES:x {} }",
    "PREFIX : <http://c/> ASK { ?s ?p trueSERVICE:x# comment\n{} }",
    "ASK { # hidden\r SERVICE <http://c/> {}\n}",
    "ASK { # hidden \\u000A SERVICE <http://c/> {}\n}",
    "ASK { \\u0053ERVICE <http://c/> {} }",
    "ASK { \\U00000053ERVICE <http://c/> {} }",
    'ASK { ?s ?p "a\\u0022 SERVICE <http://c/> {} FILTER("\\u0022") }',
    "PREFIX : <http://e/> ASK { :x :p :a FILTER(?a<?b#>'''\n) SERVICE <http://c/> {} #'''\n}",
    "ASK { ?x ?y ?a FILTER(?a<?b+'>' . SERVICE <http://c/> {} #'\n) }",
]

UPDATES = [
    "INSERT DATA { <a:a> <a:b> <a:c> }",
    "PREFIX e: <http://e/> DELETE WHERE { ?s ?p ?o }",
    "LOAD <http://c/>",
    "clear all",
    "DROP SILENT GRAPH <http://e/>",
    "CREATE GRAPH <http://e/>",
    "ADD DEFAULT TO <http://e/>",
    "MOVE DEFAULT TO <http://e/>",
    "COPY DEFAULT TO <http://e/>",
    "WITH <http://e/> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "ASK {} ; INSERT DATA { <a:a> <a:b> <a:c> }",
    "\\u0049NSERT DATA { <a:a> <a:b> <a:c> }",
]

HARMLESS = [
    "SELECT ?service WHERE { ?service ?load $insert }",
    "PREFIX ex: <http://e/> ASK { ex:service ex:with ex:drop.add }",
    "PREFIX service: <http://e/> ASK { service:x service:p service:y }",
    "ASK { ?s ?p \"SERVICE <http://c/> {}\", 'INSERT', '''it's\nLOAD''' , \"\"\"a\"DROP\"\"\"@en }",
    "ASK { <http://e/service> <http://e/#load> <http://e/insert> } # SERVICE, {{{ DROP",
    "ASK { ?s <#service> ?o FILTER(?o < 3 && ?o > 1) }",
    "ASK FROM <http://e/g> FROM NAMED <http://e/h> { ?s ?p ?o }",
    'ASK { ?s ?p ?o FILTER(REGEX(?o, "\\\\u0053")) }',
]


@pytest.mark.parametrize("text", SERVICE_CALLS)
def test_service_is_refused_however_it_is_written(text: str) -> None:
    """What this parser, or one that decodes escapes first, reads as SERVICE is refused."""
    with pytest.raises(RefusedQuery):
        check_query(text)


@pytest.mark.parametrize("text", UPDATES)
def test_updates_are_refused_as_such(text: str) -> None:
    """Every update operation of SPARQL 1.1 is told that nothing is updated here."""
    with pytest.raises(UpdateRefused):
        check_query(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_words_that_are_not_keywords_pass(text: str) -> None:
    """In strings, comments, IRIs, names and variables the refused words are harmless."""
    assert check_query(text).text == text


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("select * {}", QueryForm.SELECT),
        ("BASE <http://e/> PREFIX a: <b> # SELECT\nASK {}", QueryForm.ASK),
        ("PREFIX ask: <http://e/> CONSTRUCT WHERE { ?s ?p ?o }", QueryForm.CONSTRUCT),
        ("PREFIX : <http://e/> DESCRIBE :x", QueryForm.DESCRIBE),
    ],
)
def test_the_form_is_the_first_word_after_the_prologue(text: str, form: QueryForm) -> None:
    """BASE and PREFIX declarations, in any case and with comments, are skipped."""
    assert check_query(text).form is form


@pytest.mark.parametrize("text", ["", "   ", "# SELECT", "PREFIX a: <b>", "FIND * {}", "?x"])
def test_what_has_no_form_is_refused(text: str) -> None:
    """A text that begins with none of the four forms is no query."""
    with pytest.raises(RefusedQuery):
        check_query(text)


@pytest.mark.parametrize("bracket", ["{", "(", "["])
def test_brackets_may_stand_64_deep(bracket: str) -> None:
    """64 are let through, 65 and 20,000 are not; brackets in strings and comments are text."""
    check_query("ASK " + bracket * 64)
    check_query(f'ASK {{ ?s ?p "{bracket * 200}" }} # {bracket * 200}')
    with pytest.raises(RefusedQuery, match="64 deep"):
        check_query("ASK " + bracket * 65)
    with pytest.raises(RefusedQuery, match="64 deep"):
        check_query("ASK " + bracket * 20_000)


def test_a_query_has_at_most_64_kib() -> None:
    """The limit counts bytes, not characters."""
    check_query("ASK {} #" + "a" * (64 * 1024 - 8))
    with pytest.raises(RefusedQuery, match="64 KiB"):
        check_query("ASK {} #" + "å" * (32 * 1024))


@pytest.mark.parametrize(
    "piece",
    [
        "'",
        '"""',
        "<a",
        "a:",
        "\\u0027",
        "''a",
        "?",
        "a.",
        "a-",
        "<a:a#",
        "<a:a#>\n",
        "'\\",
        "@a",
        "\\",
    ],
)
def test_a_query_of_any_shape_is_scanned_fast(piece: str) -> None:
    """No text of 64 KiB makes the scan slow: a second is a hundred times what it needs."""
    began = time.process_time()
    with contextlib.suppress(RefusedQuery):
        check_query("ASK {} " + piece * (60_000 // len(piece)))
    assert time.process_time() - began < 1


@pytest.mark.parametrize("text", ['ASK { ?s ?p "\ud800" }', "ASK {\0}", 'ASK { ?s ?p "\\uD800" }'])
def test_what_is_no_character_is_refused(text: str) -> None:
    """Lone surrogates and NUL never reach the engine."""
    with pytest.raises(RefusedQuery):
        check_query(text)


def test_a_query_with_now_is_not_repeatable() -> None:
    """What answers differently each time is not kept for the next."""
    assert not check_query("SELECT (now() AS ?t) {}").repeatable
    assert check_query("SELECT ?now {}").repeatable


PIECES = st.sampled_from(
    [
        "ASK",
        "SELECT",
        "{",
        "}",
        "(",
        "<a:b>",
        "<b#>",
        "?x",
        "a:b",
        "#x",
        "'",
        '"""',
        "\\u0053",
        "ſervice",
        "SERVICE",
        "s:",
        "NOW()",
        "knows",
        "WITH",
        "address",
        "PREFIX",
        "1",
    ]
)


@given(st.lists(PIECES | st.sampled_from(" \n"), max_size=30).map("".join))
def test_a_plain_text_is_what_the_scan_lets_through(text: str) -> None:
    """Where the short look sees nothing, the scan finds nothing to refuse either."""
    if query_guard._is_plain(text):
        words = {word for token in query_guard._scan(text) for word in query_guard._words(token)}
        assert not words & query_guard._CHANGING
