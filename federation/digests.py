"""What the body of a signed request was: Digest (RFC 3230, RFC 5843), Content-Digest (RFC 9530)."""

from base64 import b64encode
from hashlib import sha256, sha512
from typing import Final

from federation.errors import UnauthenticatedRequest
from federation.structured_fields import NotStructured, parse_byte_sequences

#: The algorithms of RFC 9530, 5 that are not broken.
_HASHES: Final = {"sha-256": sha256, "sha-512": sha512}


def sha256_digest(body: bytes) -> str:
    """Return the Digest header for *body*."""
    return "SHA-256=" + b64encode(sha256(body).digest()).decode()


def check_digest(header: str, body: bytes) -> None:
    """Check that *header* holds exactly one SHA-256 digest, and that it is that of *body*.

    Digests by other algorithms beside it are passed over. Raises UnauthenticatedRequest.
    """
    right = sha256_digest(body)
    if header == right:
        return
    entries = [entry.strip().partition("=") for entry in header.split(",")]
    values = [value for name, _, value in entries if name.lower() == "sha-256"]
    if len(values) != 1:
        raise UnauthenticatedRequest("The Digest header must hold one SHA-256 digest.")
    if values[0] != right.partition("=")[2]:
        raise UnauthenticatedRequest("The Digest header is not that of the body.")


def content_digest(body: bytes) -> str:
    """Return the Content-Digest header for *body*."""
    return f"sha-256=:{b64encode(sha256(body).digest()).decode()}:"


def check_content_digest(header: str, body: bytes) -> None:
    """Check that *header* holds a SHA-256 or SHA-512 digest, and each of them is that of *body*.

    Digests by other algorithms beside them are passed over. Raises UnauthenticatedRequest.
    """
    if header == content_digest(body):
        return
    try:
        stated = parse_byte_sequences(header)
    except NotStructured as error:
        raise UnauthenticatedRequest("The Content-Digest header cannot be read.") from error
    known = {name: digest for name, digest in stated.items() if name in _HASHES}
    if not known:
        raise UnauthenticatedRequest("The Content-Digest header holds no SHA-256 digest.")
    if any(_HASHES[name](body).digest() != digest for name, digest in known.items()):
        raise UnauthenticatedRequest("The Content-Digest header is not that of the body.")
