"""A public document read again and again, plain and conditional, beside an empty handler."""

import asyncio
import urllib.request

from node.node_folder import NodeFolder
from node.publishing.drafts import Draft
from node.publishing.publish_documents import publish
from tests.bench.bench_node import BenchNode
from tests.bench.figures import Figure
from tests.bench.workbench import Workbench, free_port, good, interleaved, wrk
from vocab.classes import ResourceClass

ROUNDS = 3
ACCEPT = "Accept: application/activity+json"


def measure(bench: Workbench) -> list[Figure]:
    """Return reads a second, plain and answered by 304, beside the floor."""
    node = BenchNode.make(bench, "documents")
    iri = asyncio.run(_publish_concept(node.folder))
    node.serve(bench)
    etag = _etag(iri)
    port = free_port()
    floor = f"http://127.0.0.1:{port}/hello"
    bench.floor("floor_get.py", str(port), url=floor)
    plain, conditional, empty = interleaved(
        ROUNDS,
        lambda _: good(wrk(iri, headers=[ACCEPT]), "plain reads"),
        lambda _: good(wrk(iri, headers=[ACCEPT, f"If-None-Match: {etag}"]), "304"),
        lambda _: good(wrk(floor), "the floor"),
    )
    return [
        Figure(name="document", value=plain, unit="/s", floor=empty, target=0.5),
        Figure(name="document, 304", value=conditional, unit="/s", floor=empty, target=0.5),
    ]


async def _publish_concept(folder: NodeFolder) -> str:
    draft = Draft(document={"prefLabel": {"en": "measuring"}}, klass=ResourceClass.CONCEPT)
    async with folder.open_database() as database, database.transaction() as connection:
        return (await publish(connection, folder.identity, [draft]))[0].iri


def _etag(iri: str) -> str:
    request = urllib.request.Request(iri, headers={"Accept": "application/activity+json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return str(answer.headers["ETag"])
