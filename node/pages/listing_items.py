"""Wire documents as rows of a list."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from node.pages.formatting import date_text, span_text
from node.pages.industries import industry
from node.pages.places import is_online, place_name, regions
from node.pages.view_context import StoredThing, ViewContext
from node.pages.views import ListItem, Passage
from node.pages.wire_values import Document, first, iris, moment, nested, text, texts
from vocab.classes import ResourceClass, classify
from vocab.schemes.readiness import readiness_sentence
from vocab.texts import plain_text, title

#: Norway and Denmark share their clock.
CLOCK = "Europe/Copenhagen"
#: Summaries in lists end after this many characters.
SUMMARY_LENGTH = 160


def listing_items(things: Sequence[StoredThing], context: ViewContext) -> tuple[ListItem, ...]:
    """Return one row for each thing of the profile."""
    return tuple(listing_item(thing, context) for thing in things)


def listing_item(thing: StoredThing, context: ViewContext, *, count: int | None = None) -> ListItem:
    """Return the row for *thing*; *count* stands behind fields of expertise."""
    document, iri = thing.document, thing.iri
    kind = kind_of(document)
    company = company_of(document)
    return ListItem(
        kind=kind,
        title=title_of(document, context),
        href=context.page(iri),
        local=context.is_local(iri),
        company=(context.labels.actor(company) or "") if company else "",
        cluster=context.cluster(iri),
        summary=summary_of(document, context),
        starts=starts_text(document, context) if kind == "event" else "",
        ends=ends_text(document, context) if kind != "event" else "",
        place=place_name(document),
        online=is_online(document),
        joint=joint_clusters(document, context),
        published=published_text(document, kind, context),
        region=", ".join(regions(document, context.language)),
        industry=industry(document, context.language) if kind == "member" else None,
        version=version_text(document) if kind == "case" else "",
        readiness=readiness_of(document, context.language),
        stage=text(document.get("stage")) if kind == "collaboration" else "",
        languages=written_languages(document, kind, context),
        count=count,
    )


def kind_of(document: Document) -> str:
    """Return the class of *document* as the pages name it: offer, need, case, member…"""
    found = classify(document)
    return found.value if isinstance(found, ResourceClass) else ""


def title_of(document: Document, context: ViewContext) -> Passage:
    """Return the title in the best language there is; at worst the IRI."""
    language, words = title(document, context.preferred)
    return context.worded(language, words)


def company_of(document: Document) -> str:
    """Return the IRI of the company that offers or seeks; nothing where it is anonymous."""
    intent = nested(document, "publishes")
    wanted = "provider" if document.get("purpose") == "offer" else "receiver"
    return first(iris(intent.get(wanted)) or iris(intent.get("provider")))


def joint_clusters(document: Document, context: ViewContext) -> tuple[str, ...]:
    """Return the clusters behind a case, a guide or a collaboration, where they are several."""
    behind = [iri for iri in iris(document.get("contributor")) if iri.endswith("/cluster")]
    return tuple(context.cluster(iri) for iri in behind) if len(behind) > 1 else ()


def published_text(document: Document, kind: str, context: ViewContext) -> str:
    """Return the day of publication; an event has a day of its own, and who is there has none."""
    if kind in ("event", "member", "concept", "cluster"):
        return ""
    return date_text(moment(document.get("published"), CLOCK), context.language)


def version_text(document: Document) -> str:
    """Return the version of what was changed since its first, such as "1.2"."""
    version = text(document.get("version"))
    parts = version.split(".")
    if len(parts) == 3 and parts[2] == "0":
        version = ".".join(parts[:2])
    return "" if version in ("1", "1.0") else version


def summary_of(document: Document, context: ViewContext) -> Passage | None:
    """Return the beginning of what is written in ``summary``, as plain text."""
    passage = context.passage(document, "summary")
    if passage is None:
        return None
    return replace(passage, text=shortened(plain_text(passage.text)))


def shortened(words: str, length: int = SUMMARY_LENGTH) -> str:
    """Return *words* cut at a space before *length* characters, with an ellipsis."""
    if len(words) <= length:
        return words
    return words[:length].rpartition(" ")[0].rstrip(" ,;:–-") + "…"


def ends_at(document: Document) -> datetime | None:
    """Return the time until which a thing holds."""
    return moment(document.get("endTime"))


def ends_text(document: Document, context: ViewContext) -> str:
    """Return the last day that a thing holds."""
    return date_text(ends_at(document), context.language)


def starts_text(document: Document, context: ViewContext) -> str:
    """Return when an event is, by the clock where it is."""
    zone = document.get("timezone")
    start, end = moment(document.get("startTime"), zone), moment(document.get("endTime"), zone)
    return span_text(start, end, context.language)


def readiness_of(document: Document, language: str) -> str:
    """Return how ready a solution is, in words."""
    level = text(document.get("trl"))
    if not level.isdecimal() or not 1 <= int(level) <= 9:
        return ""
    return str(readiness_sentence(int(level), language)).rstrip(".")


def written_languages(document: Document, kind: str, context: ViewContext) -> tuple[str, ...]:
    """Return the languages that those behind a thing work in; not for members and concepts."""
    if kind in ("member", "concept", "cluster"):
        return ()
    return context.language_names(texts(document.get("workingLanguage")))
