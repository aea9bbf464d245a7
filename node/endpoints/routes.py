"""Every public URL of a node, in one table (DESIGN §6)."""

from aiohttp import web

from node.endpoints import (
    activity_get,
    agreements_get,
    bearer_tokens,
    catalog_get,
    collections_get,
    contact_get,
    discovery_get,
    draft_get,
    federated_get,
    health_get,
    home_get,
    inbox_get,
    inbox_post,
    lists_get,
    notification_post,
    oauth,
    outbox_post,
    provenance_get,
    proxy_post,
    reactions_get,
    remote_follow_get,
    resource_get,
    synchronization_get,
    vocabulary_get,
)
from vocab.classes import PROFILES

#: Segments of the lists: offers, needs, cases …
LISTS = "|".join(sorted({profile.collection for profile in PROFILES.values()} - {"", "cluster"}))


def add_routes(router: web.UrlDispatcher) -> None:
    """Register every URL but ``/sparql`` and the static files."""
    for add in (_pages, _actors, _inboxes, _clients, _discovery, _vocabulary, _resources):
        add(router)


def _pages(router: web.UrlDispatcher) -> None:
    router.add_get("/", home_get.get_home)
    router.add_get("/contact", contact_get.get_contact)
    router.add_get("/remote-follow", remote_follow_get.get_remote_follow)
    router.add_get("/authorize_interaction", remote_follow_get.get_authorize_interaction)
    for suffix in ("", ".html", ".jsonld", ".ttl", ".nt"):
        router.add_get(f"/resource{suffix}", federated_get.get_federated)
    router.add_get("/healthz", health_get.get_health)
    router.add_get("/readyz", health_get.get_ready)


def _actors(router: web.UrlDispatcher) -> None:
    for suffix in ("", ".html", ".jsonld", ".ttl", ".nt"):
        router.add_get(f"/cluster{suffix}", resource_get.get_cluster)
    router.add_get("/instance", discovery_get.get_instance)
    router.add_get("/instance/outbox", collections_get.get_empty)
    router.add_get("/cluster/outbox", collections_get.get_outbox)
    router.add_get("/cluster/followers", collections_get.get_followers)
    router.add_get(
        "/cluster/followers_synchronization", synchronization_get.get_followers_of_reader
    )
    router.add_get("/cluster/following", collections_get.get_following)
    router.add_get("/cluster/featured", collections_get.get_featured)
    router.add_get("/cluster/changes", collections_get.get_changes)
    router.add_get("/cluster/network", collections_get.get_network)
    router.add_get("/cluster/peers", collections_get.get_peers)
    router.add_get("/members/{name}/outbox", collections_get.get_outbox)
    router.add_get("/members/{name}/followers", collections_get.get_followers)
    router.add_get(
        "/members/{name}/followers_synchronization", synchronization_get.get_followers_of_reader
    )
    router.add_get("/members/{name}/following", collections_get.get_empty)
    router.add_get("/members/{name}/contact", contact_get.get_member_contact)


def _inboxes(router: web.UrlDispatcher) -> None:
    router.add_post("/inbox", inbox_post.post_to_shared_inbox)
    router.add_post("/cluster/inbox", inbox_post.post_to_cluster_inbox)
    router.add_post("/members/{name}/inbox", inbox_post.post_to_member_inbox)
    for path, answer in (
        ("/inbox", notification_post.get_inbox),
        ("/inbox/{number}", notification_post.get_notification),
    ):
        router.add_get(path, bearer_tokens.for_clients(answer))
    for inbox in ("/inbox", "/cluster/inbox", "/members/{name}/inbox"):
        router.add_options(inbox, notification_post.options_of_inbox)


def _clients(router: web.UrlDispatcher) -> None:
    """ActivityPub from client to server, with access tokens."""
    for path, method, answer in (
        ("/cluster/outbox", "POST", outbox_post.post_to_cluster_outbox),
        ("/members/{name}/outbox", "POST", outbox_post.post_to_member_outbox),
        ("/cluster/inbox", "GET", inbox_get.get_cluster_inbox),
        ("/members/{name}/inbox", "GET", inbox_get.get_member_inbox),
        ("/proxy", "POST", proxy_post.post_to_proxy),
        (oauth.REDEEM, "POST", oauth.post_token),
        (oauth.REVOKE, "POST", oauth.post_revoke),
        ("/.well-known/oauth-authorization-server", "GET", oauth.get_metadata),
    ):
        router.add_route(method, path, bearer_tokens.for_clients(answer))
        if not path.endswith("/inbox"):
            router.add_route("OPTIONS", path, bearer_tokens.answer_clients_preflight)
    router.add_get(oauth.AUTHORIZE, oauth.get_authorize)
    router.add_post(oauth.AUTHORIZE, oauth.post_authorize)


def _discovery(router: web.UrlDispatcher) -> None:
    router.add_get("/.well-known/webfinger", discovery_get.get_webfinger)
    router.add_get("/.well-known/nodeinfo", discovery_get.get_nodeinfo_links)
    router.add_get("/.well-known/host-meta", discovery_get.get_host_meta)
    router.add_get("/nodeinfo/2.1", discovery_get.get_nodeinfo)


def _vocabulary(router: web.UrlDispatcher) -> None:
    router.add_get("/ns", vocabulary_get.get_ontology)
    router.add_get("/context/v1.jsonld", vocabulary_get.get_context)
    router.add_get("/shapes", vocabulary_get.get_shapes)
    router.add_get("/provenance", provenance_get.get_provenance)
    for suffix in ("", ".jsonld", ".ttl", ".nt"):
        router.add_get(f"/catalog{suffix}", catalog_get.get_catalogue)


def _resources(router: web.UrlDispatcher) -> None:
    router.add_get("/activities/{name}", activity_get.get_activity)
    router.add_get("/agreements/{name}", agreements_get.get_agreement)
    router.add_get("/drafts/{name}", draft_get.get_draft)
    for suffix in ("", ".html", ".jsonld", ".ttl", ".nt"):
        router.add_get(f"/{{collection:{LISTS}}}{suffix}", lists_get.get_list)
    router.add_get(f"/{{collection:{LISTS}}}/", lists_get.get_list_with_slash)
    router.add_get(f"/{{collection:{LISTS}}}/{{name}}", resource_get.get_resource)
    router.add_get(f"/{{collection:{LISTS}}}/{{name}}/likes", reactions_get.get_likes)
    router.add_get(f"/{{collection:{LISTS}}}/{{name}}/shares", reactions_get.get_shares)
    router.add_get(f"/{{collection:{LISTS}}}/{{name}}/versions", resource_get.get_versions)
    router.add_get(
        f"/{{collection:{LISTS}}}/{{name}}/versions/{{number}}", resource_get.get_version
    )
