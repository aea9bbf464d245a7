"""The groups of settings: one class per concern, every field with its help text."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self, get_args
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from stdnum.dk import cvr
from stdnum.no import orgnr

from federation.fetch_policy import FetchPolicy
from vocab.schemes.regions import is_region
from vocab.terms import NUTS

type_of_language = Literal["nb", "nn", "da", "en"]
Texts = dict[str, str]
#: What is easily taken for the tag of a language.
NO_LANGUAGES = {"no": "bokmål is nb, nynorsk nn", "dk": "Danish is da", "gb": "English is en"}


class Group(BaseModel):
    """A group of settings; nothing unknown gets in."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


class NodeSettings(Group):
    """The node itself."""

    base_url: str = Field(
        "http://localhost:8080",
        description="Address of the node as the world sees it; every IRI it makes begins with it. "
        "It cannot change once something is published.",
    )
    language: type_of_language = Field("nb", description="Language of the pages by default.")
    demonstration: bool = Field(
        False, description="Every page says that its companies are fictional."
    )

    @field_validator("base_url")
    @classmethod
    def _is_an_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must be an address such as https://node.example.org")
        if parts.path not in ("", "/") or parts.query or parts.fragment:
            raise ValueError("must have no path: only https://, the host and perhaps a port")
        return f"{parts.scheme}://{parts.netloc.lower()}"


class ClusterSettings(Group):
    """The cluster organisation that runs the node."""

    handle: str = Field(
        "cluster",
        pattern=r"^[a-z0-9][a-z0-9_.-]{0,62}$",
        description="Name before the @ of the cluster's address in the fediverse.",
    )
    name: str = Field("My cluster", min_length=1, description="Name of the cluster.")
    summary: Texts = Field({}, description="One or two sentences about the cluster, per language.")
    headline: Texts = Field({}, description="Headline of the home page, per language.")
    introduction: Texts = Field({}, description="Text under the headline, per language.")
    organisation_number: str = Field("", description="Organisation or CVR number of the cluster.")
    country: Literal["NO", "DK"] = Field("NO", description="Country of the organisation number.")
    region: str = Field("", description="NUTS code of the cluster's region, such as NO092.")
    place: str = Field("", description="Town on the chart of the home page.")
    latitude: float | None = Field(None, ge=-90, le=90, description="Where the town is, north.")
    longitude: float | None = Field(None, ge=-180, le=180, description="Where the town is, east.")
    working_languages: tuple[str, ...] = Field(
        ("nb", "en"), description="Languages that the cluster works in."
    )
    contact_email: str = Field("", description="Shared mailbox of the cluster's office.")
    accent: str = Field(
        "#0f4c63", pattern=r"^#[0-9a-fA-F]{6}$", description="Accent colour of the pages."
    )

    @field_validator("summary", "headline", "introduction", mode="before")
    @classmethod
    def _is_by_language(cls, value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise ValueError('must name the language of each text, such as { nb = "…", en = "…" }')
        for tag in value:
            if tag not in get_args(type_of_language):
                raise ValueError(f"{tag!r} is no language of the pages: nb, nn, da or en")
        return value

    @field_validator("working_languages")
    @classmethod
    def _are_languages(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for tag in value:
            if tag in NO_LANGUAGES or not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag):
                hint = NO_LANGUAGES.get(tag, "write a tag such as nb, da or en")
                raise ValueError(f"{tag!r} is no language: {hint}")
        return value

    @model_validator(mode="after")
    def _number_is_of_its_register(self) -> Self:
        number = self.organisation_number
        if number and not (orgnr if self.country == "NO" else cvr).is_valid(number):
            register = "an organisation" if self.country == "NO" else "a CVR"
            raise ValueError(
                f"organisation_number {number} is not {register} number of the country "
                f"{self.country}: look for a slip, or set cluster.country"
            )
        return self

    @field_validator("region")
    @classmethod
    def _is_a_nuts_code(cls, value: str) -> str:
        if value and not is_region(NUTS + value):
            raise ValueError("must be a NUTS code such as NO092, or empty")
        return value


class HttpSettings(Group):
    """Where the node listens."""

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on.")
    tls_certificate: str = Field(
        "", description="PEM file of the certificate, where no proxy in front ends TLS."
    )
    tls_key: str = Field("", description="PEM file of the certificate's private key.")
    body_bytes: int = Field(1 << 20, ge=1024, description="Largest request body, in bytes.")
    head_bytes: int = Field(
        64 << 10, ge=8190, description="Longest request line, and longest header, in bytes."
    )
    idle_seconds: int = Field(60, ge=1, description="An idle connection is closed after this.")


class DatabaseSettings(Group):
    """Where the truth is kept."""

    url: str = Field(
        "",
        description="PostgreSQL: postgresql+asyncpg://user:password@host/name. "
        "Empty: SQLite, in skagerrak.db in the node's folder.",
    )


class FederationSettings(Group):
    """How the node talks to others."""

    mode: Literal["open", "approve", "allowlist"] = Field(
        "approve",
        description="open: every server but the blocked; approve: new nodes wait for the desk "
        "before anything of theirs is taken in; allowlist: approved servers only. What the desk "
        "chooses by “skagerrak peers mode” goes before it.",
    )
    development_peers: tuple[str, ...] = Field(
        (),
        description="Development only: exact ip:port pairs that may be talked to over http. "
        "Refused unless base_url is on loopback.",
    )
    ca_file: str = Field("", description="PEM file of a private authority to trust for TLS.")

    @field_validator("development_peers")
    @classmethod
    def _are_exact(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        FetchPolicy(development_peers=frozenset(value))
        return value

    @field_validator("ca_file")
    @classmethod
    def _is_there(cls, value: str) -> str:
        if value and not Path(value).is_file():
            raise ValueError("there is no such file; name a PEM file, or leave the setting out")
        return value

    introduce_peers: bool = Field(
        True,
        description="/cluster/peers and the catalogue name the approved nodes that this one "
        "follows, so that a new cluster finds the network.",
    )
    suggestions_daily: bool = Field(
        True,
        description="Once a day the approved nodes that this one follows are asked whom they "
        "follow, for the suggestions at the desk. Nobody is followed by it.",
    )
    deliveries_at_once: int = Field(64, ge=1, description="Deliveries under way at once.")
    deliveries_per_host: int = Field(8, ge=1, description="Deliveries under way to one host.")
    backfill_objects: int = Field(
        10_000, ge=1, description="Most objects read from a newly followed node."
    )
    backfill_pages: int = Field(200, ge=1, description="Most pages read from it.")
    catch_up_minutes: int = Field(
        15, ge=1, description="How often /cluster/changes of followed nodes is read."
    )
    messages_per_hour: int = Field(
        60, ge=0, description="Most messages to the desk that one server may send in an hour."
    )
    messages_kept: int = Field(
        5_000,
        ge=1,
        description="Messages to the desk that are kept: beyond it the oldest handled ones go, "
        "and while none is handled, no more are taken.",
    )
    contributions_waiting: int = Field(
        20,
        ge=0,
        description="Proposed changes and requests to take part of one server that may wait for "
        "the desk; more are declined at once.",
    )
    servers_waiting: int = Field(
        2_000,
        ge=1,
        description="Servers nobody asked for that may wait for a decision: beyond it new ones are "
        "not listed until there is room again.",
    )
    show_followers: bool = Field(
        False, description="Whether the followers collection names followers, or only counts them."
    )
    old_key_days: int = Field(
        7, ge=1, le=365, description="Days that a key verifies what it signed after it is replaced."
    )
    queue_days: int = Field(
        7,
        ge=3,
        description="A message that could not be delivered in so many days is given up. Other "
        "nodes catch up by /cluster/changes all the same.",
    )
    keep_days: int = Field(
        30,
        ge=30,
        description="Settled messages of others, messages that were given up, and servers that "
        "nothing here has to do with are forgotten after so many days.",
    )


class InterestSettings(Group):
    """Interest in offers and needs, as the desk follows it up."""

    working_days: int = Field(
        3, ge=1, le=60, description="Working days without a step after which an interest is due."
    )
    waiting_per_server: int = Field(
        100,
        ge=0,
        description="Interests of one server that may wait for an answer; more are declined at "
        "once.",
    )


class SparqlSettings(Group):
    """What a query may use."""

    workers: int = Field(2, ge=1, le=64, description="Processes that answer queries.")
    seconds: float = Field(10.0, gt=0, description="A query is ended after this.")
    memory_mib: int = Field(512, ge=200, description="Memory of one query process, in MiB.")
    rows: int = Field(100_000, ge=1, description="Most rows of one answer.")
    waiting_per_client: int = Field(4, ge=1, description="Queries of one client that may wait.")
    cpu_seconds_per_minute: float = Field(
        60.0, gt=0, description="Computing time of one client in a minute."
    )
    cache_mib: int = Field(32, ge=0, description="Memory for answers given before, in MiB.")


class ImportSettings(Group):
    """How spreadsheets are understood."""

    nace_revision: Literal["2", "2.1"] = Field(
        "2", description="NACE revision of a code that both revisions have."
    )
    draft_months: int = Field(
        6, ge=1, le=36, description="Months until drafts of offers and needs end."
    )


class PageSettings(Group):
    """How lists are cut."""

    length: int = Field(50, ge=1, le=200, description="Entries on one page of a list.")


class DeskSettings(Group):
    """The pages of the cluster's office, and signing in to them."""

    link_minutes: int = Field(
        15,
        ge=1,
        le=1440,
        description="A one-time link may be used for so long; more than 60 on loopback only.",
    )
    idle_hours: int = Field(
        8, ge=1, le=168, description="A session ends when it was not used for so long."
    )
    session_days: int = Field(
        7, ge=1, le=90, description="A session ends then, however much it is used."
    )
    tries_per_minute: int = Field(
        10, ge=1, description="Tries to sign in that one client has in a minute."
    )
