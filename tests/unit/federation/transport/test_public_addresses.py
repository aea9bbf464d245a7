from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.public_addresses import is_public_address

EMBEDDINGS = (
    "::ffff:{}",  # mapped
    "::{}",  # compatible
    "64:ff9b::{}",  # NAT64
    "64:ff9b:1::{}",  # NAT64 of a network's own
    "::ffff:0:{}",  # translated (SIIT)
    "2a01:4f8::5efe:{}",  # ISATAP
    "2a01:4f8::200:5efe:{}",  # ISATAP, universal
)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 - judged, not bound
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.255",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.255.255",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
    ],
)
def test_special_ipv4_is_refused(address: str) -> None:
    """An IPv4 address with a special purpose is not public (E1, E3)."""
    assert not is_public_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "fc00::1",
        "fd12:3456::1",
        "ff02::1",
        "100::1",
        "2001::1",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::1",
        "3fff::1",
        "5f00::1",
        "4000::1",
        "2a01:4f8::1%1",
    ],
)
def test_special_ipv6_is_refused(address: str) -> None:
    """IPv6 outside global unicast, tunnels and examples are not public (E1, E2, E3)."""
    assert not is_public_address(address)


@pytest.mark.parametrize("embedding", EMBEDDINGS)
@pytest.mark.parametrize("inner", ["127.0.0.1", "10.0.0.1", "93.184.215.14"])
def test_embedded_ipv4_is_refused(embedding: str, inner: str) -> None:
    """An IPv4 address inside an IPv6 one is refused, whatever it is (E2)."""
    assert not is_public_address(embedding.format(inner))


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2003::1",
        "2a01:4f8::1",
        "2606:4700::1111",
    ],
)
def test_public_addresses_are_allowed(address: str) -> None:
    """An ordinary address beside the special ranges is public."""
    assert is_public_address(address)


@pytest.mark.parametrize("text", ["", "localhost", "127.1", "0x7f000001", "2130706433", "1.1.1.01"])
def test_what_is_no_address_is_refused(text: str) -> None:
    """A text that is no address is never public."""
    assert not is_public_address(text)


@given(st.ip_addresses(v=4))
def test_nothing_is_public_that_the_library_calls_private(address: IPv4Address) -> None:
    """No IPv4 address is public here that the standard library calls private or multicast."""
    special = address.is_private or address.is_multicast or address.is_reserved
    assert not (special and is_public_address(address))


@given(st.ip_addresses(v=6))
def test_public_ipv6_is_global_unicast(address: IPv6Address) -> None:
    """Every public IPv6 address begins with the bits 001."""
    assert not is_public_address(address) or int(address) >> 125 == 0b001
