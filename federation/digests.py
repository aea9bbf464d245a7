"""The Digest header: what the body of a signed request was (RFC 3230, RFC 5843)."""

from base64 import b64encode
from hashlib import sha256

from federation.errors import UnauthenticatedRequest


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
