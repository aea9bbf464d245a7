"""docs/reference/commands.md tells of every command and option, and of no other."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from node.cli import main
from tests.house.source_tree import ROOT

PAGE = (ROOT / "docs" / "reference" / "commands.md").read_text("utf-8")
SECTION = re.compile(r"^### `skagerrak ([^`]+)`\n(.*?)(?=^#|\Z)", re.MULTILINE | re.DOTALL)
OPTION = re.compile(r"`(--[a-z-]+)")
#: Told once for all commands, at the top of the page.
EVERYWHERE = {"--help", "--node"}


def command_options() -> Iterator[tuple[str, set[str]]]:
    """Yield the name of each command that does something, and its options."""
    for name, place, _ in main.COMMANDS:
        yield from options_below(main.LazyCommand(name, place, "").load(), (name,))


def options_below(command: Any, path: tuple[str, ...]) -> Iterator[tuple[str, set[str]]]:
    """Yield what stands at *path* and below it; a group counts where it does something itself."""
    if getattr(command, "invoke_without_command", True):
        options = {name for entry in command.params for name in entry.opts if name[:2] == "--"}
        yield " ".join(path), options - EVERYWHERE
    for name, inner in getattr(command, "commands", {}).items():
        yield from options_below(inner, (*path, name))


def sections() -> dict[str, str]:
    """Return each section of the page by its command, without arguments."""
    return {
        " ".join(word for word in heading.split() if word.islower()): body
        for heading, body in SECTION.findall(PAGE)
    }


COMMANDS = dict(command_options())


def test_every_command_has_a_section_and_no_other_has():
    """The page's sections are the commands there are."""
    assert sections().keys() == COMMANDS.keys()


@pytest.mark.parametrize("name", COMMANDS)
def test_options_are_told(name):
    """A section names every option of its command and none that it has not."""
    assert set(OPTION.findall(sections()[name])) - EVERYWHERE == COMMANDS[name]


@pytest.mark.parametrize("option", sorted(EVERYWHERE))
def test_top_of_the_page_tells_what_all_commands_have(option):
    """What every command takes is told before the first section."""
    assert option in PAGE[: PAGE.index("### ")]
