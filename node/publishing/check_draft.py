"""Whether a draft may be what it says, where it says, for whom it says."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from federation.errors import FederationError
from federation.strict_json import parse_document
from node.identity import Identity
from node.publishing.anonymity import is_anonymous, names_company
from node.publishing.complete_document import AUDIENCES, audience
from node.publishing.drafts import Draft
from node.publishing.findings import violation, warning
from node.publishing.resource_rows import end_time
from node.storage.resource_rows import ResourceRow
from vocab.classes import PROFILES, ResourceClass
from vocab.clock import timestamp
from vocab.terms import local_name
from vocab.texts import plain_text
from vocab.validation import Finding, Profile
from vocab.validation.shape_checks import shape_finding

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


#: The shape that asks for words in the titles, summaries and texts of a document.
WORDS = {"name": "KX-N04", "summary": "KX-N05", "content": "KX-N06"}
#: Under which key the company does not stand.
WRONG_PARTY = {ResourceClass.OFFER: "receiver", ResourceClass.NEED: "provider"}


def text_findings(written: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what is wrong with texts that say nothing, before a title is put over them."""
    for key, code in WORDS.items():
        texts = written.get(f"{key}Map")
        for text in texts.values() if isinstance(texts, Mapping) else ():
            if isinstance(text, str) and not plain_text(text).strip():
                yield shape_finding(code, Profile.PUBLISH)


def party_findings(document: Mapping[str, Any], klass: ResourceClass) -> Iterator[Finding]:
    """Yield what is wrong with the side that the company of an offer or need stands on."""
    intent, wrong = document.get("publishes"), WRONG_PARTY.get(klass)
    if isinstance(intent, Mapping) and any(local_name(key) == wrong for key in intent):
        yield violation("KX-D09", f"publishes.{wrong}")


def end_findings(document: Mapping[str, Any], moment: datetime) -> Iterator[Finding]:
    """Yield a warning where what is published at *moment* has ended by then."""
    ends = end_time(document)
    if ends is not None and ends < timestamp(moment):
        yield warning("KX-D10", "endTime")
