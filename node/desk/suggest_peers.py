"""Nodes that the followed ones follow and that are not known here: for the desk to look at.

Nothing is followed or fetched of them: an introduction is a name, and who gives it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from federation.collection_reader import ReadLimits, read_pages
from federation.errors import FederationError
from federation.fetch_policy import FetchPolicy
from federation.origins import host_of, is_http_iri, is_too_long, same_origin
from federation.safe_fetch import SafeClient
from node.identity import Identity
from node.storage import introductions, peers
from node.storage.actors import ActorRow
from node.storage.database import Database

#: Nodes that are asked, how many at once, and what is read of each.
MOST_ASKED: Final = 100
AT_ONCE: Final = 8
#: Nodes that are suggested; a stranger may name thousands.
MOST_FOUND: Final = 500
LIMITS: Final = ReadLimits(pages=2, items=500)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A node that others name, with the names of those who do."""

    actor: str
    host: str
    named_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    """What came of asking; those that most others name come first."""

    found: tuple[Suggestion, ...]
    asked: int
    #: By host, why a node did not answer.
    problems: dict[str, str]


async def suggest_peers(database: Database, identity: Identity, client: SafeClient) -> Suggestions:
    """Ask the followed nodes whom they introduce; return those that nobody here knows."""
    async with database.reading() as connection:
        followed = await introductions.introduced(connection, identity.cluster, limit=MOST_ASKED)
        known = set(await peers.states(connection))
    asked = [(actor, url) for actor in followed if (url := _peers_of(actor))]
    problems: dict[str, str] = {}
    turn = asyncio.Semaphore(AT_ONCE)

    async def ask(actor: ActorRow, url: str) -> list[str]:
        async with turn:
            try:
                return await _read(client, url)
            except FederationError as error:
                problems[actor.host] = error.safe
                return []

    answers = await asyncio.gather(*(ask(actor, url) for actor, url in asked))
    named: dict[str, list[str]] = {}
    for (actor, _), iris in zip(asked, answers, strict=True):
        for iri in dict.fromkeys(iris):
            if host_of(iri) not in known and _may_be_asked(client.policy, iri):
                named.setdefault(iri, []).append(actor.name or actor.host)
    return Suggestions(found=_sorted(named), asked=len(asked), problems=problems)


def _peers_of(actor: ActorRow) -> str | None:
    url = actor.read_document().get("peers")
    return url if isinstance(url, str) and same_origin(url, actor.iri) else None


async def _read(client: SafeClient, url: str) -> list[str]:
    iris: list[str] = []
    async for page in read_pages(client, url, LIMITS):
        iris += [item for item in page.items if isinstance(item, str)]
    return [iri for iri in iris if is_http_iri(iri) and not is_too_long(iri)]


def _may_be_asked(policy: FetchPolicy, iri: str) -> bool:
    """Whether this node could follow it: not itself, not blocked, on the public internet."""
    try:
        policy.check_url(iri)
    except FederationError:
        return False
    return True


def _sorted(named: dict[str, list[str]]) -> tuple[Suggestion, ...]:
    order: Sequence[str] = sorted(named, key=lambda iri: (-len(named[iri]), iri))
    return tuple(
        Suggestion(actor=iri, host=host_of(iri), named_by=tuple(named[iri]))
        for iri in order[:MOST_FOUND]
    )
