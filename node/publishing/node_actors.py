"""The node's own actors: the cluster that publishes, and the instance that signs fetches."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from federation import capabilities
from federation.keys import generate_ed25519, generate_rsa
from node.errors import SettingsError
from node.identity import Identity
from node.publishing.actor_keys import local_key, with_keys
from node.publishing.drafts import Draft, Published
from node.publishing.move_cluster import addresses_of
from node.publishing.publish_documents import publish
from node.setting_groups import ClusterSettings
from node.settings import Settings
from node.storage import actors
from node.storage.actors import ActorRow
from node.storage.keys import KeyRow
from vocab.classes import ResourceClass

NUTS = "http://data.europa.eu/nuts/code/"
REGISTERS = {"NO": "Brønnøysundregistrene", "DK": "Det Centrale Virksomhedsregister"}
#: Mastodon's own term for what a profile shows first.
FEATURED_TERM = {"featured": {"@id": "http://joinmastodon.org/ns#featured", "@type": "@id"}}
COLLECTIONS = ("inbox", "outbox", "followers", "following", "changes", "network")


#: Where there is nothing for programs.
EMPTY: Mapping[str, str] = {}


async def ensure_actors(
    connection: AsyncConnection, identity: Identity, settings: Settings
) -> Published:
    """Make the actors and their keys if they are not there; publish the cluster as set.

    Raises SettingsError where the settings no longer fit what is published.
    """
    standing = await actors.get(connection, identity.cluster)
    if standing is not None and standing.handle != identity.handle:
        await _rename(connection, standing, identity.handle)
    if standing is None:
        for iri, kind, handle in (
            (identity.instance, "instance", identity.host),
            (identity.cluster, "cluster", identity.handle),
        ):
            actor = ActorRow(iri=iri, kind=kind, local=True, host=identity.host, handle=handle)
            pairs = (generate_rsa(), generate_ed25519())
            await actors.insert_local(connection, [actor], [local_key(iri, it) for it in pairs])
    document = cluster_document(identity, settings.cluster)
    if settings.federation.introduce_peers:
        document["peers"] = identity.peers
    document |= (await addresses_of(connection, identity)).written()
    draft = Draft(document=document, klass=ResourceClass.CLUSTER, iri=identity.cluster)
    return (await publish(connection, identity, [draft]))[0]


async def _rename(connection: AsyncConnection, cluster: ActorRow, handle: str) -> None:
    holder = await actors.by_handle(connection, handle)
    if holder is not None:
        raise SettingsError(
            f"cluster.handle is {handle}, but {holder.iri} has that name already.",
            remedy="Choose another handle for the cluster.",
        )
    await actors.update_local(connection, replace(cluster, handle=handle))


def cluster_document(identity: Identity, cluster: ClusterSettings) -> dict[str, Any]:
    """Return the cluster as its settings describe it."""
    document: dict[str, Any] = {
        "preferredUsername": identity.handle,
        "name": cluster.name,
        **{name: f"{identity.cluster}/{name}" for name in COLLECTIONS},
        "endpoints": {"sharedInbox": identity.shared_inbox},
        "members": identity.collection("members"),
        "concepts": identity.collection("concepts"),
        "catalog": identity.url("/catalog"),
        "url": identity.url("/"),
        "manuallyApprovesFollowers": False,
        "discoverable": True,
        "indexable": True,
        "workingLanguage": list(cluster.working_languages),
        "contactPoint": {"kind": "ContactPoint", "contactPage": identity.url("/contact")},
    }
    if cluster.summary:
        document["summaryMap"] = {
            tag: f"<p>{html.escape(text, quote=False)}</p>" for tag, text in cluster.summary.items()
        }
    if cluster.organisation_number:
        document["legalIdentifier"] = {
            "kind": "Identifier",
            "notation": cluster.organisation_number,
            "schemaAgency": REGISTERS[cluster.country],
        }
    if cluster.region:
        document["region"] = NUTS + cluster.region
    if cluster.contact_email:
        document["contactPoint"]["email"] = cluster.contact_email
    if cluster.place:
        document["location"] = place(cluster)
    return document


def place(cluster: ClusterSettings) -> dict[str, Any]:
    """Return where the cluster is, for the charts of other nodes."""
    spot: dict[str, Any] = {"type": "Place", "name": cluster.place}
    if cluster.latitude is not None and cluster.longitude is not None:
        spot |= {"latitude": cluster.latitude, "longitude": cluster.longitude}
    return spot


def instance_document(identity: Identity) -> dict[str, Any]:
    """Return the actor that signs fetches; it publishes nothing and can be read unsigned."""
    return {
        "type": "Application",
        "id": identity.instance,
        "preferredUsername": identity.host,
        "name": identity.host,
        "inbox": identity.shared_inbox,
        "outbox": f"{identity.instance}/outbox",
        "url": identity.url("/"),
        "manuallyApprovesFollowers": True,
        "implements": capabilities.implements(),
        "@context": [capabilities.TERMS],
    }


def as_actor(
    document: dict[str, Any],
    public: Sequence[KeyRow],
    identity: Identity,
    for_clients: Mapping[str, str] = EMPTY,
) -> dict[str, Any]:
    """Return a cluster or member as it is served: with its keys, and what this node can do.

    *for_clients* is where programs turn to that act for an actor (ActivityPub, 4.1).
    """
    context = document.get("@context", [])
    terms = [*(context if isinstance(context, list) else [context]), capabilities.TERMS]
    generator = capabilities.generator(identity.instance)
    endpoints = {**document.get("endpoints", {}), **for_clients}
    actor = {
        **with_keys(document, public),
        "@context": terms,
        "generator": generator,
        "endpoints": endpoints,
    }
    if document["id"] == identity.cluster:
        actor |= {"@context": [*terms, FEATURED_TERM], "featured": identity.featured}
    return actor
