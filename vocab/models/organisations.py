"""Clusters, their members, and how to reach them."""

# The calls below return dataclasses.field(...), each made for one field.
# ruff: noqa: RUF009

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from vocab.classes import ResourceClass
from vocab.models.resource import Audience, Resource
from vocab.models.text_values import Texts
from vocab.models.wire_fields import integer, link, links, part, string, value_objects


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A number in a public register."""

    kind: str | None = string("kind")
    notation: str | None = string("notation")
    agency: str | None = string("schemaAgency")
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPoint(Resource):
    """How to reach an organisation, without naming a person."""

    klass: ClassVar[ResourceClass] = ResourceClass.CONTACT

    role: str | None = string("roleLabel")
    email: str | None = string("email")
    page: str | None = link("contactPage")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Organisation(Resource):
    """What clusters and members share: they are actors with a number in a register."""

    preferred_username: str | None = string("preferredUsername")
    inbox: str | None = link("inbox")
    outbox: str | None = link("outbox")
    followers: str | None = link("followers")
    following: str | None = link("following")
    legal_identifier: Identifier | None = part("legalIdentifier", lambda: Identifier)
    legal_name: Texts = value_objects("legalName")
    contact: ContactPoint | None = part("contactPoint", lambda: ContactPoint)
    homepage: str | None = link("homepage")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster(_Organisation):
    """An organisation that runs joint activities for member firms, and a node."""

    klass: ClassVar[ResourceClass] = ResourceClass.CLUSTER

    catalog: str | None = link("catalog")
    changes: str | None = link("changes")
    members: str | None = link("members")
    concepts: str | None = link("concepts")
    network: str | None = link("network")

    @property
    def audience(self) -> Audience:
        """The actor of a node is public, for without it nobody can follow."""
        return Audience.PUBLIC


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(_Organisation):
    """A company that belongs to a cluster."""

    klass: ClassVar[ResourceClass] = ResourceClass.MEMBER

    iso6523_code: str | None = string("iso6523Code")
    same_as: tuple[str, ...] = links("sameAs")
    #: IRIs of NACE classes, of either revision.
    activities: tuple[str, ...] = links("companyActivity")
    employees: int | None = integer("employees")
    knows_about: tuple[str, ...] = links("knowsAbout")
    member_of: tuple[str, ...] = links("memberOf")
    credentials: tuple[str, ...] = links("credential")
