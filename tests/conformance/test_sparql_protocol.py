"""The W3C tests of the SPARQL 1.1 Protocol, over HTTP, against a real pool."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pyoxigraph import NamedNode, RdfFormat, Store

from node.endpoints.sparql import register
from node.graph.query_pool import QueryLimits, QueryPool
from node.graph.snapshots import SnapshotKeeper

SUITES = Path(os.environ.get("SKAGERRAK_SUITES", Path(__file__).parents[3] / "shared" / "suites"))
SUITE = SUITES / "sparql11-protocol.json"
DATA = SUITES / "sparql-protocol-data/src/sparql_conformance/data"
GRAPHS = "http://kasei.us/2009/09/sparql/data/"
TESTS: dict[str, Any] = json.loads(SUITE.read_text()) if SUITE.exists() else {}
CONTENT = {
    "boolean": ("application/sparql-results+json",),
    "tabular": ("application/sparql-results+json",),
    "RDF": ("text/turtle",),
}

pytestmark = pytest.mark.skipif(not TESTS, reason=f"{SUITE} is not there; set SKAGERRAK_SUITES")


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[TestClient[Any, Any]]:
    """Give a client of an endpoint that has the graphs of the suite."""
    store = Store(tmp_path / "store")
    for path in DATA.glob("data*.rdf"):
        graph = NamedNode(GRAPHS + path.name)
        store.load(path=path, format=RdfFormat.RDF_XML, base_iri=graph.value, to_graph=graph)
    keeper = SnapshotKeeper(store, tmp_path / "snapshots")
    keeper.take()
    pool = QueryPool(keeper, QueryLimits(workers=1))
    await pool.start()
    app = web.Application()
    register(app, pool)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(pool.close)
        yield await stack.enter_async_context(TestClient(TestServer(app)))


async def send(client: TestClient[Any, Any], request: dict[str, Any]) -> tuple[int, str, bytes]:
    """Send a request of the suite; return status, content type and body."""
    body = request.get("body", "").encode(request.get("body_encoding") or "utf-8")
    async with client.request(
        request["method"], request["path"], data=body or None, headers=request["headers"]
    ) as response:
        return response.status, response.content_type, await response.read()


def check(expected: dict[str, Any], status: int, content_type: str, body: bytes) -> None:
    """Compare an answer with what the suite expects."""
    classes = {name.removeprefix("StatusCode")[0] for name in expected["expectedStatus"]}
    assert str(status)[0] in classes, body
    if "expectedFormat" in expected:
        assert content_type in CONTENT[expected["expectedFormat"]]
    if "expectedBoolean" in expected:
        assert json.loads(body)["boolean"] is (expected["expectedBoolean"] == "true")


@pytest.mark.parametrize("name", [name for name in TESTS if not name.startswith("update_")])
async def test_queries(client: TestClient[Any, Any], name: str) -> None:
    """Every query test of the suite, and every bad request, gets what the suite expects."""
    for request in TESTS[name]["requests"]:
        check(request["expect"], *await send(client, request))


@pytest.mark.parametrize("name", [name for name in TESTS if name.startswith("update_")])
async def test_updates_are_refused(client: TestClient[Any, Any], name: str) -> None:
    """The suite expects success of updates; this endpoint is read-only and says so."""
    status, _, body = await send(client, TESTS[name]["requests"][0])
    assert status == 403
    assert b"queries only" in body
