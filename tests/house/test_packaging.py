"""What is installed: pinned with hashes, from no named registry, with nothing left out."""

import json
import re
import tomllib

import pytest
from hatchling.builders.wheel import WheelBuilder

from tests.house.source_tree import ROOT, source_files

LOCKS = ("requirements.lock", "requirements-dev.lock")
PIN = re.compile(r"^([a-z0-9.-]+)==(\S+)(?: ; [^\\]+)? \\$", re.MULTILINE)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def pins(name: str) -> dict[str, str]:
    """Return the version of each package of a lock."""
    return dict(PIN.findall((ROOT / name).read_text("utf-8")))


def canonical(requirement: str) -> str:
    """Return the name in *requirement* as locks write it (PEP 503)."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found is not None
    return re.sub(r"[-_.]+", "-", found[0]).lower()


@pytest.mark.parametrize("name", LOCKS)
def test_lock_pins_everything_by_hash(name):
    """Each line of a lock is a version, a hash, or a comment; none names a place."""
    lines = (ROOT / name).read_text("utf-8").splitlines()
    hashes = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")
    comment = re.compile(r"^\s*#")
    other = [x for x in lines if not (PIN.match(x) or hashes.match(x) or comment.match(x))]

    assert other == []
    assert "://" not in "".join(lines)
    assert len(pins(name)) > 50


def test_locks_agree():
    """What a node needs has the same version in both locks."""
    assert pins(LOCKS[0]).items() <= pins(LOCKS[1]).items()


def test_locks_hold_what_the_project_asks_for():
    """Every requirement of pyproject.toml is pinned; “make lock” brings the locks up to date."""
    groups = PROJECT["dependency-groups"]
    needed = {*PROJECT["project"]["dependencies"], *groups["build"]}
    tools = {entry for entry in groups["dev"] if isinstance(entry, str)}

    assert {canonical(entry) for entry in needed} <= pins(LOCKS[0]).keys()
    assert {canonical(entry) for entry in tools} <= pins(LOCKS[1]).keys()
    assert set(PROJECT["build-system"]["requires"]) <= set(groups["build"])


@pytest.mark.parametrize(
    "path", [path for path in source_files() if path.name == "package-lock.json"], ids=str
)
def test_npm_locks_name_no_registry(path):
    """An npm lock holds versions and hashes only."""
    packages = json.loads((ROOT / path).read_text("utf-8"))["packages"]
    brought = [entry for name, entry in packages.items() if name and not entry.get("link")]

    assert brought
    assert all("integrity" in entry and "resolved" not in entry for entry in brought)


def test_wheel_holds_every_file_of_the_packages():
    """Templates, catalogues, migrations, contexts and the demonstration's data are installed."""
    packages = {"vocab", "federation", "node"}
    built = {entry.distribution_path for entry in WheelBuilder(str(ROOT)).recurse_included_files()}
    here = {path.as_posix() for path in source_files() if path.parts[0] in packages}

    assert here - built == set()
    assert {path.split("/")[0] for path in built} == packages
