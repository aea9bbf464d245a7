"""Whether a request comes from the desk."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

Reads = Callable[[web.Request], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class DeskAccess:
    """The ways in which the desk shows that it is the desk; without any, nobody is."""

    ways: list[Reads] = field(default_factory=list)

    async def reads(self, request: web.Request) -> bool:
        """Say whether *request* may read what is for the desk."""
        for way in self.ways:
            if await way(request):
                return True
        return False
