"""What an author hands to ``publish``, what is made of it on the way, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from node.storage.resource_rows import ResourceRow
from vocab.classes import ResourceClass
from vocab.validation import Finding

Document = dict[str, Any]

#: What changes from version to version without the content being another.
DATES = ("published", "updated")

Change = Literal["created", "updated", "unchanged", "drafted", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A wire object as an author writes it: without id, actor, dates and addressing.

    ``iri`` names the resource to update; None makes a new one. ``private`` stays in SQL.
    """

    document: Mapping[str, Any]
    klass: ResourceClass
    iri: str | None = None
    private: Mapping[str, Any] = field(default_factory=dict)
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
    private: dict[str, Any]
    audience: str
    before: ResourceRow | None
    warnings: tuple[Finding, ...]

    @property
    def unchanged(self) -> bool:
        """Whether nothing but the dates would differ from what stands."""
        if self.before is None or (self.before.state == "draft") == self.draft.publish:
            return False
        return _content(self.before.document) == _content(self.document)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A draft that may not be published, with every reason."""

    draft: Draft
    findings: tuple[Finding, ...]


def _content(document: Document) -> Document:
    return {key: value for key, value in document.items() if key not in DATES}
