"""In CI, what was skipped without need has failed."""

import pytest

pytest_plugins = ["pytester"]

CONFTEST = """
import pytest
from tests.conftest import pytest_make_collect_report, pytest_runtest_makereport
"""
SKIPPING = """
import pytest

@pytest.fixture
def server():
    pytest.skip("PostgreSQL is not here")

def test_fixture(server): ...

@pytest.mark.skipif(True, reason="Chromium is not installed")
def test_mark(): ...

@pytest.mark.xfail(reason="known")
def test_known(): assert False

def test_suite(): pytest.skip("the suite is not here; set SKAGERRAK_SUITES")
"""
MODULE = 'import pytest\npytest.skip("node is not here", allow_module_level=True)\n'


@pytest.fixture
def outcomes(pytester, monkeypatch):
    """Return what becomes of a module of tests, by the value of CI."""

    def run(ci: str, module: str) -> dict[str, int]:
        monkeypatch.setenv("CI", ci)
        pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
        pytester.makeconftest(CONFTEST)
        pytester.makepyfile(module)
        return pytester.runpytest_inprocess("-p", "no:cacheprovider").parseoutcomes()

    return run


def test_on_a_desk_tests_are_skipped(outcomes):
    """Without CI, what is not installed is left out."""
    assert outcomes("", SKIPPING) == {"skipped": 3, "xfailed": 1}


def test_in_ci_only_foreign_data_may_be_absent(outcomes):
    """A fixture or a mark that skips has failed; the suites' absence is excused."""
    assert outcomes("true", SKIPPING) == {"errors": 2, "skipped": 1, "xfailed": 1}


def test_in_ci_no_module_skips_itself(outcomes):
    """A module that cannot be collected whole has failed."""
    assert outcomes("true", MODULE) == {"errors": 1}
