"""Structured fields (RFC 9651) are read strictly, and written as the RFC writes them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.errors import UnauthenticatedRequest
from federation.message_signatures import read_claim
from federation.signed_request import SignatureWindow, SignedRequest
from federation.structured_fields import (
    NotStructured,
    parse_byte_sequences,
    parse_inner_lists,
    string,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
#: What fields are made of, so that many texts come close to being one.
PIECES = ["a", "sig1", "=", "(", ")", '"', '"x"', " ", "  ", ";", ",", ", ", ":AA==:", "?1", "\\"]
PIECES += ["1", "-0", "1.5", "@7", "created", "keyid", '"@method"', "\t", "*", "é", "\n", ":"]
TEXTS = st.text() | st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


def test_read_and_written() -> None:
    """Names keep their order, values their kind; the spelling is the RFC's own."""
    found = parse_inner_lists(
        'b=( "x"  "y";key="k";req=?1 );n=007;s="q\\"\\\\";t=tok/en;f;off=?0;d=1.5 ,\ta=();z=:AA==:'
    )

    assert list(found) == ["b", "a"]
    assert found["b"].items == ('"x"', '"y";key="k";req')
    assert found["b"].parameters == {
        "n": 7,
        "s": 'q"\\',
        "t": "tok/en",
        "f": True,
        "off": False,
        "d": "1.5",
    }
    assert found["b"].text == '("x" "y";key="k";req);n=7;s="q\\"\\\\";t=tok/en;f;off=?0;d=1.5'
    assert found["a"].text == "();z=:AA==:"


@given(TEXTS)
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing raises another error; what is read is the same when written and read again."""
    try:
        found = parse_inner_lists(text)
    except NotStructured:
        return
    written = ", ".join(f"{name}={entry.text}" for name, entry in found.items())
    again = parse_inner_lists(written) if written else {}

    assert again == found


@given(TEXTS)
def test_any_byte_sequences_are_read_or_refused(text: str) -> None:
    """Nothing raises another error than NotStructured."""
    try:
        found = parse_byte_sequences(text)
    except NotStructured:
        return
    assert all(isinstance(value, bytes) for value in found.values())


@given(TEXTS, TEXTS, TEXTS)
def test_any_headers_raise_one_error_only(stated: str, signature: str, digest: str) -> None:
    """Whatever the three headers of a signature hold, the answer is 401 and no error of ours."""
    request = SignedRequest(
        method="POST",
        path_and_query="/inbox",
        headers=[
            ("Host", "t.example"),
            ("Signature-Input", stated),
            ("Signature", signature),
            ("Content-Digest", digest),
        ],
        host="t.example",
    )
    with pytest.raises(UnauthenticatedRequest):
        read_claim(request, NOON, SignatureWindow())


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126)))
def test_strings_are_quoted(text: str) -> None:
    """A text of printable ASCII comes back as it was written."""
    found = parse_inner_lists(f"a=();keyid={string(text)}") if len(text) < 4000 else {}

    assert not found or found["a"].parameters == {"keyid": text}


@pytest.mark.parametrize("text", ["é", "a\nb", "\x7f"])
def test_what_is_no_string(text: str) -> None:
    """Letters beyond ASCII and control characters have no place in a string."""
    with pytest.raises(NotStructured):
        string(text)
