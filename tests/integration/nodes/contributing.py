"""What the desks of several nodes do with works that they share, as their commands do."""

import json
from collections.abc import Mapping
from typing import Any

from node.desk.decide_contribution import (
    accept_joining,
    accept_revision,
    decline_contribution,
)
from node.desk.join_collaboration import ask_to_join, leave_collaboration
from node.desk.propose_revision import propose_revision, withdraw_revision
from node.desk.review_revision import Review, review_revision
from node.outbound import open_client
from node.publishing.drafts import Published
from node.storage import contributions
from node.storage.contributions import ContributionRow, Kind
from tests.integration.nodes.live_node import LiveNode, until
from vocab.three_way_merge import Side

Wire = dict[str, Any]
TOPIC = "https://skills.example/secure-coding"


def article(title: str, **changes: Any) -> Wire:
    """Return what cases, collaborations and guides have in common."""
    document = {
        "nameMap": {"nb": title, "en": f"{title} (en)"},
        "summaryMap": {"nb": "Kort fortalt.", "en": "In short."},
        "contentMap": {"nb": "<p>Langt.</p>", "en": "<p>Long.</p>"},
        "subjectConcept": [TOPIC],
        "participant": ["https://companies.example/verft"],
    }
    return document | changes


def case(title: str, **changes: Any) -> Wire:
    """Return a business case."""
    parts = {
        "problem": {"nb": "Teknikerne glemte det de lærte."},
        "solution": {"nb": "Korte leksjoner på telefonen."},
        "outcomes": {"nb": "Tolv teknikere, færre feil."},
    }
    return article(title, **(parts | changes))


def collaboration(title: str, **changes: Any) -> Wire:
    """Return a collaboration that seeks partners."""
    return article(title, **({"stage": "seeking"} | changes))


async def holds(node: LiveNode, iri: str, version: str | None = None) -> Wire:
    """Return what *node* holds of *iri*, once it holds it, and in that version."""
    found: list[Wire] = []

    async def there() -> bool:
        row = await node.resource(iri)
        found[:] = [json.loads(row["wire"])] if row else []
        return bool(found) and version in (None, found[0].get("version"))

    await until(there, f"{node.base} holds {iri} {version or ''}")
    return found[0]


async def propose(node: LiveNode, iri: str, written: Mapping[str, Any], **more: Any) -> str:
    """Propose as ``skagerrak revisions propose`` does; return the id at the proposer."""
    async with node.database.transaction() as connection:
        row = await propose_revision(
            connection, node.folder.identity, iri, written, who="Ada", **more
        )
    await node.wake()
    return row.id


async def take_back(node: LiveNode, identifier: str) -> None:
    """Withdraw a proposal as ``skagerrak revisions withdraw`` does."""
    async with node.database.transaction() as connection:
        await withdraw_revision(connection, node.folder.identity, identifier, who="Ada")
    await node.wake()


async def join(node: LiveNode, iri: str, member: str | None = None, message: str = "") -> str:
    """Ask to join as ``skagerrak collaborations join`` does."""
    async with node.database.transaction() as connection:
        row = await ask_to_join(
            connection, node.folder.identity, iri, member=member, message=message, who="Ada"
        )
    await node.wake()
    return row.id


async def leave(node: LiveNode, iri: str, member: str | None = None) -> None:
    """Leave as ``skagerrak collaborations leave`` does."""
    async with node.database.transaction() as connection:
        await leave_collaboration(connection, node.folder.identity, iri, member=member, who="Ada")
    await node.wake()


async def waiting(node: LiveNode, kind: Kind, about: str, number: int = 1) -> list[ContributionRow]:
    """Return what waits for the desk of *node* about a work, once so many do."""
    found: list[ContributionRow] = []

    async def there() -> bool:
        async with node.database.reading() as connection:
            rows = await contributions.listed(connection, kind, state="open")
        found[:] = [row for row in rows if row.about == about and not row.sent]
        return len(found) >= number

    await until(there, f"{number} contributions to {about} wait")
    return found


async def review(node: LiveNode, identifier: str) -> Review:
    """Look at a proposal as ``skagerrak revisions show`` does."""
    async with node.database.reading() as connection:
        return await review_revision(connection, identifier)


async def accept(
    node: LiveNode, identifier: str, decided: Mapping[str, Side] | None = None
) -> Published:
    """Accept a proposal as ``skagerrak revisions accept`` does."""
    async with node.database.transaction() as connection:
        published = await accept_revision(
            connection, node.folder.identity, identifier, who="Bo", decided=decided
        )
    await node.wake()
    return published


async def let_in(node: LiveNode, identifier: str) -> Published:
    """Accept a request as ``skagerrak collaborations accept`` does."""
    async with node.database.transaction() as connection:
        published = await accept_joining(connection, node.folder.identity, identifier, who="Bo")
    await node.wake()
    return published


async def decline(node: LiveNode, identifier: str, kind: Kind, reason: str) -> None:
    """Decline as both ``decline`` commands do."""
    async with node.database.transaction() as connection:
        await decline_contribution(
            connection, node.folder.identity, identifier, kind, reason=reason, who="Bo"
        )
    await node.wake()


async def becomes(node: LiveNode, identifier: str, state: str) -> ContributionRow:
    """Return the contribution *identifier* of *node* once it is in *state*."""
    found: list[ContributionRow] = []

    async def there() -> bool:
        async with node.database.reading() as connection:
            row = await contributions.get(connection, identifier)
        found[:] = [row] if row else []
        return bool(found) and found[0].state == state

    await until(there, f"{identifier} becomes {state}")
    return found[0]


async def read_signed(node: LiveNode, iri: str) -> Wire:
    """Return what *iri* answers to a request that *node* signs."""
    folder = node.folder
    async with open_client(node.database, folder.identity, folder.settings) as client:
        return dict((await client.fetch_document(iri)).document)
