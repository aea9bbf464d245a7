"""Origins are compared as RFC 6454 does, and only http and https IRIs have one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.errors import MalformedRequest
from federation.origins import (
    LONGEST_IRI,
    check_length,
    host_of,
    is_http_iri,
    origin,
    same_iri,
    same_origin,
)


@pytest.mark.parametrize(
    ("iri", "expected"),
    [
        ("https://v.example/alice", ("https", "v.example", 443)),
        ("HTTPS://V.Example:443", ("https", "v.example", 443)),
        ("http://v.example/", ("http", "v.example", 80)),
        ("http://127.0.0.1:8081/cluster?x#y", ("http", "127.0.0.1", 8081)),
        ("https://[::1]:8443/", ("https", "[::1]", 8443)),
        ("https://blåbær.example/", ("https", "xn--blbr-roah.example", 443)),
        ("https://v.example/bær", ("https", "v.example", 443)),
        ("https://v.example?a@b", ("https", "v.example", 443)),
    ],
)
def test_origin(iri: str, expected: tuple[str, str, int]) -> None:
    """Scheme and host in lower case and ASCII, with the port that is meant."""
    assert origin(iri) == expected


def test_an_iri_has_a_thousand_bytes_at_most() -> None:
    """Bytes of UTF-8, not characters: so two fit into an index of PostgreSQL."""
    start = "https://v.example/"
    for letter, size in (("a", 1), ("ø", 2), ("𝄞", 4)):
        longest = start + letter * ((LONGEST_IRI - len(start)) // size)
        assert is_http_iri(longest)
        check_length(longest, None, 5)
        assert not is_http_iri(longest + 4 * letter)
        with pytest.raises(MalformedRequest) as caught:
            check_length(start, longest + 4 * letter)
        assert "1000 bytes" in caught.value.safe


@pytest.mark.parametrize(
    "iri",
    [
        "",
        "v.example/alice",
        "//v.example/alice",
        "ftp://v.example/",
        "file:///etc/passwd",
        "data:,x",
        "acct:alice@v.example",
        "javascript:alert(1)",
        "https://",
        "https:///alice",
        "https:v.example",
        "https://user@v.example/",
        "https://user:secret@v.example/",
        "https://v.example\\@e.example/",
        "https://v.example\t/",
        "https://v.example/ x",
        "https://v.example/\n",
        "\nhttps://v.example/",
        "https://v.example/<script>",
        'https://v.example/"x',
        "https://v.example/\ud800",
        "https://v.example:0/",
        "https://v.example:65536/",
        "https://v.example:443443443/",
        "https://v.example:/",
        "https://v.example./",
        "https://[::1/",
        "https://[::ffff:127.0.0.1%25eth0]/",
        "https://2130706433/",
        "https://127.1/",
        "https://①②⑦.⓪.⓪.①/",
        "https://v.example/" + "x" * 4096,
    ],
)
def test_no_origin(iri: str) -> None:
    """What is no http or https IRI, names a user, or hides its host has no origin."""
    with pytest.raises(MalformedRequest):
        origin(iri)
    assert not same_origin(iri, iri)
    assert not is_http_iri(iri)


def test_same_origin() -> None:
    """Scheme, host and port all count; their spelling does not."""
    assert same_origin("https://v.example/a", "HTTPS://V.EXAMPLE:443/b#c")
    assert same_origin("https://BLÅBÆR.example/", "https://xn--blbr-roah.example/")
    assert not same_origin("https://v.example/", "http://v.example/")
    assert not same_origin("https://v.example/", "https://v.example:8443/")
    assert not same_origin("https://v.example/", "https://sub.v.example/")
    assert not same_origin("https://v.example/", "https://v.example.e.example/")


def test_same_iri() -> None:
    """Paths are compared letter by letter."""
    assert same_iri("https://V.example/a", "https://v.example:443/a")
    assert not same_iri("https://v.example/a", "https://v.example/A")
    assert not same_iri("https://v.example/a", "https://v.example/a/")
    assert not same_iri("https://v.example/a", "https://v.example/a#b")


def test_host_of() -> None:
    """The port stands only where it is not the default one."""
    assert host_of("https://V.example:443/a") == "v.example"
    assert host_of("http://v.example:443/a") == "v.example:443"
    assert host_of("http://127.0.0.1:8081") == "127.0.0.1:8081"


@given(st.text() | st.text("htps:/@.#?[]01å\\ ").map(lambda rest: "https://" + rest))
def test_raises_its_own_error_only(iri: str) -> None:
    """Any text has an origin or is malformed."""
    try:
        scheme, host, port = origin(iri)
    except MalformedRequest:
        return
    assert scheme in ("http", "https")
    assert host.isascii()
    assert 0 < port < 65536
    assert "@" not in host
