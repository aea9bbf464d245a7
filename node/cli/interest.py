"""``skagerrak interest``: interest in offers and needs, from showing it to its end.

Nothing of it is a binding contract; what is agreed upon the companies agree between themselves.
"""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from node.cli.desk_person import ByOption, person
from node.cli.output import JsonOption, NodeOption, command, say, say_json
from node.desk.list_interests import (
    InterestView,
    desk_settings,
    interest_history,
    list_interests,
)
from node.desk.show_interest import show_interest
from node.node_folder import NodeFolder
from node.publishing.express_interest import NewInterest

app = typer.Typer(
    help="Interest in offers and needs: contact made, not binding.",
    add_completion=False,
    no_args_is_help=True,
)

Iri = Annotated[str, typer.Argument(help="Address of the interest, from “interest list”.")]
Note = Annotated[str, typer.Option("--note", help="Note for the history; stays at this desk.")]
Message = Annotated[str, typer.Option("--message", help="Text for the other desk.")]
Quantity = Annotated[str | None, typer.Option("--quantity", help="How much, in the offer's unit.")]

#: What each step is called as a command.
STEP_COMMANDS = {
    "take_over": "take",
    "pass_on": "pass",
    "answer": "answer",
    "accept": "accept",
    "decline": "decline",
    "counter": "counter",
    "withdraw": "withdraw",
    "complete": "complete",
}


@app.command("show")
@command
async def show(
    offer: Annotated[str, typer.Argument(help="Address of the offer or need.")],
    member: Annotated[
        str, typer.Option("--member", help="Its address, or org:NO: or org:DK: and its number.")
    ],
    message: Message,
    quantity: Quantity = None,
    name_it: Annotated[
        bool,
        typer.Option("--name-company", help="The company has consented to being named now."),
    ] = False,
    by: ByOption = "",
    note: Note = "",
    node: NodeOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Show a member's interest in an offer or need; the cluster is the party."""
    folder = NodeFolder.read(node)
    new = NewInterest(
        member=member,
        message=message,
        quantity=quantity,
        name_company=name_it,
        by=person(by),
        note=note,
    )
    row = await show_interest(folder, offer, new)
    if as_json:
        say_json({"interest": row.iri, "state": row.state, "peer": row.peer})
        return
    say(f"Interest shown in “{row.title}”: {row.iri}")
    if row.peer is not None:
        say("The company is named." if row.consented_at else "The company is not named yet.")


@app.command("list")
@command
async def list_all(
    all_states: Annotated[
        bool, typer.Option("--all", help="Also what is answered, withdrawn or expired.")
    ] = False,
    due: Annotated[
        bool, typer.Option("--due", help="Only what has lain here for too long.")
    ] = False,
    node: NodeOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """List what somebody has still to answer; what moved last comes first."""
    folder = NodeFolder.read(node)
    settings = desk_settings(folder.settings)
    async with folder.open_database() as database, database.reading() as connection:
        views = await list_interests(connection, settings, all_states=all_states, due_only=due)
    if as_json:
        say_json([asdict(view) for view in views])
        return
    if not views:
        say("Nothing waits for an answer." if not due else "Nothing is due.")
    for view in views:
        for line in _lines(view):
            say(line)


def _lines(view: InterestView) -> list[str]:
    other = view.peer_name or view.peer or "this cluster"
    way = {"asking": f"to {other}", "asked": f"from {other}", "both": "within this cluster"}
    state, due = view.state.replace("_", " "), ""
    if view.due_at is not None:
        due = f", {'DUE since' if view.is_due else 'due'} {view.due_at[:10]}"
    whom = f", {view.responsible}" if view.responsible else ""
    whom += f" (or {view.substitute})" if view.substitute else ""
    return [f"{view.title}: {state}, {way[view.side]}{whom}{due}", f"    {view.iri}"]


@app.command("history")
@command
async def history(interest: Iri, node: NodeOption = Path(), as_json: JsonOption = False) -> None:
    """Print one interest with all that happened: when, who, what; and what can be done."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.reading() as connection:
        view = await interest_history(connection, desk_settings(folder.settings), interest)
    if as_json:
        say_json(asdict(view))
        return
    for line in _lines(view):
        say(line)
    say(f"    {view.quantity} ({view.unit}); not binding")
    for label, name, iri in (
        ("our company", view.our_company_name, view.our_company),
        ("their company", view.their_company_name, view.their_company),
    ):
        if iri:
            say(f"    {label}: {name or iri}")
    if view.our_company and view.side != "both":
        consent = f"named by its consent, recorded by {view.consented_by}"
        say(f"    {consent if view.consented_at else 'our company is not named to the other desk'}")
    for move in view.moves:
        words = " ".join(filter(None, (move.note, move.message)))
        say(f"    {move.at[:16]}  {move.event.replace('_', ' ')}, {move.who}  {words}".rstrip())
    say(f"    can be done: {', '.join(STEP_COMMANDS[step] for step in view.steps) or 'nothing'}")
