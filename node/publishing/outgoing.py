"""Activities on their way out: collected for a batch, then written in a few statements."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from federation.origins import host_of, is_too_long
from node.identity import Identity
from node.publishing.names import random_name
from node.publishing.prove_documents import Prover
from node.storage import deliveries, journal, reaches
from node.storage.deliveries import NewDelivery
from node.storage.journal import OutboxRow
from node.storage.reaches import NewReach
from vocab.clock import timestamp
from vocab.inline_context import with_inline_context
from vocab.wire_object import wire_text


@dataclass(frozen=True, slots=True, kw_only=True)
class SentActivity:
    """An activity of ours, before it gets its proof."""

    document: Mapping[str, Any]
    audience: str
    about: str | None


@dataclass(slots=True, kw_only=True)
class Outgoing:
    """What a transaction sends; ``write`` puts it into outbox and queue."""

    identity: Identity
    moment: datetime
    sent: list[SentActivity] = field(default_factory=list)
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
        sent = timestamp(self.moment)
        self.sent.append(SentActivity(document=activity, audience=audience, about=about))
        self.queued += [
            NewDelivery(
                activity=activity["id"],
                object=about,
                sender=activity["actor"],
                inbox=inbox,
                host=host_of(inbox),
                next_attempt_at=sent,
                created_at=sent,
            )
            for inbox in inboxes
            if not is_too_long(inbox)
        ]
        return str(activity["id"])

    async def write(self, connection: AsyncConnection) -> None:
        """Write all in the caller's transaction; what is public gets its actor's proof."""
        if self.sent:
            await journal.append_outbox(connection, await self._rows(connection))
        if self.queued:
            await deliveries.enqueue(connection, self.queued)
            await reaches.begin(connection, self._reaches())

    def _reaches(self) -> list[NewReach]:
        counts = Counter(delivery.activity for delivery in self.queued)
        about = {sent.document["id"]: sent.about for sent in self.sent}
        return [
            NewReach(activity=activity, object=about.get(activity), inboxes=count)
            for activity, count in counts.items()
        ]

    async def _rows(self, connection: AsyncConnection) -> list[OutboxRow]:
        public = {sent.document["actor"] for sent in self.sent if sent.audience == "public"}
        prover = await Prover.load(connection, sorted(public), self.moment)
        return [self._row(sent, prover) for sent in self.sent]

    def _row(self, sent: SentActivity, prover: Prover) -> OutboxRow:
        document = sent.document
        public = sent.audience == "public"
        whole = (
            prover.prove(document, document["actor"]) if public else with_inline_context(document)
        )
        return OutboxRow(
            activity=document["id"],
            actor=document["actor"],
            type=document["type"],
            object=sent.about,
            audience=sent.audience,
            body=wire_text(whole),
            published_at=timestamp(self.moment),
        )
