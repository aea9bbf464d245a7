"""Requests signed after RFC 9421 by hand, so that each part can be wrong on its own."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from federation.keys import KeyPair, load_private
from tests.acceptance.security_rows.signing import http_date
from tests.integration.nodes.scripted_server import ACTIVITY, ScriptedActor

COVERED = ("@method", "@target-uri", "content-digest")


@dataclass(frozen=True, kw_only=True)
class HandMadeMessage:
    """A POST whose parts are what a test says."""

    actor: ScriptedActor
    url: str
    body: bytes
    method: str = "POST"
    host: str = ""
    digest: str | None = None
    covered: Sequence[str] = COVERED
    #: What the signature says of itself; None: when and by which key.
    parameters: str | None = None
    pair: KeyPair | None = None
    label: str = "sig1"
    signature: str = ""

    def but(self, **changes: Any) -> "HandMadeMessage":
        """Return the same request with something changed before it is signed."""
        return replace(self, **changes)

    def headers(self) -> dict[str, str]:
        """Return the headers, signed over what is covered."""
        target = urlsplit(self.url)
        plain = {
            "Host": self.host or target.netloc,
            "Date": http_date(),
            "Content-Digest": content_digest(self.body) if self.digest is None else self.digest,
            "Content-Type": ACTIVITY,
        }
        values = {name.lower(): value for name, value in plain.items()} | {
            "@method": self.method,
            "@target-uri": f"{target.scheme}://{plain['Host']}{target.path}",
            "@path": target.path,
        }
        listed = " ".join(f'"{name}"' for name in self.covered)
        stated = f"({listed}){self.parameters or by(self.actor.key_id)}"
        lines = [f'"{name}": {values[name]}' for name in self.covered]
        text = "\n".join([*lines, f'"@signature-params": {stated}'])
        signature = self.signature or signature_of(text, self.pair or self.actor.pair)
        return plain | {
            "Signature-Input": f"{self.label}={stated}",
            "Signature": f"{self.label}=:{signature}:",
        }


def by(key_id: str, *, shift: int = 0, more: str = "") -> str:
    """Return the parameters of a signature by that key, made *shift* seconds from now."""
    created = int(datetime.now(UTC).timestamp()) + shift
    return f';created={created};keyid="{key_id}"{more}'


def signature_of(text: str, pair: KeyPair) -> str:
    """Return the signature of *text* by an RSA or Ed25519 key."""
    key = load_private(pair.private)
    if isinstance(key, RSAPrivateKey):
        return b64encode(key.sign(text.encode(), PKCS1v15(), SHA256())).decode()
    return b64encode(key.sign(text.encode())).decode()


def content_digest(body: bytes) -> str:
    """Return the Content-Digest header of *body*."""
    return f"sha-256=:{b64encode(sha256(body).digest()).decode()}:"
