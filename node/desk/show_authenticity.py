"""Why this node believes a thing or a message: how, by which key, when, and does it hold now."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from federation.errors import MalformedRequest
from federation.origins import host_of
from federation.verify_activity import FETCH, INTEGRITY_PROOF
from node.desk.judge_proofs import ProofState, UsedKey, judge_proof, used_key
from node.errors import UnknownResource
from node.storage import actors, authentications, journal, resources
from node.storage.actors import ActorRow
from node.storage.journal import InboxRow, OutboxRow
from node.storage.resource_rows import ResourceRow, VersionRow
from vocab import clock

#: By which it is ours, beside HttpSignature, IntegrityProof and Fetch.
OURS = "Published"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authentication:
    """That one version was believed, and why."""

    version: int
    #: published, withdrawn or draft.
    state: str
    #: HttpSignature, IntegrityProof, Fetch; Published where it is ours.
    method: str
    #: The id of the key, or the URL that it was read from; None where ours has no proof.
    verification_method: str | None
    activity: str | None
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticity:
    """Everything that this node knows about whose word something is."""

    iri: str
    kind: Literal["resource", "activity", "actor"]
    #: Class of a resource, type of an activity, kind of an actor.
    what: str
    ours: bool
    #: Who speaks: the owner, or the actor of an activity.
    owner: str
    #: public, network or private; None for what others sent.
    audience: str | None
    #: Of a resource: draft, published, withdrawn; of an activity that came: what became of it.
    state: str
    #: Why that became of it, in plain words; empty where nothing is to be said.
    outcome: str
    #: HttpSignature, IntegrityProof, Fetch, or Published where it is ours.
    method: str
    #: The id of the key, or the URL that it was read from.
    verification_method: str | None
    #: The key, where it was one, as it is known now.
    key: UsedKey | None
    #: The activity that brought it.
    activity: str | None
    #: When it came, or was published.
    at: str
    #: When its owner's own address was asked for what a proof alone had told before.
    rechecked_at: str | None
    proof: ProofState
    #: Where it is an actor of another server: when it was last read from its own address.
    actor_read_at: str | None
    #: Versions, the newest first; of others' the last sixteen.
    history: tuple[Authentication, ...]


async def show_authenticity(
    connection: AsyncConnection, iri: str, *, moment: datetime | None = None
) -> Authenticity:
    """Return why *iri* is believed: a thing, an activity that was sent or came, or an actor.

    Raises UnknownResource where this node knows nothing by that address.
    """
    moment = moment or clock.now()
    row = await resources.get(connection, iri)
    if row is not None:
        return await _of_resource(connection, row, moment)
    sent = await journal.get_activity(connection, iri)
    if sent is not None:
        return await _of_sent(connection, sent, moment)
    received = await journal.find_received(connection, iri, _host(iri))
    if received is not None:
        return await _of_received(connection, received, moment)
    actor = await actors.get(connection, iri)
    if actor is None:
        raise UnknownResource(
            f"This node knows nothing by the address {iri}.",
            remedy="Give the address of a thing, an activity or an actor. Messages are "
            "remembered for some weeks.",
        )
    return _of_actor(actor)


def _host(iri: str) -> str:
    try:
        return host_of(iri)
    except MalformedRequest:
        return ""


async def _of_resource(
    connection: AsyncConnection, row: ResourceRow, moment: datetime
) -> Authenticity:
    proof = await judge_proof(connection, row.document, moment)
    actor = await actors.get(connection, row.iri)
    history = await _history(connection, row)
    by = proof.key.key_id if row.local and proof.key else row.verification_method
    return Authenticity(
        iri=row.iri,
        kind="resource",
        what=row.klass.value,
        ours=row.local,
        owner=row.owner,
        audience=row.audience,
        state=row.state,
        outcome="",
        method=row.authenticated_by or OURS,
        verification_method=by,
        key=await _key(connection, by, moment),
        activity=row.activity,
        at=row.received_at or row.updated_at,
        rechecked_at=_rechecked_at(row, history),
        proof=proof,
        actor_read_at=actor.fetched_at if actor else None,
        history=history,
    )


async def _key(
    connection: AsyncConnection, verification_method: str | None, moment: datetime
) -> UsedKey | None:
    """Return the key of that id; None for the address that something was read from."""
    if verification_method is None:
        return None
    key = await used_key(connection, verification_method, moment)
    return key if key.state != "unknown" or "#" in verification_method else None


async def _history(connection: AsyncConnection, row: ResourceRow) -> tuple[Authentication, ...]:
    if row.local:
        return tuple(_of_version(found) for found in await resources.versions(connection, row.iri))
    return tuple(
        Authentication(
            version=entry.version,
            state=entry.state,
            method=entry.method,
            verification_method=entry.verification_method,
            activity=entry.activity,
            at=entry.at,
        )
        for entry in await authentications.history(connection, row.iri)
    )


def _of_version(version: VersionRow) -> Authentication:
    proof = version.document.get("proof")
    return Authentication(
        version=version.number,
        state=version.state,
        method=OURS,
        verification_method=proof.get("verificationMethod") if isinstance(proof, dict) else None,
        activity=version.activity,
        at=version.recorded_at,
    )


def _rechecked_at(row: ResourceRow, history: Sequence[Authentication]) -> str | None:
    """Return when what a proof had told was read from its owner too."""
    ways = {entry.method: entry.at for entry in history if entry.version == row.version}
    return ways.get(FETCH) if INTEGRITY_PROOF in ways else None


async def _of_sent(connection: AsyncConnection, sent: OutboxRow, moment: datetime) -> Authenticity:
    proof = await judge_proof(connection, json.loads(sent.body), moment)
    return _of_activity(
        sent,
        ours=True,
        audience=sent.audience,
        state="sent",
        outcome="",
        method=OURS,
        verification_method=proof.key.key_id if proof.key else None,
        key=proof.key,
        at=sent.published_at,
        proof=proof,
    )


async def _of_received(
    connection: AsyncConnection, received: InboxRow, moment: datetime
) -> Authenticity:
    return _of_activity(
        received,
        ours=False,
        audience=None,
        state=received.state,
        outcome=received.outcome or "",
        method=received.authenticated_by,
        verification_method=received.verification_method,
        key=await _key(connection, received.verification_method, moment),
        at=received.received_at,
        proof=await judge_proof(connection, json.loads(received.body), moment),
    )


def _of_activity(row: InboxRow | OutboxRow, **known: Any) -> Authenticity:
    return Authenticity(
        iri=row.activity,
        kind="activity",
        what=row.type,
        owner=row.actor,
        activity=row.activity,
        rechecked_at=None,
        actor_read_at=None,
        history=(),
        **known,
    )


def _of_actor(actor: ActorRow) -> Authenticity:
    """An actor is believed for one reason only: it was read from its own address."""
    read_at = actor.fetched_at
    return Authenticity(
        iri=actor.iri,
        kind="actor",
        what=actor.kind,
        ours=actor.local,
        owner=actor.iri,
        audience=None,
        state="gone" if actor.gone_at else "known",
        outcome="",
        method=OURS if actor.local else FETCH,
        verification_method=None if actor.local else actor.iri,
        key=None,
        activity=None,
        at=actor.gone_at or read_at or "",
        rechecked_at=None,
        proof=ProofState(verdict="none", reason="Nobody believes an actor by a proof."),
        actor_read_at=read_at,
        history=(),
    )
