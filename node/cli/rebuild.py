"""``skagerrak rebuild``: make the graph anew from SQL."""

import asyncio
from pathlib import Path

from node.cli.output import JsonOption, NodeOption, command, fail, say, say_json
from node.control_socket import control_session
from node.graph.projector import GraphProjector
from node.graph.recent_quads import RecentQuads
from node.graph.snapshots import SnapshotKeeper
from node.node_folder import NodeFolder
from node.serve_lock import serve_lock
from node.workers.project_graph import GraphWorker


@command
async def rebuild(node: NodeOption = Path(), as_json: JsonOption = False) -> None:
    """Make the graph anew from the database; prints its hash before and after."""
    folder = NodeFolder.read(node)
    async with control_session(folder.path) as session:
        if session is not None:
            async with session.post("/rebuild", timeout=None) as response:
                if response.status != 200:
                    fail((await response.text()).strip())
                hashes = await response.json()
        else:
            hashes = await _rebuild(folder)
    if as_json:
        say_json(hashes)
        return
    same = hashes["before"] == hashes["after"]
    say(f"The graph is made anew: {hashes['after']}")
    say("It holds the same as before." if same else f"It differs from before: {hashes['before']}")


async def _rebuild(folder: NodeFolder) -> dict[str, str]:
    """No node runs: open the graph here, under the node's lock."""
    with serve_lock(folder.path):
        async with folder.open_database() as database:
            projector = await asyncio.to_thread(
                GraphProjector.open, folder.graph, folder.identity.base_url
            )
            snapshots = SnapshotKeeper(projector.store, folder.snapshots)
            worker = GraphWorker(database, projector, snapshots, RecentQuads())
            try:
                before, after = await worker.rebuild()
            finally:
                await worker.close()
    return {"before": before, "after": after}
