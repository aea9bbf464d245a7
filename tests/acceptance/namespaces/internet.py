"""A small internet of the test's own: hosts with names, in network namespaces without a way out.

Each host has a namespace, an address that looks public, and ``/etc/hosts`` of its own (as
``ip netns exec`` gives it from ``/etc/netns``), so that a node in it keeps production defaults.
Packets are dropped by nftables where they arrive.
"""

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

#: Addresses that a node takes for public; nothing outside the namespaces is reached by them.
ADDRESS = "81.2.69.{number}"
HOSTS = Path("/etc/netns")


class NamespacesMissing(Exception):
    """Network namespaces cannot be made here; the message says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InternetHost:
    """One machine of the small internet."""

    name: str
    address: str
    namespace: str

    def command(self, *arguments: str) -> list[str]:
        """Return *arguments* as a command that runs on this machine."""
        return ["ip", "netns", "exec", self.namespace, *arguments]

    def lose(self, percent: int) -> None:
        """Drop so many of a hundred packets that arrive from others; 0 ends it."""
        self._run("nft", "flush", "chain", "inet", "loss", "arriving")
        if percent:
            # nftables refuses a comparison that is always true.
            some = ["numgen", "random", "mod", "100", "<", str(percent)] if percent < 100 else []
            rule = ["iifname", "eth0", *some, "drop"]
            self._run("nft", "add", "rule", "inet", "loss", "arriving", *rule)

    def _run(self, *arguments: str) -> None:
        _run(*self.command(*arguments))


@dataclass(slots=True, kw_only=True)
class SmallInternet:
    """The wire that the hosts hang on, and the hosts."""

    namespace: str
    hosts: list[InternetHost] = field(default_factory=list)

    def connect(self, name: str) -> InternetHost:
        """Add a host called *name* that every other one finds by it."""
        number = len(self.hosts) + 1
        host = InternetHost(
            name=name,
            address=ADDRESS.format(number=number),
            namespace=f"{self.namespace}-{number}",
        )
        _run("ip", "netns", "add", host.namespace)
        self.hosts.append(host)
        outer = ("ip", "-n", self.namespace, "link")
        port, peer = f"port{number}", ("peer", "name", "eth0", "netns", host.namespace)
        _run(*outer, "add", "name", port, "type", "veth", *peer)
        _run(*outer, "set", port, "master", "wire", "up")
        inner = ("ip", "-n", host.namespace)
        _run(*inner, "address", "add", f"{host.address}/24", "dev", "eth0")
        for device in ("lo", "eth0"):
            _run(*inner, "link", "set", device, "up")
        _run(*host.command("nft", "add", "table", "inet", "loss"))
        hook = "{ type filter hook input priority 0; }"
        _run(*host.command("nft", "add", "chain", "inet", "loss", "arriving", hook))
        self._publish_names()
        return host

    def _publish_names(self) -> None:
        names = "".join(f"{host.address} {host.name}\n" for host in self.hosts)
        for host in self.hosts:
            folder = HOSTS / host.namespace
            folder.mkdir(parents=True, exist_ok=True)
            # Written in place: what runs on the host already has this file over its own.
            (folder / "hosts").write_text(f"127.0.0.1 localhost\n{names}", encoding="utf-8")
            (folder / "resolv.conf").write_text("", encoding="utf-8")

    def close(self) -> None:
        """Take everything down again."""
        for host in self.hosts:
            _run("ip", "netns", "delete", host.namespace)
            shutil.rmtree(HOSTS / host.namespace, ignore_errors=True)
        _run("ip", "netns", "delete", self.namespace)


@contextmanager
def small_internet() -> Iterator[SmallInternet]:
    """Yield an internet without hosts; it is gone afterwards.

    Raises NamespacesMissing where this machine or its user cannot have one.
    """
    _check()
    internet = SmallInternet(namespace=f"skagerrak-{secrets.token_hex(3)}")
    _run("ip", "netns", "add", internet.namespace)
    try:
        link = ("ip", "-n", internet.namespace, "link")
        _run(*link, "add", "name", "wire", "type", "bridge")
        _run(*link, "set", "wire", "up")
        yield internet
    finally:
        internet.close()


def _check() -> None:
    if os.geteuid() != 0:
        raise NamespacesMissing("network namespaces need root")
    for program, package in (("ip", "iproute2"), ("nft", "nftables")):
        if shutil.which(program) is None:
            raise NamespacesMissing(f"{program} is missing; install it (Debian: {package})")


def _run(*command: str) -> None:
    _check_done(subprocess.run(command, capture_output=True, text=True, check=False), command)


def _check_done(done: subprocess.CompletedProcess[str], command: Sequence[str]) -> None:
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
