"""The steps of ``skagerrak interest``: what a desk does about one interest."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from node.cli.desk_person import ByOption, person
from node.cli.interest import STEP_COMMANDS, Iri, Message, Note, Quantity, app
from node.cli.output import JsonOption, NodeOption, command, say, say_json
from node.control_socket import wake
from node.desk.answer_with_counter import answer_with_counter
from node.identity import Identity
from node.node_folder import NodeFolder
from node.publishing.assign_interest import assign_interest
from node.publishing.move_interest import move_interest
from node.publishing.name_company import name_company
from node.publishing.outgoing import Outgoing
from node.storage.interests import InterestRow
from vocab import clock

Change = Callable[[AsyncConnection, Identity, Outgoing], Awaitable[InterestRow]]
OptionalMessage = Annotated[str, typer.Option("--message", help="Text for the other desk.")]

#: By step: the line of help, and what is said when it is done.
STEPS_AS_COMMANDS = {
    "take_over": ("Take an interest over: somebody here works on it.", "Taken over."),
    "pass_on": ("Note that the company concerned has been told.", "Passed on to the company."),
    "answer": ("Note that the company has answered this desk.", "The company's answer is noted."),
    "accept": ("Accept: contact is made, nothing binding.", "Contact made, not binding."),
    "decline": ("Decline, with the reason as message.", "Declined."),
    "withdraw": ("Withdraw an interest of this desk's.", "Withdrawn."),
    "complete": ("Confirm that the contact is completed.", "Completed."),
}


async def _change(node: Path, as_json: bool, said: str, change: Change) -> None:
    """Do *change* in one transaction, let the running node send what there is, and say so."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.transaction() as connection:
        outgoing = Outgoing(identity=folder.identity, moment=clock.now())
        row = await change(connection, folder.identity, outgoing)
        await outgoing.write(connection)
    await wake(folder.path)
    if as_json:
        say_json({"interest": row.iri, "state": row.state, "agreement": row.agreement})
    else:
        say(said)


def _add_step(event: str) -> None:
    help_line, said = STEPS_AS_COMMANDS[event]

    @app.command(STEP_COMMANDS[event], help=help_line)
    @command
    async def step(
        interest: Iri,
        message: OptionalMessage = "",
        by: ByOption = "",
        note: Note = "",
        node: NodeOption = Path(),
        as_json: JsonOption = False,
    ) -> None:
        await _change(
            node,
            as_json,
            said,
            lambda connection, identity, outgoing: move_interest(
                connection,
                identity,
                interest,
                event,
                outgoing=outgoing,
                by=person(by),
                note=note,
                message=message,
            ),
        )


for _event in STEPS_AS_COMMANDS:
    _add_step(_event)


@app.command("counter")
@command
async def counter(
    interest: Iri,
    message: Message,
    quantity: Quantity = None,
    by: ByOption = "",
    note: Note = "",
    node: NodeOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Make a counter-offer, which takes the place of the interest."""

    async def change(
        connection: AsyncConnection, identity: Identity, outgoing: Outgoing
    ) -> InterestRow:
        return await answer_with_counter(
            connection,
            identity,
            interest,
            outgoing=outgoing,
            by=person(by),
            message=message,
            quantity=quantity,
            note=note,
        )

    await _change(node, as_json, "Counter-offer made; not binding.", change)


@app.command("name")
@command
async def name(
    interest: Iri,
    by: ByOption = "",
    note: Note = "",
    node: NodeOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Record that our company has consented to being named, and name it to the other desk."""
    await _change(
        node,
        as_json,
        "The company is named to the other desk, by its consent.",
        lambda connection, identity, outgoing: name_company(
            connection, identity, interest, outgoing=outgoing, by=person(by), note=note
        ),
    )


@app.command("assign")
@command
async def assign(
    interest: Iri,
    responsible: Annotated[
        str | None, typer.Option("--to", help="Who looks after it from now on.")
    ] = None,
    substitute: Annotated[
        str | None, typer.Option("--substitute", help="Who does while that one is away.")
    ] = None,
    by: ByOption = "",
    note: Note = "",
    node: NodeOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Say who looks after an interest, and who does in their absence; nobody else is told."""
    await _change(
        node,
        as_json,
        "Written down.",
        lambda connection, identity, outgoing: assign_interest(
            connection,
            interest,
            by=person(by),
            responsible=responsible,
            substitute=substitute,
            note=note,
        ),
    )
