"""Program clocks, read from profiles: the vectors of the rules they come from."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from carefhir.codes import BASE, TASK
from carefhir.content.calendar import Calendar
from carefhir.content.clocks import read_clock
from carefhir.content.loading import Content, load
from carefhir.errors import ContentError

CONTENT = load()
CALENDAR = Calendar()


def clock() -> Any:
    return read_clock(CONTENT, "transition-clock", date(2026, 3, 6))


def test_the_transition_clock_of_a_discharge_on_a_friday() -> None:
    assert {code: day.isoformat() for code, day in clock().dates(date(2026, 3, 6), CALENDAR).items()} == {
        "contact-by": "2026-03-10",
        "visit-7-day": "2026-03-13",
        "visit-14-day": "2026-03-20",
        "period-end": "2026-04-04",
        "discharge-information-by": "2026-03-08",
        "engagement-from": "2026-03-07",
        "engagement-by": "2026-04-05",
        "reconciliation-by": "2026-04-05",
    }


def test_the_contact_of_a_discharge_before_thanksgiving() -> None:
    assert clock().dates(date(2026, 11, 25), CALENDAR)["contact-by"] == date(2026, 11, 30)


@pytest.mark.parametrize(("risk", "days"), [("high", 7), ("not-high", 14)])
def test_the_visit_to_book_hangs_on_the_risk(risk: str, days: int) -> None:
    visits = [one for one in clock().tasks(risk) if one.code == "book-follow-up"]
    assert [(one.count, one.unit) for one in visits] == [(days, "day")]


def test_tasks_without_risk_are_everybodys() -> None:
    everybody = {one.code for one in clock().tasks()}
    assert "contact-patient" in everybody
    assert "book-follow-up" not in everybody
    assert everybody < {one.code for one in clock().tasks("high")}


def test_the_first_assessment_of_a_programme_is_due_in_thirty_days() -> None:
    (item,) = read_clock(CONTENT, "program-care-management", date(2026, 3, 7)).tasks()
    assert item.on(date(2026, 3, 7), CALENDAR) == date(2026, 4, 6)


def test_every_item_says_what_to_do_in_words() -> None:
    assert all(one.title and one.words for one in clock().tasks("high"))


def test_a_named_number_or_an_error_naming_it() -> None:
    assert clock().number("attempts-for-evidence") == 2
    assert clock().number("emergency-history-months") == 6
    with pytest.raises(ContentError, match="lacks the parameter nothing"):
        clock().number("nothing")


def test_a_clock_says_whether_it_was_in_force() -> None:
    assert read_clock(CONTENT, "program-care-management", date(2026, 1, 1)).in_force
    assert not read_clock(CONTENT, "program-care-management", date(2025, 12, 31)).in_force


def plan(**action: Any) -> Content:
    due = {"url": f"{BASE}/StructureDefinition/due", "extension": []}
    due["extension"] = [{"url": "count", "valueInteger": 2}, {"url": "unit", "valueCode": action.pop("unit", "day")}]
    made = {"code": [{"coding": [{"system": TASK, "code": "x"}]}], "extension": [due], **action}
    return Content({("PlanDefinition", "p"): {"resourceType": "PlanDefinition", "id": "p", "action": [made]}})


def test_an_action_that_can_be_counted_is_read() -> None:
    (item,) = read_clock(plan(), "p", date(2026, 1, 1)).items
    assert (item.code, item.count, item.unit, item.risk) == ("x", 2, "day", "")


@pytest.mark.parametrize("odd", [{"unit": "fortnight"}, {"extension": []}, {"code": []}, {"code": [{"text": "x"}]}])
def test_an_action_that_cannot_be_counted_is_refused_loudly(odd: dict[str, Any]) -> None:
    with pytest.raises(ContentError, match="without a code of ours or a due term"):
        read_clock(plan(**odd), "p", date(2026, 1, 1))
