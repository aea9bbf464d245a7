"""What Linux says of processes: their memory, their computing time, their children."""

import os
import subprocess
import time
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")


def tree(pid: int) -> list[int]:
    """Return *pid* and all that it started, as they are now."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdecimal():
            try:
                parent = int(_stat(int(entry.name))[1])
            except OSError:
                continue  # ended meanwhile
            children.setdefault(parent, []).append(int(entry.name))
    found = [pid]
    for known in found:
        found += children.get(known, [])
    return found


def proportional_mib(pid: int) -> float:
    """Return the proportional set size of *pid* and its children, in MiB."""
    total = 0
    for member in tree(pid):
        for line in (PROC / str(member) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


def most_mib(process: subprocess.Popen[str], *, every: float = 0.02) -> float:
    """Wait for *process* to end; return the most memory that it alone held, in MiB.

    The kernel's own figure for children that ended (ru_maxrss) is no less than the size of
    whoever started them.
    """
    most = 0
    while process.poll() is None:
        with suppress(OSError):
            for line in (PROC / str(process.pid) / "status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    most = int(line.split()[1])
        time.sleep(every)
    return most / 1024


def cpu_seconds(pid: int) -> float:
    """Return the computing time that *pid* and its children have used."""
    ticks = 0
    for member in tree(pid):
        fields = _stat(member)
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    """Return the fields of ``stat`` from the state on; the name before may hold anything."""
    return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
