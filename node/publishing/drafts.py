"""What an author hands to ``publish``, what is made of it on the way, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from node.storage.resource_rows import ResourceRow
from vocab.classes import ResourceClass
from vocab.inline_context import without_proof
from vocab.validation import Finding

Document = dict[str, Any]

#: What changes from version to version without the content being another.
DATES = ("published", "updated")

Change = Literal["created", "updated", "unchanged", "drafted", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A wire object as an author writes it: without id, actor, dates and addressing.

    ``iri`` is the resource's address, None for a new one that the node names; with ``revises``
    something must stand there. ``private`` stays in SQL: given, it is all that does; None
    leaves what there is.
    """

    document: Mapping[str, Any]
    klass: ResourceClass
    iri: str | None = None
    revises: bool = False
    private: Mapping[str, Any] | None = None
    organisation_number: str | None = None
    publish: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What became of a draft."""

    iri: str
    klass: ResourceClass
    change: Change
    version: int
    version_before: int | None
    activity: str | None = None
    deliveries: int = 0
    warnings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A document that may be written, and what stood there before."""

    draft: Draft
    iri: str
    document: Document
    private: Mapping[str, Any]
    audience: str
    organisation_number: str | None
    before: ResourceRow | None
    private_before: Mapping[str, Any]
    warnings: tuple[Finding, ...]

    @property
    def unchanged(self) -> bool:
        """Whether nothing would differ from what stands."""
        return self.says_the_same and self.private == self.private_before

    @property
    def says_the_same(self) -> bool:
        """Whether nothing that others see would differ, so that they need not be told."""
        before = self.before
        if before is None or before.state != ("published" if self.draft.publish else "draft"):
            return False
        return content_of(before.document) == content_of(self.document)

    @property
    def is_new_to_others(self) -> bool:
        """Whether some of those who may see it now could not before."""
        before = self.before
        if before is None or before.state != "published":
            return True
        return before.audience != self.audience


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A draft that may not be published, with every reason."""

    draft: Draft
    findings: tuple[Finding, ...]


def content_of(document: Document) -> Document:
    """Return *document* without its dates and its proof."""
    return {key: value for key, value in without_proof(document).items() if key not in DATES}
