import pytest

from federation.host_spelling import OddHost, check_host


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "0x7f000001",
        "0X7F.1",
        "017700000001",
        "0177.0.0.1",
        "127.1",
        "127.0.1",
        "127.0.0.1.",
        "127.0.0.01",
        "1.2.3.4.5",
        "256.1.1.1",
        "①②⑦.⓪.⓪.①",
        "１２７.０.０.１",
        "127。0。0。1",
        "127.0.0.１",
        "①⑧⑤.①.①.①",
        "example.0x1",
        "[::1%eth0]",
        "[0:0:0:0:0:0:0:1]",
        "[::FFFF:7f00:0001]",
        "[::1",
        "[v1.x]",
        "example.org.",
        "example..org",
        "",
        ".",
        "exa mple.org",
        "exa\tmple.org",
        "ex%61mple.org",
        "-example.org",
        "a" * 64 + ".org",
        ".".join(["abcdefgh"] * 30),
    ],
)
def test_odd_spellings_are_refused(host: str) -> None:
    """A number in disguise, or what is no host, is refused before it is resolved (E4)."""
    with pytest.raises(OddHost):
        check_host(host)


@pytest.mark.parametrize(
    ("host", "read"),
    [
        ("example.org", "example.org"),
        ("Example.ORG", "example.org"),
        ("digin.no", "digin.no"),
        ("næring.example", "xn--nring-sra.example"),
        ("xn--nring-sra.example", "xn--nring-sra.example"),
        ("1and1.example", "1and1.example"),
        ("0x.example", "0x.example"),
        ("under_score.example", "under_score.example"),
        ("93.184.215.14", "93.184.215.14"),
        ("[2a01:4f8::1]", "[2a01:4f8::1]"),
        ("[::1]", "[::1]"),
        ("localhost", "localhost"),
    ],
)
def test_names_and_canonical_addresses_are_read(host: str, read: str) -> None:
    """A name or a canonical address is read, in lower case and ASCII."""
    assert check_host(host) == read
