"""Answers to a Follow, sent to the follower alone."""

from collections.abc import Mapping
from typing import Any

from federation import activities
from node.publishing.outgoing import Outgoing


def accept_follow(
    outgoing: Outgoing, followed: str, follow: Mapping[str, Any], *, inbox: str
) -> None:
    """Queue the Accept of *follow* in the name of *followed*, for the follower's *inbox*."""
    answer = activities.accept(id=outgoing.new_id(), actor=followed, object=asked(follow))
    outgoing.send(answer, audience="private", inboxes=[inbox], about=answer["to"][0])


def reject_follow(
    outgoing: Outgoing, followed: str, follow: Mapping[str, Any], *, inbox: str
) -> None:
    """Queue the Reject of *follow* in the name of *followed*, for the follower's *inbox*."""
    answer = activities.reject(id=outgoing.new_id(), actor=followed, object=asked(follow))
    outgoing.send(answer, audience="private", inboxes=[inbox], about=answer["to"][0])


def asked(follow: Mapping[str, Any]) -> dict[str, Any]:
    """The Follow as the answer names it: what identifies it, and nothing else of a stranger's."""
    named = {key: follow[key] for key in ("id", "type", "actor", "object") if key in follow}
    return {
        key: value["id"] if isinstance(value, Mapping) else value for key, value in named.items()
    }
