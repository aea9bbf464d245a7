"""Send every input of the pasture, as its actor: ``send_inputs.py ORIGIN REMOTE_ACTOR``.

Prints, as JSON, a list of input, number, the activity's id and the HTTP status it got.
"""

import asyncio
import json
import sys

from aiohttp import ClientResponseError
from fediverse_pasture.one_actor import bovine_actor_and_session
from fediverse_pasture.runner import ActivitySender
from fediverse_pasture.runner.config import SendingConfig
from fediverse_pasture_inputs import available


async def send_all(origin, remote):
    results = []
    async with bovine_actor_and_session(origin) as (bovine_actor, actor, _):
        sender = ActivitySender.for_actor(bovine_actor, actor)
        sender.sending_config = SendingConfig(include_mention=True)
        sender.sleep_after_getting_inbox = False
        for name, entry in sorted(available.items()):
            for number, changes in enumerate(entry.examples):
                sender.init_create_note(lambda note, changes=changes: {**note, **changes})
                status, told = await status_of(sender, remote)
                results.append([name, number, told, status])
    return results


async def status_of(sender, remote):
    """Return the status, and the id of the activity that was sent."""
    original = sender.bovine_actor.post
    told = {}

    async def post(inbox, activity):
        told["id"] = activity["id"]
        try:
            response = await original(inbox, activity)
        except ClientResponseError as error:
            told["status"] = error.status
            return None
        told["status"] = response.status
        return response

    sender.bovine_actor.post = post
    try:
        await sender.send(remote)
    finally:
        sender.bovine_actor.post = original
    return told.get("status"), told.get("id")


print(json.dumps(asyncio.run(send_all(*sys.argv[1:]))))
