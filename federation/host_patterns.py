"""Which hosts a decision about a host is about: its subdomains, its ports, its spellings.

A host stands as ``host_of`` writes it: small letters, ASCII (IDNA), the port unless it is the
default one. A pattern is such a host, or ``*.`` and a host for what lies below it.
"""

from collections.abc import Iterator

from federation.errors import MalformedRequest
from federation.origins import host_of

BELOW = "*."


def read_pattern(text: str) -> str:
    """Return the pattern that a person means, who may have copied a whole address.

    Case, a dot at the end, ``@name@`` before it and a path behind it do not matter, and a name
    in Unicode is the same as in punycode. Raises MalformedRequest for what is no host.
    """
    name = text.strip().rpartition("@")[2]
    scheme, separator, rest = name.partition("://")
    scheme, rest = (scheme.lower(), rest) if separator else ("https", name)
    authority = rest.partition("/")[0]
    below = authority.startswith(BELOW)
    host = host_of(f"{scheme}://{_without_last_dot(authority.removeprefix(BELOW))}")
    if below and (_is_address(host) or "." not in split_port(host)[0]):
        raise MalformedRequest("Only below the name of a domain there are others.", log=text)
    return BELOW + host if below else host


def _without_last_dot(authority: str) -> str:
    """Leave out the dot that ends a full name: it is the same name."""
    name, colon, port = authority.rpartition(":")
    if colon and port.isdecimal():
        return f"{name.removesuffix('.')}:{port}"
    return authority.removesuffix(".")


def split_port(host: str) -> tuple[str, str]:
    """Return name and port of *host*; no port where it is the default one."""
    if host.endswith("]"):
        return host, ""
    name, colon, port = host.rpartition(":")
    return (name, port) if colon else (host, "")


def covering(host: str) -> Iterator[tuple[str, bool]]:
    """Yield what may be decided that *host* falls under, the nearest first.

    With each whether it names this very host, or all that lies below a domain; where it does
    neither, it is about *host* only if it is a restriction: who is kept out must not come in by
    another port or from a subdomain, and who is let in does not bring others along.
    """
    yield host, True
    name, port = split_port(host)
    if port:
        yield name, False
    if _is_address(name):
        return
    above = name
    while "." in above:
        above = above.partition(".")[2]
        for domain in (f"{above}:{port}", above) if port else (above,):
            yield BELOW + domain, True
            yield domain, False


def _is_address(host: str) -> bool:
    """Say whether *host* is an IP address, below which there is nothing."""
    name = split_port(host)[0]
    return name.startswith("[") or name.rpartition(".")[2].isdecimal()


def domains_above(pattern: str) -> Iterator[str]:
    """Yield the hosts whose restriction is about *pattern* too, the nearest first."""
    host = pattern.removeprefix(BELOW)
    return (found for found, _ in covering(host) if found not in (pattern, BELOW + host))
