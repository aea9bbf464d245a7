"""Accept-Signature (RFC 9421, 5), capabilities (FEP-844e), and the memory of both."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from federation.capabilities import (
    RFC_9421,
    RFC_9421_ED25519,
    advertised_format,
    generator,
    implements,
)
from federation.host_formats import HostFormats
from federation.message_signatures import accept_signature
from federation.ports import KeptFormat
from federation.signature_formats import (
    SignatureFormat,
    SignatureWish,
    read_accept_signature,
)

CAVAGE, RFC, ED25519 = SignatureFormat
HOST = "v.example"
ACTOR = f"https://{HOST}/cluster"


@dataclass
class World:
    """A directory in memory, and clocks that stand until they are moved."""

    kept: dict[str, KeptFormat] = field(default_factory=dict)
    asked: list[list[str]] = field(default_factory=list)
    written: int = 0
    peers: frozenset[str] = frozenset({"v.example"})
    moment: datetime = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    async def find_formats(self, hosts: Collection[str]) -> Mapping[str, KeptFormat]:
        self.asked.append(sorted(hosts))
        return {host: self.kept[host] for host in hosts if host in self.kept}

    async def keep_format(self, host: str, kept: KeptFormat) -> bool:
        if host not in self.peers:
            return False
        self.written += 1
        self.kept[host] = kept
        return True

    def formats(self) -> HostFormats:
        """Return a memory that knows only what is kept, as after a restart."""
        return HostFormats(self, clock=lambda: self.moment, monotonic=self.moment.timestamp)


@pytest.fixture
def world() -> World:
    return World()


async def first(formats: HostFormats, host: str = HOST) -> SignatureFormat:
    return (await formats.first_knock(host)).format


async def knock(formats: HostFormats, *statuses: int | None, asked: str | None = None) -> list[str]:
    """Knock as the client does, getting these statuses; return the forms used."""
    wish = await formats.first_knock(HOST)
    second = formats.second_knock(wish, statuses[0], asked, with_body=True)
    if second is None:
        await formats.answered(HOST, wish, statuses[0], asked)
        return [wish.format]
    await formats.knocked_twice(HOST, wish, second, statuses[1])
    return [wish.format, second.format]


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_second_knock_that_works_is_remembered(world: World, status: int) -> None:
    """After a refusal the other form is tried once, and comes first from then on."""
    formats = world.formats()

    assert await knock(formats, status, 202) == [CAVAGE, RFC]
    assert await knock(formats, 202) == [RFC]
    assert await first(world.formats()) is RFC
    assert await knock(formats, status, 200) == [RFC, CAVAGE]
    assert await first(formats) is CAVAGE


@pytest.mark.parametrize("status", [None, 200, 202, 302, 404, 410, 429, 500, 503])
async def test_what_is_no_refusal_gets_no_second_knock(world: World, status: int | None) -> None:
    """Only what may be about the signature is tried again."""
    assert await knock(world.formats(), status) == [CAVAGE]
    assert world.written == 0


@pytest.mark.parametrize("status", [None, 401, 403, 404, 500])
async def test_second_knock_without_success_teaches_nothing(
    world: World, status: int | None
) -> None:
    """Neither a refusal of both nor trouble on the way says which form is taken."""
    formats = world.formats()
    await knock(formats, 401, status)

    assert await first(formats) is CAVAGE
    assert world.kept == {}


async def test_forgotten_after_seven_days(world: World) -> None:
    """What was learnt a week ago is not known any more, in memory and in the directory."""
    formats = world.formats()
    await knock(formats, 401, 202)
    world.moment += timedelta(days=7, seconds=-1)
    assert await first(formats) is RFC
    assert await first(world.formats()) is RFC
    world.moment += timedelta(seconds=1)

    assert await first(formats) is CAVAGE
    assert await first(world.formats()) is CAVAGE


async def test_what_an_actor_says_holds_at_once(world: World) -> None:
    """A host that implements RFC 9421 gets it, by Ed25519 if it says so (FEP-844e)."""
    formats = world.formats()
    for listed, expected in (([RFC_9421], RFC), ([RFC_9421, RFC_9421_ED25519], ED25519)):
        said = {"id": ACTOR, "implements": [{"href": href} for href in listed]}
        await formats.read_document(f"{ACTOR}?x", said)
        assert await first(formats) is expected
    await formats.read_document(ACTOR, {"id": ACTOR})

    assert await first(world.formats()) is ED25519


async def test_a_document_speaks_for_its_own_server(world: World) -> None:
    """What is found at another origin, or has no id, says nothing of a host."""
    formats = world.formats()
    for said in (
        {"id": "https://e.example/x", "implements": implements()},
        {"implements": implements()},
        {"id": ACTOR, "generator": {"id": "https://e.example/", "implements": implements()}},
    ):
        await formats.read_document(ACTOR, said)
    assert await first(formats) is CAVAGE
    assert await first(formats, "e.example") is CAVAGE


async def test_a_knock_outweighs_what_is_said(world: World) -> None:
    """A host that says it takes RFC 9421 and does not is believed again after a week."""
    formats = world.formats()
    said = {"id": ACTOR, "generator": generator(f"https://{HOST}/instance")}
    await formats.read_document(ACTOR, said)
    assert await knock(formats, 401, 202) == [ED25519, CAVAGE]
    await formats.read_document(ACTOR, said)
    assert await first(formats) is CAVAGE
    world.moment += timedelta(days=7)
    await formats.read_document(ACTOR, said)

    assert await first(formats) is ED25519


async def test_ed25519_gives_way_to_rsa(world: World) -> None:
    """Where neither Ed25519 nor draft-cavage does, the next message is signed by RSA."""
    formats = world.formats()
    await formats.read_document(ACTOR, {"id": ACTOR, "implements": implements()})

    assert await knock(formats, 401, 401) == [ED25519, CAVAGE]
    assert await knock(formats, 202) == [RFC]


async def test_what_a_success_asks_for_comes_next(world: World) -> None:
    """Accept-Signature beside a 202 is for the messages to come."""
    formats = world.formats()

    assert await knock(formats, 202, asked=accept_signature("POST")) == [CAVAGE]
    assert await knock(formats, 202) == [RFC]


async def test_what_a_refusal_asks_for_is_done(world: World) -> None:
    """The second knock is signed as the 401 asked, algorithm included."""
    formats = world.formats()
    asked = accept_signature("POST") + ';alg="ed25519"'

    assert await knock(formats, 401, 202, asked=asked) == [CAVAGE, ED25519]
    assert await first(formats) is ED25519


async def test_who_asks_for_what_was_sent_gets_the_other_form(world: World) -> None:
    """A 401 that asks for nothing else than it got is no reason to send the same again."""
    formats = world.formats()
    await knock(formats, 401, 202)

    assert await knock(formats, 401, 202, asked=accept_signature("POST")) == [RFC, CAVAGE]


async def test_looked_up_at_once_and_seldom(world: World) -> None:
    """Many hosts are one look-up, the known ones none; what is learnt twice is written once."""
    world.kept[HOST] = KeptFormat(format=ED25519, learnt_at=world.moment)
    formats = world.formats()
    await formats.recall(["a.example", HOST])
    await formats.recall([HOST, "a.example"])
    assert await first(formats, "a.example") is CAVAGE
    assert await first(formats) is ED25519
    assert world.asked == [["a.example", HOST]]

    for _ in range(3):
        await formats.read_document(ACTOR, {"id": ACTOR, "implements": implements()})
    assert world.written == 0
    world.moment += timedelta(days=1)
    await formats.read_document(ACTOR, {"id": ACTOR, "implements": implements()})
    assert world.written == 1


async def test_learnt_of_a_stranger_is_written_once_it_is_a_peer(world: World) -> None:
    """Until then it holds in this process; the first delivery writes it down, the next nothing."""
    world.peers = frozenset()
    formats = world.formats()
    await knock(formats, 401, 200)
    assert await first(formats) is RFC
    await formats.delivered(HOST)
    assert world.kept == {}
    world.peers = frozenset({HOST})
    for _ in range(3):
        await formats.delivered(HOST)

    assert world.written == 1
    assert await first(world.formats()) is RFC


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('a=("@method");created', SignatureWish(format=RFC, label="a")),
        (
            's=("@method" "@authority" "date" "content-digest");nonce="n";tag="t\\"";created',
            SignatureWish(
                format=RFC,
                label="s",
                components=('"@authority"', '"date"'),
                parameters=';nonce="n";tag="t\\""',
            ),
        ),
        ('a=("@method");alg="ed25519"', SignatureWish(format=ED25519, label="a")),
        ('a=("@method");alg="hmac-sha256", b=("@path")', None),
        ('a=("@status"), b=("@method")', SignatureWish(format=RFC, label="b")),
        ('a=("cookie")', None),
        ('a=("@method";req)', None),
        ('a=("@method");keyid="theirs"', None),
        ('a=("@method");expires', None),
        ('a=("@method");nonce', None),
        (f'a=("@method");nonce="{"n" * 300}"', None),
        ("rsa-sha256", None),
        ("", None),
        (None, None),
    ],
)
def test_accept_signature(header: str | None, expected: SignatureWish | None) -> None:
    """The first signature that can be made is; nothing is signed that a stranger may choose."""
    found = read_accept_signature(header, with_body=True)
    if header and '"@path"' in header:
        assert found is not None
        assert found.components == ('"@path"',)
        return
    assert found == expected


def test_a_get_has_no_digest_to_sign() -> None:
    """What only a request with a body has is not asked of another."""
    assert read_accept_signature(accept_signature("POST"), with_body=False) is None
    assert read_accept_signature(accept_signature("GET"), with_body=False) is not None


@pytest.mark.parametrize(
    "value",
    [
        [{"type": "Link", "href": RFC_9421}],
        [{"href": "https://w3id.org/fep/844e"}, {"href": RFC_9421}],
        {"href": RFC_9421},
        [RFC_9421],
        RFC_9421,
    ],
)
def test_capabilities_as_others_write_them(value: Any) -> None:
    """A list of links, one link, or plain addresses; on the actor or its generator."""
    assert advertised_format({"id": ACTOR, "implements": value}) is RFC
    assert advertised_format({"id": ACTOR, "generator": {"implements": value}}) is RFC


@pytest.mark.parametrize("value", [None, [], {}, 7, [7, None, {}], [{"href": 7}], "rfc9421"])
def test_capabilities_that_say_nothing(value: Any) -> None:
    """What is no capability of the registry is passed over."""
    assert advertised_format({"id": ACTOR, "implements": value, "generator": value}) is None
