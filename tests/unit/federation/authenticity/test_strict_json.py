"""strict_json takes what every parser reads alike, within bounds, and fails in one way only."""

import json
import math
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from federation.errors import MalformedRequest, PayloadTooLarge
from federation.strict_json import JsonLimits, parse_document

LARGEST = 2**53 - 1


def nested(levels: int, opening: str = '{"a":', closing: str = "}") -> bytes:
    return (opening * levels + "1" + closing * levels).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'"text"',
        b"null",
        b"{",
        b'{"a":1}x',
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":"\xff"}',
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":1,"a":2}',
        b'{"x":[{"a":1,"\\u0061":1}]}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":-Infinity}',
        b'{"a":1e400}',
        b'{"a":-1e17}',
        b'{"a":9007199254740992}',
        b'{"a":-9007199254740992}',
        b'{"a":9223372036854775808}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a":0.' + b"0" * 5000 + b"}",
        b'{"a":"\\u0000"}',
        b'{"\\u0000":1}',
        b'{"a":"\\ud800"}',
        b'{"a":"\\uDFFFx"}',
        b'{"a":"x\x00"}',
        b"[" * 100_000,
        b"{" * 100_000,
        b'{"a":' * 100_000,
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a":' + b"[" * 400_000 + b"]" * 400_000 + b"}",
        nested(65),
    ],
    ids=lambda body: repr(body[:24]),
)
def test_refused(body: bytes) -> None:
    """What is no JSON object, ambiguous, or beyond a bound is malformed."""
    with pytest.raises(MalformedRequest) as caught:
        parse_document(body)

    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"{}", {}),
        (b' {"a": 1.5} ', {"a": 1.5}),
        (b'{"a":9007199254740991}', {"a": LARGEST}),
        (b'{"a":-9007199254740991}', {"a": -LARGEST}),
        (b'{"a":"\\ud83d\\ude00"}', {"a": "\U0001f600"}),
        (b'{"a":"\\\\u0000"}', {"a": "\\u0000"}),
        (b'{"a":{"b":1},"c":{"b":1}}', {"a": {"b": 1}, "c": {"b": 1}}),
    ],
)
def test_accepted(body: bytes, expected: dict[str, Any]) -> None:
    """What stays within the bounds is read as any parser reads it."""
    assert parse_document(body) == expected


def test_depth_is_counted_from_the_document() -> None:
    """64 levels are read, the document itself being the first."""
    assert parse_document(nested(64))
    with pytest.raises(MalformedRequest, match="deeply"):
        parse_document(nested(65))


def test_strings_are_bounded() -> None:
    """256 KiB of UTF-8 in one string are read, a byte more is not, in keys neither."""
    fits = {"a": "æ" * (128 * 1024)}
    assert parse_document(json.dumps(fits, ensure_ascii=False).encode()) == fits
    for document in ({"a": ["x" + fits["a"]]}, {"x" + fits["a"]: 1}):
        with pytest.raises(MalformedRequest, match="bytes"):
            parse_document(json.dumps(document, ensure_ascii=False).encode())


def test_the_body_is_bounded() -> None:
    """More bytes than the limit are 413."""
    with pytest.raises(PayloadTooLarge) as caught:
        parse_document(b'{"a":1}', JsonLimits(body=6))

    assert caught.value.status == 413
    assert parse_document(b'{"a":1}', JsonLimits(body=7)) == {"a": 1}


@pytest.mark.parametrize("wrap", [lambda o: o, lambda o: {"object": o}, lambda o: {"x": [[o]]}])
def test_recipients_are_bounded(wrap: Any) -> None:
    """A thousand recipients of one object over all five fields are read, one more is not."""
    fields = {"to": ["a"] * 400, "cc": ["b"] * 300, "bto": ["c"] * 200, "bcc": ["d"] * 99}
    assert parse_document(json.dumps(wrap(fields | {"audience": "e"})).encode())
    with pytest.raises(MalformedRequest, match="recipients"):
        parse_document(json.dumps(wrap(fields | {"audience": ["e", "f"]})).encode())


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST, LARGEST)
    | st.floats(-1e15, 1e15)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abæ"), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text("abæ"), JSON_VALUES), st.booleans())
def test_reads_what_is_written(document: dict[str, Any], escaped: bool) -> None:
    """Every document within the bounds comes back as it was."""
    assert parse_document(json.dumps(document, ensure_ascii=escaped).encode()) == document


@given(st.binary() | st.text('{}[]",:0189eE+-.\\udDn aNIf').map(str.encode))
@example(b'{"a":1E400}')
def test_raises_its_own_errors_only(body: bytes) -> None:
    """Any bytes at all are a bounded object or malformed, and nothing else."""
    try:
        document = parse_document(body)
    except MalformedRequest:
        return
    assert isinstance(document, dict)
    assert all(math.isfinite(value) for value in document.values() if isinstance(value, float))
    json.dumps(document, allow_nan=False).encode()
