"""For whom a view is made, and the look-ups that this takes."""

from collections.abc import Mapping, Sequence
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

    def title(self, iri: str) -> Mapping[str, str] | None:
        """Return the titles of a case, practice, offer… by language; None where not known."""
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
        return self.worded(language, words) if words else None

    def worded(self, language: str, words: str) -> Passage:
        """Return *words* with their language, named where the reader has another."""
        tag = known_tag(language)
        return Passage(text=words, language=tag, tongue=self.foreign(tag))

    def foreign(self, tag: str) -> str:
        """Return the name of a language that is not the reader's; both norsk count as one."""
        if not tag or tag == self.language or {tag, self.language} <= NORWEGIAN:
            return ""
        return self.language_names([tag])[0]

    def concept(self, iri: str) -> Link:
        """Return the concept's label, linked where it is known here, else named by its IRI."""
        passage = self.chosen(self.labels.concept(iri) or {})
        if passage:
            return Link(text=passage.text, language=passage.language, href=self.page(iri))
        return outside_link(iri)

    def thing(self, iri: str) -> Link:
        """Return another thing by its title where it is known here, else by its address."""
        passage = self.chosen(self.labels.title(iri) or {})
        if passage:
            return Link(text=passage.text, language=passage.language, href=self.page(iri))
        outside = iri.startswith(("http://", "https://")) and not self.is_local(iri)
        return Link(text=iri.partition("://")[2] or iri, href=iri if outside else "")

    def actor(self, iri: str) -> Link | None:
        """Return the company or cluster with its page, or None where it is not known."""
        name = self.labels.actor(iri)
        if not name:
            return None
        return Link(text=name, href=self._actor_page(iri))

    def _actor_page(self, iri: str) -> str:
        """Members have a page here; a cluster's is its own home page."""
        if not iri.endswith("/cluster"):
            return self.page(iri)
        return "/" if self.is_local(iri) else iri

    def cluster(self, iri: str) -> str:
        """Return the name of the cluster that *iri* comes from, at worst its host."""
        known = self.labels.cluster_of(iri)
        return known or iri.partition("://")[2].partition("/")[0]

    def language_names(self, tags: Sequence[str]) -> tuple[str, ...]:
        """Return *tags* in words of the reader's language.

        Bokmål is what "norsk" means, and who works in both works in norsk.
        """
        merged = NORWEGIAN if "nb" in tags else {"no"}
        plain = dict.fromkeys("no" if tag in merged else tag for tag in tags)
        return tuple(language_name(tag, self.language) for tag in plain)


def known_tag(tag: str) -> str:
    """Return a language tag, or nothing where the text names no language."""
    return "" if tag == UNDETERMINED else tag


def outside_link(iri: str) -> Link:
    """Return a link to a thing elsewhere, named by the last part of its address."""
    is_web = iri.startswith(("http://", "https://"))
    scheme = next((name for part, name in SCHEMES if part in iri), "")
    name = scheme or iri.rstrip("/").rpartition("/")[2].rpartition("#")[2] or iri
    return Link(text=name, href=iri if is_web else "")


#: Those who read one read the other.
NORWEGIAN = {"nb", "nn", "no"}
#: Concept schemes of others, by a part of their addresses.
SCHEMES = (("data.europa.eu/esco/", "ESCO"), ("data.europa.eu/ux2/nace", "NACE"))
