"""A panel of sixty with five things that nobody has noticed: a sweep finds them, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from carefhir.catalog import step
from carefhir.codes import TASK
from carefhir.content.loading import load
from carefhir.fhir.record import codings
from carefhir.fhir.wire import Failure, Request, Response, together
from carefhir.occasion import Actor, Occasion
from carefhir.sandbox import Knobs, Sandbox
from carefhir.workflows.panel.changed_since import SUBJECTS
from carefhir.workflows.panel.sweep import Swept, sweep
from tests.support.backends import Backend, exchange_of, sandbox_backend
from tests.support.panel import NOW, Panel, encounter, gathered, task

HIDDEN = {
    "p07": "follow-discharge",
    "p19": "follow-emergency-visit",
    "p23": "overdue-work",
    "p31": "escalation",
    "p46": "missed-check-in",
}


def hide(panel: Panel) -> None:
    """The five things."""
    backend, people, nurse = panel.backend, panel.people, panel.nurse
    encounter(backend, people["p07"], "IMP", "2026-03-03T09:00:00-06:00", "2026-03-07T11:00:00-06:00")
    encounter(backend, people["p19"], "EMER", "2026-03-06T20:00:00-06:00", "2026-03-06T23:30:00-06:00")
    task(backend, people["p23"], nurse, "coordinate", due="2026-02-27")
    task(backend, people["p31"], nurse, "escalation", due="2026-03-09", authored="2026-03-09T06:30:00-05:00")
    check_in = next(
        each for each in backend.search(f"Task?patient={people['p46']}") if (TASK, "check-in") in codings(each, "code")
    )
    period = {"start": "2026-03-02", "end": "2026-03-05"}
    backend.put({**check_in, "restriction": {"period": period}})
    for key in ("p50", "p51"):  # seen by somebody else, or under way: nothing for a sweep
        encounter(backend, people[key], "AMB", "2026-03-06T09:00:00-06:00", "2026-03-06T09:30:00-06:00")


def test_a_sweep_finds_what_nobody_has_noticed_and_nothing_else_and_never_twice(backend: Backend) -> None:
    panel = gathered(backend)
    hide(panel)
    swept = panel.sweep()
    assert panel.finds() == {key: [kind] for key, kind in HIDDEN.items()}
    assert (swept.looked_at, swept.since) == (60, None)
    assert {row.identity.reference for row in swept.rows} == {panel.people[key] for key in HIDDEN}
    assert all(row.identity.name and len(row.finds) == 1 and not row.warnings for row in swept.rows)
    again = panel.sweep(NOW + timedelta(minutes=5), full=True)
    assert (again.looked_at, [row.finds for row in again.rows if row.finds]) == (60, [])
    assert panel.finds() == {key: [kind] for key, kind in HIDDEN.items()}


@dataclass
class Told:
    """A sandbox whose clock is told the time, and that counts what it is asked."""

    time: datetime = NOW - timedelta(days=1)
    asked: int = 0

    def backend(self, knobs: Knobs | None = None) -> Backend:
        sandbox = Sandbox(knobs or Knobs(), clock=lambda: self.time)
        answer = exchange_of(sandbox)

        def counting(request: Request) -> Response | Failure:
            self.asked += 1
            return answer(request)

        return Backend("sandbox", "http://localhost/fhir", counting, sandbox)


def swept_twice(people: int) -> tuple[Swept, Panel, int]:
    """A panel that was swept; the next day somebody is discharged, and somebody leaves the emergency department."""
    told = Told()
    panel = gathered(told.backend(), people=people)
    told.time = NOW
    panel.sweep()
    told.time = NOW + timedelta(hours=20)
    encounter(panel.backend, panel.people["p01"], "IMP", "2026-03-08T09:00:00-05:00", "2026-03-10T05:00:00-05:00")
    encounter(panel.backend, panel.people["p02"], "EMER", "2026-03-09T20:00:00-05:00", "2026-03-09T23:30:00-05:00")
    told.time, told.asked = NOW + timedelta(days=1), 0
    swept = panel.sweep(told.time)
    return swept, panel, told.asked


def test_the_next_sweep_looks_only_at_those_it_may_concern() -> None:
    swept, panel, _ = swept_twice(people=8)
    assert swept.since == NOW - timedelta(minutes=15)
    assert {row.identity.reference for row in swept.rows} == {panel.people["p01"], panel.people["p02"]}
    assert panel.finds() == {"p01": ["follow-discharge"], "p02": ["follow-emergency-visit"]}
    assert swept.looked_at == 2


def test_what_a_sweep_costs_follows_what_changed_and_not_the_panel() -> None:
    """P4: ten times the panel with the same changes costs at most twice the requests."""
    few, many = swept_twice(people=60)[2], swept_twice(people=600)[2]
    assert many <= 2 * few


def test_a_day_that_comes_is_found_without_a_change() -> None:
    """All check-ins fall due on Thursday, and are missed by Monday."""
    told = Told()
    panel = gathered(told.backend(), people=3)
    told.time = NOW + timedelta(days=4)
    panel.sweep(told.time)
    assert panel.finds() == {}
    told.time = NOW + timedelta(days=7)
    swept = panel.sweep(told.time)
    assert (swept.since is None, panel.finds()) == (False, {key: ["missed-check-in"] for key in panel.people})


def test_what_cannot_be_looked_at_keeps_the_cursor_and_is_said() -> None:
    """A server that refuses to write a Task: the next sweep begins where this one did."""
    panel = gathered(sandbox_backend(), people=8)
    hide_one(panel)
    deaf = replace(panel, backend=panel.backend.otherwise(Knobs(read_only=frozenset({"Task"}))))
    swept = deaf.sweep()
    assert not swept.whole
    assert swept.notes == ("not everything could be looked at: the next sweep begins where this one did",)
    assert deaf.backend.search("Basic?_count=10") == []
    assert [bool(row.warnings) for row in swept.rows] == [True]


def hide_one(panel: Panel, key: str = "p07") -> None:
    """A discharge that nobody follows."""
    encounter(panel.backend, panel.people[key], "IMP", "2026-03-03T09:00:00-06:00", "2026-03-07T11:00:00-06:00")


@pytest.mark.parametrize(
    ("days", "full", "everybody"),
    [(1, False, False), (1, True, True), (31, False, True)],
    ids=["the next day", "the next night", "after a month without one"],
)
def test_whom_a_later_sweep_looks_at(days: int, full: bool, everybody: bool) -> None:
    told = Told()
    panel = gathered(told.backend(), people=4)
    told.time = NOW
    panel.sweep()
    told.time = NOW + timedelta(days=days)
    swept = panel.sweep(told.time, full=full)
    assert (swept.since is None) == everybody
    assert bool(swept.why_everybody) == everybody


def test_after_a_month_without_a_sweep_all_that_still_matters_is_found_once() -> None:
    told = Told()
    panel = gathered(told.backend(), people=6)
    told.time = NOW
    panel.sweep()
    late = NOW + timedelta(days=31)
    told.time = late - timedelta(days=20)
    encounter(panel.backend, panel.people["p01"], "IMP", "2026-03-15T09:00:00-05:00", "2026-03-20T05:00:00-05:00")
    told.time = late
    swept = panel.sweep(late)
    assert swept.looked_at == 6
    assert "follow-discharge" in panel.finds()["p01"]
    assert all(kinds.count("missed-check-in") == 1 for kinds in panel.finds().values())
    before = panel.finds()
    assert [row.finds for row in panel.sweep(late + timedelta(minutes=5)).rows if row.finds] == []
    assert panel.finds() == before


def test_a_whole_panel_is_read_in_few_requests() -> None:
    """Sixty people, of whom five show something: reading them costs a handful, and each find a few more."""
    told = Told()
    panel = gathered(told.backend())
    hide(panel)
    told.time, told.asked = NOW, 0
    swept = panel.sweep(full=True)
    assert (swept.looked_at, sum(len(row.finds) for row in swept.rows)) == (60, 5)
    assert told.asked <= 33  # twenty of them are the five finds
    told.asked = 0
    assert panel.sweep(NOW + timedelta(minutes=5), full=True).looked_at == 60
    assert told.asked <= 25


def test_the_cursor_is_on_the_servers_clock_and_not_on_ours() -> None:
    """The server is forty minutes behind us, more than the overlap: what changes there meanwhile is found."""
    told = Told()
    panel = gathered(told.backend(), people=3)
    told.time = NOW - timedelta(minutes=40)
    panel.sweep(NOW)
    told.time = NOW - timedelta(minutes=30)
    encounter(panel.backend, panel.people["p01"], "IMP", "2026-03-03T09:00:00-06:00", "2026-03-07T11:00:00-06:00")
    told.time = NOW
    swept = panel.sweep(NOW + timedelta(minutes=40))
    assert (swept.since, panel.finds()) == (NOW - timedelta(minutes=55), {"p01": ["follow-discharge"]})


def test_a_server_that_does_not_say_what_time_it_is_is_believed_by_what_it_changed() -> None:
    told = Told()
    panel = gathered(told.backend(Knobs(dated=False)), people=3)
    told.time = NOW
    panel.sweep()
    told.time = NOW + timedelta(hours=1)
    swept = panel.sweep(told.time)
    assert swept.since == NOW - timedelta(days=1, minutes=15)


def test_a_clock_that_was_set_back_makes_everybody_looked_at() -> None:
    told = Told()
    panel = gathered(told.backend(), people=3)
    told.time = NOW
    panel.sweep()
    told.time = NOW - timedelta(hours=2)
    swept = panel.sweep()
    assert (swept.looked_at, "set back" in swept.why_everybody) == (3, True)
    told.time = NOW - timedelta(hours=1)
    assert panel.sweep().since == NOW - timedelta(hours=2, minutes=15)


def test_what_is_not_visible_is_said_once_and_its_cursor_alone_stays() -> None:
    """Care plans that the token may not read: what changed since the last sweep that saw them is looked at later."""
    told = Told()
    panel = gathered(told.backend(), people=4)
    told.time = NOW
    panel.sweep()
    told.time = NOW + timedelta(hours=4)
    (plan,) = panel.backend.search(f"CarePlan?patient={panel.people['p02']}")
    panel.backend.put({**plan, "period": {"start": "2025-11-01"}})
    told.time = NOW + timedelta(days=1)
    deaf = replace(panel, backend=panel.backend.otherwise(Knobs(unreadable=frozenset({"CarePlan"}))))
    swept = deaf.sweep(told.time)
    assert not swept.whole
    assert len(swept.not_visible) == 1
    assert swept.not_visible[0].startswith("CarePlan: ")
    assert "every change of CarePlan" in "; ".join(swept.notes)
    assert cursors(deaf) == {**dict.fromkeys(SUBJECTS, told.time), "CarePlan": NOW}
    told.time = NOW + timedelta(days=2)
    seeing = replace(panel, backend=deaf.backend.otherwise(Knobs()))
    swept = seeing.sweep(told.time)
    assert (swept.whole, swept.why_everybody) == (True, "")
    assert "review-plan" in seeing.finds()["p02"]


def test_a_full_sweep_says_once_what_nobody_can_see_and_the_next_one_is_full() -> None:
    panel = gathered(sandbox_backend(Knobs(unreadable=frozenset({"CarePlan"}))), people=3)
    swept = panel.sweep()
    assert (swept.whole, swept.rows, len(swept.not_visible)) == (False, (), 1)
    assert "has looked at every CarePlan" in panel.sweep().why_everybody


def test_work_that_cannot_be_seen_is_never_no_finds() -> None:
    panel = gathered(sandbox_backend(Knobs(unreadable=frozenset({"Task"}))), people=2)
    swept = panel.sweep()
    assert not swept.whole
    assert len(swept.rows) == 2
    assert all(row.warnings for row in swept.rows)


def cursors(panel: Panel) -> dict[str, datetime]:
    """How far each type was looked at."""
    found = panel.backend.search("Basic?_count=10")
    return {
        each["identifier"][0]["value"].rpartition("/")[2]: datetime.fromisoformat(each["extension"][0]["valueInstant"])
        for each in found
    }


def test_two_sweeps_at_once_write_nothing_twice_and_the_cursor_stands() -> None:
    told = Told()
    panel = gathered(told.backend(), people=6)
    hide_one(panel, "p03")
    told.time = NOW
    occasion = Occasion(NOW, Actor(panel.nurse), load(), NOW.tzinfo)
    server = panel.backend.server()
    both = [sweep(step("find-work"), occasion, server) for _ in range(2)]
    swept = panel.backend.run(together(both))
    assert panel.finds() == {"p03": ["follow-discharge"]}
    assert all(each.whole for each in swept)
    assert cursors(panel) == dict.fromkeys(SUBJECTS, NOW)
    assert all(len(panel.backend.search(f"Basic?identifier={value}")) == 1 for value in values(panel))


def values(panel: Panel) -> list[str]:
    return [
        f"{each['identifier'][0]['system']}|{each['identifier'][0]['value']}" for each in panel.backend.search("Basic")
    ]
