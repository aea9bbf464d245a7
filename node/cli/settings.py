"""``skagerrak settings``: every setting, its value, where it came from, its help."""

import json
from collections.abc import Iterator
from pathlib import Path

from node.cli.output import JsonOption, NodeOption, command, say, say_json
from node.errors import SettingsError
from node.settings import LoadedSettings, SettingRow, Settings, check_node, load_settings

#: Settings whose values may hold a password.
SECRET = {"database.url"}


@command
async def settings(node: NodeOption = Path(), as_json: JsonOption = False) -> None:
    """Print every setting with its value, its origin and its help."""
    check_node(node)
    try:
        loaded = load_settings(node)
    except SettingsError:
        if not as_json:
            say("The settings cannot be read. These are all there are, with their defaults:\n")
            _print(LoadedSettings(Settings(), {}))
        raise
    if as_json:
        say_json([row._asdict() for row in _shown(loaded)])
    else:
        _print(loaded)


def _shown(loaded: LoadedSettings) -> Iterator[SettingRow]:
    """Yield the settings without what nobody should read over a shoulder."""
    for row in loaded.rows():
        yield row._replace(value="(set)") if row.name in SECRET and row.value else row


def _print(loaded: LoadedSettings) -> None:
    for row in _shown(loaded):
        say(f"{row.name} = {json.dumps(row.value, ensure_ascii=False)}  ({row.origin})")
        say(f"    {row.help}")
