"""What files are called, how long they are, and what must not stand in them."""

import re
from itertools import pairwise

from tests.house.source_tree import ROOT, lines_of, lines_of_texts, python_files, source_files

FORBIDDEN_NAMES = {"util", "utils", "helper", "helpers", "common", "misc"}
MOST_LINES = 400
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|\b[Ss]tub(bed)?\b|\bNotImplementedError\b")
MACHINE_PATH = re.compile(r"(?<![\w.~/-])/(work|root|home|tmp|Users)/")
REGISTRY = re.compile(r"pypi\.org|pythonhosted\.org|registry\.npmjs|registry\.yarnpkg|PackageIndex")
IGNORE = re.compile(r"#\s*(ruff: )?noqa\b(?P<noqa>.*)|#\s*type:\s*ignore\b(?P<type>.*)")
CODE_AND_REASON = re.compile(r":?\s*(\[[\w,\s-]+\]|[A-Z]+[0-9]+(,\s*[A-Z]+[0-9]+)*)(?P<reason>.*)")


def test_names_say_what_is_inside():
    """No file or folder is named after being useful."""
    named = {part.removesuffix(".py") for path in source_files() for part in path.parts}

    assert not named & FORBIDDEN_NAMES


def test_files_are_short():
    """A Python file fits 400 lines; what is longer holds two things."""
    lengths = {path: len((ROOT / path).read_text("utf-8").splitlines()) for path in python_files()}

    assert {path: length for path, length in lengths.items() if length > MOST_LINES} == {}


def test_nothing_is_left_for_later():
    """What is here is whole: no marks of unfinished work."""
    assert [place for place, line in lines_of_texts() if UNFINISHED.search(line)] == []


def test_no_path_of_a_machine_is_written_down():
    """Files name no folder of the machine they were written on."""
    assert [place for place, line in lines_of_texts() if MACHINE_PATH.search(line)] == []


def test_no_registry_is_named():
    """Where packages come from is the installer's to say."""
    assert [place for place, line in lines_of_texts() if REGISTRY.search(line)] == []


def test_every_ignore_has_a_code_and_a_reason():
    """An ignored rule is named, and why stands behind it or in the comment above."""
    missing = []
    for path in python_files():
        for (_, above), (place, line) in pairwise([("", ""), *lines_of(path)]):
            ignore = IGNORE.search(line)
            if ignore and not is_reasoned(ignore["noqa"] or ignore["type"] or "", above):
                missing.append(place)
    assert missing == []


def is_reasoned(rest: str, above: str) -> bool:
    """Whether *rest*, what follows the word of the ignore, has a code, and there is a reason."""
    found = CODE_AND_REASON.match(rest)
    if found is None:
        return False
    return bool(found["reason"].strip(" #-—:")) or above.strip().startswith("#")


def test_every_rule_set_aside_has_a_reason():
    """Each rule that pyproject.toml switches off says why on its line."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    section = text[text.index("[tool.ruff.lint]") : text.index("[tool.ruff.lint.isort]")]
    rules = re.findall(r'^    "[A-Z]+[0-9]+", *(#.*)?$', section, re.MULTILINE)

    assert len(rules) > 5
    assert all(rules)
