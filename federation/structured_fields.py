"""The part of Structured Field Values (RFC 9651) that signatures and digests are written in.

Dictionaries whose members are inner lists of strings, or byte sequences. Stricter than the
RFC in one thing: a name that stands twice is refused, where the RFC takes the last one, since
two readers that take different ones would read two messages.
"""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

LONGEST_FIELD: Final = 8192
_MOST_ITEMS: Final = 64

_KEY: Final = r"[a-z*][a-z0-9_.*-]*"
_STRING: Final = r'"(?:[ !#-\[\]-~]|\\["\\])*"'
_BYTES: Final = r":[A-Za-z0-9+/]*={0,2}:"
_BARE: Final = (
    rf"{_STRING}|-?[0-9]{{1,12}}\.[0-9]{{1,3}}|-?[0-9]{{1,15}}|{_BYTES}|\?[01]|@-?[0-9]{{1,15}}"
    r"|[A-Za-z*][!#$%&'*+.^_`|~0-9A-Za-z:/-]*"
)
_LIST_BEGINS: Final = re.compile(rf"({_KEY})=\( *")
#: How nearly everybody writes them: one blank between, no parameters.
_PLAIN_ITEMS: Final = re.compile(r'("[!#-\[\]-~]+"(?: "[!#-\[\]-~]+")*)\)')
_ITEM: Final = re.compile(rf"({_STRING})")
_ITEM_ENDS: Final = re.compile(r" *(?=\))| +")
_PARAMETER: Final = re.compile(rf"; *({_KEY})(?:=({_BARE}))?")
_BYTES_MEMBER: Final = re.compile(rf"({_KEY})=({_BYTES})")
_SEPARATOR: Final = re.compile(r"[ \t]*(?:,[ \t]*(?=.)|\Z)")
_INTEGER: Final = re.compile(r"-?[0-9]{1,15}")

#: A text, a number, True for a parameter without a value, and all else as it is written.
Value = str | int | bool


class NotStructured(ValueError):
    """The text is no such field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InnerList:
    """An inner list of strings, each perhaps with parameters (RFC 9651, 3.1.1)."""

    #: As the RFC writes them, quotes and parameters included.
    items: tuple[str, ...]
    parameters: Mapping[str, Value]
    #: The whole list as the RFC writes it, however it came (RFC 9651, 4.1.1.1).
    text: str


def parse_inner_lists(text: str) -> dict[str, InnerList]:
    """Return the inner lists of a dictionary by name, in order. Raises NotStructured."""
    _check_length(text)
    found: dict[str, InnerList] = {}
    position = 0
    while position < len(text):
        begins = _LIST_BEGINS.match(text, position)
        if begins is None or begins[1] in found:
            raise NotStructured("no dictionary of inner lists")
        items, position = _items(text, begins.end())
        parameters, written, position = _parameters(text, position)
        found[begins[1]] = InnerList(
            items=items, parameters=parameters, text=f"({' '.join(items)}){written}"
        )
        position = _next_member(text, position)
    return found


def _items(text: str, position: int) -> tuple[tuple[str, ...], int]:
    """Return the items from *position* to the closing bracket, and the place after it."""
    plain = _PLAIN_ITEMS.match(text, position)
    if plain is not None:
        return tuple(plain[1].split(" ", _MOST_ITEMS)), plain.end()
    items: list[str] = []
    while not text.startswith(")", position):
        item = _ITEM.match(text, position)
        if item is None or len(items) >= _MOST_ITEMS:
            raise NotStructured("no list of strings")
        written, position = item[1], item.end()
        if text.startswith(";", position):
            _, parameters, position = _parameters(text, position)
            written += parameters
        items.append(written)
        ends = _ITEM_ENDS.match(text, position)
        if ends is None:
            raise NotStructured("no list of strings")
        position = ends.end()
    return tuple(items), position + 1


def _parameters(text: str, position: int) -> tuple[dict[str, Value], str, int]:
    """Return the parameters from *position* on, how the RFC writes them, and where they end."""
    found: dict[str, Value] = {}
    written = ""
    while (match := _PARAMETER.match(text, position)) is not None:
        name, bare = match[1], match[2]
        if name in found:
            raise NotStructured("a parameter stands twice")
        found[name], spelt = _value(bare)
        written += f";{name}{spelt}"
        position = match.end()
    return found, written, position


def _value(bare: str | None) -> tuple[Value, str]:
    if bare is None or bare == "?1":
        return True, ""
    if bare.startswith('"'):
        text = bare[1:-1]
        return (re.sub(r"\\(.)", r"\1", text) if "\\" in text else text), f"={bare}"
    if _INTEGER.fullmatch(bare):
        return int(bare), f"={int(bare)}"
    return (False if bare == "?0" else bare), f"={bare}"


def _next_member(text: str, position: int) -> int:
    separator = _SEPARATOR.match(text, position)
    if separator is None:
        raise NotStructured("no dictionary")
    return separator.end()


def parse_byte_sequences(text: str) -> dict[str, bytes]:
    """Return the byte sequences of a dictionary by name, in order. Raises NotStructured.

    Parameters of the members mean nothing here and are passed over.
    """
    _check_length(text)
    found: dict[str, bytes] = {}
    position = 0
    while position < len(text):
        member = _BYTES_MEMBER.match(text, position)
        if member is None or member[1] in found:
            raise NotStructured("no dictionary of byte sequences")
        found[member[1]] = _decoded(member[2])
        position = member.end()
        if text.startswith(";", position):
            _, _, position = _parameters(text, position)
        position = _next_member(text, position)
    return found


def _decoded(written: str) -> bytes:
    try:
        return b64decode(written[1:-1], validate=True)
    except NotBase64 as error:
        raise NotStructured("no base64") from error


def _check_length(text: str) -> None:
    if len(text) > LONGEST_FIELD:
        raise NotStructured("too long")


def string(text: str) -> str:
    """Return *text* as a quoted string (RFC 9651, 4.1.6). Raises NotStructured for no ASCII."""
    if not text.isascii() or not text.isprintable():
        raise NotStructured("no string")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
