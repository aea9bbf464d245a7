"""``skagerrak demo``: three nodes on this machine."""

from pathlib import Path
from typing import Annotated, Any

import typer

from node.cli.output import JsonOption, command, say, say_json
from node.demo.run_demo import run_demo


@command
async def demo(
    folder: Annotated[Path, typer.Option("--dir", help="Folder for the three nodes.")] = Path(
        "demo-data"
    ),
    base_port: Annotated[
        int, typer.Option(min=1, max=65533, help="Port of the first node; the others follow.")
    ] = 8081,
    as_json: JsonOption = False,
) -> None:
    """Run three nodes that follow each other, with fictional companies, until interrupted."""

    def ready(nodes: list[dict[str, Any]]) -> None:
        if as_json:
            say_json({"ready": True, "nodes": nodes})
            return
        for node in nodes:
            say(f"{node['name']:<26}{node['url']}")
            say(f"    desk (works once): {node['desk_url']}")
        say("Query: /sparql on each. Data of any page: its foot, “Data og API”.")
        say(f"ready. Stop with Ctrl-C; nothing outside {folder} was changed.")

    await run_demo(folder.resolve(), base_port, (lambda line: None) if as_json else say, ready)
