"""Drafts made ready: references resolved, documents completed and validated, nothing written.

All problems of a draft come out at once, as findings with code, field and remedy.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from node.identity import Identity
from node.publishing.anonymity import hide_company
from node.publishing.check_references import check_references
from node.publishing.complete_document import audience, complete_document
from node.publishing.drafts import Draft, Prepared, Refusal
from node.publishing.member_actors import member_handles
from node.publishing.names import new_iris
from node.publishing.resolve_references import resolve_references
from node.storage import resources
from node.storage.resource_rows import ResourceRow
from vocab.clock import parse_time, wire_time
from vocab.validation import Finding, Profile, validate


async def prepare_documents(
    connection: AsyncConnection,
    identity: Identity,
    drafts: Sequence[Draft],
    moment: datetime,
    progress: Callable[[int], None] = lambda done: None,
) -> list[Prepared | Refusal]:
    """Return each draft as Prepared or as Refusal, in order; *progress* is told of each."""
    named = await new_iris(connection, identity, drafts)
    standing = await resources.get_many(connection, [iri for iri in named if iri])
    resolved = await resolve_references(connection, drafts)
    handles = await member_handles(connection, drafts, named, standing)
    results: list[Prepared | Refusal] = []
    for draft, iri, (document, unresolved) in zip(drafts, named, resolved, strict=True):
        if iri in handles:
            document["preferredUsername"] = handles[iri]
        ready = replace(draft, document=document)
        results.append(_prepare(ready, iri, standing.get(iri), identity, moment, unresolved))
        progress(1)
    return await check_references(connection, identity, results)


def _prepare(
    draft: Draft,
    iri: str,
    before: ResourceRow | None,
    identity: Identity,
    moment: datetime,
    unresolved: Sequence[Finding],
) -> Prepared | Refusal:
    published, updated = _dates(before, moment)
    document = complete_document(draft, identity, iri=iri, published=published, updated=updated)
    company = hide_company(document)
    findings = [
        *unresolved,
        *_audience_findings(draft, before),
        *validate(document, Profile.PUBLISH),
    ]
    violations = tuple(finding for finding in findings if finding.severity == "violation")
    if violations and draft.publish:
        return Refusal(draft=draft, findings=violations)
    return Prepared(
        draft=draft,
        iri=iri,
        document=document,
        private={**draft.private, **company},
        audience=audience(draft.document),
        before=before,
        warnings=tuple(findings),
    )


def _dates(before: ResourceRow | None, moment: datetime) -> tuple[str, str | None]:
    """``updated`` grows by a second at least: receivers ignore an Update that does not."""
    if before is None or before.state == "draft":
        return wire_time(moment), None
    last = parse_time(before.document.get("updated") or before.document["published"])
    return before.document["published"], wire_time(max(moment, last + timedelta(seconds=1)))


def _audience_findings(draft: Draft, before: ResourceRow | None) -> list[Finding]:
    if before is None or before.state != "published":
        return []
    if (before.audience, audience(draft.document)) != ("public", "network"):
        return []
    return [ALREADY_PUBLIC]


ALREADY_PUBLIC = Finding(
    code="KX-A01",
    field="audienceLevel",
    severity="violation",
    messages={
        "nb": "KX-A01 Dette er allerede vist på nett. Trekk det tilbake og legg det ut på nytt.",
        "nn": "KX-A01 Dette er alt vist på nett. Trekk det tilbake og legg det ut på nytt.",
        "da": "KX-A01 Dette er allerede vist på nettet. Træk det tilbage, og læg det ud igen.",
        "en": "KX-A01 This is already on the web. Withdraw it and publish it anew.",
    },
)
