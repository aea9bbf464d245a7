"""From the journal to rows and graph: how many activities a second, and on how much computing."""

import asyncio
import json
import time
import urllib.parse
import urllib.request
from pathlib import Path

from node.control_socket import wake
from node.node_folder import NodeFolder
from node.storage.group_commit import insert_inbox
from node.storage.journal import NewInboxRow
from tests.bench.bench_actor import ACTOR, HOST, created_offers, let_follow, make_key
from tests.bench.bench_node import BenchNode
from tests.bench.figures import Figure
from tests.bench.process_figures import cpu_seconds
from tests.bench.workbench import BenchError, Workbench
from vocab.clock import timestamp

COUNT = 5_000
WARM_UP = 500
COUNT_OFFERS = """
    SELECT (COUNT(*) AS ?n) WHERE { ?offer a <https://w3id.org/valueflows/ont/vf#Proposal> }
"""


def measure(bench: Workbench) -> list[Figure]:
    """Return activities a second, of the clock and of the node's computing time."""
    public_key = make_key(bench)
    node = BenchNode.make(bench, "processing", peers=[HOST])
    asyncio.run(let_follow(node.folder, public_key))
    process = node.serve(bench)
    _take_in(node, WARM_UP, run="warm", before=0)
    busy = cpu_seconds(process.pid)
    seconds = _take_in(node, COUNT, run="full", before=WARM_UP)
    busy = cpu_seconds(process.pid) - busy
    note = f"{COUNT} offers, about 30 statements each; until SPARQL counts them all"
    return [
        Figure(name="processing", value=COUNT / seconds, unit="/s", target=1_000, note=note),
        Figure(name="processing, per core-second", value=COUNT / busy, unit="/s"),
    ]


def _take_in(node: BenchNode, count: int, *, run: str, before: int) -> float:
    """Put *count* activities into the journal; return when the graph holds them all."""
    rows = [_row(iri, body) for iri, body in created_offers(count, run=run)]
    began = time.perf_counter()
    asyncio.run(_journal(node.folder, rows))
    while (held := count_of_offers(node)) < before + count:
        if time.perf_counter() - began > 120:
            raise BenchError(f"the graph holds {held} of {before + count} offers after 2 minutes")
        time.sleep(0.1)
    return time.perf_counter() - began


def count_of_offers(node: BenchNode) -> int:
    """Ask the node how many offers its graph holds."""
    query = urllib.parse.urlencode({"query": COUNT_OFFERS, "format": "json"})
    with urllib.request.urlopen(node.url(f"/sparql?{query}"), timeout=30) as answer:
        found = json.load(answer)["results"]["bindings"]
    return int(found[0]["n"]["value"])


def _row(iri: str, body: str) -> NewInboxRow:
    return NewInboxRow(
        activity=iri,
        actor=ACTOR,
        host=HOST,
        type="Create",
        recipient=None,
        body=body,
        authenticated_by="HttpSignature",
        verification_method=f"{ACTOR}#main-key",
        received_at=timestamp(),
    )


async def _journal(folder: NodeFolder, rows: list[NewInboxRow]) -> None:
    async with folder.open_database() as database, database.transaction() as connection:
        await insert_inbox(connection, rows)
    await wake(Path(folder.path))
