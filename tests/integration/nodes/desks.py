"""The desk of a live node: what ``skagerrak interest`` does, and what it shows."""

import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from node.desk.list_interests import InterestView, desk_settings, interest_history, list_interests
from node.desk.show_interest import show_interest
from node.errors import UnknownResource
from node.publishing.counter_interest import counter_interest
from node.publishing.drafts import Published
from node.publishing.express_interest import NewInterest
from node.publishing.move_interest import move_interest
from node.publishing.name_company import name_company
from node.publishing.outgoing import Outgoing
from node.publishing.proposal_facts import known_facts, remembered_facts
from node.publishing.renew_offer import renew_offer
from node.storage import interests, resources, tables
from node.storage.database import Database
from node.storage.interests import InterestRow
from tests.integration.nodes.drafts import member, offer, organisation_number
from tests.integration.nodes.live_node import LiveNode, until
from vocab import clock
from vocab.classes import ResourceClass

#: Steps by which one desk leads an interest to its end, with the state after each.
WHOLE_WAY = (
    ("take_over", "taken_over"),
    ("pass_on", "passed_on"),
    ("answer", "answered"),
    ("accept", "accepted"),
    ("complete", "completed"),
)
_places = itertools.count(500)


@dataclass(frozen=True)
class Desk:
    """The people of one cluster's office."""

    node: LiveNode
    person: str = "Kari"

    async def show(
        self, offer: str, member: str, message: str = "Dette vil vi vite mer om.", **more: Any
    ) -> InterestRow:
        new = NewInterest(member=member, message=message, by=self.person, **more)
        return await show_interest(self.node.folder, offer, new)

    async def step(self, iri: str, event: str, **more: Any) -> InterestRow:
        return await self._change(move_interest, iri, event, **more)

    async def name(self, iri: str) -> InterestRow:
        return await self._change(name_company, iri)

    async def counter(self, iri: str, message: str, **more: Any) -> InterestRow:
        async with self._open() as database, database.reading() as connection:
            found = await interests.find(connection, iri)
            assert found is not None
            row = await resources.get(connection, found.proposal)
        facts = remembered_facts(found, found.peer or "")
        if row is not None:
            facts = known_facts(row.document, row.iri)
        return await self._change(counter_interest, iri, facts, message=message, **more)

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[Database]:
        """Yield the node's database, also where the node is stopped."""
        if self.node.running is not None:
            yield self.node.database
            return
        async with self.node.folder.open_database() as database:
            yield database

    async def _change(self, change: Any, *arguments: Any, **more: Any) -> InterestRow:
        identity = self.node.folder.identity
        async with self._open() as database, database.transaction() as connection:
            outgoing = Outgoing(identity=identity, moment=clock.now())
            row: InterestRow = await change(
                connection, identity, *arguments, outgoing=outgoing, by=self.person, **more
            )
            await outgoing.write(connection)
        await self.node.wake()
        return row

    async def renew(self, iri: str, end: str) -> Published:
        async with self._open() as database, database.transaction() as connection:
            done = await renew_offer(connection, self.node.folder.identity, iri, end)
        await self.node.wake()
        return done

    async def view(self, iri: str) -> InterestView:
        settings = desk_settings(self.node.folder.settings)
        async with self._open() as database, database.reading() as connection:
            return await interest_history(connection, settings, iri)

    async def list(self, **more: Any) -> list[InterestView]:
        settings = desk_settings(self.node.folder.settings)
        async with self._open() as database, database.reading() as connection:
            return await list_interests(connection, settings, **more)

    async def state(self, iri: str) -> str | None:
        """Return the state as this desk sees it; None where it knows of no such interest."""
        try:
            return (await self.view(iri)).state
        except UnknownResource:
            return None

    async def sees(self, iri: str, state: str) -> InterestView:
        """Return the interest once this desk sees it in *state*."""

        async def there() -> bool:
            return await self.state(iri) == state

        await until(there, f"{self.node.base} sees {iri} as {state}")
        return await self.view(iri)


async def company(node: LiveNode, name: str, **changes: Any) -> str:
    """Return a new member of the cluster of *node*."""
    (made,) = await node.publish_all([member(name, organisation_number(next(_places)), **changes)])
    return made.iri


async def published(node: LiveNode, other: LiveNode, title: str, **changes: Any) -> Published:
    """Publish an offer of *node*, and wait until *other* has it."""
    klass = changes.pop("klass", ResourceClass.OFFER)
    made = await node.publish(offer(title, **changes), klass)

    async def there() -> bool:
        return await other.resource(made.iri) is not None

    await until(there, f"{other.base} has {title}")
    return made


async def sent(node: LiveNode) -> list[dict[str, Any]]:
    """Return all that *node* ever sent about interest."""
    query = select(tables.outbox.c.body).where(
        tables.outbox.c.object.in_(select(tables.interests.c.iri))
    )
    async with node.database.reading() as connection:
        return [json.loads(body) for (body,) in await connection.execute(query)]
