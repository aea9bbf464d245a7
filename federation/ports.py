"""What this package needs from the rest of the node: what is kept, documents fetched."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from federation.actors import RemoteActor
from federation.signature_formats import SignatureFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKey:
    """A public key and the actor that lists it."""

    key_id: str
    actor: str
    #: "cluster" where the actor is a node, otherwise "other".
    actor_kind: str
    #: "rsa" or "ed25519".
    algorithm: str
    #: PEM, or a Multikey in base58btc.
    public_key: str
    #: From then on it signs nothing any more.
    expires: datetime | None = None


class KeyDirectory(Protocol):
    """Where keys of other servers' actors are kept."""

    async def find_key(self, key_id: str) -> KnownKey | None:
        """Return the kept key of that id, or None."""

    async def knows_actor(self, iri: str) -> bool:
        """Say whether anything is kept about that actor; what it deleted counts as unknown."""

    async def store_actor(self, actor: RemoteActor) -> None:
        """Keep *actor*; exactly its keys are valid from now on, older ones go."""


class Relays(Protocol):
    """Who may pass on what others wrote."""

    async def may_relay(self, actor: str) -> bool:
        """Say whether *actor* is one that this node follows, on a server in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFormat:
    """The form of signature that a server takes."""

    format: SignatureFormat
    #: When that was learnt; None where nothing was, and *format* is the usual one.
    learnt_at: datetime | None = None


class FormatDirectory(Protocol):
    """Where is kept which form of signature other servers take."""

    async def find_formats(self, hosts: Collection[str]) -> Mapping[str, KeptFormat]:
        """Return what is kept of those of *hosts* of which anything is."""

    async def keep_format(self, host: str, kept: KeptFormat) -> bool:
        """Keep it of *host*, if that is a server that the node deals with; say whether it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedDocument:
    """A document that was fetched."""

    #: Where it was found after redirects.
    url: str
    document: dict[str, Any]
    content_type: str


class Fetcher(Protocol):
    """What gets documents from other servers, within the limits of safe fetching."""

    async def fetch_document(self, url: str) -> FetchedDocument:
        """Return the ActivityPub document at *url*.

        Raises FetchRefused, FetchFailed, UnsupportedContent, MalformedRequest or, on 410,
        GoneResource.
        """
