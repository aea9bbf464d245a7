"""A graph on disk, a pool of real processes, and an endpoint on loopback."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pyoxigraph import Literal, NamedNode, Quad

from node.endpoints.sparql import register
from node.graph.projector import GraphChange, GraphProjector
from node.graph.query_pool import QueryLimits, QueryPool
from node.graph.snapshots import SnapshotKeeper

BASE = "http://node.example"


def statements(document: Mapping[str, Any]) -> Sequence[Quad]:
    """Return the quads of a test document: its keys but ``id`` are predicates."""
    graph = NamedNode(document["id"])
    return [
        Quad(graph, NamedNode(f"http://e/{key}"), _term(value), graph)
        for key, values in document.items()
        if key != "id"
        for value in (values if isinstance(values, list) else [values])
    ]


def _term(value: object) -> NamedNode | Literal:
    if isinstance(value, str) and value.startswith("http://"):
        return NamedNode(value)
    return Literal(value)  # type: ignore[arg-type] # str, int or bool


class Endpoint:
    """The endpoint under test and what stands behind it."""

    def __init__(self, client: TestClient[Any, Any], pool: QueryPool, graph: "Graph") -> None:
        self.client = client
        self.pool = pool
        self.graph = graph

    async def ask(self, query: str, **headers: str) -> tuple[int, str]:
        """GET *query*; return status and body."""
        async with self.client.get("/sparql", params={"query": query}, headers=headers) as got:
            return got.status, await got.text()


class Graph:
    """A projector and its snapshots."""

    def __init__(self, folder: Path) -> None:
        self.projector = GraphProjector.open(folder / "store", BASE, quads_of=statements)
        self.snapshots = SnapshotKeeper(self.projector.store, folder / "snapshots")

    def put(self, *documents: Mapping[str, Any]) -> None:
        """Put documents into the graph and take a snapshot."""
        changes = [GraphChange(iri=document["id"], wire=document) for document in documents]
        assert self.projector.apply(changes) == []
        self.snapshots.take()


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    """Give an empty graph."""
    return Graph(tmp_path)


@pytest.fixture
async def serve(graph: Graph) -> AsyncIterator[Callable[..., Any]]:
    """Give a function that starts an endpoint with the limits it is given."""
    async with AsyncExitStack() as stack:

        async def start(**limits: Any) -> Endpoint:
            pool = QueryPool(graph.snapshots, QueryLimits(**limits))
            await pool.start()
            stack.push_async_callback(pool.close)
            app = web.Application()
            register(app, pool)
            client: TestClient[Any, Any] = TestClient(TestServer(app))
            await stack.enter_async_context(client)
            return Endpoint(client, pool, graph)

        yield start
