"""The worked documents of the vocabulary, one of each class, and the public suites."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from vocab.contexts import inherit_context

# A busy machine is no fault of the code under test.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

WIRE = Path(__file__).parents[2] / "data" / "wire"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what asks for `example_name` once for each worked document."""
    if "example_name" in metafunc.fixturenames:
        names = sorted(path.stem for path in WIRE.glob("*.json"))
        metafunc.parametrize("example_name", names)


def _read(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((WIRE / f"{name}.json").read_text("utf-8"))
    return document


def _resource(name: str) -> dict[str, Any]:
    document = _read(name)
    inner = document.get("object")
    return inherit_context(document, inner) if isinstance(inner, dict) else document


def _suite(name: str) -> Path:
    beside = Path(__file__).parents[4] / "shared" / "suites"
    folder = Path(os.environ.get("SKAGERRAK_SUITES", beside)) / name
    if not folder.is_dir():
        pytest.skip(f"the public suite {name} is not here; set SKAGERRAK_SUITES")
    return folder


@pytest.fixture
def read_example() -> Callable[[str], dict[str, Any]]:
    """Return the reader of an example as it stands, activity included."""
    return _read


@pytest.fixture
def resource_example() -> Callable[[str], dict[str, Any]]:
    """Return the reader of the thing that an example holds, in its context."""
    return _resource


@pytest.fixture
def suite() -> Callable[[str], Path]:
    """Return the finder of a public suite's folder, which skips where it is absent."""
    return _suite
