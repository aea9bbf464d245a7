"""What the tests of the demonstration do at its nodes, and what they expect there."""

import asyncio
import json
from pathlib import Path
from typing import Any

from node.control_socket import wake
from node.demo.clusters import demo_clusters
from node.importing.import_plan import ImportDefaults, plan_import
from node.importing.sheets import read_sheet
from node.node_folder import NodeFolder
from node.publishing.drafts import Draft
from node.publishing.publish_documents import publish
from tests.acceptance.running_demo import DemoNode
from vocab.classes import ResourceClass

#: Rows of each sheet that become members; the others are refused (data/README).
IMPORTED = {"digin": 59, "infinit": 40, "scd": 998}


def offer(title: str, **changes: Any) -> dict[str, Any]:
    """Return an offer as an author writes it."""
    document = {
        "type": "Note",
        "kind": "Proposal",
        "purpose": "offer",
        "nameMap": {"nb": title},
        "contentMap": {"nb": f"<p>{title}, for alle som vil.</p>"},
        "publishes": {
            "action": "deliverService",
            "resourceConformsTo": "https://skills.example/acceptance",
            "resourceClassifiedAs": ["http://data.europa.eu/ux2/nace2.1/8559"],
        },
        "endTime": "2099-12-31T23:59:59Z",
    }
    return document | changes


def publish_file(node: DemoNode, folder: Path, document: dict[str, Any]) -> dict[str, Any]:
    """Publish *document* by command; return what the command says of it."""
    path = folder / "offer.json"
    path.write_text(json.dumps(document))
    done = node.command("publish", path, "--json")
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def publish_many(node: DemoNode, titles: list[str]) -> list[str]:
    """Publish offers one by one by the call behind the command; return their IRIs."""

    async def one(folder: NodeFolder, title: str) -> str:
        draft = Draft(document=offer(title), klass=ResourceClass.OFFER)
        async with folder.open_database() as database, database.transaction() as connection:
            (published,) = await publish(connection, folder.identity, [draft])
        await wake(folder.path)
        return published.iri

    async def each() -> list[str]:
        folder = NodeFolder.read(node.folder)
        return [await one(folder, title) for title in titles]

    return asyncio.run(each())


def public_members(base_port: int) -> dict[str, tuple[int, int]]:
    """Return by cluster how many rows of its sheet are imported, and how many are public."""
    counts = {}
    for cluster in demo_clusters(base_port):
        country = cluster.cluster.get("country", "NO")
        defaults = ImportDefaults(
            country=country, language=cluster.language, nace_revision=cluster.nace_revision
        )
        rows = plan_import(read_sheet(cluster.spreadsheet), defaults=defaults).rows
        public = sum(row.member.publish for row in rows)
        counts[cluster.slug] = (len(rows), public)
    return counts
