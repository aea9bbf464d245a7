import pytest

from federation.errors import FetchRefused
from federation.fetch_policy import FetchPolicy

PRODUCTION = FetchPolicy(own_host="own.example", is_blocked={"evil.example"}.__contains__)
DEVELOPMENT = FetchPolicy(development_peers=frozenset({"127.0.0.1:8082", "[::1]:8083"}))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "data:application/json,{}",
        "ftp://example.org/",
        "//example.org/",
        "example.org",
        "",
        "https://",
        "https:///path",
        "https://user@example.org/",
        "https://user:word@example.org/",
        "https://example.org\\@127.0.0.1/",
        "https://example.org/a b",
        "https://example.org/\n",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://example.org:port/",
        "https://localhost/",
        "https://intranet/",
        "https://127.0.0.1/",
        "https://127.0.0.1:8443/",
        "https://[::1]/",
        "https://[::ffff:7f00:1]/",
        "https://0.0.0.0/",
        "https://169.254.169.254/latest/meta-data/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://①②⑦.⓪.⓪.①/",
        "https://example.org./",
        "https://own.example/cluster",
        "https://OWN.example:443/cluster",
        "https://evil.example/inbox",
        "https://EVIL.example:443/inbox",
        "https://example.org/" + "a" * 5000,
    ],
)
def test_production_refuses(url: str) -> None:
    """Only https URLs of public hosts that are not blocked are requested (E1, E4, E8, E10)."""
    with pytest.raises(FetchRefused):
        PRODUCTION.check_url(url)


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c"),
        ("HTTPS://Example.ORG", "https://Example.ORG"),
        ("https://example.org:8443/a", "https://example.org:8443/a"),
        ("https://næring.example/a", "https://xn--nring-sra.example/a"),
        ("https://example.org/%7Ea/%2f", "https://example.org/%7Ea/%2f"),
        ("https://example.org/å", "https://example.org/%C3%A5"),
        ("https://93.184.215.14/", "https://93.184.215.14/"),
        ("https://[2a01:4f8::1]/", "https://[2a01:4f8::1]/"),
    ],
)
def test_production_reads(url: str, read: str) -> None:
    """An acceptable URL is requested without its fragment, its host in ASCII."""
    assert str(PRODUCTION.check_url(url)) == read


def test_addresses_in_production_are_public() -> None:
    """Without development peers, an address is allowed if it is public, whatever the port."""
    assert PRODUCTION.allows_address("93.184.215.14", 8443)
    assert not PRODUCTION.allows_address("127.0.0.1", 443)
    assert not PRODUCTION.development


@pytest.mark.parametrize(
    ("address", "port", "allowed"),
    [
        ("127.0.0.1", 8082, True),
        ("::1", 8083, True),
        ("127.0.0.1", 8083, False),
        ("127.0.0.2", 8082, False),
        ("::1", 8082, False),
        ("::ffff:127.0.0.1", 8082, False),
        ("93.184.215.14", 443, False),
        ("no address", 8082, False),
    ],
)
def test_development_allows_exact_pairs(address: str, port: int, allowed: bool) -> None:
    """In development mode exactly the named pairs of address and port are allowed."""
    assert DEVELOPMENT.allows_address(address, port) is allowed


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8082/", "http://localhost:8082/a", "http://[::1]:8083/"]
)
def test_development_reads_peers_over_http(url: str) -> None:
    """In development mode a peer's http URL is accepted."""
    assert str(DEVELOPMENT.check_url(url)) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.0.0.1:8083/",
        "http://127.0.0.2:8082/",
        "http://example.org/",
        "https://127.0.0.1:8084/",
        "file:///etc/passwd",
    ],
)
def test_development_refuses_all_else(url: str) -> None:
    """In development mode a URL of another address or port is refused."""
    with pytest.raises(FetchRefused):
        DEVELOPMENT.check_url(url)


@pytest.mark.parametrize("peer", ["localhost:8082", "127.0.0.1", "127.1:8082", "127.0.0.1:x", ""])
def test_development_peers_are_exact(peer: str) -> None:
    """A development peer that is no exact ip:port pair stops the start."""
    with pytest.raises(ValueError, match="ip:port"):
        FetchPolicy(development_peers=frozenset({peer}))


def test_redirect_from_https_to_http_is_refused() -> None:
    """A redirect never leads from https to http, not even to a development peer (E8)."""
    source = DEVELOPMENT.check_url("https://127.0.0.1:8082/a")

    with pytest.raises(FetchRefused, match="insecure"):
        DEVELOPMENT.check_redirect(source, "http://127.0.0.1:8082/b")


@pytest.mark.parametrize(
    ("policy", "words"),
    [(DEVELOPMENT, "in development mode"), (PRODUCTION, "Only https addresses")],
)
def test_the_refusal_of_http_says_why(policy: FetchPolicy, words: str) -> None:
    """Who tries the demonstration does not look for a fault in an address that is right."""
    with pytest.raises(FetchRefused, match=words):
        policy.check_url("http://node.example/users/a")
