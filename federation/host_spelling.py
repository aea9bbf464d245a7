"""How a host may be spelt: a name, or an IP address in its one canonical form.

Resolvers and libraries read ``2130706433``, ``0x7f.1``, ``127.1`` and circled digits as
127.0.0.1. A rule about addresses holds only if no spelling gets past it unseen, so every
spelling but the canonical one is refused before anything resolves it.
"""

import re
import unicodedata
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from yarl import URL

# The WHATWG URL standard reads a host whose last label looks like this as a number.
_NUMERIC_LABEL = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_LONGEST_NAME = 253


class OddHost(ValueError):
    """The host is not spelt as a name or as a canonical IP address."""


@lru_cache(maxsize=4096)
def check_host(host: str) -> str:
    """Return *host* in lower case and ASCII; an IPv6 address comes in brackets, and stays so.

    Raises OddHost for a number in disguise, a trailing dot, a zone, or what is no host.
    """
    if host.startswith("["):
        return f"[{_check_ipv6(host)}]"
    folded = unicodedata.normalize("NFKC", host).lower()
    if _NUMERIC_LABEL.fullmatch(folded.rpartition(".")[2]):
        return _check_ipv4(host)
    return _check_name(_ascii(host))


def _check_ipv6(host: str) -> str:
    text = host[1:-1]
    try:
        address = IPv6Address(text)
    except AddressValueError as error:
        raise OddHost(host) from error
    # A zone, as in ::1%eth0, is part of the compressed form and so needs a look of its own.
    if address.scope_id is not None or host.lower() != f"[{address.compressed}]":
        raise OddHost(host)
    return address.compressed


def _check_ipv4(host: str) -> str:
    try:
        address = IPv4Address(host)
    except AddressValueError as error:
        raise OddHost(host) from error
    if str(address) != host:
        raise OddHost(host)
    return host


def _ascii(host: str) -> str:
    if host.isascii():
        return host.lower()
    try:
        # The same reading that the HTTP client makes of the name, not one beside it.
        return (URL.build(scheme="https", host=host).raw_host or "").lower()
    except ValueError as error:
        raise OddHost(host) from error


def _check_name(name: str) -> str:
    labels = name.split(".")
    if len(name) > _LONGEST_NAME or not all(_LABEL.fullmatch(label) for label in labels):
        raise OddHost(name)
    if _NUMERIC_LABEL.fullmatch(labels[-1]):
        raise OddHost(name)
    return name
