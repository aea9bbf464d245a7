"""Fill in what an author leaves out: id, url, author, addressing, dates, first texts, context."""

import copy
import html
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from node.identity import Identity
from node.publishing.drafts import Document, Draft
from node.publishing.sanitise_texts import with_safe_texts
from vocab.classes import PROFILES, ResourceClass
from vocab.clock import wire_time
from vocab.inline_context import with_inline_context
from vocab.terms import AS_PUBLIC

CC_BY = "https://creativecommons.org/licenses/by/4.0/"
ONE_SERVICE = {"hasUnit": "one", "hasNumericalValue": "1"}
TEXTS = ("name", "summary", "content")
#: Norway and Denmark keep the same time.
HOME_ZONE = "Europe/Oslo"
LAST_SECOND = time(23, 59, 59)
AUDIENCES = ("public", "network", "private")
#: What only the node says, whatever an author writes.
OURS = frozenset(
    {
        "@context",
        "@id",
        "@type",
        "class",
        "to",
        "cc",
        "bto",
        "bcc",
        "published",
        "updated",
        "publicKey",
    }
    | {"assertionMethod", "proof", "signature"}
)


def complete_document(
    draft: Draft, identity: Identity, *, iri: str, published: str, updated: str | None
) -> Document:
    """Return the wire object of *draft* under *iri*; times are xsd:dateTime texts."""
    profile = PROFILES[draft.klass]
    document: Document = {"type": profile.wire_type}
    if profile.kinds:
        document["kind"] = profile.kinds[0] if len(profile.kinds) == 1 else list(profile.kinds)
    document |= {"id": iri, "url": f"{iri}.html", "attributedTo": identity.cluster}
    document |= _addressing(draft.document, identity, draft.klass)
    document["published"] = published
    if updated:
        document["updated"] = updated
    document |= _authored(draft.document, document)
    COMPLETIONS.get(draft.klass, _nothing_more)(document, identity)
    _first_texts(document)
    if profile.wire_type == "Note":
        _title_in_content(document)
    return with_inline_context(document | _authors_context(draft.document.get("@context")))


def _authors_context(written: Any) -> Document:
    """The terms that the author's own context defines; contexts elsewhere are nobody's to fetch."""
    entries = written if isinstance(written, list) else [written]
    terms = {
        term: meaning
        for entry in entries
        if isinstance(entry, Mapping)
        for term, meaning in entry.items()
        if not term.startswith("@")
    }
    return {"@context": [terms]} if terms else {}


#: What goes without saying stays unsaid, so that saying it is no change.
UNSAID = (("audienceLevel", "public"), ("anonymous", False))


def _authored(written: Mapping[str, Any], fixed: Document) -> Document:
    """What the author wrote, less what only the node may say; HTML made safe."""
    ours = {*fixed, *OURS, *(key for key, said in UNSAID if written.get(key) == said)}
    kept = {key: copy.deepcopy(value) for key, value in written.items() if key not in ours}
    return with_safe_texts(kept)


def _addressing(written: Mapping[str, Any], identity: Identity, klass: ResourceClass) -> Document:
    match audience(written):
        case "private":
            return {"to": []}
        case "network":
            return {"to": [identity.network]}
    if klass in (ResourceClass.MEMBER, ResourceClass.CONCEPT, ResourceClass.CLUSTER):
        return {"to": [AS_PUBLIC]}
    return {"to": [AS_PUBLIC], "cc": [identity.followers]}


def audience(written: Mapping[str, Any]) -> str:
    """Return who may see a document: public unless it says otherwise, nobody if unclearly."""
    named = written.get("audienceLevel", "public")
    return named if named in AUDIENCES else "private"


def _nothing_more(document: Document, identity: Identity) -> None:
    """Some classes need nothing filled in."""


def _proposal(document: Document, identity: Identity) -> None:
    for key, fragment in (("publishes", "primary"), ("reciprocal", "reciprocal")):
        intent = document.get(key)
        if isinstance(intent, list) and len(intent) == 1:
            intent = document[key] = intent[0]
        if isinstance(intent, dict):
            intent |= {"type": "Intent", "id": f"{document['id']}#{fragment}"}
            intent.setdefault("action", "deliverService" if key == "publishes" else "transfer")
            intent.setdefault("resourceQuantity", dict(ONE_SERVICE))
            _numbers_as_texts(intent)
    document.setdefault("unitBased", False)
    _end_of_day(document)


def _numbers_as_texts(intent: Document) -> None:
    """FEP-0837 writes amounts as texts; who reads it so takes no number."""
    for quantity in intent.values():
        number = quantity.get("hasNumericalValue") if isinstance(quantity, dict) else None
        if isinstance(number, int | float) and not isinstance(number, bool):
            quantity["hasNumericalValue"] = str(number)


def _offer(document: Document, identity: Identity) -> None:
    document["purpose"] = "offer"
    _proposal(document, identity)


def _need(document: Document, identity: Identity) -> None:
    document["purpose"] = "request"
    _proposal(document, identity)


def _case(document: Document, identity: Identity) -> None:
    document.setdefault("version", "1.0.0")
    _article(document, identity)


def _collaboration(document: Document, identity: Identity) -> None:
    _end_of_day(document)
    _article(document, identity)


def _end_of_day(document: Document) -> None:
    """A day by which something ends is over at midnight, Norwegian and Danish time."""
    day = document.get("endTime")
    if not (isinstance(day, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", day)):
        return
    with suppress(ValueError, OverflowError, ZoneInfoNotFoundError):  # the shapes refuse it then
        last = datetime.combine(date.fromisoformat(day), LAST_SECOND, ZoneInfo(HOME_ZONE))
        document["endTime"] = wire_time(last.astimezone(UTC))


def _article(document: Document, identity: Identity) -> None:
    document.setdefault("contributor", [identity.cluster])
    document.setdefault("license", CC_BY)
    _content_from_summary(document)


def _practice(document: Document, identity: Identity) -> None:
    document.setdefault("license", CC_BY)
    _content_from_summary(document)


def _content_from_summary(document: Document) -> None:
    if "content" in document or "contentMap" in document:
        return
    for suffix in ("", "Map"):
        if f"summary{suffix}" in document:
            document[f"content{suffix}"] = document[f"summary{suffix}"]


def _event(document: Document, identity: Identity) -> None:
    document.setdefault("organizers", [identity.cluster])
    document.setdefault("timezone", HOME_ZONE)
    _content_from_summary(document)


def _cluster(document: Document, identity: Identity) -> None:
    document["url"] = identity.url("/")


def _member(document: Document, identity: Identity) -> None:
    iri = document["id"]
    document |= {name: f"{iri}/{name}" for name in ("inbox", "outbox", "followers", "following")}
    document["endpoints"] = {"sharedInbox": identity.shared_inbox}
    document["memberOf"] = identity.cluster
    contact = document.setdefault("contactPoint", {"kind": "ContactPoint"})
    if isinstance(contact, dict):
        contact["contactPage"] = f"{iri}/contact"


def _concept(document: Document, identity: Identity) -> None:
    document["inScheme"] = identity.collection("concepts")
    document.setdefault("notation", document["id"].rsplit("/", 1)[-1])


COMPLETIONS: Mapping[ResourceClass, Callable[[Document, Identity], None]] = {
    ResourceClass.CLUSTER: _cluster,
    ResourceClass.OFFER: _offer,
    ResourceClass.NEED: _need,
    ResourceClass.CASE: _case,
    ResourceClass.COLLABORATION: _collaboration,
    ResourceClass.PRACTICE: _practice,
    ResourceClass.EVENT: _event,
    ResourceClass.MEMBER: _member,
    ResourceClass.CONCEPT: _concept,
}


def _first_texts(document: Document) -> None:
    """Plain name, summary and content are the first of their language maps."""
    for key in TEXTS:
        texts = document.get(f"{key}Map")
        if isinstance(texts, dict) and texts:
            document[key] = next(iter(texts.values()))


def _title_in_content(document: Document) -> None:
    """Microblogs show a Note's content and not its name, so the title stands in both."""
    names, contents = document.get("nameMap"), document.get("contentMap")
    if isinstance(names, dict) and isinstance(contents, dict):
        for language, text in contents.items():
            contents[language] = _headed(text, names.get(language) or document.get("name"))
        document["content"] = next(iter(contents.values()), "")
    elif "content" in document:
        document["content"] = _headed(document["content"], document.get("name"))


def without_headings(written: Mapping[str, Any], names: Any) -> Document:
    """Return *written* without the title that a former completion put over its content.

    *names* are the titles by language that stood then; an author may have changed them since.
    """
    document, contents = dict(written), written.get("contentMap")
    if isinstance(contents, Mapping) and isinstance(names, Mapping):
        document["contentMap"] = {
            language: text.removeprefix(_heading(str(names.get(language, ""))))
            if isinstance(text, str)
            else text
            for language, text in contents.items()
        }
    return document


def _headed(content: Any, title: Any) -> Any:
    """What is no text is left for validation to find."""
    if not (isinstance(content, str) and isinstance(title, str) and title):
        return content
    heading = _heading(title)
    return content if content.startswith(heading) else heading + content


def _heading(title: str) -> str:
    return f"<p><strong>{html.escape(title, quote=False)}</strong></p>"
