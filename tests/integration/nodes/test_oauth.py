"""OAuth 2 for programs: only where a person of the desk is signed in, and by the book (G12)."""

import re
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import pytest_asyncio

from node.endpoints.oauth import AUTHORIZE
from node.storage import access_tokens, authorization_codes
from tests.integration.nodes.client import Client
from tests.integration.nodes.conftest import NewDatabase
from tests.integration.nodes.desk_browser import CSRF, DeskBrowser, desk_browser
from tests.integration.nodes.drafts import offer
from tests.integration.nodes.live_node import LiveNode, listen, make_node
from tests.integration.nodes.scripted_server import ScriptedServer
from vocab.clock import now, timestamp

pytestmark = pytest.mark.asyncio(loop_scope="module")

VERIFIER = "a" * 20 + "B9-._~" + "c" * 30
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
CALLBACK = "https://app.example/callback?from=here"


@dataclass
class Scene:
    """A node with somebody signed in at its desk, and the server of a program."""

    node: LiveNode
    server: ScriptedServer
    desk: DeskBrowser
    #: A browser in which nobody is signed in.
    stranger: DeskBrowser
    #: What every form of the desk's session holds.
    csrf: str

    @property
    def client_id(self) -> str:
        return f"{self.server.base}/app"

    def asked(self, **changes: str | None) -> dict[str, str]:
        """Return a request for access, as a good program makes it."""
        whole = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": CALLBACK,
            "scope": "read write other",
            "state": "xyz",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        } | changes
        return {name: value for name, value in whole.items() if value is not None}

    async def ask(
        self, method: str, data: dict[str, str], signed_in: bool = True, **headers: str
    ) -> tuple[int, Any, str]:
        browser = self.desk if signed_in else self.stranger
        if method == "GET":
            answer = await browser.get(f"{AUTHORIZE}?{urlencode(data)}", **headers)
        else:
            answer = await browser.post(AUTHORIZE, data, **headers)
        return answer.status, answer.headers, answer.page

    async def code(self, **changes: str | None) -> str:
        """Return the code that a person's yes gives."""
        form = self.asked(**changes) | {"csrf": self.csrf, "decision": "allow"}
        status, headers, text = await self.ask("POST", form)
        assert status == 303, text
        return parse_qs(urlsplit(headers["Location"]).query)["code"][0]

    async def redeem(self, code: str, **changes: str) -> tuple[int, dict[str, Any]]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": self.client_id,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        } | changes
        async with self.node.session.post("/oauth/token", data=form) as response:
            assert response.headers["Cache-Control"] == "no-store"
            assert response.headers["Access-Control-Allow-Origin"] == "*"
            return response.status, await response.json()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(new_database: NewDatabase, place: tuple[Path, str]) -> AsyncIterator[Scene]:
    """Give the nodes and the program's server."""
    async with AsyncExitStack() as stack:
        server = ScriptedServer(listen())
        await server.start()
        stack.push_async_callback(server.stop)
        path, url = place
        node = make_node(path, listen(), "desk", database_url=url, peer_ports=[server.port])
        await node.start()
        stack.push_async_callback(node.stop)
        desk, stranger = [await stack.enter_async_context(desk_browser(node)) for _ in range(2)]
        await desk.sign_in("Kari")
        token = CSRF.search((await desk.get("/desk")).page)
        assert token is not None
        server.documents["/app"] = {
            "id": f"{server.base}/app",
            "type": "Application",
            "name": "Course <b>system</b>",
            "redirectURI": [CALLBACK, "courses:back", "javascript:alert(1)"],
        }
        yield Scene(node, server, desk, stranger, token[1])


@pytest.fixture(scope="module")
def place(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Give a folder with a database, made outside the event loop."""
    folder = tmp_path_factory.mktemp("oauth") / "desk"
    return folder, new_database(folder)


async def test_a_program_gets_a_token_and_publishes(scene: Scene) -> None:
    """From the actor's endpoints to an offer; the desk sees who allowed what."""
    endpoints = (await scene.node.get_json("/cluster"))["endpoints"]
    found = await scene.node.get_json("/.well-known/oauth-authorization-server", "*/*")
    assert endpoints["oauthAuthorizationEndpoint"] == found["authorization_endpoint"]
    assert endpoints["oauthTokenEndpoint"] == found["token_endpoint"]
    status, headers, page = await scene.ask("GET", scene.asked())
    assert status == 200
    assert "Course &lt;b&gt;system&lt;/b&gt;" in page
    assert scene.server.host in page
    assert "form-action 'self' https://app.example;" in headers["Content-Security-Policy"]
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    form = {name: unescape(value) for name, value in fields.items()}
    status, headers, _ = await scene.ask("POST", form | {"decision": "allow"})
    assert status == 303
    back = urlsplit(headers["Location"])
    said = parse_qs(back.query)
    assert headers["Location"].startswith(f"{CALLBACK}&")
    assert (said["state"], said["iss"]) == (["xyz"], [scene.node.base])

    status, answer = await scene.redeem(said["code"][0])
    assert status == 200, answer
    assert (answer["token_type"], answer["scope"]) == ("Bearer", "read write")
    async with scene.node.database.reading() as connection:
        token = await access_tokens.find(connection, answer["access_token"])
    assert token is not None
    assert (token.created_by, token.client) == ("Kari", scene.client_id)
    client = Client(scene.node, scene.node.cluster, answer["access_token"], token)
    public = "https://www.w3.org/ns/activitystreams#Public"
    made = await client.post({"class": "offer", "to": [public], **offer("By OAuth")})
    assert made.status == 201, made.text

    async with scene.node.session.post(
        "/oauth/revoke", data={"token": answer["access_token"]}
    ) as response:
        assert response.status == 200
    assert (await client.post({})).status == 401


async def test_a_code_is_used_once(scene: Scene) -> None:
    """The second time ends the token that it became (RFC 6749, 4.1.2)."""
    code = await scene.code()
    status, answer = await scene.redeem(code)
    again, refused = await scene.redeem(code)
    async with scene.node.database.reading() as connection:
        token = await access_tokens.find(connection, answer["access_token"])

    assert (status, again) == (200, 400)
    assert refused["error"] == "invalid_grant"
    assert token is not None
    assert token.revoked_at is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": VERIFIER[:-1] + "x"},
        {"code_verifier": ""},
        {"code_verifier": CHALLENGE},
        {"client_id": "https://other.example/app"},
        {"redirect_uri": "https://app.example/callback"},
    ],
)
async def test_a_code_is_for_who_asked_with_what_was_asked(
    scene: Scene, changes: dict[str, str]
) -> None:
    """Another verifier, client or address gives nothing, and the code is spent."""
    code = await scene.code()
    status, answer = await scene.redeem(code, **changes)
    assert (status, answer["error"]) == (400, "invalid_grant")
    assert (await scene.redeem(code))[0] == 400


async def test_a_code_lasts_a_minute(scene: Scene) -> None:
    """After that it gives nothing."""
    code = await scene.code()
    table = authorization_codes.CODES
    async with scene.node.database.transaction() as connection:
        past = timestamp(now() - timedelta(seconds=61))
        await connection.execute(table.update().values(created_at=past))
    assert (await scene.redeem(code))[1]["error"] == "invalid_grant"
    assert (await scene.redeem("guessed"))[1]["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "redirect",
    [
        "https://app.example/callback",
        "https://app.example/callback?from=here&more",
        "https://app.example/callback?from=here/../evil",
        "https://app.example.evil.example/callback?from=here",
        "javascript:alert(1)",
        "",
    ],
)
async def test_nobody_is_led_to_another_address(scene: Scene, redirect: str) -> None:
    """Only to exactly what the program's own document names, and never to a script."""
    for method in ("GET", "POST"):
        form = scene.asked(redirect_uri=redirect) | {"csrf": scene.csrf, "decision": "allow"}
        status, headers, _ = await scene.ask(method, form)
        assert status == 400
        assert "Location" not in headers


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"scope": "admin"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
    ],
)
async def test_the_program_is_told_what_is_wrong(
    scene: Scene, changes: dict[str, str | None], error: str
) -> None:
    """At its own address, with its state."""
    status, headers, _ = await scene.ask("GET", scene.asked(**changes))
    said = parse_qs(urlsplit(headers["Location"]).query)

    assert status == 303
    assert (said["error"], said["state"]) == ([error], ["xyz"])


async def test_scopes_do_not_creep(scene: Scene) -> None:
    """Who asked for reading may not write, whatever the token request says (SECURITY G12)."""
    code = await scene.code(scope="read")
    _, answer = await scene.redeem(code, scope="read write")
    assert answer["scope"] == "read"
    async with scene.node.database.reading() as connection:
        token = await access_tokens.find(connection, answer["access_token"])
    assert token is not None
    assert token.scopes == "read"


async def test_only_the_persons_own_form_decides(scene: Scene) -> None:
    """No session, no token of the form, another site: refused; a no is told (SECURITY G8)."""
    form = scene.asked() | {"csrf": scene.csrf, "decision": "allow"}
    status, headers, _ = await scene.ask("GET", scene.asked(), signed_in=False)
    assert (status, headers["Location"].partition("?")[0]) == (303, "/login")
    assert (await scene.ask("POST", form, signed_in=False))[0] == 403
    assert (await scene.ask("POST", form | {"csrf": "guessed"}))[0] == 403
    assert (await scene.ask("POST", form, Origin="https://evil.example"))[0] == 403
    status, headers, _ = await scene.ask("POST", form | {"decision": "refuse"})
    assert status == 303
    assert "error=access_denied" in headers["Location"]


async def test_a_program_speaks_for_itself(scene: Scene) -> None:
    """Its document stands at its id; nothing is fetched from where the node never asks."""
    scene.server.documents["/copy"] = scene.server.documents["/app"]
    for client_id in (f"{scene.server.base}/copy", f"{scene.server.base}/none", "app", ""):
        status, headers, _ = await scene.ask("GET", scene.asked(client_id=client_id))
        assert status >= 400
        assert "Location" not in headers
    status, _, _ = await scene.ask("GET", scene.asked(client_id="http://127.0.0.1:1/app"))
    assert status == 403
