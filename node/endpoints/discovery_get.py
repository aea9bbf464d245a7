"""How others find the node: WebFinger, NodeInfo, host-meta, the instance actor."""

import json
from typing import Any

from aiohttp import web

from federation import host_meta, nodeinfo, webfinger
from federation.errors import MalformedRequest
from federation.intents import intent_links
from node.endpoints.app_keys import DATABASE, IDENTITY, POLICIES, SETTINGS
from node.endpoints.negotiation import ACTIVITY
from node.endpoints.remote_follow_get import desk_follows
from node.errors import UnknownResource
from node.publishing.actor_keys import with_keys
from node.publishing.node_actors import instance_document
from node.storage import actors, keys, resource_lists, resources
from node.storage.actors import ActorRow
from node.storage.resource_rows import ResourceFilter
from vocab.inline_context import with_inline_context

NODEINFO = 'application/json; profile="http://nodeinfo.diaspora.software/ns/schema/2.1#"'
OPEN = {"Access-Control-Allow-Origin": "*"}


async def get_webfinger(request: web.Request) -> web.Response:
    """Answer who ``acct:name@host`` is, or which address an actor has."""
    asked = request.query.get("resource")
    if not asked:
        raise MalformedRequest("Ask with ?resource=acct:name@host.")
    actor = await _actor(request, asked)
    identity = request.app[IDENTITY]
    page = f"{actor.iri}.html" if actor.kind == "member" else identity.url("/")
    # The cluster's people sign in here; a member's have no desk of their own.
    acts = actor.kind == "cluster" and desk_follows(request.app)
    found = webfinger.answer(
        actor.handle or "",
        identity.host,
        actor.iri,
        profile_page=page,
        intents=intent_links(identity.base_url) if acts else (),
    )
    return web.json_response(found, content_type="application/jrd+json", headers=OPEN)


async def _actor(request: web.Request, asked: str) -> ActorRow:
    """Return our actor that *asked* names; one without keys is none yet."""
    identity, named = request.app[IDENTITY], webfinger.parse_resource(asked)
    async with request.app[DATABASE].reading() as connection:
        if isinstance(named, str):
            actor = await actors.get(connection, named)
        else:
            here = named.host == identity.host
            actor = await actors.by_handle(connection, named.name) if here else None
        if actor is None or not actor.local or actor.gone_at is not None:
            raise UnknownResource("Nobody here has that address.")
        if actor.kind == "member":
            row = await resources.get(connection, actor.iri)
            key = await keys.signing_key(connection, actor.iri, "rsa")
            if row is None or not row.is_public or key is None:
                raise UnknownResource("Nobody here has that address.")
    return actor


async def get_nodeinfo_links(request: web.Request) -> web.Response:
    """Answer where NodeInfo is."""
    return web.json_response(nodeinfo.links(request.app[IDENTITY].base_url), headers=OPEN)


async def get_nodeinfo(request: web.Request) -> web.Response:
    """Answer what runs here and how much of it there is."""
    settings = request.app[SETTINGS]
    public = ResourceFilter(local=True)
    async with request.app[DATABASE].reading() as connection:
        posts = await resource_lists.count(connection, public)
        users = len(await actors.local_actors(connection)) - 1
    metadata: dict[str, Any] = {
        "nodeName": settings.cluster.name,
        "federationMode": request.app[POLICIES].policy.mode,
        "cluster": request.app[IDENTITY].cluster,
    }
    found = nodeinfo.document(users=users, local_posts=posts, metadata=metadata)
    # As bytes, so that the quotes around the profile stay.
    body = json.dumps(found).encode()
    return web.Response(body=body, headers={**OPEN, "Content-Type": NODEINFO})


async def get_host_meta(request: web.Request) -> web.Response:
    """Answer with the template of WebFinger."""
    text = host_meta.xml_document(request.app[IDENTITY].base_url)
    return web.Response(text=text, content_type="application/xrd+xml", headers=OPEN)


async def get_instance(request: web.Request) -> web.Response:
    """Answer with the actor that signs our fetches; never signed for, so nobody deadlocks."""
    identity = request.app[IDENTITY]
    async with request.app[DATABASE].reading() as connection:
        public = await keys.keys_of(connection, identity.instance)
    document = with_inline_context(with_keys(instance_document(identity), public))
    text = json.dumps(document, ensure_ascii=False)
    return web.Response(text=text, content_type=ACTIVITY, headers={**OPEN, "Vary": "Accept"})
