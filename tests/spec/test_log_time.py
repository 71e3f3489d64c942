"""`log-time`, `time-statement`, and what payers ask of a program: minutes once, what counts, and what is missing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.codes import BILLING_PROGRAM, TIME_ACTIVITY
from carefhir.content import billing
from carefhir.content.loading import load
from carefhir.engine import runner
from carefhir.engine.results import Result
from carefhir.engine.step import Command
from carefhir.faces import terminal_time
from carefhir.fhir.record import codings
from carefhir.sandbox.knobs import Knobs
from carefhir.workflows.looking.time_statement import TIME_STATEMENT, MonthOfTime, ProgramMonth, TimeStatement
from carefhir.workflows.monitoring.log_time import LogTime
from carefhir.workflows.supervision.enroll import Enroll
from tests.spec.tables import Chart, carried_out
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, enroll, stage
from tests.support.stage import done, enrolled
from tests.support.stories.contacts import in_ccm, logging

Json = dict[str, Any]
DAY = "2026-03-09T10:00:00-05:00"
TOLD = ("what-it-is", "care-team", "right-to-stop")
ALL_TOLD = (*TOLD, "cost-sharing", "one-practitioner")


def having(before: Any = enrolled) -> Stage:
    found = stage(sandbox_backend(), "rosa")
    before(found)
    return found


def run(found: Stage, command: Command, who: str = "nurse", when: str = DAY) -> Result:
    return carried_out(found, command, when, actor=found.backend.find("Practitioner", who))


def at(clock: str) -> str:
    """A moment of the day."""
    return f"2026-03-09T{clock}:00-05:00"


def times(found: Stage) -> list[Json]:
    every = Chart(found.backend, found.patient).all("Observation")
    return [each for each in every if each["code"]["coding"][0].get("code") == "minutes"]


def month(found: Stage, which: str = "2026-03") -> MonthOfTime:
    command = TimeStatement(patient=found.patient, month=which)
    return found.backend.run(runner.show(TIME_STATEMENT, command, found.occasion(), found.backend.server()))


def only(found: Stage) -> ProgramMonth:
    (program,) = month(found).programs
    return program


# ---- logging


def test_who_from_when_to_when_for_what_and_in_which_discipline() -> None:
    found = having()
    assert isinstance(run(found, logging(found)), Done)
    (time,) = times(found)
    assert time["effectivePeriod"] == {"start": at("09:00"), "end": at("09:20")}
    assert time["valueQuantity"]["value"] == 20
    assert time["performer"] == [{"reference": found.nurse}]
    codes = [each["valueCodeableConcept"]["coding"][0]["code"] for each in time["component"]]
    assert codes == ["care-management", "talk", "registered-nurse"]


@pytest.mark.parametrize(
    ("started", "ended", "logged"),
    [
        ("09:20", "09:30", True),
        ("08:50", "09:00", True),
        ("09:19", "09:30", False),
        ("08:50", "09:01", False),
        ("09:05", "09:10", False),
        ("08:30", "09:40", False),
    ],
)
def test_nobody_works_twice_at_one_time(started: str, ended: str, logged: bool) -> None:
    found = having()
    assert isinstance(run(found, logging(found)), Done)
    result = run(found, logging(found, started=at(started), ended=at(ended)))
    assert isinstance(result, Done) is logged, result
    assert len(times(found)) == (2 if logged else 1)


def test_nor_for_two_people_and_the_other_is_not_named() -> None:
    found = having()
    other = stage(found.backend, "earl")
    done(other, enroll(other))
    assert isinstance(run(found, logging(found)), Done)
    result = run(other, logging(other, started=at("09:10"), ended=at("09:30")))
    assert isinstance(result, Refused), result
    assert "for another person" in " ".join(result.why)
    assert found.patient not in " ".join(result.why)


def test_two_workers_at_one_time_are_named_and_a_minute_counts_once() -> None:
    found = having(in_ccm)
    assert isinstance(run(found, logging(found)), Done)
    result = run(found, logging(found, started=at("09:10"), ended=at("09:30")), who="social-worker")
    assert isinstance(result, Done), result
    assert "the same minute counts once" in " ".join(result.told.warnings)
    program = only(found)
    assert (program.minutes, program.counted) == (40, 30)
    assert [(each.minutes, each.why) for each in program.not_counted] == [
        (10, "two people at the same time: the same minute counts once")
    ]


def test_why_no_time_is_logged() -> None:
    found = having()
    for changes, why in (
        ({"ended": at("10:01")}, "ended is in the future"),
        ({"ended": at("08:00")}, "less than a minute"),
        ({"started": "2026-03-09T04:00:00-05:00"}, "more than 240 in one stretch"),
        ({"program": "case-management"}, "was not in case management"),
        ({"program": "nothing"}, "there is no program"),
        ({"started": "2026-03-08T09:00:00-05:00", "ended": "2026-03-08T09:10:00-05:00"}, "was not in care management"),
        ({"started": "2026-02-28T23:50:00-05:00", "ended": "2026-03-01T00:10:00-05:00"}, "reaches into another month"),
    ):
        result = run(found, logging(found, **changes))
        assert isinstance(result, Refused), (changes, result)
        assert any(why in sentence for sentence in result.why), (changes, result.why)
    assert times(found) == []


@pytest.mark.parametrize(
    ("activity", "who", "why"),
    [
        ("talk", "nurse", ""),
        ("travel", "nurse", "travel is not care management"),
        ("scheduling", "nurse", "scheduling is not care management"),
        ("talk", "social-worker", ""),
        ("talk", "physician", ""),
    ],
)
def test_what_does_not_count_is_logged_and_said(activity: str, who: str, why: str) -> None:
    found = having(in_ccm)
    result = run(found, logging(found, activity=activity), who=who)
    assert isinstance(result, Done), result
    assert (why in " ".join(result.told.warnings)) if why else not result.told.warnings
    program = only(found)
    assert program.minutes == 20
    assert program.counted == (0 if why else 20)
    assert [each.why for each in program.not_counted] == ([why] if why else [])


def test_a_program_that_counts_the_month_for_itself_is_named() -> None:
    found = having(in_ccm)
    other = found.backend.find("Practitioner", "social-worker")
    in_case = enroll(found, program="case-management", care_manager=other, care_manager_discipline="SW")
    done(found, in_case)
    result = run(found, logging(found, program="case-management"))
    assert isinstance(result, Done), result
    assert "these minutes are not logged for it" in " ".join(result.told.warnings)
    assert {(each.program, each.minutes) for each in month(found).programs} == {
        ("care management", 0),
        ("case management", 20),
    }


# ---- the month


def test_what_is_asked_for_stands_beside_what_is_there() -> None:
    found = having(in_ccm)
    assert isinstance(run(found, logging(found)), Done)
    program = only(found)
    assert program.payers_name == "chronic care management (CCM)"
    assert program.by_discipline == (("registered nurse", 20),)
    assert program.asks[0] == "asks for 20 minutes in the month; on record, of the kind that counts: 20"
    assert any(each.startswith("asks for the person's consent; on record: Consent/") for each in program.asks)
    assert any(each == "asks for a comprehensive plan of care; none is on record" for each in program.asks)
    assert any(each.endswith("this record does not show it") for each in program.asks)


def test_other_months_are_other_statements() -> None:
    found = having()
    assert isinstance(run(found, logging(found)), Done)
    assert month(found, "2026-02").programs == ()
    (april,) = month(found, "2026-04").programs
    assert april.minutes == 0


def test_minutes_that_cannot_be_seen_are_not_none(capsys: pytest.CaptureFixture[str]) -> None:
    found = having(in_ccm)
    assert isinstance(run(found, logging(found)), Done)
    hidden = found.backend.otherwise(Knobs(absent=frozenset({"Observation"})))
    command = TimeStatement(patient=found.patient, month="2026-03")
    statement = hidden.run(runner.show(TIME_STATEMENT, command, found.occasion(), hidden.server()))
    assert not statement.minutes_visible
    assert (statement.programs[0].minutes, statement.programs[0].counted) == (None, None), "never 0"
    assert "could not be seen" in statement.programs[0].asks[0]
    terminal_time.page(statement)
    assert "there may be any number of them" in capsys.readouterr().out


def test_a_mistake_is_in_no_sum_and_is_named() -> None:
    found = having()
    assert isinstance(run(found, logging(found)), Done)
    (time,) = times(found)
    found.backend.put({**time, "status": "entered-in-error"})
    statement = month(found)
    assert statement.programs[0].minutes == 0
    assert statement.unreadable == (f"Observation/{time['id']}",)


def test_it_never_says_billable(capsys: pytest.CaptureFixture[str]) -> None:
    found = having(in_ccm)
    for activity in ("talk", "travel"):
        begins = {"talk": "09:00", "travel": "09:30"}[activity]
        done(found, logging(found, activity=activity, started=at(begins), ended=at(begins[:3] + "50")))
    terminal_time.page(month(found))
    assert "billable" not in capsys.readouterr().out.lower()


# ---- the rules of payers


@pytest.mark.parametrize(
    ("code", "told", "missing"),
    [
        ("ccm", ALL_TOLD, ()),
        ("ccm", TOLD, ("cost-sharing", "one-practitioner")),
        ("ccm", (*TOLD, "cost-sharing"), ("one-practitioner",)),
        ("apcm", TOLD, ("cost-sharing", "one-practitioner")),
        ("apcm", ALL_TOLD, ()),
        ("tcm", TOLD, ()),
    ],
)
def test_what_is_missing_of_the_consent_is_named(code: str, told: tuple[str, ...], missing: tuple[str, ...]) -> None:
    found = having(lambda found: None)
    result = run(found, enroll(found, billing=code, told=told))
    if not missing:
        assert isinstance(result, Done), result
        (episode,) = Chart(found.backend, found.patient).all("EpisodeOfCare")
        assert code in [code for system, code in codings(episode, "type") if system == BILLING_PROGRAM]
        return
    assert isinstance(result, Refused), result
    assert all(f"{topic} (" in " ".join(result.why) for topic in missing)
    assert "leave billing out" in result.why[-1]
    assert isinstance(run(found, enroll(found, told=told)), Done), "care does not wait"


def test_two_chronic_conditions_are_asked_for_where_they_are() -> None:
    found = stage(sandbox_backend(), "kim")
    refused = run(found, enroll(found, billing="ccm", told=ALL_TOLD))
    assert isinstance(refused, Refused), refused
    assert any("asks for 2 chronic conditions, and 1 " in sentence for sentence in refused.why)
    assert isinstance(run(found, enroll(found, billing="apcm", told=ALL_TOLD)), Done)


def test_what_only_the_provider_can_say_is_left_to_them() -> None:
    found = having(lambda found: None)
    result = run(found, enroll(found, billing="ccm", told=ALL_TOLD))
    assert isinstance(result, Done)
    assert any("is the supervising provider's to say" in words for words in result.told.warnings)
    assert any("only one practitioner can claim a month" in words for words in result.told.warnings)


@pytest.mark.parametrize(
    ("first", "second", "excludes"),
    [("ccm", "apcm", True), ("apcm", "tcm", True), ("ccm", "tcm", False), ("tcm", "apcm", True), ("pcm", "ccm", True)],
)
def test_programs_that_exclude_each_other_in_one_month_are_named(first: str, second: str, excludes: bool) -> None:
    found = having(lambda found: in_ccm(found, billing=first))
    result = run(found, enroll(found, program="case-management", billing=second, told=ALL_TOLD))
    assert isinstance(result, Done), result
    assert any("exclude each other" in words for words in result.told.warnings) is excludes
    assert any(each.excluded for each in month(found).programs) is excludes


def test_rules_hold_from_their_day_on() -> None:
    content = load()
    assert not billing.rules_of(content, "apcm", datetime.fromisoformat("2024-12-31T00:00:00+00:00").date()).in_force
    assert billing.rules_of(content, "apcm", datetime.fromisoformat("2025-01-01T00:00:00+00:00").date()).in_force


def test_the_fields_values_are_the_codes_of_the_content() -> None:
    content = load()
    assert set(LogTime.model_fields["activity"].annotation.__args__) == set(  # type: ignore[union-attr]
        content.concepts(TIME_ACTIVITY)
    )
    assert set(Enroll.model_fields["billing"].annotation.__args__) - {""} == set(  # type: ignore[union-attr]
        content.concepts(BILLING_PROGRAM)
    )
