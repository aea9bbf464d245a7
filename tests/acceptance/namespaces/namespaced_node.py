"""A node on a host of the small internet: production defaults, TLS, a clock that can be set."""

import json
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from node.control_socket import short_path
from tests.acceptance.certificates import Certificates
from tests.acceptance.namespaces.internet import InternetHost
from tests.acceptance.served_node import plain_environment

#: Seconds until a node must answer, and until something must have happened.
PATIENCE = 60.0
LIBFAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)

MEMBERS = """Organisasjonsnummer;Navn;Kompetanse;Offentlig
900407939;Eksempelbedrift AS;universell utforming;Ja
"""
OFFER = """
class = "offer"
audienceLevel = "{audience}"
endTime = "{end}"

[nameMap]
nb = "{title}"

[contentMap]
nb = "<p>Vi prøver nettsteder mot kravene.</p>"

[publishes]
provider = "org:NO:900407939"
resourceConformsTo = "concept:universell utforming"
resourceClassifiedAs = ["http://data.europa.eu/ux2/nace2.1/6220"]
"""


@dataclass(slots=True, kw_only=True)
class NamespacedNode:
    """One node; it is started and stopped as often as a test wants."""

    host: InternetHost
    folder: Path
    certificates: Certificates
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def base_url(self) -> str:
        """Address of the node, https on the usual port."""
        return f"https://{self.host.name}"

    @property
    def cluster(self) -> str:
        """IRI of its cluster actor."""
        return f"{self.base_url}/cluster"

    @property
    def handle(self) -> str:
        """What others follow it by."""
        return f"@klyngen@{self.host.name}"

    def set_up(self) -> None:
        """Make the node as a cluster would, with a certificate and the authority to trust."""
        self.command(
            *("init", str(self.folder), "--base-url", self.base_url),
            *("--name", self.host.name, "--handle", "klyngen"),
        )
        (self.folder / "skagerrak.toml").write_text(
            f'[node]\nbase_url = "{self.base_url}"\n'
            f'[cluster]\nname = "{self.host.name}"\nhandle = "klyngen"\n'
            f'[http]\nhost = "{self.host.address}"\nport = 443\n'
            f'tls_certificate = "{self.certificates.certificate}"\n'
            f'tls_key = "{self.certificates.key}"\n'
            f'[federation]\nca_file = "{self.certificates.authority}"\n'
            "[sparql]\nworkers = 1\n",
            encoding="utf-8",
        )
        self.set_clock(timedelta())

    def set_clock(self, ahead: timedelta) -> None:
        """Let the node's clock be so much ahead of the machine's, at once."""
        new = self._clock.with_suffix(".new")
        new.write_text(f"+{int(ahead.total_seconds())}s", encoding="utf-8")
        new.replace(self._clock)

    @property
    def _clock(self) -> Path:
        return self.folder.with_suffix(".clock")

    def start(self) -> None:
        """Serve the node; returns when it answers."""
        with self.folder.with_suffix(".log").open("a") as log:
            self.process = subprocess.Popen(
                self._program("serve", "--node", str(self.folder)),
                env=self._environment(),
                stdout=log,
                stderr=log,
            )
        self.until(self._answers, "an answer of the node")

    def stop(self) -> None:
        """End it, politely."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(PATIENCE)
            self.process = None

    def run(self, *arguments: str) -> Any:
        """Run a command about this node with ``--json``; return what it printed, read."""
        return json.loads(self.command(*arguments, "--node", str(self.folder), "--json"))

    def ask(self, sparql: str) -> bool:
        """Return what the node answers to an ASK."""
        answer = self.command("query", sparql, "--node", str(self.folder))
        return bool(json.loads(answer)["boolean"])

    def command(self, *arguments: str) -> str:
        """Run a command on the node's host; return what it printed."""
        done = subprocess.run(
            self._program(*arguments),
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def approve(self, other: "NamespacedNode") -> None:
        """Have this node's desk approve of the *other* one."""
        self.command("peers", "approve", other.host.name, "--node", str(self.folder))

    def withdraw(self, iri: str) -> None:
        """Withdraw what was published."""
        self.command("withdraw", iri, "--node", str(self.folder))

    def import_member(self) -> None:
        """Give the node one member company with one expertise."""
        file = self.folder / "members.csv"
        file.write_text(MEMBERS, encoding="utf-8")
        self.run("members", "import", str(file))

    def publish(self, title: str, *, end: str, audience: str = "public", iri: str = "") -> str:
        """Publish an offer, or a new version of the one at *iri*; return its IRI."""
        file = self.folder / "offer.toml"
        named = f'id = "{iri}"\n' if iri else ""
        text = named + OFFER.format(title=title, end=end, audience=audience)
        file.write_text(text, encoding="utf-8")
        return str(self.run("publish", str(file))["id"])

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Return what *statement* finds in the node's database."""
        path = f"file:{self.folder}/skagerrak.db?mode=ro"
        with closing(sqlite3.connect(path, uri=True)) as connection:
            return connection.execute(statement).fetchall()

    def titles(self) -> set[str]:
        """Return the titles of what others published and this node holds."""
        found = self.rows("SELECT title FROM resources WHERE NOT local AND state = 'published'")
        return {title for (title,) in found}

    def until(self, holds: Callable[[], bool], what: str) -> None:
        """Return when *holds* is true; fail where it never is."""
        deadline = time.monotonic() + PATIENCE
        while not holds():
            log = self.folder.with_suffix(".log")
            said = log.read_text(encoding="utf-8") if log.exists() else ""
            assert time.monotonic() < deadline, f"there is no {what}; the node says: {said}"
            time.sleep(0.1)

    def _answers(self) -> bool:
        with short_path(self.folder) as path, socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(path) == 0

    def _program(self, *arguments: str) -> list[str]:
        return self.host.command(sys.executable, "-m", "node", *arguments)

    def _environment(self) -> dict[str, str]:
        """The clock is that of a file; what measures lengths of time goes on as it is."""
        assert LIBFAKETIME is not None
        return plain_environment() | {
            "LD_PRELOAD": str(LIBFAKETIME),
            "FAKETIME_TIMESTAMP_FILE": str(self._clock),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


def missing_clock() -> str | None:
    """Return what is missing to set a node's clock, None where nothing is."""
    if LIBFAKETIME is None or shutil.which("ip") is None:
        return "libfaketime is missing; install it (Debian: libfaketime)"
    return None
