"""Which spellings mean the same host, and what a decision about one host is about."""

import pytest

from federation.errors import MalformedRequest
from federation.host_patterns import covering, domains_above, read_pattern


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("Example.ORG", "example.org"),
        (" example.org. ", "example.org"),
        ("example.org.:8443", "example.org:8443"),
        ("https://example.org:443/users/a", "example.org"),
        ("http://localhost:8081", "localhost:8081"),
        ("@cluster@example.org", "example.org"),
        ("blåbær.example", "xn--blbr-roah.example"),
        ("XN--BLBR-ROAH.example", "xn--blbr-roah.example"),
        ("bla\u030ab\u00e6r.example", "xn--blbr-roah.example"),
        ("*.Example.org", "*.example.org"),
        ("[2001:db8::1]:8443", "[2001:db8::1]:8443"),
    ],
)
def test_spellings_mean_one_host(written: str, host: str) -> None:
    """Case, the last dot, the default port, composition and punycode make no other host."""
    assert read_pattern(written) == host


@pytest.mark.parametrize(
    "written", ["", "*", "*.", "*.org", "ex*mple.org", "a b.example", "a,b", "127.1", "*.127.0.0.1"]
)
def test_what_is_no_host_is_refused(written: str) -> None:
    """Nor is a part of a name, a number in disguise, or everything below a top-level domain."""
    with pytest.raises(MalformedRequest):
        read_pattern(written)


def test_a_host_falls_under_what_is_decided_above_it() -> None:
    """The nearest first: itself, its other ports, then each domain, all below it first."""
    assert list(covering("b.a.example:8443")) == [
        ("b.a.example:8443", True),
        ("b.a.example", False),
        ("*.a.example:8443", True),
        ("a.example:8443", False),
        ("*.a.example", True),
        ("a.example", False),
        ("*.example:8443", True),
        ("example:8443", False),
        ("*.example", True),
        ("example", False),
    ]


def test_below_an_address_there_is_nothing() -> None:
    """192.0.2.1 is no subdomain of 0.2.1."""
    assert list(covering("192.0.2.1")) == [("192.0.2.1", True)]
    assert list(covering("[2001:db8::1]:81")) == [
        ("[2001:db8::1]:81", True),
        ("[2001:db8::1]", False),
    ]


def test_names_that_only_end_alike_are_not_below() -> None:
    """notexample.org is no part of example.org."""
    assert "example.org" not in domains_above("notexample.org")
    assert "example.org" in domains_above("*.a.example.org")
    assert "example.org" not in domains_above("example.org")
