"""Build hook of the package: fonts brought from npm.

Without npm, or without a network, the package is built all the same: pages then use the fonts
of the reader's system. Fonts that an earlier build brought by the same lock are not brought again.
"""

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FRONT_END = Path("deploy/front_end")
VENDOR = Path("node/pages/static/vendor")
PACKAGES = ("schibsted-grotesk", "source-serif-4")
SUBSETS = ("latin", "latin-ext")
#: Holds the hash of the lock that the fonts were brought by.
LOCK_HASH = "lock.sha256"
NPM_SECONDS = 120


class FrontEndHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's own parameter is of no use here
    """Puts what the pages need beside what the repository holds."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bring the fonts, for wheels and editable installations."""
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        if fonts_present(root) and brought_by(root) == lock_hash(root):
            return
        problem = bring_fonts(root)
        if problem and not fonts_present(root):
            self.app.display_warning(
                f"skagerrak: built without fonts ({problem}); pages use the system's."
            )


def bring_fonts(root: Path) -> str:
    """Install the pinned packages in a temporary folder and copy fonts and licences.

    Returns what went wrong, or nothing.
    """
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not installed"
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "front_end"
        shutil.copytree(root / FRONT_END, work, ignore=shutil.ignore_patterns("node_modules"))
        problem = install(npm, work)
        if not problem:
            copy_fonts(work / "node_modules" / "@fontsource-variable", root / VENDOR)
            (root / VENDOR / LOCK_HASH).write_text(lock_hash(root), encoding="ascii")
        return problem


def install(npm: str, work: Path) -> str:
    """Run ``npm ci`` in *work*; nothing that packages bring is run."""
    command = [npm, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        subprocess.run(command, cwd=work, check=True, capture_output=True, timeout=NPM_SECONDS)  # noqa: S603  # fixed arguments
    except (OSError, subprocess.SubprocessError) as error:
        return f"npm ci failed: {error}"
    return ""


def copy_fonts(packages: Path, vendor: Path) -> None:
    """Copy each font's two subsets and its licence from *packages* to *vendor*."""
    vendor.mkdir(parents=True, exist_ok=True)
    for name in PACKAGES:
        for subset in SUBSETS:
            source = packages / name / "files" / f"{name}-{subset}-wght-normal.woff2"
            shutil.copyfile(source, vendor / f"{name}-{subset}.woff2")
        shutil.copyfile(packages / name / "LICENSE", vendor / f"LICENSE-{name}.txt")


def fonts_present(root: Path) -> bool:
    """Whether the fonts are there already, from an earlier build."""
    return all((root / VENDOR / f"{n}-{s}.woff2").exists() for n in PACKAGES for s in SUBSETS)


def lock_hash(root: Path) -> str:
    """Return the hash of the lock that the repository holds."""
    return hashlib.sha256((root / FRONT_END / "package-lock.json").read_bytes()).hexdigest()


def brought_by(root: Path) -> str:
    """Return the hash of the lock that the fonts were brought by; empty if it is not known."""
    path = root / VENDOR / LOCK_HASH
    return path.read_text(encoding="ascii") if path.exists() else ""
