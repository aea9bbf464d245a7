"""Which servers this node deals with at all: the mode of the settings, or the desk's own choice."""

from sqlalchemy.ext.asyncio import AsyncConnection

from node.identity import Identity
from node.publishing.apply_policy import apply_policy
from node.publishing.outgoing import Outgoing
from node.storage import peer_decisions, resources
from node.storage.peer_decisions import Decision
from node.storage.peer_policy import Mode, current_mode, known_modes, load_policy
from vocab import clock


async def decide_mode(
    connection: AsyncConnection, identity: Identity, mode: Mode | None, *, who: str
) -> Mode:
    """Let *mode* hold from now on, with None that of the settings; return the one that holds."""
    await resources.take_turn(connection)
    before, now = await load_policy(connection), clock.now()
    if mode is None:
        await peer_decisions.drop_mode(connection, "desk")
    else:
        await peer_decisions.keep_mode(connection, "desk", mode)
    made = Decision(
        host=None,
        decision="mode",
        detail=mode or "settings",
        who=who,
        decided_at=clock.timestamp(now),
    )
    await peer_decisions.record(connection, [made])
    await apply_policy(connection, before, Outgoing(identity=identity, moment=now))
    return await current_mode(connection)


async def keep_settings_mode(connection: AsyncConnection, identity: Identity, mode: Mode) -> None:
    """Note the mode of the settings; it holds where the desk has chosen none."""
    if (await known_modes(connection)).get("settings") == mode:
        return
    await resources.take_turn(connection)
    before, now = await load_policy(connection), clock.now()
    await peer_decisions.keep_mode(connection, "settings", mode)
    made = Decision(
        host=None,
        decision="mode",
        detail=f"settings: {mode}",
        who="settings",
        decided_at=clock.timestamp(now),
    )
    await peer_decisions.record(connection, [made])
    await apply_policy(connection, before, Outgoing(identity=identity, moment=now))
