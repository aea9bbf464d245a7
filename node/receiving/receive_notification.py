"""Linked Data Notifications: JSON-LD that an authenticated sender leaves for the desk.

They are kept as messages and mean nothing else: no notification changes anything here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from node.errors import NodeError
from node.identity import Identity
from node.receiving.batch import MessageLimits
from node.receiving.tell_desk import Writing, named, one_line, refusal_of, shortened, writing_of
from node.storage import messages
from node.storage.messages import NewMessage
from node.storage.peer_policy import PeerPolicy
from vocab.clock import timestamp

#: Where a notification names what it concerns.
_POINTERS = ("target", "object", "inReplyTo", "context")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who left a notification, however it was authenticated."""

    iri: str
    name: str
    host: str


async def receive_notification(
    connection: AsyncConnection,
    identity: Identity,
    sender: Sender,
    document: Mapping[str, Any],
    *,
    policy: PeerPolicy,
    limits: MessageLimits,
    moment: datetime,
) -> int:
    """Keep *document* as a message; return its number, the same for the same once more.

    Raises NodeError where its server may send nothing, or no more now.
    """
    body = json.dumps(document, ensure_ascii=False)
    activity = f"urn:sha256:{sha256(body.encode()).hexdigest()}"
    known = await messages.number_of(connection, actor=sender.iri, activity=activity)
    if known is not None:
        return known
    # Who holds a token of ours needs no decision about a server; the limits are for all.
    if sender.host != identity.host and not policy.may_write(sender.host):
        raise NodeError("The desk takes no messages from this server.", status=403)
    full = await refusal_of(connection, sender.host, limits, moment)
    if full is not None:
        raise NodeError(full.reason, status=429)
    writing = writing_of(document)
    concerned = (iri for key in _POINTERS for iri in named(document.get(key)))
    message = NewMessage(
        activity=activity,
        actor=sender.iri,
        actor_name=one_line(sender.name) or sender.iri,
        host=sender.host,
        about=next((iri for iri in concerned if identity.is_local(iri)), None),
        kind="notification",
        title=writing.title,
        text=_text(writing, body),
        body=body,
        received_at=timestamp(moment),
    )
    await messages.add(connection, message)
    number = await messages.number_of(connection, actor=sender.iri, activity=activity)
    if number is None:
        raise RuntimeError("what was just written is not there")
    return number


def _text(writing: Writing, body: str) -> str:
    """What says nothing in words that people read is shown as it came."""
    return writing.text or ("" if writing.title else shortened(body))
