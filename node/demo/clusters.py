"""The three clusters of the demonstration, as ``data/clusters.toml`` describes them."""

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Whoever starts the demonstration may look at it for a day before going to the desk; the
#: settings allow that on loopback only.
LINK_MINUTES = 24 * 60
DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DemoCluster:
    """One node of the demonstration."""

    slug: str
    name: str
    handle: str
    port: int
    peer_ports: tuple[int, ...]
    language: str
    nace_revision: str
    spreadsheet: Path
    cluster: dict[str, Any]

    @property
    def base_url(self) -> str:
        """The prefix of the node's IRIs."""
        return f"http://localhost:{self.port}"

    @property
    def address(self) -> str:
        """The cluster's address in the fediverse."""
        return f"@{self.handle}@localhost:{self.port}"

    @property
    def content(self) -> Path:
        """The folder of what the cluster publishes."""
        return DATA / "content" / self.slug

    def settings_text(self) -> str:
        """Return the settings file of the node."""
        peers = [f"127.0.0.1:{port}" for port in self.peer_ports]
        groups: dict[str, dict[str, Any]] = {
            "node": {
                "base_url": self.base_url,
                "language": self.language,
                "demonstration": True,
            },
            "cluster": self.cluster,
            "http": {"port": self.port},
            "federation": {"development_peers": peers},
            "desk": {"link_minutes": LINK_MINUTES},
            "importing": {"nace_revision": self.nace_revision},
        }
        return "\n".join(_group(name, fields) for name, fields in groups.items())


def _group(name: str, fields: dict[str, Any]) -> str:
    plain = [f"{key} = {_value(value)}" for key, value in fields.items()]
    return "\n".join([f"[{name}]", *plain, ""])


def _value(value: Any) -> str:
    """JSON and TOML spell texts, numbers, truth and lists alike; tables are written inline."""
    if isinstance(value, dict):
        inner = ", ".join(f"{key} = {_value(part)}" for key, part in value.items())
        return f"{{ {inner} }}"
    return json.dumps(value, ensure_ascii=False)


def demo_clusters(base_port: int) -> list[DemoCluster]:
    """Return the three clusters, on ports from *base_port* on."""
    nodes = tomllib.loads((DATA / "clusters.toml").read_text(encoding="utf-8"))["nodes"]
    ports = [base_port + node["port_offset"] for node in nodes]
    return [
        DemoCluster(
            slug=node["slug"],
            name=node["cluster"]["name"],
            handle=node["cluster"]["handle"],
            port=port,
            peer_ports=tuple(other for other in ports if other != port),
            language=node["language"],
            nace_revision=node["nace_revision"],
            spreadsheet=DATA / "spreadsheets" / node["spreadsheet"],
            cluster=node["cluster"],
        )
        for node, port in zip(nodes, ports, strict=True)
    ]
