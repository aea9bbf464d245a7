"""Requests signed after RFC 9421 by hand, so that each part can be wrong on its own."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from federation.keys import KeyPair
from tests.acceptance.security_rows.signing import SignedByHand, signature_of


@dataclass(frozen=True, kw_only=True)
class HandMadeMessage(SignedByHand):
    """A POST signed after RFC 9421."""

    COVERED = ("@method", "@target-uri", "content-digest")
    DIGEST = "Content-Digest"

    method: str = "POST"
    #: What the signature says of itself; None: when and by which key.
    parameters: str | None = None
    pair: KeyPair | None = None
    label: str = "sig1"

    def headers(self) -> dict[str, str]:
        """Return the headers, signed over what is covered."""
        plain = self.plain()
        values = {name.lower(): value for name, value in plain.items()} | {
            "@method": self.method,
            "@target-uri": f"{self.target.scheme}://{plain['Host']}{self.target.path}",
            "@path": self.target.path,
        }
        listed = " ".join(f'"{name}"' for name in self.covers)
        stated = f"({listed}){self.parameters or by(self.actor.key_id)}"
        lines = [f'"{name}": {values[name]}' for name in self.covers]
        text = "\n".join([*lines, f'"@signature-params": {stated}'])
        signature = self.signature or signature_of(text, self.pair or self.actor.pair)
        return plain | {
            "Signature-Input": f"{self.label}={stated}",
            "Signature": f"{self.label}=:{signature}:",
        }

    @staticmethod
    def digest_of(body: bytes) -> str:
        """Return the Content-Digest header of *body*."""
        return f"sha-256=:{b64encode(sha256(body).digest()).decode()}:"


def by(key_id: str, *, shift: int = 0, more: str = "") -> str:
    """Return the parameters of a signature by that key, made *shift* seconds from now."""
    created = int(datetime.now(UTC).timestamp()) + shift
    return f';created={created};keyid="{key_id}"{more}'
