"""A request as it stood on the line, read back from a file."""

import re
from typing import Final

from federation.errors import MalformedRequest
from federation.signed_request import SignedRequest

MOST_BYTES: Final = 2 << 20
_FIRST_LINE = re.compile(r"([A-Z]{1,20}) (\S+)(?: HTTP/[0-9.]+)?")


def read_raw_request(raw: bytes, *, scheme: str = "https") -> SignedRequest:
    """Return the request that *raw* holds: its first line, headers, an empty line, the body.

    Lines may end with or without a carriage return. It counts as made out to the host that it
    names. Raises MalformedRequest where it is no request.
    """
    if len(raw) > MOST_BYTES:
        raise MalformedRequest(f"The request has more than {MOST_BYTES} bytes.")
    head, body = _split(raw)
    lines = head.decode("utf-8", "surrogateescape").splitlines()
    first = _FIRST_LINE.fullmatch(lines[0].strip()) if lines else None
    if first is None:
        raise MalformedRequest("The first line is none of a request, such as POST /inbox HTTP/1.1.")
    headers = [_header(line) for line in lines[1:]]
    host = next((value for name, value in headers if name.lower() == "host"), "")
    return SignedRequest(
        method=first[1],
        path_and_query=first[2],
        headers=headers,
        body=body,
        host=host.lower(),
        scheme=scheme,
    )


def _split(raw: bytes) -> tuple[bytes, bytes]:
    for gap in (b"\r\n\r\n", b"\n\n"):
        head, found, body = raw.partition(gap)
        if found:
            return head, body
    return raw.rstrip(b"\r\n"), b""


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name or name != name.strip():
        raise MalformedRequest(f"“{line[:80]}” is no header.")
    return name, value.strip(" \t")
