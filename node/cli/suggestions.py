"""``skagerrak peers suggestions``: whom the followed nodes introduce."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from node.cli.output import JsonOption, NodeOption, command, say, say_json
from node.desk.keep_suggestions import KeptSuggestions, ask_for_suggestions, last_suggestions
from node.node_folder import NodeFolder
from node.outbound import open_client


@command
async def suggestions(
    node: NodeOption = Path(),
    again: Annotated[bool, typer.Option("--again", help="Ask now, whatever is known.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List whom the followed nodes follow and nobody knows here, as they last said; else ask.

    Nothing is followed by it: “skagerrak follow” is yours to run.
    """
    kept = await _suggestions(NodeFolder.read(node), again=again)
    if as_json:
        say_json(
            {
                "asked_at": kept.asked_at,
                "suggestions": [asdict(one) for one in kept.suggestions.found],
                "asked": kept.suggestions.asked,
                "problems": kept.suggestions.problems,
            }
        )
        return
    _tell(kept)


async def _suggestions(folder: NodeFolder, *, again: bool) -> KeptSuggestions:
    async with folder.open_database() as database:
        async with database.reading() as connection:
            kept = await last_suggestions(connection)
        # Where there was nobody to ask, somebody may be followed meanwhile.
        if kept is not None and kept.suggestions.asked and not again:
            return kept
        async with open_client(database, folder.identity, folder.settings) as client:
            return await ask_for_suggestions(database, folder.identity, client)


def _tell(kept: KeptSuggestions) -> None:
    result = kept.suggestions
    if result.asked:
        say(f"Asked at {kept.asked_at[:16]}; --again asks now.")
    for one in result.found:
        say(f"{one.actor}: named by {', '.join(one.named_by)}")
    for host, problem in result.problems.items():
        say(f"{host} did not answer: {problem}")
    if result.found:
        say("To follow one: skagerrak follow ADDRESS")
    elif not result.asked:
        say("There is no node to ask: none that is followed says whom it follows.")
    else:
        say(f"{result.asked} followed nodes name none that is not known here.")
