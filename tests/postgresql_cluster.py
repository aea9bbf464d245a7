"""A throw-away PostgreSQL server for one test session, reached by a Unix socket only."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

START_SECONDS = 60.0

#: Nothing here outlives the session, so nothing is flushed.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "autovacuum": "off",
}


class ClusterMissing(Exception):
    """No PostgreSQL server can be started here; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresqlCluster:
    """A running server: its process and the folder with its socket and data."""

    process: subprocess.Popen[bytes]
    folder: Path

    def url(self, name: str = "postgres") -> str:
        """Return the address of the database *name*."""
        return f"postgresql+asyncpg://postgres@/{name}?host={self.folder}"

    def stop(self) -> None:
        """End the server and remove its folder."""
        self.process.send_signal(signal.SIGINT)  # "fast": open sessions are ended
        self.process.wait(timeout=START_SECONDS)
        shutil.rmtree(self.folder)


def start_cluster() -> PostgresqlCluster:
    """Make and start a server; raises ClusterMissing where there is none to start."""
    binaries = _find_binaries()
    owner = _find_owner()
    # A socket's path may have 107 bytes, fewer than pytest's folders often take.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if owner:
        os.chown(folder, owner["user"], owner["group"])
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "cwd": folder, **owner}
    data = str(folder / "data")
    subprocess.run(
        [str(binaries / "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
         "--no-locale", "--no-sync"],
        check=True, **quiet,
    )  # fmt: skip
    options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(binaries / "postgres"), "-D", data, "-k", str(folder), *options],
            stderr=log,
            **quiet,
        )
    cluster = PostgresqlCluster(process=process, folder=folder)
    _wait_until_ready(binaries / "pg_isready", cluster)
    return cluster


def _wait_until_ready(pg_isready: Path, cluster: PostgresqlCluster) -> None:
    deadline = time.monotonic() + START_SECONDS
    question = [str(pg_isready), "-q", "-h", str(cluster.folder)]
    while subprocess.run(question, check=False).returncode != 0:
        if cluster.process.poll() is not None or time.monotonic() > deadline:
            log = (cluster.folder / "log").read_text()
            cluster.process.kill()
            raise RuntimeError(f"PostgreSQL did not start:\n{log}")
        time.sleep(0.05)


def _find_binaries() -> Path:
    versions = Path("/usr/lib/postgresql").glob("*/bin")  # where Debian keeps them
    on_path = shutil.which("initdb")
    for folder in (*sorted(versions, reverse=True), *([Path(on_path).parent] if on_path else ())):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise ClusterMissing("PostgreSQL is not here; on Debian install the package postgresql")


def _find_owner() -> dict[str, int]:
    """Return whom to run as: PostgreSQL refuses root; anyone else runs it as themselves."""
    if os.geteuid() != 0:
        return {}
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        raise ClusterMissing("There is no user postgres to run the server as") from None
    return {"user": user.pw_uid, "group": user.pw_gid}
