"""What this node may connect to, and within which limits.

The policy judges twice: the URL before anything is resolved, and the address at the moment
a socket for it is made. A name may resolve to something else each time it is asked for, so
only the second judgement counts for addresses; the first gives early and clear errors.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import ip_address

from yarl import URL

from federation.errors import FetchRefused, MalformedRequest
from federation.origins import host_of, origin
from federation.public_addresses import is_public_address


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchTimeouts:
    """How long one request may take, in seconds."""

    dns: float = 5.0
    connect: float = 5.0
    #: From the first look-up to the last byte, all redirects included.
    whole: float = 15.0


def _nothing_blocked(host: str) -> bool:
    return False


@dataclass(frozen=True, kw_only=True)
class FetchPolicy:
    """Which servers may be talked to: https on public addresses, and none that is blocked.

    With *development_peers*, exact ``ip:port`` pairs, these may be talked to by http too,
    and nothing else may be talked to at all.
    """

    development_peers: frozenset[str] = frozenset()
    #: ``host`` or ``host:port`` of this node, which never talks to itself.
    own_host: str | None = None
    #: Asked with ``host`` or ``host:port``, in lower case and ASCII.
    is_blocked: Callable[[str], bool] = _nothing_blocked
    timeouts: FetchTimeouts = field(default_factory=FetchTimeouts)
    #: Bytes of a body, after decompression.
    max_body: int = 1024 * 1024
    max_redirects: int = 3

    def __post_init__(self) -> None:
        """Raise ValueError for a development peer that is not ``ip:port``."""
        _ = self._peers

    @property
    def development(self) -> bool:
        """True where this node talks to its development peers only."""
        return bool(self.development_peers)

    @property
    def scheme(self) -> str:
        """The scheme of an address that comes without one, such as ``@name@host``."""
        return "http" if self.development else "https"

    @cached_property
    def _peers(self) -> frozenset[tuple[str, int]]:
        return frozenset(_read_peer(peer) for peer in self.development_peers)

    def allows_address(self, address: str, port: int) -> bool:
        """Say whether a socket to *address* (as text, an IP) and *port* may be opened."""
        if not self.development:
            return is_public_address(address)
        try:
            return (str(ip_address(address)), port) in self._peers
        except ValueError:
            return False

    def check_url(self, url: str) -> URL:
        """Return *url* as it will be requested: without fragment, host in ASCII.

        Raises FetchRefused where it may not be requested.
        """
        try:
            scheme, host, port = origin(url)
            name = host_of(url)
        except MalformedRequest as error:
            raise FetchRefused(
                "Only https addresses of servers can be fetched.", log=error.log
            ) from error
        self._check_scheme(scheme, port)
        self._check_host(name, host, port)
        return _read_like(url, scheme, host, port)

    def check_redirect(self, source: URL, target: str) -> URL:
        """Return where a redirect from *source* to *target* leads.

        Raises FetchRefused where it may not be followed, such as from https to http.
        """
        checked = self.check_url(target)
        if source.scheme == "https" and checked.scheme != "https":
            raise FetchRefused(
                f"The server {source.host} sends on from a secure to an insecure address."
            )
        return checked

    def _check_scheme(self, scheme: str, port: int) -> None:
        if scheme != "https" and port not in {peer_port for _, peer_port in self._peers}:
            raise FetchRefused(
                "This node is in development mode and talks to its development peers only."
                if self.development
                else "Only https addresses of servers can be fetched."
            )

    def _check_host(self, name: str, host: str, port: int) -> None:
        if name == self.own_host:
            raise FetchRefused(f"{name} is this node itself.")
        if self.is_blocked(name):
            raise FetchRefused(f"The server {name} is blocked here.")
        literal = host.startswith("[") or host.rpartition(".")[2].isdigit()
        if literal and not self.allows_address(host.strip("[]"), port):
            raise FetchRefused(f"The address {name} is not on the public internet.")
        if not literal and not self.development and "." not in host:
            raise FetchRefused(f"{name} is not a name of the public internet.")


def _read_peer(peer: str) -> tuple[str, int]:
    address, _, port = peer.rpartition(":")
    try:
        return str(ip_address(address.strip("[]"))), int(port)
    except ValueError as error:
        raise ValueError(f"{peer!r} is not an exact ip:port pair") from error


def _read_like(url: str, scheme: str, host: str, port: int) -> URL:
    """Return *url* as the HTTP client reads it; refuse where that is not how we read it."""
    try:
        # What is ASCII goes out as it stands: a signature covers these very characters.
        read = URL(url, encoded=url.isascii()).with_fragment(None)
        seen = (read.scheme.lower(), (read.raw_host or "").lower(), read.port)
    except ValueError as error:
        raise FetchRefused("The address cannot be read.", log=str(error)) from error
    if seen != (scheme, host.strip("[]"), port):
        raise FetchRefused("The address can be read in two ways.", log=f"{url!r}: {seen!r}")
    return read
