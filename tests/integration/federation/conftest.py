import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import cast

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from federation.fetch_policy import FetchPolicy, FetchTimeouts
from federation.safe_fetch import SafeClient
from vocab.clock import now

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SOON = FetchTimeouts(dns=1.0, connect=1.0, whole=1.0)


@dataclass
class Peer:
    """A server on loopback that answers as told and keeps what it was asked."""

    answer: Handler
    scheme: str = "http"
    port: int = 0
    requests: list[web.BaseRequest] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/") -> str:
        return f"{self.scheme}://{self.address}{path}"

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self.requests.append(request)
        return await self.answer(cast(web.Request, request))


StartPeer = Callable[..., Awaitable[Peer]]
MakeClient = Callable[..., SafeClient]


@pytest.fixture
async def start_peer() -> AsyncIterator[StartPeer]:
    """Starts servers on ephemeral ports of 127.0.0.1; stopped after the test."""
    async with AsyncExitStack() as stack:

        async def start(answer: Handler, *, tls: ssl.SSLContext | None = None) -> Peer:
            peer = Peer(answer, scheme="https" if tls else "http")
            runner = web.ServerRunner(
                web.Server(peer.handle, handler_cancellation=True), shutdown_timeout=0
            )
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
            await site.start()
            peer.port = runner.addresses[0][1]
            return peer

        yield start


@pytest.fixture
async def make_client() -> AsyncIterator[MakeClient]:
    """Makes clients that may talk to the given peers; closed after the test."""
    async with AsyncExitStack() as stack:

        def make(*peers: Peer, timeouts: FetchTimeouts = SOON, **options: object) -> SafeClient:
            kept = {
                key: options.pop(key) for key in ("resolver", "ca_file", "sign") if key in options
            }
            policy = FetchPolicy(
                development_peers=frozenset(peer.address for peer in peers),
                timeouts=timeouts,
                **options,  # type: ignore[arg-type]  # whatever field the test sets
            )
            client = SafeClient(policy, base_url="http://own.example", **kept)  # type: ignore[arg-type]  # the same
            stack.push_async_callback(client.close)
            return client

        yield make


@pytest.fixture
async def canary(start_peer: StartPeer) -> Peer:
    """A server that nothing may ever reach."""

    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"id": "secret"}, content_type="application/activity+json")

    return await start_peer(answer)


def write_certificate(path: Path, address: str, *, begins: int = -1, ends: int = 1) -> Path:
    """Write a certificate for *address*, good between two hours from now, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "peer")])
    names = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(address))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now() + timedelta(hours=begins))
        .not_valid_after(now() + timedelta(hours=ends))
        .add_extension(names, False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(pem, pkcs8, serialization.NoEncryption())
    path.write_bytes(secret + certificate.public_bytes(pem))
    return path


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that no system trusts, its key in the same file."""
    return write_certificate(tmp_path_factory.mktemp("tls") / "peer.pem", "127.0.0.1")


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    """What a server with that certificate needs."""
    return showing(certificate)


def showing(certificate: Path) -> ssl.SSLContext:
    """Return what a server with that certificate needs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
