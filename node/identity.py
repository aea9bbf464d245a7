"""Who this node is: its addresses, made in one place."""

from dataclasses import dataclass

from federation.origins import host_of
from node.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Addresses of the node's actors and collections; every IRI begins with ``base_url``."""

    base_url: str
    handle: str

    @classmethod
    def from_settings(cls, settings: Settings) -> "Identity":
        """Return the identity that the settings describe."""
        return cls(base_url=settings.node.base_url, handle=settings.cluster.handle)

    @property
    def host(self) -> str:
        """Host, with its port unless it is the scheme's own."""
        return host_of(self.base_url)

    @property
    def scheme(self) -> str:
        """``https``, or in development ``http``."""
        return self.base_url.partition(":")[0]

    def url(self, path: str) -> str:
        """Return the address of *path*, which begins with a slash."""
        return f"{self.base_url}{path}"

    @property
    def cluster(self) -> str:
        """IRI of the cluster actor."""
        return self.url("/cluster")

    @property
    def instance(self) -> str:
        """IRI of the actor that signs fetches."""
        return self.url("/instance")

    @property
    def shared_inbox(self) -> str:
        """Inbox for everyone here."""
        return self.url("/inbox")

    @property
    def peers(self) -> str:
        """The collection of nodes that this one follows and introduces to others."""
        return f"{self.cluster}/peers"

    @property
    def network(self) -> str:
        """Collection that stands for the approved nodes."""
        return self.url("/cluster/network")

    @property
    def followers(self) -> str:
        """Followers of the cluster."""
        return self.url("/cluster/followers")

    @property
    def featured(self) -> str:
        """What the desk features."""
        return self.url("/cluster/featured")

    @property
    def provenance(self) -> str:
        """Graph that tells where each document came from."""
        return self.url("/provenance")

    def collection(self, segment: str) -> str:
        """IRI of a list of resources, such as ``offers``."""
        return self.url(f"/{segment}")

    def resource(self, segment: str, name: str) -> str:
        """IRI of one resource."""
        return self.url(f"/{segment}/{name}")

    def activity(self, name: str) -> str:
        """IRI of one activity."""
        return self.url(f"/activities/{name}")

    def draft(self, name: str) -> str:
        """IRI of what is proposed for a work of another node."""
        return self.url(f"/drafts/{name}")

    def is_local(self, iri: str) -> bool:
        """Whether *iri* is one of ours."""
        return iri == self.base_url or iri.startswith(f"{self.base_url}/")
