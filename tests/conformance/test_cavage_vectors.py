"""The examples of draft-cavage-http-signatures-12, appendix C."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from federation.digests import check_digest, sha256_digest
from federation.draft_cavage import (
    parse_signature_header,
    read_claim,
    signing_text,
)
from federation.errors import UnauthenticatedRequest
from federation.keys import is_signature
from federation.signed_request import SignatureWindow, SignedRequest

PUBLIC_KEY = """\
-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCFENGw33yGihy92pDjZQhl0C3
6rPJj+CvfSC8+q28hxA161QFNUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6
Z4UMR7EOcpfdUE9Hf3m/hs+FUR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJw
oYi+1hqp1fIekaxsyQIDAQAB
-----END PUBLIC KEY-----
"""
BODY = b'{"hello": "world"}'
TARGET = "/foo?param=value&pet=dog"
HEADERS = {
    "Host": "example.com",
    "Date": "Sun, 05 Jan 2014 21:31:40 GMT",
    "Content-Type": "application/json",
    "Digest": "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=",
    "Content-Length": "18",
}
THEN = datetime(2014, 1, 5, 21, 31, 40, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Vector:
    """A signature and the text it stands for."""

    covered: str | None
    text: str
    signature: str

    @property
    def header(self) -> str:
        headers = "" if self.covered is None else f',headers="{self.covered}"'
        return f'keyId="Test",algorithm="rsa-sha256"{headers},signature="{self.signature}"'


DEFAULT = Vector(
    covered=None,
    text="date: Sun, 05 Jan 2014 21:31:40 GMT",
    signature=(
        "SjWJWbWN7i0wzBvtPl8rbASWz5xQW6mcJmn+ibttBqtifLN7Sazz6m79cNfwwb8DMJ5cou1s7uEGKKCs+FLEEaDV5"
        "lp7q25WqS+lavg7T8hc0GppauB6hbgEKTwblDHYGEtbGmtdHgVCk9SuS13F0hZ8FD0k/5OxEPXe5WozsbM="
    ),
)
BASIC = Vector(
    covered="(request-target) host date",
    text=(
        "(request-target): post /foo?param=value&pet=dog\n"
        "host: example.com\n"
        "date: Sun, 05 Jan 2014 21:31:40 GMT"
    ),
    signature=(
        "qdx+H7PHHDZgy4y/Ahn9Tny9V3GP6YgBPyUXMmoxWtLbHpUnXS2mg2+SbrQDMCJypxBLSPQR2aAjn7ndmw2iicw3H"
        "Mbe8VfEdKFYRqzic+efkb3nndiv/x1xSHDJWeSWkx3ButlYSuBskLu6kd9Fswtemr3lgdDEmn04swr2Os0="
    ),
)
ALL_HEADERS = Vector(
    covered="(request-target) host date content-type digest content-length",
    text=(
        "(request-target): post /foo?param=value&pet=dog\n"
        "host: example.com\n"
        "date: Sun, 05 Jan 2014 21:31:40 GMT\n"
        "content-type: application/json\n"
        "digest: SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=\n"
        "content-length: 18"
    ),
    signature=(
        "vSdrb+dS3EceC9bcwHSo4MlyKS59iFIrhgYkz8+oVLEEzmYZZvRs8rgOp+63LEM3v+MFHB32NfpB2bEKBIvB1q52L"
        "aEUHFv120V01IL+TAD48XaERZFukWgHoBTLMhYS2Gb51gWxpeIq8knRmPnYePbF5MOkR0Zkly4zKH7s1dE="
    ),
)
VECTORS = pytest.mark.parametrize(
    "vector", [DEFAULT, BASIC, ALL_HEADERS], ids=["C.1", "C.2", "C.3"]
)


def public_key() -> RSAPublicKey:
    key = load_pem_public_key(PUBLIC_KEY.encode())
    assert isinstance(key, RSAPublicKey)
    return key


def request_with(vector: Vector) -> SignedRequest:
    return SignedRequest(
        method="POST",
        path_and_query=TARGET,
        headers=[*HEADERS.items(), ("Signature", vector.header)],
        body=BODY,
        host="example.com",
    )


@VECTORS
def test_signing_text(vector: Vector) -> None:
    """The text to be signed is the appendix's, byte for byte."""
    parameters = parse_signature_header(vector.header)
    headers = {name.lower(): [value] for name, value in HEADERS.items()}

    assert signing_text(parameters, "POST", TARGET, headers) == vector.text


@VECTORS
def test_signature(vector: Vector) -> None:
    """The appendix's key made the appendix's signature, of that text and no other."""
    signature = parse_signature_header(vector.header).signature

    assert b64encode(signature).decode() == vector.signature
    assert is_signature(signature, vector.text.encode(), public_key())
    assert not is_signature(signature, vector.text.encode() + b" ", public_key())


def test_digest() -> None:
    """The digest of the appendix's body is the appendix's digest."""
    assert sha256_digest(BODY) == HEADERS["Digest"]
    check_digest(HEADERS["Digest"], BODY)


def test_all_headers_is_accepted() -> None:
    """C.3 covers what this node demands, and holds for the appendix's key."""
    claim = read_claim(request_with(ALL_HEADERS), THEN, SignatureWindow())

    assert claim.key_id == "Test"
    assert claim.holds_for(public_key())


@pytest.mark.parametrize("vector", [DEFAULT, BASIC], ids=["C.1", "C.2"])
def test_lesser_coverage_is_refused(vector: Vector) -> None:
    """C.1 and C.2 are valid, yet leave the body of a POST unsigned."""
    with pytest.raises(UnauthenticatedRequest, match="does not cover"):
        read_claim(request_with(vector), THEN, SignatureWindow())
