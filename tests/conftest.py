"""Fixtures for the whole suite: the servers steps run against, and when HAPI and the synthetic patients are asked for.

HAPI is asked for by `-m hapi`, by CAREFHIR_HAPI_BASE (one that runs already), or by CI=true, where nothing is skipped.
The tests may run in several workers (`-n`): what holds for a whole run is added up over all of them at its end.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import deep, planted, refusals
from tests.support.backends import Backend, http_backend, sandbox_backend
from tests.support.book import book
from tests.support.hapi import HapiUnavailable, running
from tests.support.tables import PROPERTY, Tally, added_up, put_into, rendered

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


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Tally:
    """Counts for the tables of the documents."""
    found = Tally()
    request.node.user_properties.append((PROPERTY, found.counts))
    return found


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


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--deep", action="store_true", help="to the bottom of each kind of test, as CI does")
    parser.addoption("--write-tables", action="store_true", help="put what was counted into docs/servers.md")


def pytest_configure(config: pytest.Config) -> None:
    deep.configure(config)
    planted.watch.start()
    if refusals.WANTED:
        refusals.collected.start()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = deep.left_out(items)
    config.hook.pytest_deselected(items=left_out)
    gone = set(left_out)
    items[:] = [one for one in items if one not in gone]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """A worker has ended: what it saw counts as seen."""
    told = getattr(node, "workeroutput", {})
    if "planted" in told:
        planted.watch.add(told["planted"])
        book.add(told["ledger"])


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Over the whole run: R9, no planted name in any log line, exception of ours, or URL; no entry of the ledger that
    no test stated. A run that failed has said enough: what it did not come to is not held against the ledger."""
    if refusals.WANTED:
        refusals.collected.write(Path(refusals.WANTED))
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output |= {"planted": planted.watch.told(), "ledger": book.told()}
    elif planted.watch.leaks or (exitstatus == pytest.ExitCode.OK and book.unstated()):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _tried(terminalreporter: pytest.TerminalReporter) -> Counter[str]:
    """How many cases the properties have tried, by what they are (`record_property` with a whole number)."""
    tried: Counter[str] = Counter()
    for report in terminalreporter.stats.get("passed", []):
        for what, count in report.user_properties:
            if isinstance(count, int):
                tried[what] += count
    return tried


TABLES = Path(__file__).parents[1] / "docs" / "servers.md"


def _tables(terminalreporter: pytest.TerminalReporter, exitstatus: int) -> Iterator[str]:
    """Adds up what the tests tried for each table of the document, and writes it there where that was asked for."""
    reports = terminalreporter.stats.get("passed", [])
    cells = added_up(each for report in reports for each in report.user_properties)
    for table in sorted({cell.table for cell in cells}):
        yield f"{table}: {sum(times for cell, times in cells.items() if cell.table == table)} tried, 0 wrong"
    if terminalreporter.config.getoption("--write-tables") and exitstatus == pytest.ExitCode.OK:
        TABLES.write_text(put_into(TABLES.read_text(), rendered(cells)))
        yield f"written to {TABLES.name}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
    say = terminalreporter.write_line
    reasons = Counter(str(one.longrepr[2]) for one in terminalreporter.stats.get("skipped", []))
    for reason, count in sorted(reasons.items()):
        say(f"{count} {reason.replace('Skipped:', 'skipped:', 1)}")
    for what, tried in sorted(_tried(terminalreporter).items()):
        say(f"{what}: {tried}")
    for line in _tables(terminalreporter, exitstatus):
        say(line)
    if less := deep.summary():
        say(less)
    say(f"order: --randomly-seed={terminalreporter.config.getoption('randomly_seed', 'none')}")
    say(planted.watch.summary())
    for leak in planted.watch.leaks[:20]:
        say(f"  LEAK {leak}", red=True)
    if exitstatus == pytest.ExitCode.OK or not terminalreporter.stats.get("failed"):
        for line in book.unstated():
            say(f"  LEDGER {line}", red=True)
