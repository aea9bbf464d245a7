"""Whether a draft may be what it says, where it says, for whom it says."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from federation.errors import FederationError
from federation.strict_json import parse_document
from node.identity import Identity
from node.publishing.anonymity import is_anonymous, names_company
from node.publishing.complete_document import AUDIENCES, audience
from node.publishing.drafts import Draft
from node.publishing.findings import violation
from node.storage.resource_rows import ResourceRow
from vocab.classes import PROFILES, ResourceClass
from vocab.validation import Finding

#: What may be anonymous.
PROPOSALS = frozenset({ResourceClass.OFFER, ResourceClass.NEED})


def unreadable(document: Mapping[str, Any]) -> Finding | None:
    """Say why *document* is none that every reader reads alike; None where it is.

    What we publish obeys the limits that we set for others (DESIGN §7).
    """
    try:
        parse_document(json.dumps(document).encode())
    except FederationError as error:
        return violation("KX-D05", "", reason=error.safe)
    except RecursionError:
        return violation("KX-D05", "", reason="it is nested too deeply.")
    return None


def identity_findings(
    draft: Draft, before: ResourceRow | None, identity: Identity
) -> Iterator[Finding]:
    """Yield what is wrong with the address that *draft* has, where *before* stands."""
    if draft.iri is None:
        return
    if before is None:
        if draft.revises:
            yield violation("KX-D04", draft.iri)
        elif not _is_ours(draft.iri, draft.klass, identity):
            yield violation("KX-D03", draft.iri, written=draft.klass)
    elif not before.local:
        yield violation("KX-D03", draft.iri, written=draft.klass)
    elif before.klass is not draft.klass:
        yield violation("KX-D02", draft.iri, stands=before.klass, written=draft.klass)
    elif before.state == "withdrawn":
        yield violation("KX-D01", draft.iri)


def _is_ours(iri: str, klass: ResourceClass, identity: Identity) -> bool:
    if klass is ResourceClass.CLUSTER:
        return iri == identity.cluster
    prefix = identity.collection(PROFILES[klass].collection) + "/"
    name = iri.removeprefix(prefix)
    return name != iri and name.isascii() and name.replace("-", "").replace("_", "").isalnum()


def audience_findings(
    written: Mapping[str, Any], klass: ResourceClass, before: ResourceRow | None
) -> Iterator[Finding]:
    """Yield what is wrong with whom *written* is for, given what was shown before."""
    named = written.get("audienceLevel")
    if named is not None and named not in AUDIENCES:
        yield violation("KX-A02", "audienceLevel", value=str(named))
    if is_anonymous(written) and klass not in PROPOSALS:
        yield violation("KX-A03", "anonymous")
    if before is None or before.state != "published":
        return
    if (before.audience, audience(written)) == ("public", "network"):
        yield violation("KX-A01", "audienceLevel")
    named_before = before.audience != "private" and names_company(before.document)
    if named_before and is_anonymous(written):
        yield violation("KX-A01", "anonymous")
