"""The environment that the Python peers run in: made once, of what the lock names."""

import fcntl
import hashlib
import subprocess
import sys
from pathlib import Path

from tests.acceptance.served_node import plain_environment

HERE = Path(__file__).parent
SECONDS = 300


def install_peers() -> Path:
    """Return the Python of the peers' environment.

    It lies in the environment of the tests: pytest's own cache would not do, since the pasture
    finds no inputs in a path with "test_" in it.
    """
    lock = (HERE / "requirements.lock").read_bytes()
    folder = Path(sys.prefix) / "python-peers" / hashlib.sha256(lock).hexdigest()[:12]
    folder.parent.mkdir(exist_ok=True)
    python = folder / "bin" / "python"
    with (folder.parent / "lock").open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            _run(sys.executable, "-m", "venv", "--clear", str(folder))
            lock_file = str(HERE / "requirements.lock")
            # The lock is complete; pip would look anew for what is named with extras.
            exactly = ("--no-deps", "--require-hashes", "--requirement", lock_file)
            _run(str(python), "-m", "pip", "install", "-q", *exactly)
            (folder / "complete").touch()
    return python


def _run(*command: str) -> None:
    done = subprocess.run(
        command,
        env=plain_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
