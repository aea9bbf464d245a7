"""For whom a view is made, and the look-ups that this takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from node.pages.addresses import is_local, page_address
from node.pages.languages import FALLBACKS
from node.pages.views import Link, Passage
from node.pages.wire_values import Document
from vocab.schemes.languages import language_name
from vocab.texts import UNDETERMINED, choose, text_map


class Labels(Protocol):
    """Names of things that the node knows, from whatever it keeps them in."""

    def concept(self, iri: str) -> Mapping[str, str] | None:
        """Return the preferred labels of a concept by language; None where it is not known."""
        ...

    def actor(self, iri: str) -> str | None:
        """Return the name of a member or a cluster; None where it is not known."""
        ...

    def cluster_of(self, iri: str) -> str | None:
        """Return the name of the cluster whose node *iri* comes from; None where not known."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredThing:
    """A wire document as the node holds it, and how it got here."""

    document: Mapping[str, Any]
    received: datetime | None = None
    authenticated_by: str = ""
    verification_method: str = ""

    @property
    def iri(self) -> str:
        """The document's own IRI."""
        return str(self.document.get("id", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewContext:
    """The reader's language, the node's address, its look-ups, and the time."""

    language: str
    base_url: str
    labels: Labels
    now: datetime

    @property
    def preferred(self) -> tuple[str, ...]:
        """Languages in the order that the reader gets them."""
        return FALLBACKS[self.language]

    def is_local(self, iri: str) -> bool:
        """Whether *iri* is one of this node's."""
        return is_local(iri, self.base_url)

    def page(self, iri: str) -> str:
        """Return where this node shows *iri*."""
        return page_address(iri, self.base_url)

    def passage(self, document: Document, key: str) -> Passage | None:
        """Return the text under *key* in the best language there is, or None."""
        return self.chosen(text_map(document, key))

    def chosen(self, by_language: Mapping[str, str]) -> Passage | None:
        """Return the best of some texts, or None where there is none."""
        if not by_language:
            return None
        language, words = choose(by_language, self.preferred)
        return Passage(text=words, language=known_tag(language)) if words else None

    def concept(self, iri: str) -> Link:
        """Return the concept's label, linked where it is known here, else named by its IRI."""
        passage = self.chosen(self.labels.concept(iri) or {})
        if passage:
            return Link(text=passage.text, language=passage.language, href=self.page(iri))
        return outside_link(iri)

    def actor(self, iri: str) -> Link | None:
        """Return the company or cluster with its page, or None where it is not known."""
        name = self.labels.actor(iri)
        if not name:
            return None
        path = "/" if iri == f"{self.base_url}/cluster" else self.page(iri)
        return Link(text=name, href=path)

    def cluster(self, iri: str) -> str:
        """Return the name of the cluster that *iri* comes from, at worst its host."""
        known = self.labels.cluster_of(iri)
        return known or iri.partition("://")[2].partition("/")[0]

    def language_names(self, tags: list[str]) -> tuple[str, ...]:
        """Return *tags* in words of the reader's language; bokmål is what "norsk" means."""
        plain = ("no" if tag == "nb" else tag for tag in tags)
        return tuple(language_name(tag, self.language) for tag in plain)


def known_tag(tag: str) -> str:
    """Return a language tag, or nothing where the text names no language."""
    return "" if tag == UNDETERMINED else tag


def outside_link(iri: str) -> Link:
    """Return a link to a thing elsewhere, named by the last part of its address."""
    name = iri.rstrip("/").rpartition("/")[2].rpartition("#")[2] or iri
    is_web = iri.startswith(("http://", "https://"))
    scheme = next((name for part, name in SCHEMES if part in iri), "")
    return Link(text=scheme or name, href=iri if is_web else "", note=name if scheme else "")


#: Concept schemes of others, by a part of their addresses.
SCHEMES = (("data.europa.eu/esco/", "ESCO"), ("data.europa.eu/ux2/nace", "NACE"))
