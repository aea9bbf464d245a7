"""What belongs to the project, found without git so that an unpacked archive is checked too."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = (".ci", "deploy", "docs", "federation", "node", "tests", "vocab")
#: Made on the spot, and the rules themselves, which name what is forbidden.
LEFT_OUT = frozenset({"__pycache__", "node_modules", "vendor", "house", "bench-results"})
BINARY = frozenset({".gif", ".ico", ".jpg", ".png", ".pyc", ".woff2", ".xlsx", ".ods"})
AT_THE_ROOT = ("*.md", "*.toml", "*.lock", "Makefile", "LICENSE", ".gitignore")


def source_files() -> list[Path]:
    """Return every file of the project, relative to its root."""
    found = [path for pattern in AT_THE_ROOT for path in ROOT.glob(pattern)]
    for folder in FOLDERS:
        found += [path for path in (ROOT / folder).rglob("*") if path.is_file()]
    relative = (path.relative_to(ROOT) for path in found)
    return sorted(path for path in relative if not LEFT_OUT & set(path.parts))


def python_files() -> list[Path]:
    """Return every Python file."""
    return [path for path in source_files() if path.suffix == ".py"]


def lines_of_texts() -> Iterator[tuple[str, str]]:
    """Yield every line of every text file, with its place."""
    for path in source_files():
        if path.suffix not in BINARY:
            yield from lines_of(path)


def lines_of(path: Path) -> Iterator[tuple[str, str]]:
    """Yield each line of *path* with its place, such as ``node/app.py:12``."""
    text = (ROOT / path).read_text(encoding="utf-8", errors="replace")
    for number, line in enumerate(text.splitlines(), start=1):
        yield f"{path}:{number}", line
