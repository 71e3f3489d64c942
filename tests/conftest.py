"""Fixtures for the whole suite: the servers steps run against, and when the synthetic patients are asked for.

When a real server is asked for: `tests/support/real_servers.py`. The tests may run in several workers (`-n`): what
holds for a whole run is added up over all of them at its end.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support import deep, planted, refusals
from tests.support.backends import Backend, http_backend, sandbox_backend
from tests.support.book import book
from tests.support.real_servers import BY_NAME, REAL_SERVERS, SANDBOX, in_ci, not_asked_for, real, with_sandbox
from tests.support.results import Run, page
from tests.support.tables import PROPERTY, Tally, added_up, put_into, rendered
from tests.support.validator import Unavailable, built

BEGAN = time.monotonic()


@pytest.fixture(scope="session")
def base_of(request: pytest.FixtureRequest) -> Iterator[Callable[[str], str]]:
    """Gives the base of a real server by its name: started when it is first asked for, and stopped with the session."""
    with ExitStack() as started:
        yield cache(lambda name: started.enter_context(BY_NAME[name].for_tests(request.config)))


@pytest.fixture(scope="session")
def backend_of(base_of: Callable[[str], str]) -> Callable[[str], Backend]:
    """Gives a server by its name: a fresh sandbox, or the one of a real server."""
    real = cache(lambda name: http_backend(base_of(name), name))
    return lambda name: sandbox_backend() if name == SANDBOX else real(name)


@pytest.fixture(params=real())
def real_server(request: pytest.FixtureRequest, backend_of: Callable[[str], Backend]) -> Backend:
    """Each real server."""
    return backend_of(request.param)


@pytest.fixture(params=with_sandbox())
def backend(request: pytest.FixtureRequest, backend_of: Callable[[str], Backend]) -> Backend:
    """A fresh sandbox, or a real server."""
    return backend_of(request.param)


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
        if in_ci():
            pytest.fail(f"the synthetic patients are not beside the checkout ({folder})")
        pytest.skip("the synthetic patients are not beside the checkout (CAREFHIR_SHARED names their folder)")
    return folder


@pytest.fixture(scope="session")
def java(request: pytest.FixtureRequest) -> None:
    """The HL7 validator needs Java, as HAPI does, and is asked for with it."""
    hapi = BY_NAME["hapi"]
    if not hapi.asked_for(str(request.config.getoption("-m"))):
        pytest.skip(hapi.not_asked)
    try:
        built()
    except Unavailable as missing:
        if in_ci():
            raise
        pytest.skip(f"the validator cannot run here: {missing}")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--deep", action="store_true", help="to the bottom of each kind of test, as CI does")
    parser.addoption("--record-results", metavar="FILE", help="write what was found on a real server, with the day")
    parser.addoption("--write-tables", action="store_true", help="put what was counted into docs/servers.md")


def pytest_configure(config: pytest.Config) -> None:
    deep.configure(config)
    planted.watch.start()
    if refusals.WANTED:
        refusals.collected.start()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [*deep.left_out(items), *not_asked_for(config, items)]
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


def _record(terminalreporter: pytest.TerminalReporter, file: Path, tables: list[str]) -> str:
    """Writes what was found on the real server that was asked for."""
    marks = str(terminalreporter.config.getoption("-m"))
    server = next(one for one in REAL_SERVERS if one.asked_for(marks))
    found = http_backend(server.base_given, server.name).capabilities
    ended = Counter(
        (one.nodeid.partition("::")[0], "failed" if how == "error" else how)
        for how in ("passed", "failed", "skipped", "error")
        for one in terminalreporter.stats.get(how, [])
    )
    seconds = round(time.monotonic() - BEGAN)
    run = Run(server, f"{found.software} {found.version}", datetime.now(UTC).date(), seconds, ended, tuple(tables))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page(run))
    return f"written to {file}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
    say = terminalreporter.write_line
    reasons = Counter(str(one.longrepr[2]) for one in terminalreporter.stats.get("skipped", []))
    for reason, count in sorted(reasons.items()):
        say(f"{count} {reason.replace('Skipped:', 'skipped:', 1)}")
    for what, tried in sorted(_tried(terminalreporter).items()):
        say(f"{what}: {tried}")
    counted = list(_tables(terminalreporter, exitstatus))
    for line in counted:
        say(line)
    if file := terminalreporter.config.getoption("--record-results"):
        say(_record(terminalreporter, Path(file), counted))
    if less := deep.summary():
        say(less)
    say(f"order: --randomly-seed={terminalreporter.config.getoption('randomly_seed', 'none')}")
    say(planted.watch.summary())
    for leak in planted.watch.leaks[:20]:
        say(f"  LEAK {leak}", red=True)
    if exitstatus == pytest.ExitCode.OK or not terminalreporter.stats.get("failed"):
        for line in book.unstated():
            say(f"  LEDGER {line}", red=True)
