"""SECURITY F1–F12 against real worker processes on loopback."""

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from node.graph.projector import GraphChange
from node.graph.query_guard import check_query
from node.graph.query_pool import QueryRequest

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
K = "<http://e/knows>*"
PATHS = f"SELECT (COUNT(*) AS ?n) {{ ?a ({K}/{K})* ?b . ?c {K} ?d }}"


def many(count: int) -> dict[str, Any]:
    """Return a document of *count* statements."""
    return {"id": "http://node.example/many", "value": list(range(count))}


def greedy_query(doublings: int) -> str:
    """Return a query that doubles a string again and again."""
    steps = "".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1}) " for n in range(doublings))
    return f"SELECT (STRLEN(?x{doublings}) AS ?n) {{ BIND('0123456789abcdef' AS ?x0) {steps} }}"


async def eventually(holds: Callable[[], bool]) -> None:
    """Wait until *holds*, five seconds at most."""
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 # Another process changes it; nothing tells us.
            await asyncio.sleep(0.01)


async def canary() -> tuple[asyncio.Server, list[int], int]:
    """Listen on loopback and note who connects."""
    hits: list[int] = []

    async def note(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hits.append(1)
        writer.close()

    server = await asyncio.start_server(note, "127.0.0.1", 0)
    return server, hits, server.sockets[0].getsockname()[1]


@pytest.mark.parametrize(
    "query",
    [
        "ASK { SERVICE <URL> { ?s ?p ?o } }",
        "ASK { SERVICE SILENT <URL> { ?s ?p ?o } }",
        "PREFIX : <URL> ASK { SERVICE: { ?s ?p ?o } }",
        "LOAD <URL>",
        "\\u004COAD <URL>",
        "INSERT DATA { <URL> <URL> <URL> }",
        "DROP ALL",
    ],
)
async def test_calls_and_writes_are_refused(query: str, serve: Callable[..., Any]) -> None:
    """F1, F2: SERVICE, LOAD and updates are a 4xx, and nobody is called."""
    server, hits, port = await canary()
    async with server:
        endpoint = await serve()
        endpoint.graph.put(many(1))
        status, _ = await endpoint.ask(query.replace("URL", f"http://127.0.0.1:{port}/"))

    assert 400 <= status < 500
    assert hits == []


async def test_a_worker_cannot_connect_even_past_the_guard(
    serve: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """F1: with the guard taken away, the kernel still refuses the connection."""
    server, hits, port = await canary()
    async with server:
        endpoint = await serve()
        endpoint.graph.put(many(1))
        monkeypatch.setattr("node.graph.query_guard._check_words", lambda tokens: None)
        status, _ = await endpoint.ask(f"ASK {{ SERVICE <http://127.0.0.1:{port}/> {{}} }}")

    assert status == 503
    assert hits == []


async def test_from_fetches_nothing(serve: Callable[..., Any]) -> None:
    """F3: FROM names a graph that is here, or an empty one; it is never fetched."""
    server, hits, port = await canary()
    async with server:
        endpoint = await serve()
        endpoint.graph.put(many(1))
        for source in (f"http://127.0.0.1:{port}/", "file:///etc/passwd"):
            status, body = await endpoint.ask(f"ASK FROM <{source}> {{ ?s ?p ?o }}")
            assert (status, "false" in body) == (200, True)

    assert hits == []


@pytest.mark.parametrize("query", [SLOW, PATHS])
async def test_a_slow_query_is_ended(query: str, serve: Callable[..., Any]) -> None:
    """F4, F5: a product or a path over a clique ends at its time, and so does its process."""
    endpoint = await serve(workers=1, seconds=2)
    people = [f"http://node.example/{n}" for n in range(150)]
    endpoint.graph.put(*({"id": person, "knows": people} for person in people))
    before = endpoint.pool.pids
    status, body = await endpoint.ask(query)

    assert status == 503
    assert "2 s" in body
    assert (await endpoint.ask("ASK {}"))[0] == 200
    assert endpoint.pool.pids != before


@pytest.mark.parametrize("text", ["ASK " + "{" * 4_000, "ASK { FILTER(" + "(" * 20_000])
async def test_deep_nesting_never_reaches_the_engine(text: str, serve: Callable[..., Any]) -> None:
    """F6: 4,000 braces are a 400, and the workers are the same as before."""
    endpoint = await serve()
    endpoint.graph.put(many(1))
    before = endpoint.pool.pids
    async with endpoint.client.post(
        "/sparql", data=text, headers={"Content-Type": "application/sparql-query"}
    ) as response:
        assert response.status == 400

    assert endpoint.pool.pids == before


@pytest.mark.parametrize("piece", ["!", "-", "^", "1+", "<a:b>/"])
async def test_recursion_without_brackets_ends_at_most_its_process(
    piece: str, serve: Callable[..., Any]
) -> None:
    """F6: chains of operators and paths that fill 64 KiB leave the node answering."""
    endpoint = await serve(workers=1, seconds=5)
    endpoint.graph.put(many(1))
    chain = piece * (60_000 // len(piece))
    text = (
        f"ASK {{ ?s {chain}<a:b> ?o }}"
        if piece in ("^", "<a:b>/")
        else f"ASK {{ FILTER({chain}1) }}"
    )
    async with endpoint.client.post(
        "/sparql", data=text, headers={"Content-Type": "application/sparql-query"}
    ) as response:
        assert response.status in (200, 400, 503)

    assert (await endpoint.ask("ASK {}"))[0] == 200


async def test_a_greedy_query_dies_with_its_process_only(serve: Callable[..., Any]) -> None:
    """F7: what needs more memory than there is for one query is told so; others are served."""
    endpoint = await serve(workers=1, memory=256 * 1024 * 1024)
    endpoint.graph.put(many(1))
    status, body = await endpoint.ask(greedy_query(26))

    assert status == 503
    assert "256 MiB" in body
    assert (await endpoint.ask("ASK {}"))[0] == 200


async def test_nested_quantifiers_are_harmless(serve: Callable[..., Any]) -> None:
    """F8: regular expressions are matched in linear time."""
    endpoint = await serve(seconds=2)
    endpoint.graph.put(many(1))
    text = f'ASK {{ FILTER(REGEX("{"a" * 5000}!", "^(a+)+$")) }}'
    assert (await endpoint.ask(text))[0] == 200


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
async def test_one_row_too_many_is_an_error(name: str, serve: Callable[..., Any]) -> None:
    """F9: 100,000 rows are an answer, 100,001 are a 422 that says so."""
    endpoint = await serve()
    endpoint.graph.put(many(100_001))
    url, query = "/sparql", "SELECT ?o { ?s ?p ?o }"
    params = {"query": query, "format": name}
    async with endpoint.client.get(url, params=params) as response:
        assert response.status == 422
        assert "100000 rows" in await response.text()
    params["query"] += " LIMIT 100000"
    async with endpoint.client.get(url, params=params) as response:
        assert response.status == 200
        body = await response.read()
        assert len(body) == int(response.headers["Content-Length"])


@pytest.mark.parametrize("name", ["turtle", "ntriples", "jsonld", "rdfxml"])
async def test_one_triple_too_many_is_an_error(name: str, serve: Callable[..., Any]) -> None:
    """F9: the same holds for graphs."""
    endpoint = await serve(max_rows=1000)
    endpoint.graph.put(many(1001))
    params = {"query": "CONSTRUCT WHERE { ?s ?p ?o }", "format": name}
    async with endpoint.client.get("/sparql", params=params) as response:
        assert response.status == 422


async def test_too_many_bytes_are_an_error(serve: Callable[..., Any]) -> None:
    """F9: few rows of long literals have a limit too."""
    endpoint = await serve(max_bytes=500_000)
    endpoint.graph.put(
        {"id": "http://node.example/a", "text": [f"{n}" + "x" * 9000 for n in range(90)]}
    )
    assert (await endpoint.ask("SELECT * { ?s ?p ?o }"))[0] == 422


async def test_a_client_that_hogs_is_told_to_wait(serve: Callable[..., Any]) -> None:
    """F10: of 50 slow queries most are a 429 with Retry-After; somebody else is served."""
    endpoint = await serve(seconds=1.5, patience=0.2)
    endpoint.graph.put(many(400))

    async def hog() -> int:
        async with endpoint.client.get("/sparql", params={"query": SLOW}) as response:
            assert response.status != 429 or "Retry-After" in response.headers
            return int(response.status)

    hogs = [asyncio.create_task(hog()) for _ in range(50)]
    await asyncio.wait(hogs, return_when=asyncio.FIRST_COMPLETED)
    other = QueryRequest(query=check_query("ASK {}"), format="json", client="other")
    async with asyncio.timeout(2):
        result = await endpoint.pool.run(other)
    statuses = await asyncio.gather(*hogs)

    assert b"true" in (result.body or b"")
    assert statuses.count(429) >= 44
    assert set(statuses) == {429, 503}


async def test_computing_time_is_rationed(serve: Callable[..., Any]) -> None:
    """F10: a client whose minute is used up gets 429 even for a small query."""
    endpoint = await serve(workers=1, seconds=0.5, cpu_per_minute=0.3)
    endpoint.graph.put(many(400))
    assert (await endpoint.ask(SLOW))[0] == 503
    assert (await endpoint.ask("ASK {}"))[0] == 429


async def test_an_abandoned_query_is_stopped(serve: Callable[..., Any]) -> None:
    """F11: when the client disconnects, the process of its query is gone soon."""
    endpoint = await serve(workers=1, seconds=60)
    endpoint.graph.put(many(400))
    (pid,) = endpoint.pool.pids
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await endpoint.ask(SLOW)
    async with asyncio.timeout(5):
        assert (await endpoint.ask("ASK {}"))[0] == 200

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_only_what_was_put_into_the_graph_is_found(serve: Callable[..., Any]) -> None:
    """F12: no form of query reaches a document that was withdrawn, or never was public."""
    endpoint = await serve()
    endpoint.graph.put(
        {"id": "http://node.example/a", "x": 1}, {"id": "http://node.example/b", "x": 2}
    )
    endpoint.graph.projector.apply([GraphChange(iri="http://node.example/b", wire=None)])
    endpoint.graph.snapshots.take()
    for query in (
        "SELECT * { GRAPH ?g { ?s ?p ?o } }",
        "DESCRIBE <http://node.example/b>",
        "SELECT * { ?s (!<a:a>|!^<a:a>)* ?o }",
        "SELECT * { ?s ?p ?o }",
        "SELECT DISTINCT ?g { GRAPH ?g { } }",
    ):
        status, body = await endpoint.ask(query)
        assert status == 200
        assert "node.example/b" not in body


@pytest.mark.parametrize("busy", [True, False])
async def test_a_killed_worker_is_replaced(busy: bool, serve: Callable[..., Any]) -> None:
    """A worker that somebody kills, busy or idle, costs at most the query it was answering."""
    endpoint = await serve(workers=1, seconds=20)
    endpoint.graph.put(many(400))
    (pid,) = endpoint.pool.pids
    running = asyncio.create_task(endpoint.ask(SLOW if busy else "ASK {}"))
    if not busy:
        await running
    else:
        await eventually(lambda: "State:\tR" in Path(f"/proc/{pid}/status").read_text())
    os.kill(pid, signal.SIGKILL)

    assert (await running)[0] == (503 if busy else 200)
    await eventually(lambda: endpoint.pool.pids not in ([pid], []))
    assert (await endpoint.ask("SELECT * { ?s ?p ?o } LIMIT 1"))[0] == 200


async def test_a_large_node_keeps_its_workers(serve: Callable[..., Any]) -> None:
    """What the node itself holds is not counted against the processes that it starts."""
    ballast = b"\1" * (300 << 20)
    endpoint = await serve(workers=1, seconds=20)
    endpoint.graph.put(many(1))
    before = endpoint.pool.pids
    answers = [await endpoint.ask(f"ASK {{ ?s ?p {number} }}") for number in range(3)]

    assert [status for status, _ in answers] == [200, 200, 200]
    assert (endpoint.pool.pids, ballast[-1]) == (before, 1)
