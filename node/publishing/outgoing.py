"""Activities on their way out: collected for a batch, then written in a few statements."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from federation.origins import host_of, is_too_long
from node.identity import Identity
from node.publishing.names import random_name
from node.storage import deliveries, journal
from node.storage.deliveries import NewDelivery
from node.storage.journal import OutboxRow
from vocab.clock import timestamp
from vocab.inline_context import with_inline_context


@dataclass(slots=True, kw_only=True)
class Outgoing:
    """What a transaction sends; ``write`` puts it into outbox and queue."""

    identity: Identity
    moment: datetime
    rows: list[OutboxRow] = field(default_factory=list)
    queued: list[NewDelivery] = field(default_factory=list)

    def new_id(self) -> str:
        """Return the IRI for a new activity."""
        return self.identity.activity(random_name(16))

    def send(
        self,
        activity: Mapping[str, Any],
        *,
        audience: str,
        inboxes: Sequence[str],
        about: str | None = None,
    ) -> str:
        """Journal *activity* and queue it for *inboxes*; return its IRI.

        ``about`` is the resource concerned: deliveries about one keep their order. An inbox too
        long for an index is left out: no actor is read with such a one, but it may stand from
        before, and one follower must not keep the others from hearing of anything.
        """
        document = with_inline_context(dict(activity))
        sent = timestamp(self.moment)
        self.rows.append(
            OutboxRow(
                activity=document["id"],
                actor=document["actor"],
                type=document["type"],
                object=about,
                audience=audience,
                body=json.dumps(document, ensure_ascii=False, separators=(",", ":")),
                published_at=sent,
            )
        )
        self.queued += [
            NewDelivery(
                activity=document["id"],
                object=about,
                sender=document["actor"],
                inbox=inbox,
                host=host_of(inbox),
                next_attempt_at=sent,
                created_at=sent,
            )
            for inbox in inboxes
            if not is_too_long(inbox)
        ]
        return str(document["id"])

    async def write(self, connection: AsyncConnection) -> None:
        """Write all in the caller's transaction."""
        if self.rows:
            await journal.append_outbox(connection, self.rows)
        if self.queued:
            await deliveries.enqueue(connection, self.queued)
