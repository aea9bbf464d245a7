"""What the engine's parser says of a query, in words that help whoever wrote it."""

import re

#: Classes of characters, which are of no use to a reader: ['A' ..= 'Z' | 'a' ..= 'z'].
_CHARACTERS = re.compile(r"(?:, )?\['(?:[^\]\\']|\\.|'[^\]])*'?\](?:, )?", re.DOTALL)
_PREFIXED_NAME = re.compile(r"([\w.-]*):[^\s:<>\"]*\Z")
_NO_PREFIX = "Prefix not found"
#: A parser that would take as many things knows nothing that helps.
_MOST_ALTERNATIVES = 4
#: What it says of nearly everything inside of braces.
_UNHELPFUL = ("expected", "expected OPTIONAL")
_LONGEST = 300


def explain_syntax_error(said: str, query: str, line: int | None, column: int | None) -> str:
    """Return what is wrong with *query* where the engine *said* so at *line* and *column*.

    Both count from 1. The commonest slip, a prefix without its declaration, is called by name.
    """
    if _NO_PREFIX in said:
        name = _name_before(query, line, column)
        return f"The prefix {name}: is not declared. Begin with a line PREFIX {name}: <…>"
    plain = " ".join(_CHARACTERS.sub(" ", said).replace("[_]", "").split()).rstrip(", ")
    if plain.count(", ") >= _MOST_ALTERNATIVES or plain in _UNHELPFUL:
        return "What stands here, or its end, cannot follow what stands before."
    return plain[:_LONGEST]


def _name_before(query: str, line: int | None, column: int | None) -> str:
    lines = query.splitlines()
    if line is None or column is None or not 0 < line <= len(lines):
        return ""
    found = _PREFIXED_NAME.search(lines[line - 1][: column - 1])
    return found[1] if found else ""
