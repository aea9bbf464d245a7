"""Propose a revision of a work of another node: privately, to its desk alone."""

import html
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from federation import activities
from node.desk.contributed_works import (
    ForeignWork,
    foreign_work,
    inbox_of,
    own_member,
    waiting_contribution,
)
from node.desk.contribution_errors import ContributionError
from node.errors import RefusedDocument
from node.identity import Identity
from node.publishing.answer_contribution import asked_activity
from node.publishing.change_partners import with_partner
from node.publishing.check_references import check_references
from node.publishing.drafts import Document, Draft, Prepared, Refusal
from node.publishing.names import random_name
from node.publishing.outgoing import Outgoing
from node.publishing.resolve_references import resolve_references
from node.publishing.sanitise_texts import with_safe_texts
from node.storage import contributions
from node.storage.contributions import ContributionRow
from vocab import clock
from vocab.inline_context import with_inline_context
from vocab.validation import Finding, Profile, validate
from vocab.wire_object import wire_text
from vocab.work_fields import authored_keys, with_work_fields, work_fields, work_names

#: What only the home of a work says; a file that has it must have it as it stands.
OF_THE_HOME = ("license", "version", "contributor", "derivedFrom", "resultedIn")
#: What may stand in the file, since it stands in the work, and means nothing here.
PASSED_OVER = frozenset(
    {"@context", "id", "class", "type", "kind", "url", "attributedTo", "to", "cc", "published"}
    | {"updated", "audienceLevel", "previousVersion", "inReplyTo", "proof"}
)
#: By what a draft says which version it starts from.
STARTS_FROM = ("published", "updated", "version")
#: What a draft does not take over from the work.
LEFT_BEHIND = ("@context", "url", "to", "cc", "audienceLevel", "proof")


async def propose_revision(
    connection: AsyncConnection,
    identity: Identity,
    iri: str,
    written: Mapping[str, Any],
    *,
    message: str = "",
    member: str | None = None,
    who: str,
    moment: datetime | None = None,
) -> ContributionRow:
    """Send what *written* changes of the work *iri* to the cluster that owns it.

    *written* that says which version it starts from (``updated``, as ``start_revision`` gives
    it) is taken whole; otherwise it says only what is to change. *member* is a company of ours
    that worked on it and has agreed to be named. Raises ContributionError, RefusedDocument.
    """
    work = await foreign_work(connection, iri)
    outgoing = Outgoing(identity=identity, moment=moment or clock.now())
    named = await own_member(connection, identity, member) if member else None
    document = await _resolved(connection, work, written)
    name = random_name(16)
    draft = _draft(identity, identity.draft(name), work, document, named)
    await _check(connection, identity, work, draft)
    activity = activities.offer(
        id=outgoing.new_id(),
        actor=identity.cluster,
        object=draft,
        to=[work.row.owner],
        content=f"<p>{html.escape(message, quote=False)}</p>" if message else "",
        published=clock.wire_time(outgoing.moment),
    )
    row = ContributionRow(
        id=name,
        kind="revision",
        sent=True,
        partner=work.row.owner,
        host=work.row.host,
        activity=activity["id"],
        about=iri,
        member=named,
        draft=draft["id"],
        wire=wire_text(with_inline_context(draft)),
        message=message,
        created_at=clock.timestamp(outgoing.moment),
        who=who,
    )
    await contributions.add(connection, row)
    outgoing.send(activity, audience="private", inboxes=[work.inbox], about=activity["id"])
    await outgoing.write(connection)
    return row


async def withdraw_revision(
    connection: AsyncConnection,
    identity: Identity,
    identifier: str,
    *,
    who: str,
    moment: datetime | None = None,
) -> ContributionRow:
    """Take a proposal of ours back before it is decided. Raises NoContribution."""
    row = await waiting_contribution(connection, identifier, "revision", sent=True)
    outgoing = Outgoing(identity=identity, moment=moment or clock.now())
    asked = asked_activity(
        "Offer", id=row.activity, actor=identity.cluster, object=row.draft or row.about
    )
    undo = activities.undo(
        id=outgoing.new_id(), actor=identity.cluster, object=asked | {"to": [row.partner]}
    )
    inbox = await inbox_of(connection, row.partner)
    outgoing.send(undo, audience="private", inboxes=[inbox], about=row.activity)
    at = clock.timestamp(outgoing.moment)
    await contributions.decide(connection, row.id, state="withdrawn", at=at, by=who)
    await outgoing.write(connection)
    return row


async def start_revision(connection: AsyncConnection, iri: str) -> Document:
    """Return the work *iri* as a file to change and propose; it says what it starts from."""
    work = await foreign_work(connection, iri)
    standing = work.row.document
    kept = {key: value for key, value in standing.items() if key not in LEFT_BEHIND}
    return kept if "updated" in kept else kept | {"updated": standing.get("published")}


async def _resolved(
    connection: AsyncConnection, work: ForeignWork, written: Mapping[str, Any]
) -> Document:
    """Return *written* with IRIs for references, if it says nothing that is not its to say."""
    klass, standing = work.row.klass, work.row.document
    known = authored_keys(klass) | PASSED_OVER | set(OF_THE_HOME)
    of_now = _starts_from(written) in ("", _starts_from(standing))
    wrong = [key for key in written if key not in known]
    wrong += [key for key in OF_THE_HOME if of_now and _differs(key, written, standing)]
    if wrong:
        raise ContributionError(
            f"This cannot be proposed: {', '.join(wrong)}.",
            remedy="Take it out: it is not known, or for the home of the work alone to say.",
        )
    draft = Draft(document=written, klass=klass)
    ((document, missing),) = await resolve_references(connection, [draft])
    if missing:
        raise RefusedDocument(missing)
    return document


def _differs(key: str, written: Mapping[str, Any], standing: Mapping[str, Any]) -> bool:
    return key in written and written[key] != standing.get(key)


def _starts_from(document: Mapping[str, Any]) -> str:
    return str(document.get("updated") or document.get("published") or "")


def _draft(
    identity: Identity, iri: str, work: ForeignWork, written: Document, member: str | None
) -> Document:
    """Return the draft: the work with other texts, an id, an author and a reader of its own."""
    standing = work.row.document
    whole = _starts_from(written) != ""
    dates = {key: written[key] for key in STARTS_FROM if key in written}
    kept = {key: value for key, value in standing.items() if key not in LEFT_BEHIND}
    if whole:
        kept = {key: value for key, value in kept.items() if key not in STARTS_FROM}
    says = work_fields(written | work_names(standing))
    fields = says if whole else {**work_fields(standing), **says}
    frame = {
        **kept,
        **dates,
        "id": iri,
        "attributedTo": identity.cluster,
        "inReplyTo": work.row.iri,
        "to": [work.row.owner],
    }
    draft = with_safe_texts(with_work_fields(frame, fields, work.row.klass))
    for key in ("name", "summary", "content"):
        texts = draft.get(f"{key}Map")
        if isinstance(texts, dict) and texts:
            draft[key] = next(iter(texts.values()))
    return with_partner(draft, member) if member else draft


async def _check(
    connection: AsyncConnection, identity: Identity, work: ForeignWork, draft: Document
) -> None:
    """Raise RefusedDocument for what is wrong with *draft* and was not with the work."""
    if work_fields(draft) == work_fields(work.row.document):
        raise ContributionError(
            "The file changes nothing of what stands.", remedy="Change it, and propose it then."
        )
    before = set(_violations(work.row.document))
    findings = [finding for finding in _violations(draft) if finding not in before]
    prepared = Prepared(
        draft=Draft(document=draft, klass=work.row.klass),
        iri=draft["id"],
        document=draft,
        private={},
        audience="network",
        organisation_number=None,
        before=None,
        private_before={},
        warnings=(),
    )
    for result in await check_references(connection, identity, [prepared]):
        findings += result.findings if isinstance(result, Refusal) else []
    if findings:
        raise RefusedDocument(findings)


def _violations(document: Document) -> list[Finding]:
    found = validate(with_inline_context(document), Profile.PUBLISH)
    return [finding for finding in found if finding.severity == "violation"]
