"""Log lines: fields from a list, values of their own kind; a library's words are never in one."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

import pytest

from carefhir.faces.web.log_lines import FIELDS, NAME, WordlessFormatter, service_log
from tests.faces.web.conftest import Service


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Any:
    caplog.set_level(logging.INFO, NAME)
    return lambda: [json.loads(record.getMessage()) for record in caplog.records if record.name == NAME]


def test_a_request_is_one_line(service: Service, lines: Any) -> None:
    answer = service.show("overview")
    (line,) = lines()
    told = ("event", "level", "method", "ehr", "step", "outcome", "status")
    assert [line[name] for name in told] == ["request", "info", "GET", "main", "overview", "read", 200]
    assert line["request"] == answer.headers["X-Request-Id"]
    assert set(line) == {*told, "timestamp", "ms", "request"} <= set(FIELDS)


def test_the_id_of_a_request_is_ours_and_new_each_time(service: Service) -> None:
    ids = [service.show("overview", headers={"X-Request-Id": "Delgado"}).headers["X-Request-Id"] for _ in range(2)]
    assert len(set(ids)) == 2
    assert "Delgado" not in ids


def test_probes_that_succeed_are_not_logged(service: Service, lines: Any) -> None:
    assert service.call("GET", "/health").status_code == 200
    assert service.call("GET", "/ready").status_code == 200
    assert lines() == []


def test_a_field_that_is_not_on_the_list_is_left_out(lines: Any) -> None:
    service_log().info("request", patient="Delgado", step="overview")
    (line,) = lines()
    assert (line["step"], line["withheld"]) == ("overview", 1)
    assert "Delgado" not in str(line)


@pytest.mark.parametrize("value", ["Rosa Delgado", "Delgado", "Patient/16", ["overview"], 1.5, None])
def test_a_value_that_is_not_of_its_kind_is_left_out(lines: Any, value: object) -> None:
    service_log().info("request", ehr=value)
    (line,) = lines()
    assert ("ehr" in line, line["withheld"]) == (False, 1)


def test_an_event_that_is_not_on_the_list_is_left_out(lines: Any) -> None:
    service_log().info("Delgado was seen")
    (line,) = lines()
    assert "event" not in line


def test_a_library_is_named_and_not_quoted() -> None:
    try:
        raise ValueError("Delgado")
    except ValueError:
        failed = sys.exc_info()
    record = logging.LogRecord("httpx", logging.ERROR, "/x/client.py", 7, "GET %s Jensen", ("Tran",), failed)
    line = json.loads(WordlessFormatter().format(record))
    assert {name: line[name] for name in line if name != "timestamp"} == {
        "level": "error",
        "event": "library",
        "logger": "httpx",
        "where": "client.py:7",
        "exception": "ValueError",
    }
