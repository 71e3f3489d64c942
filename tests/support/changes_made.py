"""What a scenario's act does to the status of each resource it writes: the rows of `docs/matrix.md`."""

from __future__ import annotations

from typing import Any

from carefhir.catalog import step_for
from carefhir.engine import runner
from carefhir.engine.results import Preview
from carefhir.fhir.record import dig
from carefhir.lifecycle import STATUS
from tests.support.backends import Backend, sandbox_backend
from tests.support.stage import Scenario

Json = dict[str, Any]
Change = tuple[str, str, str]
"""Resource type, status before ("" where it is created), status after ("" where the type has none we follow)."""


def changes_of(scenario: Scenario) -> set[Change]:
    """The changes its preview shows, on a fresh sandbox; none where the act is refused."""
    backend = sandbox_backend()
    told = scenario.staged(backend)
    command = scenario.command(told)
    shown = backend.run(
        runner.preview(step_for(command), command, told.occasion(scenario.now), backend.server(commit="transaction"))
    )
    return {_change(entry, backend) for entry in shown.body["entry"]} if isinstance(shown, Preview) else set()


def _change(entry: Json, backend: Backend) -> Change:
    resource, request = entry["resource"], entry["request"]
    type_ = resource["resourceType"]
    was = backend.get(request["url"]) if request["method"] == "PUT" else {}
    return (type_, (_status(was) or NONE) if was else "", _status(resource))


NONE = "none"
"""The status of what has none and is amended."""


def _status(resource: Json) -> str:
    if resource["resourceType"] == "Condition":
        return str(next(dig(resource, "verificationStatus.coding.code"), ""))
    element = STATUS.get(resource["resourceType"], ("status", frozenset()))[0]
    return str(resource.get(element, ""))
