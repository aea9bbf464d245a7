"""Set one node of the demonstration up: ``python -m node.demo.set_up_node SLUG DIR PORT``.

A process of its own for each node, so that the three are made side by side.
"""

import asyncio
import sys
from pathlib import Path

from node.demo.clusters import DemoCluster, demo_clusters
from node.demo.content import concept_drafts, content_drafts
from node.importing.expertise import fold_label
from node.importing.import_members import import_members
from node.importing.import_plan import ImportDefaults, plan_import
from node.importing.sheets import read_sheet
from node.node_folder import NodeFolder
from node.publishing.node_actors import ensure_actors
from node.publishing.publish_documents import publish
from node.publishing.resolve_references import concept_labels
from node.settings import FILE_NAME

#: Stands in a node's folder from the moment that it is whole.
DONE = "demo.done"


async def set_up_node(slug: str, folder: Path, base_port: int) -> None:
    """Make the node, import its members, publish what its cluster publishes."""
    clusters = demo_clusters(base_port)
    cluster = next(cluster for cluster in clusters if cluster.slug == slug)
    node = _folder_with_settings(cluster, folder)
    async with node.open_database(create=True) as database:
        async with database.transaction() as connection:
            await ensure_actors(connection, node.identity, node.settings)
        defaults = ImportDefaults(
            country=node.settings.cluster.country,
            language=cluster.language,
            nace_revision=cluster.nace_revision,
        )
        plan = plan_import(read_sheet(cluster.spreadsheet), defaults=defaults)
        async with database.transaction() as connection:
            await import_members(
                connection,
                node.identity,
                node.settings,
                plan,
                file_name=cluster.spreadsheet.name,
            )
        await _publish(node, cluster, clusters)
    (folder / DONE).touch()


def _folder_with_settings(cluster: DemoCluster, folder: Path) -> NodeFolder:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE_NAME).write_text(cluster.settings_text(), encoding="utf-8")
    return NodeFolder.read(folder)


async def _publish(node: NodeFolder, cluster: DemoCluster, clusters: list[DemoCluster]) -> None:
    async with node.open_database() as database, database.transaction() as connection:
        labels = {
            fold_label(label): iri for label, iri in (await concept_labels(connection)).items()
        }
        concepts = list(concept_drafts(cluster, clusters, labels))
        await publish(connection, node.identity, concepts)
        await publish(connection, node.identity, content_drafts(cluster, clusters))


if __name__ == "__main__":
    asyncio.run(set_up_node(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
