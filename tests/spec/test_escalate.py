"""Passing on what nobody has answered: who is asked next, and what is said where nobody is left."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from carefhir.catalog import step
from carefhir.content.loading import load
from carefhir.engine import runner
from carefhir.engine.results import Done, Refused
from carefhir.occasion import Actor, Occasion
from carefhir.sandbox import Knobs
from carefhir.workflows.looking.worklist import WORKLIST, Worklist
from carefhir.workflows.panel.escalate import Escalate
from tests.support.backends import sandbox_backend
from tests.support.panel import NOW, Panel, gathered, task


@pytest.fixture
def panel() -> Panel:
    return gathered(sandbox_backend(), people=1)


def raised(panel: Panel, owner: str) -> str:
    (who,) = panel.people.values()
    return task(panel.backend, who, owner, "escalation", due="2026-03-09")


def passed_on(panel: Panel, reference: str, **more: object) -> object:
    (who,) = panel.people.values()
    said = {"patient": who, "task": reference, "at": NOW, "reason": "no answer for an hour", **more}
    command = Escalate.model_validate(said)
    occasion = Occasion(NOW, Actor(panel.nurse), load(), NOW.tzinfo)
    return panel.backend.run(runner.run(step("escalate"), command, occasion, panel.backend.server()))


def owners(panel: Panel) -> list[str]:
    (who,) = panel.people.values()
    found = [one for one in panel.backend.search(f"Task?patient={who}") if "focus" in one]
    return [one["owner"]["reference"] for one in found]


def test_from_the_care_manager_to_the_supervising_provider(panel: Panel) -> None:
    result = passed_on(panel, raised(panel, panel.nurse))
    assert isinstance(result, Done)
    assert owners(panel) == [panel.physician]
    assert any("call them now, by voice" in one for one in result.told.says)


def test_from_the_provider_down_to_the_care_manager_and_then_nobody_is_left(panel: Panel) -> None:
    first = raised(panel, panel.physician)
    assert isinstance(passed_on(panel, first), Done)
    assert owners(panel) == [panel.nurse]
    (who,) = panel.people.values()
    (second,) = [one for one in panel.backend.search(f"Task?patient={who}") if "focus" in one]
    last = passed_on(panel, f"Task/{second['id']}")
    assert isinstance(last, Refused)
    assert "everybody on the ladder was asked" in last.why[-1]
    assert last.told.instructions
    assert len(owners(panel)) == 1


def test_again_it_is_done_already(panel: Panel) -> None:
    reference = raised(panel, panel.nurse)
    passed_on(panel, reference)
    again = passed_on(panel, reference)
    assert isinstance(again, Done)
    assert again.by == "an earlier run"
    assert owners(panel) == [panel.physician]


def test_what_is_closed_needs_nobody(panel: Panel) -> None:
    reference = raised(panel, panel.nurse)
    panel.backend.put({**panel.backend.get(reference), "status": "completed"})
    result = passed_on(panel, reference)
    assert isinstance(result, Refused)
    assert owners(panel) == []


def alerts(panel: Panel) -> list[dict[str, Any]]:
    (who,) = panel.people.values()
    return panel.backend.search(f"Communication?patient={who}")


def test_who_was_told_when_and_how_is_on_record(panel: Panel) -> None:
    reference = raised(panel, panel.nurse)
    result = passed_on(panel, reference, told="voice", told_at="2026-03-09T09:58:00-05:00")
    assert isinstance(result, Done)
    (alert,) = alerts(panel)
    assert (alert["sender"]["reference"], alert["recipient"][0]["reference"]) == (panel.nurse, panel.physician)
    assert (alert["sent"], alert["medium"][0]["text"]) == ("2026-03-09T09:58:00-05:00", "by voice")
    assert alert["about"][0]["reference"] == reference
    assert len(alert["about"]) == 2
    assert any("acknowledge" in line for line in result.told.says)
    assert not any("call them now" in line for line in result.told.says)


def test_nobody_was_told_where_nobody_says_so(panel: Panel) -> None:
    passed_on(panel, raised(panel, panel.nurse))
    assert alerts(panel) == []


def test_a_message_is_an_alert_and_no_answer(panel: Panel) -> None:
    result = passed_on(panel, raised(panel, panel.nurse), told="message")
    assert isinstance(result, Done)
    assert alerts(panel)[0]["sent"] == NOW.isoformat()
    assert any("call them now, by voice" in line for line in result.told.says)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"told": "voice", "told_at": "2026-03-09T10:30:00-05:00"}, "told_at is in the future"),
        ({"told_at": "2026-03-09T09:30:00-05:00"}, "told_at is given without told"),
    ],
)
def test_what_cannot_be_so_is_refused_and_the_call_is_asked_for(panel: Panel, more: Any, why: str) -> None:
    result = passed_on(panel, raised(panel, panel.nurse), **more)
    assert isinstance(result, Refused)
    assert why in "; ".join(result.why)
    assert any("call them now" in line for line in result.told.instructions)


def test_a_server_without_communications_gets_the_task(panel: Panel) -> None:
    reference = raised(panel, panel.nurse)
    weak = replace(panel, backend=panel.backend.otherwise(Knobs(absent=frozenset({"Communication"}))))
    result = passed_on(weak, reference, told="voice")
    assert isinstance(result, Refused)
    assert result.kept is not None
    assert owners(weak) == [panel.physician]


def test_an_alert_is_no_talk_with_the_person(panel: Panel) -> None:
    passed_on(panel, raised(panel, panel.nurse), told="voice")
    (who,) = panel.people.values()
    occasion = Occasion(NOW, Actor(panel.physician), load(), NOW.tzinfo)
    shown = panel.backend.run(runner.show(WORKLIST, Worklist(), occasion, panel.backend.server()))
    (row,) = [each for each in shown.rows if each.patient == who]
    assert (row.last_contact.day, row.last_contact.words) == (None, "no contact on record")
