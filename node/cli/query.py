"""``skagerrak query``: ask the local node."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from node.cli.output import NodeOption, command, fail
from node.control_socket import control_session
from node.errors import NodeError
from node.graph.query_guard import check_query
from node.graph.query_pool import QueryLimits, QueryPool, QueryRequest
from node.graph.snapshots import Snapshot, newest_on_disk
from node.node_folder import NodeFolder
from node.setting_groups import SparqlSettings

Format = Literal["json", "xml", "csv", "tsv", "turtle", "ntriples", "jsonld", "rdfxml"]


@command
async def query(
    sparql: Annotated[str, typer.Argument(help="SPARQL query, or - to read it from stdin.")],
    node: NodeOption = Path(),
    form: Annotated[
        Format | None,
        typer.Option("--format", help="Default: csv, ASK json, graphs turtle."),
    ] = None,
) -> None:
    """Ask the local node, running or not; prints the answer."""
    folder = NodeFolder.read(node)
    text = sys.stdin.read() if sparql == "-" else sparql
    checked = check_query(text)
    is_table = checked.form in ("SELECT", "ASK")
    chosen = form or ("csv" if checked.form == "SELECT" else "json" if is_table else "turtle")
    async with control_session(folder.path) as session:
        if session is not None:
            data = {"query": text, "format": chosen}
            async with session.post("/sparql", data=data) as response:
                body = await response.read()
                if response.status != 200:
                    fail(*_problem(body))
                _write(body)
            return
    request = QueryRequest(query=checked, format=chosen, client="command")
    await asyncio.shield(_from_snapshot(folder, request))


def _problem(body: bytes) -> tuple[str, str]:
    """Return text and remedy of an answer of application/problem+json (RFC 9457)."""
    try:
        problem: dict[str, Any] = json.loads(body)
        return str(problem["detail"]), str(problem.get("remedy", ""))
    except (ValueError, KeyError, TypeError):
        return body.decode(errors="replace").strip(), ""


def _write(body: bytes) -> None:
    sys.stdout.buffer.write(body)
    if not body.endswith(b"\n"):
        sys.stdout.buffer.write(b"\n")
    sys.stdout.buffer.flush()


class _OneSnapshot:
    """The newest snapshot that the node left, as the pool wants it."""

    def __init__(self, path: Path) -> None:
        self.newest: Snapshot | None = Snapshot(number=int(path.name), path=path, tag="disk")

    def hold(self) -> Snapshot | None:
        return self.newest

    def release(self, snapshot: Snapshot) -> None:
        """Nobody prunes what nobody serves."""


async def _from_snapshot(folder: NodeFolder, request: QueryRequest) -> None:
    path = newest_on_disk(folder.snapshots)
    if path is None:
        raise NodeError(
            "There is no snapshot of the graph yet.",
            remedy=f"Run the node once: skagerrak serve --node {folder.path}",
        )
    pool = QueryPool(_OneSnapshot(path), _limits(folder.settings.sparql))
    await pool.start()
    try:
        result = await pool.run(request)
        _write(b"".join(result.chunks()))
        result.close()
    finally:
        await pool.close()


def _limits(settings: SparqlSettings) -> QueryLimits:
    """One process for one query, with the time and memory that the node gives to one."""
    return QueryLimits(
        workers=1,
        seconds=settings.seconds,
        memory=settings.memory_mib << 20,
        max_rows=settings.rows,
    )
