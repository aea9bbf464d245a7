"""What the peers of these tests answer, and what is said about it."""

import json
from collections.abc import Callable

from aiohttp import web

from federation.errors import (
    FederationError,
)

from .conftest import Handler

ACTIVITY = "application/activity+json"
NOTE = {"id": "https://example.org/1", "type": "Note"}


def says(words: str) -> Callable[[FederationError], bool]:
    return lambda error: words in error.safe


def answering(
    body: bytes = json.dumps(NOTE).encode(), *, status: int = 200, **headers: str
) -> Handler:
    headers.setdefault("Content_Type", ACTIVITY)
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=body, status=status, headers=named)

    return answer
