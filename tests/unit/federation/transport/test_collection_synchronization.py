"""The header of FEP-8fcf: made, read, and believed only where the signature covers it."""

import pytest

from federation.collection_synchronization import (
    HEADER,
    Synchronization,
    followers_digest,
    read_synchronization,
)
from federation.keys import generate_ed25519, generate_rsa, load_private
from federation.signature_formats import SignatureFormat, SignatureWish
from federation.signed_request import SignedRequest
from federation.signing_keys import SigningKey, SigningKeys

SAID = Synchronization(
    collection="https://v.example/cluster/followers",
    url="https://v.example/cluster/followers_synchronization",
    digest="ab" * 32,
)
KEYS = SigningKeys(
    rsa=SigningKey(
        key_id="https://v.example/cluster#k", private=load_private(generate_rsa().private)
    ),
    ed25519=SigningKey(
        key_id="https://v.example/cluster#e", private=load_private(generate_ed25519().private)
    ),
)


def request(headers: dict[str, str]) -> SignedRequest:
    return SignedRequest(
        method="POST",
        path_and_query="/inbox",
        headers=list(headers.items()),
        body=b"{}",
        host="t.example",
    )


def signed(form: SignatureFormat, extra: dict[str, str] | None) -> dict[str, str]:
    wish = SignatureWish(format=form)
    return dict(KEYS.sign("POST", "https://t.example/inbox", b"{}", wish, extra))


def test_the_digest_is_that_of_the_fep() -> None:
    """The example in FEP-8fcf; of nobody it is zero, in whatever order it is the same."""
    followers = [f"https://testing.example.org/users/{number}" for number in (1, 2)]
    expected = "c33f48cd341ef046a206b8a72ec97af65079f9a3a9b90eef79c5920dce45c61f"
    assert followers_digest(followers) == followers_digest(followers[::-1]) == expected
    assert followers_digest([]) == "0" * 64


@pytest.mark.parametrize("form", list(SignatureFormat))
def test_what_is_signed_is_read(form: SignatureFormat) -> None:
    """In every form of signature our header is covered."""
    headers = signed(form, {HEADER: SAID.header()})
    assert read_synchronization(request(headers)) == SAID


@pytest.mark.parametrize("form", list(SignatureFormat))
def test_what_the_signature_does_not_cover_is_not_there(form: SignatureFormat) -> None:
    """A header that somebody added says nothing."""
    headers = signed(form, None) | {HEADER: SAID.header()}
    assert read_synchronization(request(headers)) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        SAID.header() + ", " + SAID.header(),
        SAID.header().replace("ab" * 32, "ab"),
        SAID.header().replace("digest", "sum"),
        SAID.header().replace("v.example", "v" * 2000),
        'collectionId="", url="", digest=""',
        "a" * 5000,
    ],
)
def test_a_header_that_cannot_be_read_says_nothing(text: str) -> None:
    """Twice the same, no digest, too long, empty."""
    headers = signed(SignatureFormat.DRAFT_CAVAGE, {HEADER: text})
    assert read_synchronization(request(headers)) is None
