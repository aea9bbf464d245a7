"""Suggestions of nodes as they are kept: asked for now, or as the last answer had them."""

import asyncio
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from federation.safe_fetch import SafeClient
from node.desk.suggest_peers import Suggestion, Suggestions, suggest_peers
from node.identity import Identity
from node.storage import peers, suggestions
from node.storage.database import Database
from vocab.clock import timestamp

#: All nodes together, in seconds.
PATIENCE: Final = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSuggestions:
    """What came of asking last, and when that was."""

    asked_at: str
    suggestions: Suggestions


async def ask_for_suggestions(
    database: Database, identity: Identity, client: SafeClient
) -> KeptSuggestions:
    """Ask the followed nodes whom they introduce, and keep what they answer.

    Raises TimeoutError where all of them together take too long; what was kept stays then.
    """
    async with asyncio.timeout(PATIENCE):
        found = await suggest_peers(database, identity, client)
    at = timestamp()
    async with database.transaction() as connection:
        await suggestions.keep(connection, asdict(found), at=at)
    return KeptSuggestions(asked_at=at, suggestions=found)


async def last_suggestions(connection: AsyncConnection) -> KeptSuggestions | None:
    """Return the last answer without those who are known meanwhile; None where there is none."""
    kept = await suggestions.last(connection)
    if kept is None:
        return None
    at, answer = kept
    known, read = await peers.states(connection), _read(answer)
    new = tuple(one for one in read.found if one.host not in known)
    return KeptSuggestions(asked_at=at, suggestions=replace(read, found=new))


def _read(answer: dict[str, Any]) -> Suggestions:
    found = tuple(
        Suggestion(actor=one["actor"], host=one["host"], named_by=tuple(one["named_by"]))
        for one in answer["found"]
    )
    return Suggestions(found=found, asked=answer["asked"], problems=answer["problems"])
