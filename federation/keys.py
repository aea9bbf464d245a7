"""Key pairs: RSA as PEM, Ed25519 as a Multikey (FEP-521a, W3C Controlled Identifiers 2.2.2)."""

from base64 import b64encode
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

from federation.base58btc import decode_base58btc, encode_base58btc

PrivateKey = RSAPrivateKey | Ed25519PrivateKey
PublicKey = RSAPublicKey | Ed25519PublicKey

_ED25519_PREFIX: Final = b"\xed\x01"
_RSA_PREFIX: Final = b"\x85\x24"
_LONGEST_TEXT: Final = 4096
# Shorter keys can be broken; longer ones cost us more to check than their senders to claim.
_RSA_BITS: Final = range(2048, 8193)


class UnusableKey(ValueError):
    """The text is no public key of a kind and size that this node takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPair:
    """A public key as others read it, and its private key as PKCS#8 PEM."""

    public: str
    private: str = field(repr=False)


def generate_rsa() -> KeyPair:
    """Return a new RSA-2048 pair, public part as PEM. Takes about 45 ms."""
    private = generate_private_key(public_exponent=65537, key_size=2048)
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return KeyPair(public=public.decode(), private=_private_pem(private))


def generate_ed25519() -> KeyPair:
    """Return a new Ed25519 pair, public part as a Multikey in base58btc."""
    private = Ed25519PrivateKey.generate()
    return KeyPair(public=encode_multikey(private.public_key()), private=_private_pem(private))


def _private_pem(key: PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@lru_cache(maxsize=4096)
def load_private(pem: str) -> PrivateKey:
    """Return the RSA or Ed25519 key of a PKCS#8 PEM, from a cache.

    Raises UnusableKey where it is neither.
    """
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UnusableKey("The private key cannot be read.") from error
    if not isinstance(key, RSAPrivateKey | Ed25519PrivateKey):
        raise UnusableKey("The private key is neither RSA nor Ed25519.")
    return key


@lru_cache(maxsize=4096)
def load_public(text: str) -> PublicKey:
    """Return the key of a PEM or a Multikey, from a cache.

    Raises UnusableKey where it is neither RSA of 2048 to 8192 bits nor Ed25519.
    """
    if len(text) > _LONGEST_TEXT:
        raise UnusableKey("The public key is too long.")
    key = decode_multikey(text) if text.startswith("z") else _load_pem(text)
    if isinstance(key, RSAPublicKey) and key.key_size not in _RSA_BITS:
        raise UnusableKey(f"An RSA key of {key.key_size} bits is not taken.")
    return key


def key_algorithm(text: str) -> str:
    """Return "rsa" or "ed25519". Raises UnusableKey as ``load_public`` does."""
    return algorithm_of(load_public(text))


def algorithm_of(key: PublicKey | PrivateKey) -> str:
    """Return "rsa" or "ed25519"."""
    return "rsa" if isinstance(key, RSAPublicKey | RSAPrivateKey) else "ed25519"


def is_signature(signature: bytes, text: bytes, key: PublicKey) -> bool:
    """Say whether *key* made *signature* of *text*; RSA by PKCS#1 v1.5 with SHA-256."""
    try:
        if isinstance(key, RSAPublicKey):
            key.verify(signature, text, PKCS1v15(), SHA256())
        else:
            key.verify(signature, text)
    except InvalidSignature:
        return False
    return True


def sign(text: bytes, key: PrivateKey) -> str:
    """Return the signature of *text* that ``is_signature`` holds for, in base64."""
    made = (
        key.sign(text, PKCS1v15(), SHA256()) if isinstance(key, RSAPrivateKey) else key.sign(text)
    )
    return b64encode(made).decode()


def _load_pem(text: str) -> PublicKey:
    try:
        key = load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UnusableKey("The public key cannot be read.") from error
    if not isinstance(key, RSAPublicKey | Ed25519PublicKey):
        raise UnusableKey("The public key is neither RSA nor Ed25519.")
    return key


def encode_multikey(key: PublicKey) -> str:
    """Return *key* as publicKeyMultibase: base58btc of multicodec prefix and key bytes."""
    if isinstance(key, Ed25519PublicKey):
        return encode_base58btc(_ED25519_PREFIX + key.public_bytes_raw())
    return encode_base58btc(_RSA_PREFIX + key.public_bytes(Encoding.DER, PublicFormat.PKCS1))


def decode_multikey(text: str) -> PublicKey:
    """Return the key of a publicKeyMultibase. Raises UnusableKey where it holds none."""
    try:
        data = decode_base58btc(text)
        if data.startswith(_ED25519_PREFIX):
            return Ed25519PublicKey.from_public_bytes(data[2:])
        if data.startswith(_RSA_PREFIX):
            key = load_der_public_key(data[2:])
            if isinstance(key, RSAPublicKey):
                return key
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UnusableKey("The Multikey cannot be read.") from error
    raise UnusableKey("The text is no Multikey with an RSA or Ed25519 key.")


def fingerprint(text: str) -> str:
    """Return what people compare of a PEM or Multikey: SHA-256 of its DER, in base64.

    Raises UnusableKey where it holds no key.
    """
    der = load_public(text).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return "SHA256:" + b64encode(sha256(der).digest()).decode().rstrip("=")
