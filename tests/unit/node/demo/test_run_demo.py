"""What the demonstration looks at before it serves."""

from pathlib import Path

import pytest

from node.demo.clusters import demo_clusters
from node.demo.run_demo import check_same_address
from node.errors import NodeError
from node.settings import FILE_NAME


def test_nodes_of_other_ports_are_not_served(tmp_path: Path) -> None:
    """Their addresses stay those of the first time; the remedy names the option."""
    made = demo_clusters(18081)[0]
    (tmp_path / FILE_NAME).write_text(made.settings_text(), encoding="utf-8")

    check_same_address(made, tmp_path)
    with pytest.raises(NodeError, match="--base-port of the first time") as refusal:
        check_same_address(demo_clusters(18181)[0], tmp_path)
    assert made.base_url in refusal.value.safe
