"""What the service logs: JSON lines of fields from a list, each with values of its own kind. What is not on the list is
left out of the line, which then says so: a field that somebody adds in passing cannot carry a patient into a log."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any

import structlog

FIELDS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "timestamp": r"[0-9T:.+\-Z]{19,32}",
        "level": r"debug|info|warning|error|critical",
        "event": r"request|fault|serving|stopping|stopped|cut-off|worker-ended|settings-changed|delivered",
        "method": r"GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|-",
        "ehr": r"[a-z][a-z0-9-]{0,31}|-",
        "step": r"[a-z][a-z0-9-]{0,63}|-",
        "outcome": r"[a-z][a-z0-9-]{0,31}",
        "status": r"\d{1,3}",
        "ms": r"\d{1,9}",
        "request": r"[0-9a-f]{32}",
        "where": r"[A-Za-z_]{1,64} at ([A-Za-z_0-9]{1,64}\.py:\d{1,6}|\?)",
        "release": r"[0-9a-z.+]{1,32}",
        "ehrs": r"\d{1,6}",
        "running": r"\d{1,6}",
        "seconds": r"\d{1,6}",
        "accepted": r"\d{1,6}",
        "refused": r"\d{1,6}",
        "waits": r"\d{1,6}",
    }.items()
}
"""Every field there is, in the order of a line, and what its values look like."""

NAME = "carefhir.web"


def _allowed(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Only what is on the list; `withheld` counts the rest."""
    kept = {
        name: event[name]
        for name, pattern in FIELDS.items()
        if isinstance(event.get(name), str | int) and pattern.fullmatch(str(event[name]))
    }
    withheld = len(event) - len(kept)
    return {**kept, **({"withheld": withheld} if withheld else {})}


def service_log() -> structlog.stdlib.BoundLogger:
    """The log of the service. Nothing is set up for the rest of the process."""
    log: structlog.stdlib.BoundLogger = structlog.wrap_logger(
        logging.getLogger(NAME),
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _allowed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    return log


class WordlessFormatter(logging.Formatter):
    """Lines of libraries: which one, where in its code, and the kind of an exception. Never its words: they may hold a
    URL, a header or a body."""

    def format(self, record: logging.LogRecord) -> str:
        """A line of JSON; a line of the service's own is one already."""
        if record.name == NAME:
            return record.getMessage()
        failed = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        line = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "event": "library",
            "logger": record.name,
            "where": f"{record.filename}:{record.lineno}",
            **({"exception": failed} if failed else {}),
        }
        return json.dumps(line)


def log_to_standard_error() -> None:
    """From now on the process logs JSON lines to standard error: all of the service, and warnings of libraries."""
    handler = logging.StreamHandler()
    handler.setFormatter(WordlessFormatter())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):  # a sandbox in this process has set up its own
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    root = logging.getLogger()
    if not any(isinstance(each.formatter, WordlessFormatter) for each in root.handlers):
        root.addHandler(handler)
        root.setLevel(logging.WARNING)
    logging.getLogger(NAME).setLevel(logging.INFO)
