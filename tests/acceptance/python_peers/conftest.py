"""Fixtures of the tests with Python peers."""

from pathlib import Path

import pytest

from tests.acceptance.python_peers.installing import install_peers


@pytest.fixture(scope="session")
def peers_python() -> Path:
    """Give the Python that has the peers."""
    return install_peers()
