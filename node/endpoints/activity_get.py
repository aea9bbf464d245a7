"""GET of one activity of ours, as it was sent, as long as its object may be seen."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from node.endpoints.agreements_get import private_activity
from node.endpoints.app_keys import DATABASE, IDENTITY
from node.endpoints.authorized_fetch import admit_reader, keep_private
from node.endpoints.negotiation import ACTIVITY
from node.errors import UnknownResource
from node.storage import journal, resources
from node.storage.journal import OutboxRow
from node.storage.resource_rows import ResourceRow
from vocab.wire_object import wire_text


async def get_activity(request: web.Request) -> web.Response:
    """Answer with a public activity, or to its party with one about an interest."""
    await admit_reader(request)
    iri = request.app[IDENTITY].activity(request.match_info["name"])
    async with request.app[DATABASE].reading() as connection:
        row = await journal.get_activity(connection, iri)
        if row is None or row.audience == "network":
            raise UnknownResource
        about = await resources.get(connection, row.object) if row.object else None
    if row.audience == "private":
        return await private_activity(request, row)
    headers = {"Vary": "Accept, Signature", "Access-Control-Allow-Origin": "*"}
    text = shown_activity(row, about)
    response = web.Response(text=text, content_type=ACTIVITY, headers=headers)
    keep_private(request, response)
    return response


def shown_activity(row: OutboxRow, about: ResourceRow | None) -> str:
    """Return the text of an activity as everyone may read it now.

    What it carries may have been withdrawn since, or made anonymous, or for the network only:
    unless the object stands as this activity brought it, its id alone is left.
    """
    activity: dict[str, Any] = json.loads(row.body)
    carried = activity.get("object")
    if about is None or not isinstance(carried, Mapping) or carried.get("id") != about.iri:
        return row.body
    if carried.get("type") == "Tombstone" or (about.is_public and about.activity == row.activity):
        return row.body
    bare = {key: value for key, value in activity.items() if key != "proof"}
    return wire_text(bare | {"object": about.iri})
