"""Fixtures of the acceptance tests."""

from collections.abc import Iterator

import pytest

from tests.acceptance.demo_pair import DemoPair, demo_pair


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoPair]:
    """Give two nodes of the demonstration; making them takes most of the time."""
    with demo_pair(tmp_path_factory.mktemp("demo")) as nodes:
        yield nodes
