"""The parts that endpoints fetch from the application, each under its typed key."""

from aiohttp import web

from federation.safe_fetch import SafeClient
from federation.verify_activity import ActivityVerifier
from node.endpoints.body_budget import BodyBudget
from node.endpoints.expertise_index import ExpertiseIndex
from node.endpoints.resource_cache import ResourceCache
from node.identity import Identity
from node.pages.rendering import Renderer
from node.settings import Settings
from node.storage.database import Database
from node.storage.group_commit import GroupCommit
from node.storage.peer_policy import PolicyKeeper
from node.workers.repeating import Bells

SETTINGS = web.AppKey("SETTINGS", Settings)
IDENTITY = web.AppKey("IDENTITY", Identity)
DATABASE = web.AppKey("DATABASE", Database)
VERIFIER = web.AppKey("VERIFIER", ActivityVerifier)
BODIES = web.AppKey("BODIES", BodyBudget)
JOURNAL = web.AppKey("JOURNAL", GroupCommit)
BELLS = web.AppKey("BELLS", Bells)
POLICIES = web.AppKey("POLICIES", PolicyKeeper)
CLIENT = web.AppKey("CLIENT", SafeClient)
RESOURCES = web.AppKey("RESOURCES", ResourceCache)
RENDERER = web.AppKey("RENDERER", Renderer)
EXPERTISE = web.AppKey("EXPERTISE", ExpertiseIndex)
