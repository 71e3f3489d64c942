"""Fixtures for the whole suite: the servers steps run against, and when HAPI and the synthetic patients are asked for.

HAPI is asked for by `-m hapi`, by CAREFHIR_HAPI_BASE (one that runs already), or by CI=true, where nothing is skipped.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import planted, refusals
from tests.support.backends import Backend, http_backend, sandbox_backend
from tests.support.hapi import HapiUnavailable, running

IN_CI = os.environ.get("CI") == "true"
NOT_ASKED = "HAPI was not asked for: run scripts/test-hapi"


def hapi_asked_for(config: pytest.Config) -> bool:
    marks = str(config.getoption("-m"))
    return ("hapi" in marks and "not hapi" not in marks) or "CAREFHIR_HAPI_BASE" in os.environ


@pytest.fixture(scope="session")
def hapi_base(request: pytest.FixtureRequest) -> Iterator[str]:
    """The base of a real HAPI, its search cache on, for the whole session."""
    if given := os.environ.get("CAREFHIR_HAPI_BASE"):
        yield given
        return
    if not hapi_asked_for(request.config):
        pytest.skip(NOT_ASKED)
    try:
        with running() as base:
            yield base
    except HapiUnavailable as missing:
        if IN_CI:
            raise
        pytest.skip(f"HAPI cannot run here: {missing}")


@pytest.fixture(scope="session")
def hapi(hapi_base: str) -> Backend:
    return http_backend(hapi_base)


@pytest.fixture(params=["sandbox", pytest.param("hapi", marks=pytest.mark.hapi)])
def backend(request: pytest.FixtureRequest) -> Backend:
    """A fresh sandbox, or the one HAPI."""
    if request.param == "hapi":
        found: Backend = request.getfixturevalue("hapi")
        return found
    return sandbox_backend()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the synthetic patients and reference data, beside the checkout."""
    given = os.environ.get("CAREFHIR_SHARED")
    folder = Path(given) if given else Path(__file__).resolve().parents[2] / "shared"
    if not (folder / "data").is_dir():
        if IN_CI:
            pytest.fail(f"the synthetic patients are not beside the checkout ({folder})")
        pytest.skip("the synthetic patients are not beside the checkout (CAREFHIR_SHARED names their folder)")
    return folder


def pytest_configure(config: pytest.Config) -> None:
    planted.watch.start()
    if refusals.WANTED:
        refusals.collected.start()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """R9 over the whole run: no planted name in any log line, exception of ours, or URL."""
    if refusals.WANTED:
        refusals.collected.write(Path(refusals.WANTED))
    if planted.watch.leaks:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(planted.watch.summary())
    for leak in planted.watch.leaks[:20]:
        terminalreporter.write_line(f"  LEAK {leak}", red=True)
