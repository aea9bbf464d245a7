"""A program that acts for an actor by an access token, as its author would write it."""

import io
import json
from dataclasses import dataclass
from typing import Any

from node.desk.issue_token import issue_token
from node.storage.access_tokens import AccessToken
from tests.integration.nodes.live_node import ACTIVITY, LiveNode, Wire


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def location(self) -> str:
        return self.headers["Location"]

    @property
    def document(self) -> Any:
        return json.loads(self.text)


@dataclass
class Client:
    """A program with a token for *actor* on *node*."""

    node: LiveNode
    actor: str
    secret: str
    token: AccessToken

    async def post(self, activity: Wire | bytes, **headers: str) -> Answer:
        """POST *activity* to the actor's outbox."""
        body = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
        given = {"Content-Type": ACTIVITY, **headers}
        return await self.ask("POST", f"{self.actor}/outbox", data=io.BytesIO(body), headers=given)

    async def get(self, url: str) -> Answer:
        return await self.ask("GET", url, headers={"Accept": ACTIVITY})

    async def ask(self, method: str, url: str, headers: Any = None, **more: Any) -> Answer:
        given = {"Authorization": f"Bearer {self.secret}", **(headers or {})}
        path = url.removeprefix(self.node.base)
        asking = self.node.session.request(
            method, path, headers=given, allow_redirects=False, **more
        )
        async with asking as response:
            return Answer(response.status, dict(response.headers), await response.text())


async def client_of(
    node: LiveNode, *scopes: str, actor: str | None = None, days: int = 90
) -> Client:
    """Return a program that has a token for *actor*, the cluster by default."""
    async with node.database.transaction() as connection:
        secret, token = await issue_token(
            connection,
            node.folder.identity,
            name="A program",
            scopes=scopes,
            actor=actor,
            days=days,
            created_by="Kari",
        )
    return Client(node, actor or node.cluster, secret, token)
