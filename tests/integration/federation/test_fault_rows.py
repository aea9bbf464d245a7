"""SECURITY.md X20: no names, and certificates that are not good: temporary, and nothing is sent."""

import socket
from pathlib import Path

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from federation.delivery_policy import Verdict, classify
from federation.errors import FetchFailed, NothingShown
from federation.safe_fetch import SafeClient

from .answers import answering, says
from .conftest import MakeClient, StartPeer, showing, write_certificate


class NoNames(AbstractResolver):
    """A resolver whose servers do not answer."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        raise socket.gaierror(socket.EAI_AGAIN, "temporary failure in name resolution")

    async def close(self) -> None:
        pass


async def _is_temporary(client: SafeClient, url: str, words: str) -> None:
    """Neither a fetch nor a delivery counts this as the last word."""
    with pytest.raises(FetchFailed, check=says(words)) as caught:
        await client.fetch_document(url)
    assert not isinstance(caught.value, NothingShown)
    outcome = await client.post(url, b"{}", {})
    assert outcome.status is None
    assert words in (outcome.error or "")
    assert outcome.host_failed
    assert classify(outcome) is Verdict.RETRY


async def test_x20_names_cannot_be_looked_up(make_client: MakeClient) -> None:
    """It is said to be the name, and tried again."""
    client = make_client(resolver=NoNames())
    await _is_temporary(client, "https://peer.example/inbox", "was not found")


@pytest.mark.parametrize(
    ("address", "begins", "ends", "trusted"),
    [
        ("127.0.0.1", -2, -1, True),
        ("127.0.0.1", 1, 2, True),
        ("127.0.0.9", -1, 1, True),
        ("127.0.0.1", -1, 1, False),
    ],
    ids=["expired", "from the future", "of another", "of nobody known"],
)
async def test_x20_certificates(
    start_peer: StartPeer,
    make_client: MakeClient,
    tmp_path: Path,
    address: str,
    begins: int,
    ends: int,
    trusted: bool,
) -> None:
    """Not one byte goes to whoever shows it; when it is good again, all goes on."""
    shown = write_certificate(tmp_path / "peer.pem", address, begins=begins, ends=ends)
    peer = await start_peer(answering(), tls=showing(shown))
    client = make_client(peer, ca_file=shown if trusted else None)

    await _is_temporary(client, peer.url("/inbox"), "certificate")

    assert not peer.requests
