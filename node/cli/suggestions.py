"""``skagerrak peers suggestions``: whom the followed nodes introduce."""

from dataclasses import asdict
from pathlib import Path

from node.cli.output import JsonOption, NodeOption, command, say, say_json
from node.desk.suggest_peers import suggest_peers
from node.node_folder import NodeFolder
from node.outbound import open_client


@command
async def suggestions(node: NodeOption = Path(), as_json: JsonOption = False) -> None:
    """Ask the followed nodes whom they follow, and list those that are not known here.

    Nothing is followed by it: “skagerrak follow” is yours to run.
    """
    folder = NodeFolder.read(node)
    async with (
        folder.open_database() as database,
        open_client(database, folder.identity, folder.settings) as client,
    ):
        result = await suggest_peers(database, folder.identity, client)
    if as_json:
        say_json(
            {
                "suggestions": [asdict(one) for one in result.found],
                "asked": result.asked,
                "problems": result.problems,
            }
        )
        return
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
