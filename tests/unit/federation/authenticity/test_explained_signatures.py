"""Each signature is told of by itself: what it covers, what is wrong, whether the key made it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from federation import draft_cavage, message_signatures
from federation.errors import MalformedRequest
from federation.explain_signatures import ExplainedSignature, explain_signatures
from federation.keys import generate_ed25519, generate_rsa, load_private, load_public
from federation.raw_requests import read_raw_request

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
URL = "https://node.example/cluster/inbox"
BODY = b'{"type": "Follow"}'
RSA, ED25519 = generate_rsa(), generate_ed25519()


def cavage(date: datetime = NOW) -> dict[str, str]:
    return draft_cavage.sign_request(
        method="POST",
        url=URL,
        body=BODY,
        key_id="https://peer.example/actor#key",
        private_key=load_private(RSA.private),
        date=date,
    )


def message(date: datetime = NOW, label: str = "sig1") -> dict[str, str]:
    return message_signatures.sign_request(
        method="POST",
        url=URL,
        body=BODY,
        key_id="https://peer.example/actor#ed25519",
        private_key=load_private(ED25519.private),
        date=date,
        label=label,
    )


def raw(headers: Mapping[str, str], body: bytes = BODY, end: str = "\r\n") -> bytes:
    lines = ["POST /cluster/inbox HTTP/1.1", *(f"{name}: {headers[name]}" for name in headers)]
    return f"{end.join(lines)}{end}{end}".encode() + body


def explained(headers: Mapping[str, str], body: bytes = BODY) -> list[ExplainedSignature]:
    return explain_signatures(read_raw_request(raw(headers, body)), NOW)


@pytest.mark.parametrize(
    ("headers", "form", "pair"), [(cavage(), "draft-cavage", RSA), (message(), "RFC 9421", ED25519)]
)
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_good_signature_holds(headers, form, pair, end):
    """By its own key and no other, whatever ends the lines."""
    (one,) = explain_signatures(read_raw_request(raw(headers, end=end)), NOW)

    assert (one.form, one.problem, one.out_of_time) == (form, None, None)
    assert one.covered
    assert one.verdict(load_public(pair.public)) is None
    assert "did not make" in str(one.verdict(load_public(generate_ed25519().public)))


@pytest.mark.parametrize("headers", [cavage(), message()])
def test_a_changed_body_is_named(headers):
    """The digest is the check that fails."""
    (one,) = explained(headers, b'{"type": "Delete"}')

    assert "not that of the body" in str(one.problem)
    assert one.claim is None


@pytest.mark.parametrize(
    ("make", "pair"), [(cavage, RSA), (message, ED25519)], ids=["draft-cavage", "RFC 9421"]
)
def test_an_old_signature_is_still_examined(make, pair):
    """That it is too old is told, and that the key made it."""
    (one,) = explained(make(NOW - timedelta(days=3)))

    assert "too old" in str(one.out_of_time)
    assert one.problem is None
    assert one.verdict(load_public(pair.public)) is None


def test_what_is_not_covered_is_named():
    """In the words of the form."""
    headers = message()
    headers["Signature-Input"] = headers["Signature-Input"].replace(' "content-digest"', "")
    (one,) = explained(headers)

    assert "does not cover" in str(one.problem)
    assert "content-digest" in str(one.problem)
    assert one.covered == ("@method", "@target-uri")


def test_of_several_labels_each_is_told_of():
    """The inbox looks at the first alone, and that is said."""
    first, second = message(label="first"), message(NOW - timedelta(days=3), label="second")
    both = {
        **first,
        "Signature-Input": f"{first['Signature-Input']}, {second['Signature-Input']}",
        "Signature": f"{first['Signature']}, {second['Signature']}",
    }
    one, two = explained(both)

    assert (one.label, one.counts, one.problem) == ("first", True, None)
    assert (two.label, two.counts) == ("second", False)
    assert two.out_of_time is not None
    assert one.verdict(load_public(ED25519.public)) is None
    assert two.verdict(load_public(ED25519.public)) is None


def test_unreadable_headers_are_told_of():
    """And a request without a signature has none."""
    assert explained({"Host": "node.example"}) == []
    (broken,) = explained({**message(), "Signature-Input": "sig1=("})
    assert "cannot be read" in str(broken.problem)
    (nothing,) = explained({"Host": "node.example", "Signature": 'keyId="x"'})
    assert "no signature" in str(nothing.problem)


@pytest.mark.parametrize(
    "text", [b"", b"hello", b"POST /inbox HTTP/1.1\nno header\n\n", b"{}", b"x" * (2 << 20) + b"y"]
)
def test_what_is_no_request_is_refused(text):
    """With words, not with a traceback."""
    with pytest.raises(MalformedRequest):
        read_raw_request(text)
