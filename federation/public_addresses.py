"""Which IP addresses stand on the public internet: everything else is refused.

An address is public only where a rule here says so. IPv6 is public inside 2000::/3, the
only space that is handed out for unicast (IANA), without the parts that carry an IPv4
address, lead into a tunnel or are kept for examples. What lies outside, such as mapped,
compatible and NAT64 addresses, is refused as a whole, whatever IPv4 address it carries.

Source: the IANA special-purpose address registries (RFC 6890, RFC 8190).
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

_REFUSED_IPV4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this host (RFC 1122)
        "10.0.0.0/8",  # private (RFC 1918)
        "100.64.0.0/10",  # shared by carriers (RFC 6598)
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, and the metadata services of clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments (RFC 6890)
        "192.0.2.0/24",  # examples (RFC 5737)
        "192.88.99.0/24",  # 6to4 relays (RFC 7526)
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # measurements (RFC 2544)
        "198.51.100.0/24",  # examples
        "203.0.113.0/24",  # examples
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_UNICAST_IPV6 = IPv6Network("2000::/3")
_REFUSED_IPV6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID, measurements (RFC 2928)
        "2001:db8::/32",  # examples (RFC 3849)
        "2002::/16",  # 6to4 carries an IPv4 address (RFC 3056)
        "3fff::/20",  # examples (RFC 9637)
    )
)
# The interface identifier 0000:5efe, with or without the "universal" and "group" bits, is
# followed by an IPv4 address that an ISATAP router delivers to (RFC 5214).
_ISATAP_MASK = 0xFCFFFFFF << 32
_ISATAP_MARK = 0x00005EFE << 32


def is_public_address(address: str | Address) -> bool:
    """Say whether *address* is a unicast address of the public internet.

    False also for a text that is no address.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv4Address):
        return not any(parsed in network for network in _REFUSED_IPV4)
    return _is_public_ipv6(parsed)


def _is_public_ipv6(address: IPv6Address) -> bool:
    if address not in _UNICAST_IPV6 or address.scope_id is not None:
        return False
    if any(address in network for network in _REFUSED_IPV6):
        return False
    return int(address) & _ISATAP_MASK != _ISATAP_MARK
