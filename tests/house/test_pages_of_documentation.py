"""Documentation that can be followed: links lead somewhere, the README stays short."""

import re
from pathlib import Path

import pytest

from tests.house.source_tree import ROOT, lines_of, source_files

PAGES = [path for path in source_files() if path.suffix == ".md"]
LINK = re.compile(r"\]\(([^)\s]+)\)")
README_LINES = 150


def anchors(path: Path) -> set[str]:
    """Return the anchors of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def leads_nowhere(page: Path, target: str) -> bool:
    """Whether a relative link of *page* has no file, or no heading, to lead to."""
    if re.match(r"[a-z]+:", target):
        return False
    name, _, anchor = target.partition("#")
    path = (ROOT / page.parent / name).resolve() if name else ROOT / page
    if not path.exists():
        return True
    return bool(anchor) and path.suffix == ".md" and anchor not in anchors(path)


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_resolve(page):
    """Every link to a file of the project, and to a heading in it, leads there."""
    broken = [
        f"{place}: {target}"
        for place, line in lines_of(page)
        for target in LINK.findall(line)
        if leads_nowhere(page, target)
    ]
    assert broken == []


def test_readme_is_short():
    """The README can be read in one go."""
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= README_LINES


def test_make_targets_in_the_pages_exist():
    """Every “make …” that a page tells to type is a target of the Makefile."""
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    told = {
        name
        for page in PAGES
        for _, line in lines_of(page)
        for name in re.findall(r"(?:^|`)make ([a-z-]+)", line)
    }
    assert {"demo", "test", "check", "bench"} <= told
    assert told <= set(targets)
