"""The Signature header is read strictly, and whatever it holds raises one error only."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.draft_cavage import (
    CavageClaim,
    parse_signature_header,
    read_claim,
    sign_request,
)
from federation.errors import UnauthenticatedRequest
from federation.keys import KeyPair, load_private, load_public
from federation.signed_request import SignatureWindow, SignedRequest

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
KEY = 'keyId="https://v.example/a#k"'


def test_read() -> None:
    """All parameters are read, in any order and spacing; unknown ones are passed over."""
    read = parse_signature_header(
        f'signature="AAEC", {KEY} ,created=1, expires="2",x="y",headers="Date (request-target)",'
        'algorithm="hs2019"'
    )

    assert read.key_id == "https://v.example/a#k"
    assert read.signature == b"\x00\x01\x02"
    assert read.headers == ("date", "(request-target)")
    assert (read.created, read.expires, read.algorithm) == (1, 2, "hs2019")


@pytest.mark.parametrize(
    "header",
    [
        "",
        KEY,
        'signature="AAEC"',
        f'{KEY},signature="not base64"',
        f'{KEY},{KEY},signature="AAEC"',
        f'{KEY},signature="AAEC",signature="AAEC"',
        f'{KEY} signature="AAEC"',
        f'{KEY},signature="AAEC',
        f'{KEY},signature="AAEC",created=-1',
        f'{KEY},signature="AAEC",created=1.5',
        f'{KEY},signature="AAEC",created="x"',
        f'{KEY},signature="AAEC",expires={"9" * 20}',
        f'{KEY},signature="AAEC",headers="date date"',
        f'{KEY},signature="AAEC",headers="' + " ".join(f"h{n}" for n in range(33)) + '"',
        f'{KEY},signature="AAEC",x="' + "y" * 8192 + '"',
        f'{KEY},signature="AAEC",x="é"',
        f'{KEY},signature="AA\\"EC"',
        "sig1=:AAEC:",
    ],
)
def test_refused(header: str) -> None:
    """What cannot be read, is said twice or is missing is 401."""
    with pytest.raises(UnauthenticatedRequest):
        parse_signature_header(header)


PARAMETERS = st.lists(
    st.tuples(
        st.sampled_from(["keyId", "signature", "headers", "created", "expires", "algorithm", "x"]),
        st.text('a="\\, \t(1)-é') | st.integers().map(str) | st.just("AAEC"),
        st.booleans(),
    )
).map(lambda entries: ",".join(f'{n}="{v}"' if quoted else f"{n}={v}" for n, v, quoted in entries))


@given(st.text() | PARAMETERS)
def test_parser_raises_its_own_error_only(header: str) -> None:
    """Any text is a signature with key and bytes, or refused."""
    try:
        read = parse_signature_header(header)
    except UnauthenticatedRequest:
        return
    assert isinstance(read.signature, bytes)
    assert 1 <= len(read.headers) <= 32


@given(
    target=st.text(st.characters(max_codepoint=0xDFFF)).map(lambda path: "/" + path),
    covered=st.lists(
        st.sampled_from(["x", "content-type", "(created)", "(expires)", ""]), unique=True
    ),
    value=st.text(st.characters(max_codepoint=0xDFFF)),
    created=st.integers(0, 10**11),
    date=st.sampled_from(["Mon, 23 Nov 2026 12:00:00 GMT", "Mon, 31 Feb 2026 12:00:00 GMT", "x"]),
)
def test_claims_raise_their_own_error_only(
    target: str, covered: list[str], value: str, created: int, date: str
) -> None:
    """Whatever stands in target and headers, the outcome is a claim or 401."""
    names = " ".join(["(request-target)", "host", "date", *covered])
    request = SignedRequest(
        method="GET",
        path_and_query=target,
        headers=[
            ("Host", "t.example"),
            ("Date", date),
            ("X", value),
            ("Content-Type", value),
            ("Signature", f'{KEY},signature="AAEC",created={created},headers="{names}"'),
        ],
        host="t.example",
    )
    try:
        claim = read_claim(request, NOON, SignatureWindow())
    except UnauthenticatedRequest:
        return
    assert isinstance(claim, CavageClaim)
    assert all(text.count(b"\n") == len(names.split(" ")) - 1 for text in claim.texts)


@pytest.mark.parametrize(
    ("url", "target", "host"),
    [
        ("https://t.example/inbox", "/inbox", "t.example"),
        ("https://T.example:443/inbox?a=b%20c", "/inbox?a=b%20c", "t.example"),
        ("http://127.0.0.1:8081", "/", "127.0.0.1:8081"),
    ],
)
@pytest.mark.parametrize("body", [None, b"{}"])
def test_what_is_signed_is_verified(
    rsa_pairs: list[KeyPair], url: str, target: str, host: str, body: bytes | None
) -> None:
    """Our own signatures hold, and cover what others demand, a content-type included."""
    method = "GET" if body is None else "POST"
    headers = sign_request(
        method=method,
        url=url,
        body=body,
        key_id="https://v.example/a#k",
        private_key=load_private(rsa_pairs[0].private),
        date=NOON,
    )
    covered = parse_signature_header(headers["Signature"]).headers
    expected = ["(request-target)", "host", "date"]
    expected += [] if body is None else ["digest", "content-type"]
    assert list(covered) == expected
    assert headers["Host"] == host

    request = SignedRequest(
        method=method,
        path_and_query=target,
        headers=list(headers.items()),
        body=body or b"",
        host=host,
    )
    claim = read_claim(request, NOON, SignatureWindow())
    assert claim.holds_for(load_public(rsa_pairs[0].public))
    assert not claim.holds_for(load_public(rsa_pairs[1].public))
