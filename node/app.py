"""The one module that wires the parts of a node together."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from federation.key_resolver import KeyResolver
from federation.safe_fetch import SafeClient
from federation.verify_activity import ActivityVerifier
from node.endpoints import (
    app_keys,
    control,
    desk_pages,
    oauth,
    proxy_post,
    remote_follow_get,
    sparql,
    static_get,
)
from node.endpoints.body_budget import BodyBudget
from node.endpoints.error_responses import ERROR_PAGE, answer_errors
from node.endpoints.expertise_index import ExpertiseIndex
from node.endpoints.guard_desk import guard_desk
from node.endpoints.message_pages import error_page, sparql_page
from node.endpoints.packed_bodies import refuse_packed_bodies
from node.endpoints.preflight import answer_preflight
from node.endpoints.query_keys import SPARQL_PAGE
from node.endpoints.request_rates import RequestRate
from node.endpoints.resource_cache import ResourceCache
from node.endpoints.routes import add_routes
from node.graph.projector import GraphProjector
from node.graph.query_pool import QueryLimits, QueryPool
from node.graph.recent_quads import RecentQuads
from node.graph.snapshots import SnapshotKeeper
from node.identity import Identity
from node.node_folder import NodeFolder
from node.outbound import ActorSigner, open_client
from node.pages.rendering import Renderer
from node.pages.views import NodeFace, Office
from node.publishing.decide_mode import keep_settings_mode
from node.publishing.node_actors import ensure_actors
from node.receiving.remote_actors import FollowedRelays, SqlKeyDirectory
from node.settings import Settings
from node.storage.database import Database
from node.storage.group_commit import GroupCommit
from node.storage.peer_policy import PolicyKeeper
from node.workers.all_workers import workers_at_work
from node.workers.project_graph import GraphWorker
from node.workers.receiving_parts import ReceivingParts
from node.workers.repeating import Bells

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningNode:
    """A node at work: its web application, and the one behind its control socket."""

    folder: NodeFolder
    public: web.Application
    control: web.Application
    #: Why the graph was set aside and made anew; None where it was sound.
    graph_damage: str | None


@asynccontextmanager
async def running_node(folder: NodeFolder) -> AsyncIterator[RunningNode]:
    """Yield the node in *folder* with all its workers at work; the caller holds its lock."""
    settings, identity, bells = folder.settings, folder.identity, Bells()
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(folder.open_database())
        async with database.transaction() as connection:
            await ensure_actors(connection, identity, settings)
        policies = await opened_policies(database, identity, settings)
        client = await stack.enter_async_context(
            open_client(database, identity, settings, policies)
        )
        resolver = KeyResolver(SqlKeyDirectory(database), client)
        stack.push_async_callback(resolver.close)
        journal = GroupCommit(database)
        stack.push_async_callback(journal.close)
        projector = await asyncio.to_thread(GraphProjector.open, folder.graph, identity.base_url)
        snapshots = SnapshotKeeper(projector.store, folder.snapshots)
        recent = RecentQuads()
        graph = GraphWorker(database, projector, snapshots, recent)
        stack.push_async_callback(graph.close)
        pool = QueryPool(snapshots, query_limits(settings))
        await pool.start()
        stack.push_async_callback(pool.close)
        relays = FollowedRelays(database, policies)
        verifier = ActivityVerifier(resolver, relays=relays)
        application = web_application(
            settings, identity, database, client, verifier, journal, bells, pool, policies
        )
        application[control.REBUILD] = graph.rebuild
        await stack.enter_async_context(
            workers_at_work(
                ReceivingParts(
                    database=database,
                    identity=identity,
                    settings=settings.federation,
                    policies=policies,
                    client=client,
                    bells=bells,
                    recent=recent,
                    proofs=verifier.proofs,
                    forget_keys=resolver.forget,
                ),
                settings,
                graph,
                reload_of(client, policies, database),
            )
        )
        yield RunningNode(
            folder=folder,
            public=application,
            control=control.control_application(application),
            graph_damage=projector.damage,
        )


def web_application(
    settings: Settings,
    identity: Identity,
    database: Database,
    client: SafeClient,
    verifier: ActivityVerifier,
    journal: GroupCommit,
    bells: Bells,
    pool: QueryPool,
    policies: PolicyKeeper,
) -> web.Application:
    """Return the application that the world talks to."""
    application = web.Application(
        middlewares=[answer_errors, refuse_packed_bodies, answer_preflight, guard_desk],
        client_max_size=settings.http.body_bytes,
    )
    application[app_keys.SETTINGS] = settings
    application[app_keys.IDENTITY] = identity
    application[app_keys.DATABASE] = database
    application[app_keys.CLIENT] = client
    application[app_keys.POLICIES] = policies
    application[app_keys.BODIES] = BodyBudget()
    application[app_keys.JOURNAL] = journal
    application[app_keys.BELLS] = bells
    application[app_keys.RESOURCES] = ResourceCache(database)
    application[app_keys.RENDERER] = Renderer(node_face(settings))
    application[app_keys.EXPERTISE] = ExpertiseIndex()
    application[app_keys.VERIFIER] = verifier
    application[proxy_post.RATE] = RequestRate(proxy_post.PER_MINUTE)
    application[oauth.RATE] = RequestRate(oauth.PER_MINUTE)
    application[remote_follow_get.RATE] = RequestRate(remote_follow_get.PER_MINUTE)
    application[remote_follow_get.LOOKUPS] = asyncio.Semaphore(remote_follow_get.AT_ONCE)
    application[ERROR_PAGE] = error_page
    application[SPARQL_PAGE] = sparql_page
    application[control.RELOAD] = reload_of(client, policies, database)
    add_routes(application.router)
    sparql.register(application, pool)
    static_get.register(application)
    desk_pages.register(application)
    return application


async def opened_policies(
    database: Database, identity: Identity, settings: Settings
) -> PolicyKeeper:
    """Return who may talk, as it stands; the mode of the settings counts from this start on."""
    policies = PolicyKeeper()
    async with database.transaction() as connection:
        await keep_settings_mode(connection, identity, settings.federation.mode)
        await policies.read(connection)
    return policies


def reload_of(client: SafeClient, policies: PolicyKeeper, database: Database) -> control.Reload:
    """Return what reads again who may talk, and by which keys fetches are signed."""

    async def reload() -> None:
        async with database.reading() as connection:
            await policies.read(connection)
        if isinstance(client.sign, ActorSigner):
            await client.sign.read(database)

    return reload


def node_face(settings: Settings) -> NodeFace:
    """Return what every page says about the node."""
    return NodeFace(
        name=settings.cluster.name,
        base_url=settings.node.base_url,
        handle=settings.cluster.handle,
        office=Office(email=settings.cluster.contact_email),
        language=settings.node.language,
        accent=settings.cluster.accent,
        demonstration=settings.node.demonstration,
    )


def query_limits(settings: Settings) -> QueryLimits:
    """Return the limits of queries as set."""
    sparql_settings = settings.sparql
    return QueryLimits(
        workers=sparql_settings.workers,
        seconds=sparql_settings.seconds,
        memory=sparql_settings.memory_mib << 20,
        max_rows=sparql_settings.rows,
        waiting_per_client=sparql_settings.waiting_per_client,
        cpu_per_minute=sparql_settings.cpu_seconds_per_minute,
        cache_bytes=sparql_settings.cache_mib << 20,
    )
