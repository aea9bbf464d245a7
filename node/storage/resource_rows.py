"""What SQL keeps of a resource, as the rest of the node sees it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from vocab.classes import ResourceClass


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceRow:
    """A resource as it stands. Times are ``clock.timestamp`` texts."""

    iri: str
    klass: ResourceClass
    local: bool
    host: str
    #: The cluster that answers for it.
    owner: str
    #: public, network or private.
    audience: str
    #: draft, published or withdrawn.
    state: str
    version: int
    #: The wire object as JSON text; of a withdrawn one its Tombstone.
    wire: str
    title: str = ""
    published_at: str
    updated_at: str
    #: Where it is past, lists leave the resource out.
    ends_at: str | None = None
    #: The activity that brought this version.
    activity: str | None = None
    #: The next three of others' only.
    received_at: str | None = None
    #: HttpSignature, IntegrityProof or Fetch.
    authenticated_by: str | None = None
    #: The key, or the URL fetched.
    verification_method: str | None = None
    #: Of members: "NO:988077917".
    organisation_number: str | None = None

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        """Return the resource of one row of the table."""
        return cls(**{**row, "klass": ResourceClass(row["klass"])})

    @property
    def document(self) -> dict[str, Any]:
        """The wire object as a tree, made anew on every call."""
        document: dict[str, Any] = json.loads(self.wire)
        return document

    @property
    def is_public(self) -> bool:
        """Whether everyone may see it: only then may it leave SQL for graph, feeds and dumps."""
        return self.audience == "public" and self.state == "published"

    @property
    def cursor(self) -> str:
        """Its place in lists that begin with the newest."""
        return f"{self.published_at} {self.iri}"


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """One version of a resource of ours."""

    iri: str
    number: int
    wire: str
    #: JSON text of what stayed with us, as it stood with this version.
    private_details: str | None
    state: str
    audience: str
    activity: str | None
    recorded_at: str

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        """Return the version of one row of the table."""
        return cls(**row)

    @property
    def document(self) -> dict[str, Any]:
        """The wire object as a tree, made anew on every call."""
        document: dict[str, Any] = json.loads(self.wire)
        return document


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceFilter:
    """Which resources a list or a count is about; what is left out does not matter."""

    classes: tuple[ResourceClass, ...] = ()
    audiences: tuple[str, ...] = ("public",)
    state: str | None = "published"
    local: bool | None = None
    host: str | None = None
    owner: str | None = None
    #: Leave out what has ended by then.
    at: str | None = None
    #: Only what was published from then on.
    since: str | None = None
    #: Only what names one of these IRIs, and none of them itself.
    naming: tuple[str, ...] = ()
    #: Only those with one of these IRIs, at most 30,000; None for all.
    among: frozenset[str] | None = None
