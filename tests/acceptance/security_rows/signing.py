"""Signed requests made by hand, so that each part can be wrong on its own."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from federation.keys import load_private
from tests.integration.nodes.scripted_server import ACTIVITY, ScriptedActor

COVERED = ("(request-target)", "host", "date", "digest")


@dataclass(frozen=True, kw_only=True)
class HandMade:
    """A POST whose parts are what a test says."""

    actor: ScriptedActor
    url: str
    body: bytes
    host: str = ""
    date: str = ""
    digest: str | None = None
    covered: Sequence[str] = COVERED
    key_id: str = ""
    signature: str = ""

    def but(self, **changes: Any) -> "HandMade":
        """Return the same request with something changed before it is signed."""
        return replace(self, **changes)

    def headers(self) -> dict[str, str]:
        """Return the headers, signed with the actor's key over what is covered."""
        target = urlsplit(self.url)
        plain = {
            "Host": self.host or target.netloc,
            "Date": self.date or http_date(),
            "Digest": sha256_digest(self.body) if self.digest is None else self.digest,
            "Content-Type": ACTIVITY,
        }
        values = {name.lower(): value for name, value in plain.items()}
        values["(request-target)"] = f"post {target.path}"
        text = "\n".join(f"{name}: {values[name]}" for name in self.covered)
        signature = self.signature or rsa_signature(self.actor, text)
        return plain | {
            "Signature": f'keyId="{self.key_id or self.actor.key_id}",algorithm="rsa-sha256",'
            f'headers="{" ".join(self.covered)}",signature="{signature}"'
        }


def rsa_signature(actor: ScriptedActor, text: str) -> str:
    """Return the actor's signature of *text*."""
    key = load_private(actor.pair.private or "")
    assert isinstance(key, RSAPrivateKey)
    return b64encode(key.sign(text.encode(), PKCS1v15(), SHA256())).decode()


def sha256_digest(body: bytes) -> str:
    """Return the Digest header of *body*."""
    return f"SHA-256={b64encode(sha256(body).digest()).decode()}"


def http_date(moment: datetime | None = None) -> str:
    """Return *moment*, or now, as a Date header."""
    return format_datetime(moment or datetime.now(UTC), usegmt=True)
