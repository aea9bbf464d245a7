"""The signed examples of RFC 9421, appendix B.2."""

import os
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.serialization import (
    load_der_public_key,
    load_pem_public_key,
)

from federation.digests import check_content_digest
from federation.errors import UnauthenticatedRequest
from federation.keys import is_signature, load_public
from federation.message_signatures import read_claim
from federation.signature_base import signature_base
from federation.signed_request import SignatureWindow, SignedRequest, folded_headers
from federation.structured_fields import InnerList, parse_byte_sequences, parse_inner_lists

SUITES = Path(os.environ.get("SKAGERRAK_SUITES", Path(__file__).parents[3] / "shared" / "suites"))
SUITE = SUITES / "rfc9421"
if not SUITE.is_dir():
    pytest.skip(
        f"the examples of RFC 9421 are not at {SUITE}; set SKAGERRAK_SUITES",
        allow_module_level=True,
    )

THEN = datetime.fromtimestamp(1618884473, UTC)
REQUESTS = ("b21", "b22", "b23", "b25", "b26")


def read(name: str) -> str:
    return (SUITE / name).read_text()


def message(name: str) -> SignedRequest:
    """Return the message of an example; of a response only headers and body mean anything."""
    head, _, body = read(name).replace("\r\n", "\n").partition("\n\n")
    start, *lines = head.split("\n")
    method, target = start.split(" ")[:2]
    headers = [(line.partition(": ")[0], line.partition(": ")[2]) for line in lines]
    return SignedRequest(
        method=method,
        path_and_query=target,
        headers=headers,
        body=body.encode(),
        host=dict(headers).get("Host", ""),
    )


def stated(request: SignedRequest) -> tuple[InnerList, bytes]:
    """Return what the message's one signature says, and the signature."""
    headers = folded_headers(request)
    ((label, covered),) = parse_inner_lists(headers["signature-input"][0]).items()
    return covered, parse_byte_sequences(headers["signature"][0])[label]


def base_of(request: SignedRequest) -> bytes:
    return signature_base(stated(request)[0], request, folded_headers(request))


@pytest.mark.parametrize("number", REQUESTS)
def test_signature_base(number: str) -> None:
    """The base of each signed request is the appendix's, byte for byte."""
    request = message(f"{number}_request_signed.txt")

    assert base_of(request).decode() == read(f"{number}_request_sigbase.txt")


@pytest.mark.parametrize("number", ["b21", "b22", "b23"])
def test_signatures_by_rsa(number: str) -> None:
    """The appendix's RSA key made its signatures of the bases that are built here."""
    request = message(f"{number}_request_signed.txt")
    lines = read("test-key-rsa-pss.pub").strip().splitlines()
    key = load_der_public_key(b64decode("".join(lines[1:-1])))
    assert isinstance(key, RSAPublicKey)
    padding = PSS(mgf=MGF1(SHA512()), salt_length=64)

    key.verify(stated(request)[1], base_of(request), padding, SHA512())


def test_signature_by_ed25519() -> None:
    """The appendix's Ed25519 key made B.2.6, of that base and no other."""
    request = message("b26_request_signed.txt")
    key, signature = load_public(read("test-key-ed25519.pub")), stated(request)[1]

    assert is_signature(signature, base_of(request), key)
    assert not is_signature(signature, base_of(replace(request, method="PUT")), key)


def test_signed_response() -> None:
    """The parameters of B.2.4 are read and written as they are; its key made it of its base."""
    covered, signature = stated(message("b24_response_signed.txt"))
    base = read("b24_response_sigbase.txt")
    key = load_pem_public_key(read("test-key-ecc-p256.pub").encode())
    assert isinstance(key, EllipticCurvePublicKey)
    halves = (int.from_bytes(part) for part in (signature[:32], signature[32:]))

    assert base.splitlines()[-1] == f'"@signature-params": {covered.text}'
    key.verify(encode_dss_signature(*halves), base.encode(), ECDSA(SHA256()))


def test_digest() -> None:
    """The SHA-512 digest of the appendix's request is that of its body."""
    request = message("b22_request_signed.txt")
    (digest,) = folded_headers(request)["content-digest"]

    check_content_digest(digest, request.body.rstrip(b"\n"))


@pytest.mark.parametrize("number", REQUESTS)
def test_lesser_coverage_is_refused(number: str) -> None:
    """All of them are valid, yet none covers method, whole address and digest."""
    with pytest.raises(UnauthenticatedRequest, match="does not cover"):
        read_claim(message(f"{number}_request_signed.txt"), THEN, SignatureWindow())
