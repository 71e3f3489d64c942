"""Others' answers: the official tests of SQL on FHIR, and `sqlonfhir`, which evaluates views row by row on fhirpathpy.

Both come in wheels that `scripts/test-population` fetches by version and hash, and that are never installed: the one
brings the tests of the specification, the other asks for an older fhirpathpy and runs on ours.
"""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.support.views import Json

WHEELS = Path(__file__).resolve().parents[2] / ".work" / "views"
TESTS = "fhir4ds/viewdef/tests/spec_tests/"


def wheel(name: str) -> Path:
    """A wheel that was fetched."""
    wheels = sorted(WHEELS.glob(f"{name}-*.whl"))
    assert wheels, "not there: scripts/test-population fetches what these tests need"
    return wheels[-1]


@dataclass(frozen=True, slots=True)
class OfficialTest:
    """A test of the specification: a view over resources gives rows, or must be refused."""

    title: str
    definition: Json
    resources: tuple[Json, ...]
    rows: tuple[Json, ...]
    refused: bool
    columns: tuple[str, ...]

    def __str__(self) -> str:
        return self.title


def official_tests() -> Iterator[OfficialTest]:
    """All of them, in the order of their files; none where they were not fetched: then the test that counts fails."""
    if not sorted(WHEELS.glob("fhir4ds_v2-*.whl")):
        return
    with zipfile.ZipFile(wheel("fhir4ds_v2")) as archive:
        for name in sorted(archive.namelist()):
            if name.startswith(TESTS) and name.endswith(".json"):
                file = json.loads(archive.read(name))
                for test in file["tests"]:
                    yield OfficialTest(
                        title=f"{name.removeprefix(TESTS)} {test['title']}",
                        definition=test["view"],
                        resources=tuple(file["resources"]),
                        rows=tuple(test.get("expect", ())),
                        refused=test.get("expectError", False),
                        columns=tuple(test.get("expectColumns", ())),
                    )


@cache
def _evaluate() -> Callable[[list[Json], Json], list[Json]]:
    sys.path.append(str(wheel("sqlonfhir")))
    from sqlonfhir import evaluate

    answer: Any = evaluate
    return answer


def oracle(resources: list[Json], definition: Json) -> list[Json]:
    """The rows of a view as `sqlonfhir` has them; it changes what it is given."""
    return _evaluate()(deepcopy(resources), deepcopy(definition))
