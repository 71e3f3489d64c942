"""What a run against a real server found, as a page with its day: for servers that CI cannot try each time, and for
whoever wants to know what was tried.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from tests.contract.ledger import LEDGER
from tests.contract.unkept import UNKEPT
from tests.support.real_servers import SANDBOX, RealServer


@dataclass(frozen=True)
class Run:
    """One run of the tests of a server."""

    server: RealServer
    software: str
    """What its statement calls it, with its version."""
    day: date
    seconds: int
    ended: Counter[tuple[str, str]]
    """How many tests ended how (`passed`, `failed`, `skipped`), by their file."""
    tables: tuple[str, ...] = ()
    """What was counted, in words."""


def page(run: Run) -> str:
    """The page, in Markdown."""
    python = ".".join(map(str, sys.version_info[:3]))
    count = Counter[str]()
    for (_, how), times in run.ended.items():
        count[how] += times
    lines = [
        f"# {run.server.title}",
        "",
        f"Written by `scripts/test-{run.server.name} --record` on {run.day.isoformat()}: {run.software}, "
        f"Python {python}, {run.seconds} s. "
        + ", ".join(f"{count[how]:,} {how}" for how in ("passed", "failed", "skipped"))
        + ".",
        "",
        *_by_file(run),
        *(["", *(f"- {line}" for line in run.tables)] if run.tables else []),
        "",
        "## What differs from the sandbox",
        "",
        "A run fails when one of these has gone, and when there is another.",
        "",
        *_answers(run.server),
        "",
        *_unkept(run.server),
    ]
    return "\n".join(lines) + "\n"


def _by_file(run: Run) -> list[str]:
    files = sorted({file for file, _ in run.ended})
    return _table(
        ("tests", "passed", "failed"),
        [(PurePath(file).stem, *(str(run.ended[file, how]) for how in ("passed", "failed"))) for file in files],
    )


def _answers(server: RealServer) -> list[str]:
    differing = [each for each in LEDGER if each.of(server.name) != each.of(SANDBOX)]
    rows = [(each.what, f"`{each.of(SANDBOX)}`", f"`{each.of(server.name)}`") for each in differing]
    return _table(("asked", "sandbox", server.title), rows)


def _unkept(server: RealServer) -> list[str]:
    mine = [each for each in UNKEPT if each.server == server.name]
    return _table(("it …", "so carefhir …"), [(each.what, each.why) for each in mine]) if mine else []


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    return [_row(head), "|" + "---|" * len(head), *(_row(each) for each in rows)]


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(each.replace("|", "\\|") for each in cells) + " |"
