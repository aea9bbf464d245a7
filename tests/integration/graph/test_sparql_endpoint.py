"""What /sparql answers: formats, headers, errors."""

from collections.abc import Callable
from typing import Any

import pytest

SELECT = "SELECT ?o { ?s ?p ?o } ORDER BY ?o"
CONSTRUCT = "CONSTRUCT WHERE { ?s ?p ?o }"
DOCUMENT = {"id": "http://node.example/a", "x": ["å", 2]}


@pytest.fixture
async def endpoint(serve: Callable[..., Any]) -> Any:
    """Give an endpoint with one document."""
    started = await serve(workers=1)
    started.graph.put(DOCUMENT)
    return started


@pytest.mark.parametrize(
    ("query", "accept", "expected"),
    [
        (SELECT, "", "application/sparql-results+json"),
        (SELECT, "*/*", "application/sparql-results+json"),
        (SELECT, "text/csv", "text/csv; charset=utf-8"),
        (SELECT, "text/*", "text/csv; charset=utf-8"),
        (SELECT, "text/csv;q=0.4, text/tab-separated-values", "text/tab-separated-values"),
        (
            SELECT,
            "application/sparql-results+xml;q=0.5, */*;q=0.1",
            "application/sparql-results+xml",
        ),
        (SELECT, "application/json", "application/json"),
        (SELECT, "text/html,application/xhtml+xml,*/*;q=0.8", "application/sparql-results+json"),
        ("ASK {}", "text/turtle, application/sparql-results+xml", "application/sparql-results+xml"),
        (CONSTRUCT, "*/*", "text/turtle; charset=utf-8"),
        (CONSTRUCT, "application/ld+json", "application/ld+json"),
        (CONSTRUCT, "application/n-triples", "application/n-triples"),
        (CONSTRUCT, "application/rdf+xml, */*;q=0.1", "application/rdf+xml"),
    ],
)
async def test_accept_decides_the_format(
    endpoint: Any, query: str, accept: str, expected: str
) -> None:
    """Qualities and wildcards count; the usual format comes first among equals."""
    async with endpoint.client.get(
        "/sparql", params={"query": query}, headers={"Accept": accept}
    ) as response:
        assert response.status == 200
        assert response.headers["Content-Type"].startswith(expected)
        assert response.headers["Vary"] == "Accept"
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("query", "name", "beginning"),
    [
        (SELECT, "json", '{"head"'),
        (SELECT, "xml", "<?xml"),
        (SELECT, "csv", "o\r\n"),
        (SELECT, "tsv", "?o\n"),
        (SELECT, "application/sparql-results+xml", "<?xml"),
        (CONSTRUCT, "ttl", "<http://node.example/a>"),
        (CONSTRUCT, "nt", "<http://node.example/a>"),
        (CONSTRUCT, "jsonld", "["),
        (CONSTRUCT, "rdf", "<?xml"),
    ],
)
async def test_the_format_parameter_goes_before_accept(
    endpoint: Any, query: str, name: str, beginning: str
) -> None:
    """``format=`` takes short names and media types."""
    params = {"query": query, "format": name}
    async with endpoint.client.get(
        "/sparql", params=params, headers={"Accept": "text/csv"}
    ) as response:
        assert response.status == 200
        assert (await response.text()).startswith(beginning)


@pytest.mark.parametrize(
    ("query", "params", "accept", "named"),
    [
        (SELECT, {}, "text/turtle", "application/sparql-results+json"),
        (CONSTRUCT, {}, "text/csv", "text/turtle"),
        (SELECT, {"format": "docx"}, "*/*", "text/csv"),
    ],
)
async def test_what_there_is_not_is_a_406_that_lists_what_there_is(
    endpoint: Any, query: str, params: dict[str, str], accept: str, named: str
) -> None:
    """The client learns what to ask for."""
    async with endpoint.client.get(
        "/sparql", params={"query": query, **params}, headers={"Accept": accept}
    ) as response:
        assert response.status == 406
        assert named in await response.text()


async def test_a_syntax_error_has_line_and_column(endpoint: Any) -> None:
    """The problem says where in the query it is."""
    async with endpoint.client.get(
        "/sparql", params={"query": "SELECT * WHERE {\n ?s ?p }"}
    ) as response:
        assert response.status == 400
        assert response.content_type == "application/problem+json"
        problem = await response.json(content_type=None)
    assert (problem["line"], problem["column"]) == (2, 9)
    assert problem["detail"].startswith("Line 2, column 9: expected")


async def test_post_takes_a_form_or_the_query_itself(endpoint: Any) -> None:
    """Both ways give what GET gives; graphs may be named in the address."""
    async with endpoint.client.get("/sparql", params={"query": SELECT}) as response:
        expected = await response.read()
    async with endpoint.client.post("/sparql", data={"query": SELECT}) as response:
        assert await response.read() == expected
    sent = {"Content-Type": "application/sparql-query; charset=UTF-8"}
    async with endpoint.client.post("/sparql", data=SELECT, headers=sent) as response:
        assert await response.read() == expected
    path = "/sparql?default-graph-uri=http://node.example/none"
    async with endpoint.client.post(path, data=SELECT, headers=sent) as response:
        assert (await response.json(content_type=None))["results"]["bindings"] == []


@pytest.mark.parametrize(
    ("content_type", "data", "status"),
    [
        ("text/plain", b"ASK {}", 415),
        ("application/sparql-query; charset=UTF-16", "ASK {}".encode("utf-16"), 415),
        ("application/sparql-query", b"ASK { ?s ?p '\xff' }", 400),
        ("application/x-www-form-urlencoded", b"query=ASK%20%FF", 400),
        ("application/x-www-form-urlencoded", b"query=ASK{}&query=ASK{}", 400),
        ("application/x-www-form-urlencoded", b"", 400),
        ("application/x-www-form-urlencoded", b"update=DROP ALL", 403),
        ("application/sparql-update", b"DROP ALL", 403),
        ("application/sparql-query", b"ASK {} #" + b"x" * 70_000, 400),
        ("application/sparql-query", b"x" * 400_000, 413),
    ],
)
async def test_what_the_protocol_does_not_allow(
    endpoint: Any, content_type: str, data: bytes, status: int
) -> None:
    """Each gets a status of its own and a text, and no worker sees it."""
    async with endpoint.client.post(
        "/sparql", data=data, headers={"Content-Type": content_type}
    ) as response:
        assert response.status == status
        assert (await response.json(content_type=None))["detail"]


async def test_a_graph_that_is_no_iri_is_refused(endpoint: Any) -> None:
    """The names of graphs are IRIs, or the request is bad."""
    params = {"query": SELECT, "named-graph-uri": "not an IRI"}
    async with endpoint.client.get("/sparql", params=params) as response:
        assert response.status == 400


async def test_an_etag_spares_the_query_until_the_graph_changes(endpoint: Any) -> None:
    """The same query in the same format is a 304 until the next snapshot."""
    url, params = "/sparql", {"query": SELECT}
    async with endpoint.client.get(url, params=params) as response:
        known = {"If-None-Match": response.headers["ETag"]}
    async with endpoint.client.get(url, params=params, headers=known) as response:
        assert response.status == 304
    async with endpoint.client.get(
        url, params=params, headers={**known, "Accept": "text/csv"}
    ) as response:
        assert response.status == 200
    endpoint.graph.put({**DOCUMENT, "x": "new"})
    async with endpoint.client.get(url, params=params, headers=known) as response:
        assert response.status == 200
        assert "new" in await response.text()


async def test_answers_are_kept_for_the_next_time(endpoint: Any) -> None:
    """A repeated query needs no worker, unless it asks for the time."""
    first = await endpoint.ask(SELECT)
    times = await endpoint.ask("SELECT (STRUUID() AS ?t) {}")
    assert await endpoint.ask("SELECT (STRUUID() AS ?t) {}") != times
    await endpoint.pool.close()
    assert await endpoint.ask(SELECT) == first


async def test_head_and_options(endpoint: Any) -> None:
    """HEAD gives the headers of GET; OPTIONS lets scripts of any page ask."""
    async with endpoint.client.head("/sparql", params={"query": SELECT}) as response:
        assert (response.status, await response.read()) == (200, b"")
        assert int(response.headers["Content-Length"]) > 0
    async with endpoint.client.options("/sparql") as response:
        assert response.status == 204
        assert "POST" in response.headers["Access-Control-Allow-Methods"]


async def test_without_a_query_the_service_describes_itself(endpoint: Any) -> None:
    """In RDF, whatever RDF; who accepts none is told that there is no query."""
    async with endpoint.client.get("/sparql") as response:
        assert response.content_type == "text/turtle"
        assert "SPARQL11Query" in await response.text()
    async with endpoint.client.get("/sparql", headers={"Accept": "image/png"}) as response:
        assert response.status == 400


async def test_a_large_answer_arrives_whole(endpoint: Any) -> None:
    """An answer of several megabytes comes from a file, with its length."""
    rows = [f"{number:05d}" + "x" * 200 for number in range(20_000)]
    endpoint.graph.put({"id": "http://node.example/large", "text": rows})
    query = "SELECT ?o { <http://node.example/large> ?p ?o }"
    async with endpoint.client.get("/sparql", params={"query": query, "format": "csv"}) as response:
        body = await response.text()

    assert sorted(body.splitlines()[1:]) == rows


async def test_before_the_first_snapshot_there_is_no_graph(serve: Callable[..., Any]) -> None:
    """A node that is still building its graph says so."""
    endpoint = await serve(workers=1)
    status, body = await endpoint.ask("ASK {}")
    assert status == 503
    assert "being built" in body


async def test_workers_follow_the_snapshots_and_let_go_of_old_ones(endpoint: Any) -> None:
    """Each query sees the newest state; what no worker has open is removed."""
    for number in range(6):
        endpoint.graph.put({"id": "http://node.example/n", "x": number})
        _, body = await endpoint.ask(f"ASK {{ <http://node.example/n> ?p {number} }}")
        assert "true" in body
    newest = endpoint.graph.snapshots.newest
    kept = sorted(int(entry.name) for entry in newest.path.parent.iterdir())
    assert kept == [newest.number - 2, newest.number - 1, newest.number]
