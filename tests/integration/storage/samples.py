"""Rows for the storage tests, each with only what the test says about it."""

from typing import Any

from node.storage.actors import ActorRow
from node.storage.deliveries import NewDelivery
from node.storage.journal import NewInboxRow, OutboxRow
from node.storage.keys import KeyRow
from node.storage.resource_rows import ResourceRow
from vocab.classes import ResourceClass

OURS = "https://digin.example"
THEIRS = "https://infinit.example"


def moment(number: int) -> str:
    """Return a time; larger numbers are later."""
    return f"2026-11-23T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}.000000Z"


def resource(number: int = 1, **changed: Any) -> ResourceRow:
    """Return a published public offer of ours, number *number*."""
    given: dict[str, Any] = {
        "iri": f"{OURS}/offers/{number}",
        "klass": ResourceClass.OFFER,
        "local": True,
        "host": "digin.example",
        "owner": f"{OURS}/cluster",
        "audience": "public",
        "state": "published",
        "version": 1,
        "wire": f'{{"id":"{OURS}/offers/{number}","name":"Sveis {number}"}}',
        "title": f"Sveis {number}",
        "published_at": moment(number),
        "updated_at": moment(number),
    }
    return ResourceRow(**(given | changed))


def remote_actor(iri: str = f"{THEIRS}/cluster", **changed: Any) -> ActorRow:
    """Return the cluster of another node."""
    given: dict[str, Any] = {
        "iri": iri,
        "kind": "cluster",
        "local": False,
        "host": "infinit.example",
        "handle": "infinit",
        "name": "InfinIT",
        "inbox": f"{iri}/inbox",
        "shared_inbox": f"{THEIRS}/inbox",
        "document": f'{{"id":"{iri}"}}',
        "fetched_at": moment(0),
    }
    return ActorRow(**(given | changed))


def member(number: int, **changed: Any) -> ActorRow:
    """Return the actor of a member of ours."""
    iri = f"{OURS}/members/{number}"
    given: dict[str, Any] = {
        "iri": iri,
        "kind": "member",
        "local": True,
        "host": "digin.example",
        "handle": f"member{number}",
        "name": f"Member {number}",
        "inbox": f"{iri}/inbox",
    }
    return ActorRow(**(given | changed))


def key(actor: str, name: str = "main-key", **changed: Any) -> KeyRow:
    """Return a public RSA key of *actor*."""
    given: dict[str, Any] = {
        "key_id": f"{actor}#{name}",
        "actor": actor,
        "algorithm": "rsa",
        "public": "PEM",
        "created_at": moment(0),
    }
    return KeyRow(**(given | changed))


def incoming(number: int = 1, **changed: Any) -> NewInboxRow:
    """Return a verified activity of theirs, number *number*."""
    given: dict[str, Any] = {
        "activity": f"{THEIRS}/activities/{number}",
        "actor": f"{THEIRS}/cluster",
        "host": "infinit.example",
        "type": "Create",
        "recipient": None,
        "body": f'{{"id":"{THEIRS}/activities/{number}"}}',
        "authenticated_by": "HttpSignature",
        "verification_method": f"{THEIRS}/cluster#main-key",
        "received_at": moment(number),
    }
    return NewInboxRow(**(given | changed))


def outgoing(number: int = 1, **changed: Any) -> OutboxRow:
    """Return a public activity of ours, number *number*."""
    given: dict[str, Any] = {
        "activity": f"{OURS}/activities/{number}",
        "actor": f"{OURS}/cluster",
        "type": "Create",
        "object": f"{OURS}/offers/{number}",
        "audience": "public",
        "body": f'{{"id":"{OURS}/activities/{number}"}}',
        "published_at": moment(number),
    }
    return OutboxRow(**(given | changed))


def delivery(number: int = 1, host: str = "a.example", **changed: Any) -> NewDelivery:
    """Return a message with activity *number*, about an object of its own, to one inbox."""
    given: dict[str, Any] = {
        "activity": f"{OURS}/activities/{number}",
        "object": f"{OURS}/offers/{number}",
        "sender": f"{OURS}/cluster",
        "inbox": f"https://{host}/inbox",
        "host": host,
        "next_attempt_at": moment(0),
        "created_at": moment(0),
    }
    return NewDelivery(**(given | changed))
