"""Answers to an Offer of a revision or a Join, sent to who asked and nobody else."""

import html
from collections.abc import Mapping
from typing import Any

from federation import activities
from node.publishing.outgoing import Outgoing


def accept_contribution(
    outgoing: Outgoing, asked: Mapping[str, Any], *, result: str, inbox: str
) -> None:
    """Queue our Accept of *asked*; *result* is the IRI of the work that now has it in it."""
    actor = outgoing.identity.cluster
    answer = activities.accept(id=outgoing.new_id(), actor=actor, object=asked)
    _send(outgoing, answer | {"result": result}, inbox)


def reject_contribution(
    outgoing: Outgoing, asked: Mapping[str, Any], *, reason: str, inbox: str
) -> None:
    """Queue our Reject of *asked* with the reason, which is a text for people."""
    actor = outgoing.identity.cluster
    answer = activities.reject(id=outgoing.new_id(), actor=actor, object=asked)
    said = {"content": f"<p>{html.escape(reason, quote=False)}</p>"} if reason else {}
    _send(outgoing, answer | said, inbox)


def _send(outgoing: Outgoing, answer: Mapping[str, Any], inbox: str) -> None:
    # About what was asked: an Accept of one thing never overtakes its Reject.
    outgoing.send(answer, audience="private", inboxes=[inbox], about=answer["object"]["id"])


def asked_activity(kind: str, *, id: str, actor: str, object: str) -> dict[str, Any]:
    """Return what identifies the Offer or Join that an answer is about."""
    return {"id": id, "type": kind, "actor": actor, "object": object}
