"""One thing, whole: the view behind its sheet."""

import re
from dataclasses import replace

from markupsafe import Markup, escape

from node.pages.addresses import contact_address, data_foot, host_of_page
from node.pages.formatting import date_text, time_text
from node.pages.listing_items import (
    CLOCK,
    company_of,
    ends_at,
    joint_clusters,
    kind_of,
    published_text,
    shortened,
    starts_text,
    title_of,
)
from node.pages.particulars import particulars
from node.pages.places import is_online, place_name
from node.pages.view_context import StoredThing, ViewContext
from node.pages.views import (
    Authenticity,
    DataFoot,
    Frame,
    Link,
    Passage,
    Related,
    Section,
    SheetView,
)
from node.pages.wire_values import Document, first, in_zone, iris, moment, text, texts
from node.pages.words import SEGMENTS
from vocab.sanitising import clean_html
from vocab.texts import plain_text

#: Parts of a case and of a collaboration, in the order they are read.
PARTS = (
    ("problem", "problem"),
    ("setting", "setting"),
    ("solution", "solution"),
    ("outcomes", "outcomes"),
    ("lessons", "lessons"),
    ("partner_sought", "partnerSought"),
)
#: Authors begin the content with the title, since Mastodon shows no other; pages have it above.
LEADING_TITLE = re.compile(r"^\s*<p>\s*<(strong|b)>(?P<title>.*?)</\1>\s*</p>", re.DOTALL)
#: Search engines show about as many characters.
DESCRIPTION_LENGTH = 155
NOTHING = re.compile(r"^(\s|…|\.)*$")


def sheet_view(
    thing: StoredThing, context: ViewContext, related: tuple[Related, ...] = ()
) -> SheetView:
    """Return the view of *thing*; *related* are lists of what concerns it."""
    document, iri = thing.document, thing.iri
    kind = kind_of(document)
    ends = ends_at(document)
    return SheetView(
        frame=sheet_frame(iri, kind, context),
        kind=kind,
        title=title_of(document, context),
        local=context.is_local(iri),
        cluster=context.cluster(iri),
        origin="" if context.is_local(iri) else origin_page(document),
        company=company_link(document, context),
        joint=joint_clusters(document, context),
        when=starts_text(document, context) if kind == "event" else "",
        place=place_name(document),
        online=is_online(document),
        published=published_text(document, kind, context),
        updated="" if kind == "concept" else updated_text(document, context),
        ended=ends is not None and ends.tzinfo is not None and ends < context.now,
        languages=text_languages(document, context),
        description=description(document, context),
        lead=lead(document, context),
        sections=sections(document, context),
        particulars=particulars(kind, document, context),
        tags=tags(document, context),
        authenticity=authenticity(thing, context),
        related=related,
        contact=contact_address(iri) if kind not in ("concept", "cluster") else "",
    )


def sheet_frame(iri: str, kind: str, context: ViewContext) -> Frame:
    """Return the frame of the sheet of *iri*; a federated one names its origin as canonical."""
    local = context.is_local(iri)
    foot: DataFoot = data_foot(iri, context.base_url)
    frame = Frame(
        path=context.page(iri).partition("?")[0],
        language=context.language,
        data=foot,
        section=SEGMENTS.get(kind, ""),
        canonical=iri,
    )
    return frame if local else replace(frame, query=(("iri", iri),))


def origin_page(document: Document) -> str:
    """Return the address of a federated thing's own page."""
    iri = str(document.get("id", ""))
    page = text(document.get("url"))
    return page if page.startswith("http") and host_of_page(page) == host_of_page(iri) else iri


def company_link(document: Document, context: ViewContext) -> Link | None:
    """Return the company behind an offer or a need; None for others and for anonymous ones."""
    company = company_of(document)
    return context.actor(company) if company else None


def updated_text(document: Document, context: ViewContext) -> str:
    """Return the day of the last change, where it is another than that of publication."""
    published = moment(document.get("published"), CLOCK)
    updated = moment(document.get("updated"), CLOCK)
    day = date_text(updated, context.language)
    return "" if day == date_text(published, context.language) else day


def text_languages(document: Document, context: ViewContext) -> tuple[str, ...]:
    """Return the language of the text shown, in words, where it is not the reader's."""
    written = context.passage(document, "content") or context.passage(document, "summary")
    shown = written or title_of(document, context)
    return (shown.tongue,) if shown.tongue else ()


def lead(document: Document, context: ViewContext) -> Passage | None:
    """Return the summary as plain text, unless the content says the same."""
    summary = context.passage(document, "summary")
    if summary is None:
        return None
    words = plain_text(summary.text).strip()
    content = context.passage(document, "content")
    if not words or (content and words in plain_text(content.text)):
        return None
    return replace(summary, text=words)


def description(document: Document, context: ViewContext) -> str:
    """Return the beginning of what is written, for search engines and previews of links."""
    said = lead(document, context)
    if said is not None:
        return shortened(said.text, DESCRIPTION_LENGTH)
    words = " ".join(plain_text(str(section.html)) for section in sections(document, context)[:1])
    return shortened(" ".join(words.split()), DESCRIPTION_LENGTH)


def sections(document: Document, context: ViewContext) -> tuple[Section, ...]:
    """Return what was written: the content, cleaned, then the named parts."""
    found = []
    content = context.passage(document, "content")
    if content:
        html = without_title(clean_html(content.text), document, context)
        if not NOTHING.match(plain_text(html)):
            found.append(Section(html=Markup(html), language=content.language))  # noqa: S704  # cleaned above
    for heading, key in PARTS:
        part = context.passage(document, key)
        if part:
            html = Markup("<p>{}</p>").format(escape(part.text))
            section = Section(html=html, language=part.language, tongue=part.tongue)
            found.append(replace(section, heading=heading))
    return tuple(found)


def without_title(html: str, document: Document, context: ViewContext) -> str:
    """Return *html* without a first paragraph that only repeats the title."""
    match = LEADING_TITLE.match(html)
    titles = {title_of(document, context).text, text(document.get("name"))}
    names = document.get("nameMap")
    titles |= set(texts(list(names.values()))) if isinstance(names, dict) else set()
    if match and plain_text(match["title"]).strip() in titles:
        return html[match.end() :]
    return html


def tags(document: Document, context: ViewContext) -> tuple[Link, ...]:
    """Return a member's fields of expertise."""
    return tuple(context.concept(iri) for iri in iris(document.get("knowsAbout")))


def authenticity(thing: StoredThing, context: ViewContext) -> Authenticity | None:
    """Return how the sender is known; None where nothing is recorded about a foreign thing."""
    sender = context.labels.actor(first(iris(thing.document.get("attributedTo"))))
    cluster = sender or context.cluster(thing.iri)
    if context.is_local(thing.iri):
        return Authenticity(how="Local", sender=cluster)
    if not thing.authenticated_by:
        return None
    received = in_zone(thing.received, CLOCK) if thing.received else None
    return Authenticity(
        how=thing.authenticated_by.rpartition("#")[2],
        sender=cluster,
        key=thing.verification_method,
        received=time_text(received, context.language),
    )
