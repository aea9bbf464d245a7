"""``skagerrak settings``: every setting, its value, where it came from, its help."""

import json
from pathlib import Path

from node.cli.output import JsonOption, NodeOption, command, say, say_json
from node.settings import load_settings

#: Settings whose values may hold a password.
SECRET = {"database.url"}


@command
async def settings(node: NodeOption = Path(), as_json: JsonOption = False) -> None:
    """Print every setting with its value, its origin and its help."""
    rows = [
        row._replace(value="(set)") if row.name in SECRET and row.value else row
        for row in load_settings(node).rows()
    ]
    if as_json:
        say_json([row._asdict() for row in rows])
        return
    for row in rows:
        say(f"{row.name} = {json.dumps(row.value, ensure_ascii=False)}  ({row.origin})")
        say(f"    {row.help}")
