"""Parts of the way in to the desk: cookie, tries, where it leads, addresses being looked up."""

import asyncio

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from federation.errors import FetchFailed
from node.endpoints import app_keys, sign_in_tries
from node.endpoints.follow_lookups import MOST_KEPT, MOST_RUNNING, FollowLookups
from node.endpoints.guard_desk import local_address
from node.endpoints.login import token_in
from node.endpoints.session_cookie import cookie_name, forget_session, set_session
from node.endpoints.sign_in_tries import SignInTries
from node.identity import Identity
from node.setting_groups import NodeSettings
from node.settings import Settings


def request_to(base_url: str) -> web.Request:
    """Return a request to a node at *base_url*."""
    settings = Settings(node=NodeSettings(base_url=base_url))
    application = web.Application()
    application[app_keys.SETTINGS] = settings
    application[app_keys.IDENTITY] = Identity.from_settings(settings)
    return make_mocked_request("GET", "/login", app=application)


def test_cookie_over_https_belongs_to_one_host():
    """It is Secure, for the whole host, and no other host can set one of that name."""
    request, response = request_to("https://node.digin.example"), web.Response()
    set_session(request, response, "token")
    cookie = response.cookies[cookie_name(request)]

    assert cookie.key.startswith("__Host-desk-")
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
    assert (cookie["path"], cookie["domain"]) == ("/", "")
    forget_session(request, response)
    assert response.cookies[cookie.key]["max-age"] == "0"
    assert response.cookies[cookie.key]["secure"] is True


def test_cookies_of_two_nodes_on_one_host_differ():
    """Cookies ignore ports, so names carry the node."""
    names = {cookie_name(request_to(f"http://localhost:{port}")) for port in (8081, 8082)}

    assert len(names) == 2
    assert all(name.startswith("desk-") for name in names)


def test_tries_begin_anew_after_a_minute():
    """Ten fail, the eleventh is too many; a minute after the first all is forgotten."""
    now = 0.0
    tries = SignInTries(10, lambda: now)
    assert [tries.failed("a") for _ in range(11)] == [False] * 10 + [True]
    assert tries.failed("b") is False
    now = 59.9
    assert tries.failed("a") is True
    now = 60.0
    assert tries.failed("a") is False


def test_few_clients_are_remembered(monkeypatch):
    """However many come, memory stays the same; who was seen longest ago is forgotten."""
    monkeypatch.setattr(sign_in_tries, "MOST_CLIENTS", 3)
    tries = SignInTries(1)
    for client in ("a", "a", "b", "c", "d"):
        tries.failed(client)

    assert list(tries._failed) == ["b", "c", "d"]


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("/desk", "/desk"),
        ("/desk/servers?done=approve", "/desk/servers?done=approve"),
        ("/desk?lang=nn", "/desk?lang=nn"),
        ("/desk/" + "a" * 3_000, "/desk"),
        ("/desk/\x00", "/desk"),
        ("/desk/é", "/desk"),
        ("/desks", "/desk"),
        ("/desk\n", "/desk"),
        ("/offers", "/desk"),
        ("", "/desk"),
    ],
)
def test_signing_in_leads_to_the_desk_only(asked, leads):
    """G7: what is not a plain address of the desk counts as its first page."""
    assert local_address(asked) == leads


def test_a_link_or_its_token_may_be_pasted():
    """Both are taken, with the spaces around; what is no address is taken as it is."""
    assert token_in(" https://node.example/login?link=abc_-1 \n") == "abc_-1"
    assert token_in("abc_-1") == "abc_-1"
    assert token_in("http://[") == "http://["


async def test_lookups_end_in_an_outcome_each():
    """Asked, followed, failed with the reason, or failed with a word for it; none is lost."""

    async def follow(address: str, who: str) -> tuple[str, bool]:
        if address == "gone":
            raise FetchFailed("The server is gone.")
        if address == "bug":
            raise RuntimeError("a bug")
        return address.title(), address == "new"

    lookups = FollowLookups(follow)
    keys = {name: lookups.start(name, "Kari") for name in ("new", "old", "gone", "bug")}
    await asyncio.gather(*lookups._tasks)
    found = {name: lookups.get(key or "") for name, key in keys.items()}

    assert {name: lookup.outcome for name, lookup in found.items()} == {
        "new": "asked",
        "old": "followed",
        "gone": "failed",
        "bug": "failed",
    }
    assert found["new"].name == "New"
    assert found["gone"].problem == "The server is gone."
    assert "a bug" not in found["bug"].problem


async def test_lookups_are_few():
    """A few run at once, the oldest outcomes are forgotten, and closing leaves none running."""

    async def never(address: str, who: str) -> tuple[str, bool]:
        await asyncio.Event().wait()
        return address, True

    slow = FollowLookups(never)
    assert all(slow.start("slow", "Kari") for _ in range(MOST_RUNNING))
    assert slow.start("one more", "Kari") is None
    running = list(slow._tasks)
    await slow.close()
    assert all(task.cancelled() for task in running)

    async def at_once(address: str, who: str) -> tuple[str, bool]:
        return address, True

    quick = FollowLookups(at_once)
    keys = []
    for number in range(MOST_KEPT + 1):
        keys.append(quick.start(str(number), "Kari"))
        await asyncio.gather(*quick._tasks)
    assert quick.get(keys[0] or "") is None
    assert quick.get(keys[1] or "") is not None


async def test_a_lookup_that_takes_too_long_is_given_up(monkeypatch):
    """All questions about an address together have a limit."""
    monkeypatch.setattr("node.endpoints.follow_lookups.PATIENCE", 0.01)

    async def never(address: str, who: str) -> tuple[str, bool]:
        await asyncio.Event().wait()
        return address, True

    lookups = FollowLookups(never)
    key = lookups.start("slow", "Kari")
    await asyncio.gather(*lookups._tasks)

    assert lookups.get(key or "").problem == "The other server took too long to answer."
