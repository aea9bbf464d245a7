"""Signed requests made by hand, so that each part can be wrong on its own."""

import json
from abc import ABC, abstractmethod
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from typing import Any, ClassVar, Self
from urllib.parse import SplitResult, urlsplit

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from federation.keys import KeyPair, load_private
from tests.acceptance.security_rows.scene import Scene
from tests.integration.nodes.scripted_server import ACTIVITY, ScriptedActor


@dataclass(frozen=True, kw_only=True)
class SignedByHand(ABC):
    """A POST whose parts are what a test says, whatever the form of its signature."""

    COVERED: ClassVar[Sequence[str]]
    DIGEST: ClassVar[str]

    actor: ScriptedActor
    url: str
    body: bytes
    host: str = ""
    date: str = ""
    digest: str | None = None
    #: What the signature covers; None: all that it must.
    covered: Sequence[str] | None = None
    signature: str = ""

    @classmethod
    def create(cls, scene: Scene, inbox: str = "/inbox") -> Self:
        """Return a good request of the honest cluster's."""
        activity = scene.alice.activity("Create", scene.alice.offer())
        url = f"{scene.node.base_url}{inbox}"
        return cls(actor=scene.alice, url=url, body=json.dumps(activity).encode())

    def but(self, **changes: Any) -> Self:
        """Return the same request with something changed before it is signed."""
        return replace(self, **changes)

    async def send(self, scene: Scene) -> int:
        """Send it; return the status."""
        return await scene.post(self.url, self.headers(), self.body)

    @abstractmethod
    def headers(self) -> dict[str, str]:
        """Return the headers, signed over what is covered."""

    @staticmethod
    @abstractmethod
    def digest_of(body: bytes) -> str:
        """Return the header that holds the digest of *body*."""

    @property
    def target(self) -> SplitResult:
        """The address, in its parts."""
        return urlsplit(self.url)

    @property
    def covers(self) -> Sequence[str]:
        """The names of what is signed."""
        return self.COVERED if self.covered is None else self.covered

    def plain(self) -> dict[str, str]:
        """Return the headers before they are signed."""
        return {
            "Host": self.host or self.target.netloc,
            "Date": self.date or http_date(),
            self.DIGEST: self.digest_of(self.body) if self.digest is None else self.digest,
            "Content-Type": ACTIVITY,
        }


@dataclass(frozen=True, kw_only=True)
class HandMade(SignedByHand):
    """A POST signed after draft-cavage."""

    COVERED = ("(request-target)", "host", "date", "digest")
    DIGEST = "Digest"

    key_id: str = ""

    def headers(self) -> dict[str, str]:
        """Return the headers, signed with the actor's key over what is covered."""
        plain = self.plain()
        values = {name.lower(): value for name, value in plain.items()}
        values["(request-target)"] = f"post {self.target.path}"
        text = "\n".join(f"{name}: {values[name]}" for name in self.covers)
        signature = self.signature or signature_of(text, self.actor.pair)
        return plain | {
            "Signature": f'keyId="{self.key_id or self.actor.key_id}",algorithm="rsa-sha256",'
            f'headers="{" ".join(self.covers)}",signature="{signature}"'
        }

    @staticmethod
    def digest_of(body: bytes) -> str:
        """Return the Digest header of *body*."""
        return f"SHA-256={b64encode(sha256(body).digest()).decode()}"


def signature_of(text: str, pair: KeyPair) -> str:
    """Return the signature of *text* by an RSA or Ed25519 key."""
    key = load_private(pair.private)
    if isinstance(key, RSAPrivateKey):
        return b64encode(key.sign(text.encode(), PKCS1v15(), SHA256())).decode()
    return b64encode(key.sign(text.encode())).decode()


def http_date(moment: datetime | None = None) -> str:
    """Return *moment*, or now, as a Date header."""
    return format_datetime(moment or datetime.now(UTC), usegmt=True)
