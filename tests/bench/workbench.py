"""Where measurements take place: a folder, processes that end with it, and wrk."""

import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).parents[2]
FLOORS = Path(__file__).parent / "floors"
RESULTS = ROOT / "bench-results"


class BenchError(Exception):
    """A measurement cannot be made; the message says why."""


@dataclass(slots=True, kw_only=True)
class Workbench:
    """One part's folder and processes; the processes end with the block."""

    folder: Path
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __enter__(self) -> "Workbench":
        self.folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._running):
            end(process)
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(
        self, argv: Sequence[str], *, output: BinaryIO | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a program in the folder; what it prints goes to *output* or a log there."""
        with (self.folder / "programs.log").open("ab") as log:
            process = subprocess.Popen(
                argv,
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdout=output or log,
                stderr=log,
            )
        self._running.append(process)
        return process

    def start_python(
        self, *arguments: str, output: BinaryIO | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a Python program, by a path or with ``-m``."""
        return self.start([sys.executable, *arguments], output=output)

    def floor(self, program: str, *arguments: str, url: str) -> subprocess.Popen[bytes]:
        """Start a floor program and wait until *url* answers anything at all."""
        process = self.start_python(str(FLOORS / program), *arguments)
        wait_for(url, process, any_answer=True)
        return process

    def run_python(self, *arguments: str, seconds: float = 120) -> str:
        """Run a Python program to its end in the folder; return what it printed."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=seconds,
        )
        if done.returncode != 0:
            raise BenchError(f"{arguments[0]} failed: {done.stderr[-500:]}")
        return done.stdout

    def log_end(self) -> str:
        """Return the end of what the programs printed."""
        log = self.folder / "programs.log"
        return log.read_text(errors="replace")[-2000:] if log.exists() else ""


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process of ours, gently at first."""
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(15)
    if process.poll() is None:
        process.kill()
        process.wait()


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(
    url: str,
    process: subprocess.Popen[bytes],
    *,
    seconds: float = 60,
    any_answer: bool = False,
) -> None:
    """Return when *url* answers 200, or at all; raise BenchError where it never does."""
    end_at = time.monotonic() + seconds
    while time.monotonic() < end_at:
        if process.poll() is not None:
            raise BenchError(f"the program for {url} ended with {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except urllib.error.HTTPError:
            if any_answer:
                return
        except OSError:
            pass
        time.sleep(0.02)
    raise BenchError(f"{url} did not answer within {seconds} s")


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk counted."""

    rate: float
    #: Answers that were neither 2xx nor 3xx, and failed connections.
    bad: int


def wrk(
    url: str,
    *,
    seconds: float = 3,
    connections: int = 32,
    script: Path | None = None,
    headers: Sequence[str] = (),
) -> Load:
    """Put load on *url* from one thread of wrk."""
    if shutil.which("wrk") is None:
        raise BenchError("wrk is not installed (Debian package wrk)")
    argv = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s"]
    for header in headers:
        argv += ["-H", header]
    if script is not None:
        argv += ["-s", str(script)]
    done = subprocess.run([*argv, url], capture_output=True, text=True, timeout=seconds + 60)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    if rate is None:
        raise BenchError(f"wrk failed: {done.stdout}{done.stderr}")
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", done.stdout)
    broken = re.search(r"connect (\d+), read (\d+), write (\d+), timeout (\d+)", done.stdout)
    lost = sum(map(int, broken.groups())) if broken else 0
    return Load(rate=float(rate[1]), bad=(int(bad[1]) if bad else 0) + lost)


def interleaved(rounds: int, *runs: Callable[[int], float]) -> list[float]:
    """Run all in turn, *rounds* times; return the median of each."""
    found: list[list[float]] = [[] for _ in runs]
    for number in range(rounds):
        for values, run in zip(found, runs, strict=True):
            values.append(run(number))
    return [statistics.median(values) for values in found]


def good(load: Load, what: str) -> float:
    """Return the rate; raise BenchError where more than a few answers were errors."""
    if load.bad > 20:
        raise BenchError(f"{load.bad} answers of {what} were errors")
    return load.rate
