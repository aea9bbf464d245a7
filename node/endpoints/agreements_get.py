"""GET of what two desks have between them: only by a signed request of the other one.

For everybody else there is nothing here, not even a hint that something might be (404).
"""

from aiohttp import web

from federation.errors import FederationError
from node.endpoints.app_keys import DATABASE, IDENTITY, VERIFIER
from node.endpoints.inbox_post import signed_request
from node.endpoints.negotiation import ACTIVITY
from node.errors import UnknownResource
from node.storage import interests
from node.storage.interests import InterestRow
from node.storage.journal import OutboxRow

HEADERS = {"Vary": "Accept, Signature", "Cache-Control": "private, no-store"}


async def get_agreement(request: web.Request) -> web.Response:
    """Answer with an agreement of this desk's making, as it was last sent."""
    iri = request.app[IDENTITY].resource("agreements", request.match_info["name"])
    async with request.app[DATABASE].reading() as connection:
        row = await interests.find_by_agreement(connection, iri)
    if row is None or row.document is None:
        raise UnknownResource
    await _must_be_party(request, row)
    return web.Response(text=row.document, content_type=ACTIVITY, headers=HEADERS)


async def private_activity(request: web.Request, sent: OutboxRow) -> web.Response:
    """Answer with an activity about an interest, as it was sent. Raises UnknownResource."""
    async with request.app[DATABASE].reading() as connection:
        row = await interests.find(connection, sent.object) if sent.object else None
    if row is None:
        raise UnknownResource
    await _must_be_party(request, row)
    return web.Response(text=sent.body, content_type=ACTIVITY, headers=HEADERS)


async def _must_be_party(request: web.Request, row: InterestRow) -> None:
    """Raise UnknownResource unless the other cluster itself signed the request."""
    try:
        reader = await request.app[VERIFIER].verify_reader(signed_request(request))
    except FederationError as error:  # an answer of its own would tell that something is here
        raise UnknownResource from error
    if reader is None or row.peer is None or reader.actor != row.peer:
        raise UnknownResource
