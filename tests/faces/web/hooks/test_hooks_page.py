"""docs/cds-hooks.md: its examples are what the services answer, its table names tests that exist.

`python -m tests.faces.web.hooks.test_hooks_page` writes the examples again, to be looked at.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from carefhir.codes import TASK
from carefhir.faces.web.hooks.hook_settings import OF_THE_HOOKS
from carefhir.faces.web.hooks.services import SERVICES
from carefhir.faces.web.settings import ServiceSettings
from tests.faces.web.hooks.conftest import DISCHARGE, STATUS, Hooks, enrolled, hooks_on
from tests.faces.web.hooks.test_order_cards import cards_of, order
from tests.faces.web.test_settings import EHR, TOP

Json = dict[str, Any]
PAGE = Path(__file__).resolve().parents[4] / "docs" / "cds-hooks.md"
TESTS = "\n".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))


def _escalation() -> list[Json]:
    hooks = enrolled()
    hooks.ward.front.create(
        {
            "resourceType": "Task",
            "status": "requested",
            "intent": "order",
            "priority": "stat",
            "code": {"coding": [{"system": TASK, "code": "escalation"}]},
            "description": "passed on from the care manager: nobody has answered. Red: 3.4 lb in a day",
            "for": {"reference": hooks.ward.patient},
            "owner": {"reference": hooks.ward.physician, "display": "Dr. Ortiz"},
        }
    )
    return hooks.cards(STATUS)


def _discharge() -> list[Json]:
    hooks = hooks_on()
    return hooks.cards(DISCHARGE, context={"encounterId": hooks.ward.stay.partition("/")[2]})


def _order() -> list[Json]:
    hooks: Hooks = hooks_on()
    hooks.denied("AllergyIntolerance")
    return cards_of(hooks, order(hooks, "amoxicillin 500 MG"))


EXAMPLES = {"escalation": _escalation, "discharge": _discharge, "order": _order}


def example(name: str) -> str:
    """An example as it stands on the page; the name of a card is another one each time."""
    cards = [{**card, "uuid": "…"} for card in EXAMPLES[name]()]
    return f"<!-- {name} -->\n\n```json\n{json.dumps({'cards': cards}, indent=2, ensure_ascii=False)}\n```\n"


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_are_what_is_answered(name: str) -> None:
    assert example(name) in PAGE.read_text()


def test_the_table_names_tests_that_exist() -> None:
    defined = set(re.findall(r"^def (test_(?:6[4-9]|70)_\w+)\(", TESTS, re.M))
    rows = re.findall(r"^\| (6[4-9]|70) \|.*\| (.+) \|$", PAGE.read_text(), re.M)
    assert [number for number, _ in rows] == [str(number) for number in range(64, 71)]
    named = {name for _, cell in rows for name in re.findall(r"`(test_\w+)`", cell)}
    assert named == defined
    for number, cell in rows:
        assert all(name.startswith(f"test_{number}_") for name in re.findall(r"`(test_\w+)`", cell))


def test_every_service_and_setting_is_written_about() -> None:
    page = PAGE.read_text()
    for service in SERVICES:
        assert f"| `{service.id}` | `{service.hook}` |" in page
    assert [name for name in OF_THE_HOOKS if f"\n{name} = " not in page] == []


def test_the_settings_of_the_page_can_be_used(tmp_path: Path) -> None:
    file = tmp_path / "service.toml"
    file.write_text(TOP + EHR + PAGE.read_text().partition("```toml\n")[2].partition("```")[0])
    (hospital,) = ServiceSettings.read(file, {}).ehrs
    assert hospital.hooks is not None


if __name__ == "__main__":
    text = PAGE.read_text()
    for each in EXAMPLES:
        text = re.sub(rf"<!-- {each} -->\n(?:\n```json\n.*?\n```\n)?", lambda _, it=each: example(it), text, flags=re.S)
    PAGE.write_text(text)
