"""Drafts made ready: references resolved, documents completed and validated, nothing written.

All problems of a draft come out at once, as findings with code, field and remedy.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from node.identity import Identity
from node.publishing.anonymity import hide_company
from node.publishing.check_class import told_by_class
from node.publishing.check_draft import (
    audience_findings,
    end_findings,
    identity_findings,
    party_findings,
    text_findings,
    unreadable,
)
from node.publishing.check_keys import key_findings
from node.publishing.check_references import check_references
from node.publishing.check_sources import check_sources
from node.publishing.check_stage import stage_findings
from node.publishing.complete_document import audience, complete_document, without_headings
from node.publishing.drafts import Draft, Prepared, Refusal
from node.publishing.member_actors import member_handles
from node.publishing.member_numbers import check_numbers, organisation_number
from node.publishing.names import new_iris
from node.publishing.resolve_references import resolve_references
from node.storage import resources
from node.storage.resource_rows import ResourceRow
from vocab.classes import ResourceClass
from vocab.clock import parse_time, wire_time
from vocab.validation import Finding, Profile, validate


async def prepare_documents(
    connection: AsyncConnection,
    identity: Identity,
    drafts: Sequence[Draft],
    moment: datetime,
    progress: Callable[[int], None] = lambda done: None,
    taken: set[str | None] | None = None,
) -> list[Prepared | Refusal]:
    """Return each draft as Prepared or as Refusal, in order; *progress* is told of each.

    *taken* has the handles that are taken, where many drafts come in parts.
    """
    refused = {
        number: Refusal(draft=draft, findings=(problem,))
        for number, draft in enumerate(drafts)
        if (problem := unreadable(draft.document)) is not None
    }
    readable = [draft for number, draft in enumerate(drafts) if number not in refused]
    results = iter(await _prepare_all(connection, identity, readable, moment, progress, taken))
    return [refused.get(number) or next(results) for number in range(len(drafts))]


async def _prepare_all(
    connection: AsyncConnection,
    identity: Identity,
    drafts: Sequence[Draft],
    moment: datetime,
    progress: Callable[[int], None],
    taken: set[str | None] | None,
) -> list[Prepared | Refusal]:
    named = await new_iris(connection, identity, drafts)
    standing = await resources.get_many(connection, named)
    details = await resources.private_details_of(connection, list(standing))
    resolved = await resolve_references(connection, drafts)
    handles = await member_handles(connection, drafts, named, standing, taken)
    results: list[Prepared | Refusal] = []
    for draft, iri, (document, unresolved) in zip(drafts, named, resolved, strict=True):
        if iri in handles:
            document["preferredUsername"] = handles[iri]
        ready = replace(draft, document=document)
        before, private = standing.get(iri), details.get(iri, {})
        impossible = tuple(identity_findings(draft, before, identity))
        if impossible:
            results.append(Refusal(draft=ready, findings=(*impossible, *unresolved)))
        else:
            results.append(_prepare(ready, iri, before, private, identity, moment, unresolved))
        progress(1)
    checked = await check_references(connection, identity, await check_numbers(connection, results))
    return await check_sources(connection, checked)


def _prepare(
    draft: Draft,
    iri: str,
    before: ResourceRow | None,
    private: Mapping[str, Any],
    identity: Identity,
    moment: datetime,
    unresolved: Sequence[Finding],
) -> Prepared | Refusal:
    written = _as_meant(draft.document, draft.klass, before)
    draft = replace(draft, document=written)
    published, updated = _dates(before, moment)
    document = complete_document(draft, identity, iri=iri, published=published, updated=updated)
    findings = [
        *unresolved,
        *key_findings(written, draft.klass, document, before),
        *audience_findings(written, draft.klass, before),
        *text_findings(written),
        *party_findings(document, draft.klass),
        *stage_findings(document, before),
        *end_findings(document, moment),
    ]
    company = hide_company(document)
    findings = list(dict.fromkeys([*findings, *validate(document, Profile.PUBLISH)]))
    violations = tuple(finding for finding in findings if finding.severity == "violation")
    if violations and draft.publish:
        return Refusal(draft=draft, findings=told_by_class(violations, written, draft.klass))
    prepared = Prepared(
        draft=draft,
        iri=iri,
        document=document,
        private={**(private if draft.private is None else draft.private), **company},
        audience=audience(written),
        organisation_number=organisation_number(draft, document, before),
        before=before,
        private_before=private,
        warnings=tuple(findings),
    )
    if before is not None and prepared.says_the_same:
        return replace(prepared, document=before.document)
    return prepared


#: Whom things of a class are for where nothing is said: what is being done is told to those
#: who may take part in it. All else is for everyone.
FOR_WHOM = {ResourceClass.COLLABORATION: "network"}
#: What stays where an update is silent: a fork does not forget what it was made from.
KEPT = ("anonymous", "version", "derivedFrom")


def _as_meant(
    written: Mapping[str, Any], klass: ResourceClass, before: ResourceRow | None
) -> dict[str, Any]:
    """Who may see it, its anonymity, version and sources stay where an update is silent."""
    if before is None:
        unsaid = {"audienceLevel": FOR_WHOM[klass]} if klass in FOR_WHOM else {}
        return {**unsaid, **written}
    standing = before.document
    kept: dict[str, Any] = {key: standing[key] for key in KEPT if key in standing}
    kept["audienceLevel"] = before.audience
    return {**kept, **without_headings(written, standing.get("nameMap"))}


def _dates(before: ResourceRow | None, moment: datetime) -> tuple[str, str | None]:
    """``updated`` grows by a second at least: receivers ignore an Update that does not."""
    if before is None or before.state == "draft":
        return wire_time(moment), None
    last = parse_time(before.document.get("updated") or before.document["published"])
    return before.document["published"], wire_time(max(moment, last + timedelta(seconds=1)))
