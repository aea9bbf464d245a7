import json
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Run


def test_export_reads_back_as_unchanged(run: Run, members_node: Path, tmp_path: Path) -> None:
    """In both formats, beside a description of the CSV."""
    for name in ("out.csv", "out.xlsx"):
        run("members", "export", tmp_path / name, "--node", members_node)
        found = run(
            "members", "import", tmp_path / name, "--node", members_node, "--dry-run", "--json"
        )
        plan = json.loads(found.stdout)
        assert (plan["create"], plan["update"], plan["skip"]) == (0, 0, 0)
        assert plan["unchanged"] == 59
    described = json.loads((tmp_path / "out.csv-metadata.json").read_text())
    assert described["url"] == "out.csv"


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx"])
def test_export_is_for_its_owner_and_writes_over_nothing(
    run: Run, members_node: Path, tmp_path: Path, name: str
) -> None:
    """It holds private columns; what was there stays unless --force is given."""
    file = tmp_path / name
    file.write_text("mine")
    file.chmod(0o644)
    refused = run("members", "export", file, "--node", members_node, status=1)
    kept = file.read_text()
    run("members", "export", file, "--node", members_node, "--force")

    assert name in refused.stderr
    assert "--force" in refused.stderr
    assert kept == "mine"
    assert file.read_bytes() != b"mine"
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("out*")} == {0o600}


def test_export_spares_the_description_too(run: Run, members_node: Path, tmp_path: Path) -> None:
    """The second file that a CSV export writes is as much somebody's."""
    (tmp_path / "out.csv-metadata.json").write_text("mine")
    run("members", "export", tmp_path / "out.csv", "--node", members_node, status=1)

    assert not (tmp_path / "out.csv").exists()
    assert (tmp_path / "out.csv-metadata.json").read_text() == "mine"
