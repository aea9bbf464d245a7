"""Signing requests in the form that their receiver takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from federation import draft_cavage, message_signatures
from federation.keys import PrivateKey
from federation.signature_formats import SignatureFormat, SignatureWish


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A private key and the id that others know its public half by."""

    key_id: str
    private: PrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKeys:
    """The keys of one actor of ours."""

    rsa: SigningKey
    ed25519: SigningKey | None = None

    def sign(
        self,
        method: str,
        url: str,
        body: bytes | None,
        wish: SignatureWish,
        extra: Mapping[str, str] | None = None,
    ) -> Mapping[str, str]:
        """Return the headers that make the request one signed as wished, *extra* ones too.

        Draft-cavage is always signed by RSA: few of its readers know another kind of key.
        """
        if wish.format is SignatureFormat.DRAFT_CAVAGE:
            return draft_cavage.sign_request(
                method=method,
                url=url,
                body=body,
                key_id=self.rsa.key_id,
                private_key=self.rsa.private,
                extra=extra,
            )
        by_ed25519 = wish.format is SignatureFormat.RFC_9421_ED25519
        key = self.ed25519 if by_ed25519 and self.ed25519 else self.rsa
        return message_signatures.sign_request(
            method=method,
            url=url,
            body=body,
            key_id=key.key_id,
            private_key=key.private,
            label=wish.label,
            components=wish.components,
            parameters=wish.parameters,
            extra=extra,
        )
