"""Answers to a Follow, sent to the follower alone."""

from collections.abc import Mapping
from typing import Any

from federation import activities
from federation.actors import RemoteActor
from node.publishing.outgoing import Outgoing


def accept_follow(
    outgoing: Outgoing, followed: str, follow: Mapping[str, Any], follower: RemoteActor
) -> None:
    """Queue the Accept of *follow* in the name of *followed*."""
    answer = activities.accept(id=outgoing.new_id(), actor=followed, object=asked(follow))
    outgoing.send(answer, audience="private", inboxes=[follower.inbox], about=follower.iri)


def reject_follow(
    outgoing: Outgoing, followed: str, follow: Mapping[str, Any], follower: RemoteActor
) -> None:
    """Queue the Reject of *follow* in the name of *followed*."""
    answer = activities.reject(id=outgoing.new_id(), actor=followed, object=asked(follow))
    outgoing.send(answer, audience="private", inboxes=[follower.inbox], about=follower.iri)


def asked(follow: Mapping[str, Any]) -> dict[str, Any]:
    """The Follow as the answer names it: what identifies it, and nothing else of a stranger's."""
    return {key: follow[key] for key in ("id", "type", "actor", "object") if key in follow}
