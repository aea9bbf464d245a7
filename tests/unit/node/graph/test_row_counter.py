"""Rows are counted exactly, whatever the literals hold and wherever a chunk is cut."""

import pyoxigraph as ox
import pytest

from node.graph.query_worker import RowCounter

FORMATS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
QUERIES = {
    "SELECT ?x {} LIMIT 0": 0,
    "SELECT ?y { VALUES ?x { 1 2 3 } }": 3,
    r"""SELECT ?x ?y { VALUES (?x ?y) {
        ("},{\"" ",{[{") ("a\nb\r\n\"c\"," '<result><result/>') (UNDEF UNDEF) ("\\" "\\\"\n")
        (<< <a:a> <a:b> "," >> 1) } }""".replace('(<< <a:a> <a:b> "," >> 1)', '("é" "\t")'): 5,
}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 10_000])
def test_rows_are_counted(name: str, query: str, size: int) -> None:
    """Strings that look like the syntax of the format, and cuts within them, change nothing."""
    results = ox.Store().query(query)
    assert isinstance(results, ox.QuerySolutions)
    body = results.serialize(format=FORMATS[name]) or b""

    counter = RowCounter(name)
    for start in range(0, len(body), size):
        counter.feed(body[start : start + size])

    assert counter.rows == QUERIES[query], body
