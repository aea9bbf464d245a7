import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence

import pytest
from aiohttp import web

from federation.delivery_lanes import DeliveryJob, DeliveryLanes, DeliveryOutcome, LaneLimits
from federation.delivery_policy import Verdict
from federation.delivery_sender import SignedSender, ThreadSigner
from federation.digests import check_digest
from federation.draft_cavage import sign_request
from federation.fetch_policy import FetchTimeouts
from federation.keys import generate_rsa, load_private
from vocab.clock import now

from .conftest import MakeClient, Peer, StartPeer

BODY = b'{"type":"Create"}'


def job(seq: int, peer: Peer, **changes: str) -> DeliveryJob:
    return DeliveryJob(
        seq=seq,
        activity=f"https://own.example/activities/{seq}",
        object=None,
        sender="https://own.example/cluster",
        inbox=changes.get("inbox", peer.url(f"/u/{seq}/inbox?a=%2F")),
        host=peer.address,
        body=BODY,
    )


class Ledger:
    def __init__(self) -> None:
        self.outcomes: dict[int, DeliveryOutcome] = {}

    async def write(self, outcomes: Sequence[DeliveryOutcome]) -> None:
        self.outcomes |= {outcome.seq: outcome for outcome in outcomes}

    def verdicts(self) -> Counter[Verdict]:
        return Counter(outcome.verdict for outcome in self.outcomes.values())


@pytest.fixture(scope="module")
def private_key() -> str:
    return generate_rsa().private


@pytest.fixture
def signer(private_key: str) -> ThreadSigner:
    key = load_private(private_key)

    def sign(job: DeliveryJob) -> Mapping[str, str]:
        if "unsignable" in job.inbox:
            raise KeyError("no key")
        return sign_request(
            method="POST",
            url=job.inbox,
            body=job.body,
            key_id="https://own.example/cluster#main-key",
            private_key=key,
            date=now(),
        )

    return ThreadSigner(sign, batch=4)


async def accept(request: web.Request) -> web.Response:
    check_digest(request.headers["Digest"], await request.read())
    return web.Response(status=202)


async def test_signed_messages_arrive(
    start_peer: StartPeer, make_client: MakeClient, signer: ThreadSigner
) -> None:
    """Each message arrives once, signed for its own inbox, with the query as it stands."""
    peer, ledger = await start_peer(accept), Ledger()
    lanes = DeliveryLanes(SignedSender(make_client(peer), signer), ledger.write)

    lanes.submit(job(n, peer) for n in range(100))

    assert await lanes.drain(20)
    assert ledger.verdicts() == {Verdict.DELIVERED: 100}
    assert {request.raw_path for request in peer.requests} == {
        f"/u/{n}/inbox?a=%2F" for n in range(100)
    }
    assert all("keyId" in request.headers["Signature"] for request in peer.requests)
    assert {request.headers["Host"] for request in peer.requests} == {peer.address}
    await lanes.close()
    signer.close()


async def test_each_host_fares_as_it_behaves(
    start_peer: StartPeer, make_client: MakeClient, signer: ThreadSigner
) -> None:
    """A hanging, a failing and a gone host hold up neither each other nor those that answer."""

    async def hang(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async def fail(request: web.Request) -> web.Response:
        return web.Response(status=500)

    async def gone(request: web.Request) -> web.Response:
        return web.Response(status=410)

    hanging, failing = await start_peer(hang), await start_peer(fail)
    leaving, well, ledger = await start_peer(gone), await start_peer(accept), Ledger()
    peers = [hanging, failing, leaving, well]
    client = make_client(*peers, timeouts=FetchTimeouts(whole=2.0))
    lanes = DeliveryLanes(
        SignedSender(client, signer), ledger.write, limits=LaneLimits(slow_after=0.1)
    )

    lanes.submit(job(n, peers[n % 4]) for n in range(120))

    assert await lanes.drain(60)
    by_host = {
        peer.address: {o.verdict for o in ledger.outcomes.values() if o.host == peer.address}
        for peer in peers
    }
    assert by_host[well.address] == {Verdict.DELIVERED}
    assert by_host[leaving.address] == {Verdict.GONE}
    assert by_host[failing.address] == {Verdict.RETRY, Verdict.HELD}
    assert by_host[hanging.address] == {Verdict.RETRY, Verdict.HELD}
    assert len(failing.requests) <= 8
    assert len(hanging.requests) <= 8
    await lanes.close()
    signer.close()


async def test_message_inward_is_refused(
    start_peer: StartPeer, canary: Peer, make_client: MakeClient, signer: ThreadSigner
) -> None:
    """An inbox that policy refuses gets nothing, and its message is given up (E10)."""
    peer, ledger = await start_peer(accept), Ledger()
    lanes = DeliveryLanes(SignedSender(make_client(peer), signer), ledger.write)

    lanes.submit([job(1, peer, inbox=canary.url("/inbox"))])

    assert await lanes.drain(20)
    assert ledger.outcomes[1].verdict is Verdict.GIVE_UP
    assert not canary.requests
    await lanes.close()
    signer.close()


async def test_signature_covers_the_address_as_it_goes_out(
    start_peer: StartPeer, make_client: MakeClient, signer: ThreadSigner
) -> None:
    """An inbox that is not ASCII is signed and requested in the same encoded form."""
    peer, ledger = await start_peer(accept), Ledger()
    signed: list[str] = []

    class Listening(ThreadSigner):
        async def sign(self, job: DeliveryJob) -> Mapping[str, str]:
            signed.append(job.inbox)
            return await signer.sign(job)

    lanes = DeliveryLanes(SignedSender(make_client(peer), Listening(lambda job: {})), ledger.write)

    lanes.submit([job(1, peer, inbox=peer.url("/blåbær"))])

    assert await lanes.drain(20)
    assert signed == [peer.url("/bl%C3%A5b%C3%A6r")]
    assert peer.requests[0].raw_path == "/bl%C3%A5b%C3%A6r"
    await lanes.close()
    signer.close()


async def test_message_that_cannot_be_signed_harms_no_other(
    start_peer: StartPeer, make_client: MakeClient, signer: ThreadSigner
) -> None:
    """In a batch that is signed together, one failure concerns one message."""
    peer, ledger = await start_peer(accept), Ledger()
    lanes = DeliveryLanes(SignedSender(make_client(peer), signer), ledger.write)

    lanes.submit(
        job(n, peer, inbox=peer.url(f"/{'unsignable' if n == 3 else n}")) for n in range(10)
    )

    assert await lanes.drain(20)
    assert ledger.verdicts() == {Verdict.DELIVERED: 9, Verdict.RETRY: 1}
    assert ledger.outcomes[3].verdict is Verdict.RETRY
    await lanes.close()
    signer.close()
