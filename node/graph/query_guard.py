"""What a query may not contain, decided before the engine sees it.

The engine recurses on brackets until its stack is gone, and follows ``SERVICE`` to any
address, so both are refused here. Its parser has no word boundaries: it reads
``SERVICESILENT<…>``, ``trueSERVICE<…>`` and, with a prefix ``S:``, ``SERVICES:x {}`` as SERVICE.
The scan therefore refuses more than the grammar asks for, and it is made twice: of the text
as it stands, as the engine reads it, and with its codepoint escapes decoded, as SPARQL 1.1
§19.2 demands of other engines.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from node.graph.errors import RefusedQuery, UpdateRefused

MAX_BYTES = 64 * 1024
MAX_DEPTH = 64

_TOKEN = re.compile(
    r"""
    (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8})*+>)
  | (?P<long>'{3}(?:'{0,2}(?:[^'\\]|\\.))*+'{3}|"{3}(?:"{0,2}(?:[^"\\]|\\.))*+"{3})
  | (?P<short>'(?:[^'\\\r\n]|\\.)*+'|"(?:[^"\\\r\n]|\\.)*+")
  | (?P<unclosed>['"])
  | (?P<comment>\#[^\r\n]*+)
  | (?P<variable>[?$]\w++)
  | (?P<language>@[A-Za-z]++[A-Za-z0-9-]*+)
  | (?:[^\W\d][\w.\-]*+)?(?P<name>:(?:[\w.:\-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*+)
  | (?P<word>[^\W\d][\w.\-]*+)
  | (?P<open>[({\[])
  | (?P<close>[)}\]])
  | (?P<other>\S)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})")
_UPDATES = frozenset(
    ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
)
_CHANGING = frozenset(("NOW", "RAND", "UUID", "STRUUID", "BNODE"))
#: A text without these, wherever in it, needs no scan.
_NOT_PLAIN = ("'", '"', "\\", "\0", "SERVICE", *sorted(_UPDATES | _CHANGING))
_JOINTS = re.compile(r"[.\-]")
_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*://")


class QueryForm(StrEnum):
    """The four forms of a SPARQL 1.1 query (§16)."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedQuery:
    """A query that may go to the engine; only :func:`check_query` makes one."""

    text: str
    form: QueryForm
    #: False where the same query on the same data may answer differently (NOW, RAND…).
    repeatable: bool


class _Token(NamedTuple):
    kind: str
    text: str
    start: int


@lru_cache(maxsize=128)
def check_query(text: str) -> CheckedQuery:
    """Return *text* as a query that the engine may be given.

    Raises RefusedQuery for what is too long, too deeply nested, ambiguous, of no known form,
    or calls a SERVICE, and UpdateRefused for an update.
    """
    if len(_encoded(text)) > MAX_BYTES:
        raise RefusedQuery(f"The query is longer than {MAX_BYTES // 1024} KiB.")
    if _is_plain(text):
        return CheckedQuery(text=text, form=_form(_tokens(text)), repeatable=True)
    tokens = _scan(text)
    if "\\" in text and (decoded := _decode_escapes(text)) != text:
        _scan(decoded, decoded=True)
    words = {word for token in tokens for word in _words(token)}
    return CheckedQuery(text=text, form=_form(tokens), repeatable=not words & _CHANGING)


def _is_plain(text: str) -> bool:
    """Tell in a fraction of a scan's time whether a scan would find nothing to refuse.

    It refuses words, deep brackets, NUL, and what depends on where a string begins or ends.
    """
    upper = text.upper()
    brackets = upper.count("{") + upper.count("(") + upper.count("[")
    return brackets <= MAX_DEPTH and not any(piece in upper for piece in _NOT_PLAIN)


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:  # A lone surrogate.
        raise RefusedQuery("The query holds characters that text cannot have.") from None


def _decode_escapes(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        code = int(match[1] or match[2], 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            raise RefusedQuery(f"{match[0]} is not a character.")
        return chr(code)

    return _ESCAPE.sub(character, text)


def _scan(text: str, *, decoded: bool = False) -> list[_Token]:
    if "\0" in text:
        raise RefusedQuery("The query holds characters that text cannot have.")
    tokens = list(_tokens(text))
    if tokens and tokens[-1].kind == "unclosed" and not decoded:
        line = text.count("\n", 0, tokens[-1].start) + 1
        raise RefusedQuery(f"Line {line}: a string is not closed.")
    _check_depth(tokens, text)
    _check_words(tokens)
    _check_ambiguous_iris(tokens, text)
    return tokens


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        if match.lastgroup and match.lastgroup not in ("comment", "other"):
            yield _Token(match.lastgroup, match[0], match.start())
        if match.lastgroup == "unclosed":
            return  # No parser gets past it.


def _words(token: _Token) -> list[str]:
    """Return the words that a parser without word boundaries could find in a word."""
    return _JOINTS.split(token.text.upper()) if token.kind == "word" else []


def _check_depth(tokens: list[_Token], text: str) -> None:
    depth = 0
    for token in tokens:
        depth += (token.kind == "open") - (token.kind == "close")
        if depth > MAX_DEPTH:
            line = text.count("\n", 0, token.start) + 1
            raise RefusedQuery(f"Line {line}: brackets stand more than {MAX_DEPTH} deep.")


def _check_words(tokens: list[_Token]) -> None:
    for token, following in zip_longest(tokens, tokens[1:]):
        if not _UPDATES.isdisjoint(_words(token)):
            raise UpdateRefused
        if _calls_service(token, following):
            raise RefusedQuery(
                "SERVICE is not offered: this endpoint asks no other server.",
                remedy="A prefix whose name holds the word needs another name before a {.",
            )


def _calls_service(token: _Token, following: _Token | None) -> bool:
    """Tell whether the engine could read *token* as the keyword, alone or within it."""
    if token.kind == "word":
        return "SERVICE" in token.text.upper()
    if token.kind == "name" and "SERVICE" in token.text.split(":", 1)[0].upper():
        return following is not None and following.text == "{"
    return False


def _check_ambiguous_iris(tokens: list[_Token], text: str) -> None:
    """Refuse an IRI that could be a comparison hiding what comes after it.

    In ``?a<?b#>'''`` the engine sees a comment after ``?b`` where the scan sees an IRI and the
    start of a string. Nothing can be read so that begins with a scheme and two slashes.
    """
    long_strings = "'''" in text or '"""' in text
    for token in tokens:
        if token.kind != "iri" or _ABSOLUTE.match(token.text):
            continue
        if "'" in token.text or ("#" in token.text and long_strings):
            raise RefusedQuery(
                f"{token.text} can be read as an IRI and as a comparison.",
                remedy="Put a space after <, or write the IRI in full.",
            )


def _form(tokens: Iterable[_Token]) -> QueryForm:
    """Return the form, the first word after the prologue (BASE and PREFIX declarations)."""
    for token in tokens:
        word = token.text.upper()
        if token.kind == "word" and word not in ("BASE", "PREFIX"):
            if word in QueryForm.__members__:
                return QueryForm(word)
            break
    raise RefusedQuery("A query begins with SELECT, ASK, CONSTRUCT or DESCRIBE.")
