"""Who may read what ActivityPub shows: everyone, or by allow-list who signs and is let in.

A server that the desk has blocked reads nothing, as far as it says who it is. By allow-list
whoever signs may read who somebody is, or nobody could knock; what is published is for servers
that the desk has let in. The instance actor, WebFinger and NodeInfo are always open, or two
such servers would wait for each other.
"""

from aiohttp import web

from federation.errors import UnauthenticatedRequest
from federation.origins import host_of
from node.endpoints.app_keys import POLICIES, VERIFIER
from node.endpoints.inbox_post import signed_request
from node.endpoints.stated_signer import stated_host
from node.errors import RefusedPeer

PRIVATE = "private, no-store"


async def admit_reader(request: web.Request, *, actor: bool = False) -> str | None:
    """Return the host that reads, as it says or by allow-list proves; None for an unsigned request.

    Raises RefusedPeer where the desk keeps it out, UnauthenticatedRequest where a signature is
    demanded and missing or wrong; *actor* says that only who somebody is is asked for.
    """
    policy = request.app[POLICIES].policy
    said = stated_host(request.headers)
    if said is not None and policy.blocks(said):
        raise RefusedPeer
    if policy.mode != "allowlist":
        return said
    reader = await request.app[VERIFIER].verify_reader(signed_request(request))
    if reader is None:
        raise UnauthenticatedRequest("This node shows that only to servers that sign.")
    host = host_of(reader.actor)
    if policy.blocks(host) or not (actor or policy.may_deliver(host)):
        raise RefusedPeer
    return host


def keep_private(request: web.Request, response: web.StreamResponse) -> None:
    """Let no cache keep what not everyone may read."""
    if request.app[POLICIES].policy.mode == "allowlist":
        response.headers["Cache-Control"] = PRIVATE
