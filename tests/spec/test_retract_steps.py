"""What `retract` does with each step: a line of CodeSystem retraction-rule each, and what becomes of what it wrote."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.catalog import STEPS, step_for
from carefhir.codes import DISCIPLINE, STEP_NAME
from carefhir.content import retraction
from carefhir.content.loading import load
from carefhir.engine import runner
from carefhir.engine.results import Result
from carefhir.engine.step import Command
from carefhir.occasion import Occasion
from carefhir.workflows.undo.retract import Retract
from tests.spec.tables import Chart, carried_out
from tests.support.backends import Backend, sandbox_backend
from tests.support.scenarios import SCENARIOS, SOME, Scenario, Stage, stage
from tests.support.stage import NOW
from tests.support.stories import assessment, contacts, coordination, panel, people, undo

Json = dict[str, Any]
WHY = "it was another patient with the same name"
NEWER = frozenset(retraction.taken_back(load())) - {
    "record-death",
    "record-contact",
    "record-check-in",
    "record-assessment",
}
TOLD = [scenario for scenario in SOME if scenario.step in NEWER]
REFUSED = [
    next(scenario for scenario in SCENARIOS if scenario.step == step.name)
    for step in STEPS
    if step.name not in retraction.taken_back(load())
]


def by_name(scenario: Scenario) -> str:
    return scenario.name


class Told:
    """A story that was told to its end, and whoever told it."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.stage: Stage = scenario.begun(sandbox_backend())
        self.command = scenario.command(self.stage)
        result = self.run(self.command)
        assert isinstance(result, Done | Refused), result
        done = result.kept if isinstance(result, Refused) else result
        assert isinstance(done, Done), result
        self.done: Done = done

    @property
    def occasion(self) -> Occasion:
        return self.stage.occasion(self.scenario.now)

    def run(self, command: Command) -> Result:
        server = self.stage.backend.server()
        return self.stage.backend.run(runner.run(step_for(command), command, self.occasion, server))

    def taken_back(self) -> Done:
        result = self.run(Retract(patient=self.stage.patient, what=self.done.receipt, reason=WHY))
        assert isinstance(result, Done), result
        return result

    def get(self, reference: str) -> Json:
        return self.stage.backend.get(reference)

    def before(self, line: Any) -> Json:
        """What the story amended, as it was before."""
        number = int(line.version) - 1
        return self.stage.backend.get(f"{line.reference}/_history/{number}")


def in_error(resource: Json) -> bool:
    if resource["resourceType"] == "RelatedPerson":
        return resource["active"] is False
    if resource["resourceType"] == "Condition":
        return resource["verificationStatus"]["coding"][0]["code"] == "entered-in-error"
    return resource["status"] == "entered-in-error"


NEVER_BACK = ("meta", "identifier", "lastModified", "text")


def test_every_step_has_a_line() -> None:
    content = load()
    for step in STEPS:
        rule = retraction.rule_of(content, step.name)
        assert rule is not None, step.name
        assert rule.taken_back != bool(rule.instead), step.name


@pytest.mark.parametrize("scenario", TOLD, ids=by_name)
def test_a_step_is_taken_back(scenario: Scenario) -> None:
    """What it created is in error, and what it amended as it was; whatever is not is named, in the answer and in a
    Task."""
    told = Told(scenario)
    result = told.taken_back()
    named = " ".join(result.told.warnings)
    for line in told.done.written:
        after = told.get(line.reference)
        if after["resourceType"] == "Provenance":
            continue
        if line.how == "created":
            assert in_error(after) or line.reference in named, line
            continue
        before = told.before(line)
        kept = {name: value for name, value in after.items() if name not in NEVER_BACK}
        assert line.reference in named or kept == {
            name: value for name, value in before.items() if name not in NEVER_BACK
        }, line
    asked = [
        line
        for line in result.written
        if line.reference.startswith("Task/") and "Decide by hand" in told.get(line.reference).get("description", "")
    ]
    assert bool(asked) == any("taken back in part" in sentence for sentence in result.told.says), result.told
    again = told.run(Retract(patient=told.stage.patient, what=told.done.receipt, reason="it never was"))
    assert isinstance(again, Done)
    assert again.by == "an earlier run"


@pytest.mark.parametrize("scenario", TOLD, ids=by_name)
def test_what_was_right_after_all_is_recorded_again(scenario: Scenario) -> None:
    """Never by a repeat alone: it names the retraction, and then the step writes as it did the first time."""
    told = Told(scenario)
    receipt = told.taken_back().receipt
    refused = told.run(told.command)
    assert isinstance(refused, Refused)
    assert f"({receipt}): if it is right after all, name that receipt in again_after" in refused.why[0]
    command = told.command.model_copy(update={"again_after": receipt})
    result = told.run(command)
    assert not isinstance(result, Refused) or "taken back on" not in result.why[0]
    if isinstance(result, Done):
        for repeat in (command, told.command):
            once_more = told.run(repeat)
            assert isinstance(once_more, Done)
            assert once_more.by == "an earlier run"


@pytest.mark.parametrize("scenario", REFUSED, ids=by_name)
def test_a_step_that_is_not_taken_back_says_what_to_do_instead(scenario: Scenario) -> None:
    told = Told(scenario)
    versions = {line.reference: told.get(line.reference)["meta"]["versionId"] for line in told.done.written}
    result = told.run(Retract(patient=told.stage.patient, what=told.done.receipt, reason=WHY))
    assert isinstance(result, Refused)
    rule = retraction.rule_of(load(), scenario.step)
    assert rule is not None
    assert f"{scenario.step}: {rule.instead}" in result.why[0]
    assert versions == {reference: told.get(reference)["meta"]["versionId"] for reference in versions}


# ---- what each of them comes to


@pytest.fixture(scope="module")
def server() -> Backend:
    return sandbox_backend()


@pytest.fixture
def rosa(server: Backend) -> Stage:
    return stage(server, "rosa")


def run(found: Stage, command: Command, when: datetime = NOW, who: str = "") -> Result:
    return carried_out(found, command, when.isoformat(), actor=who)


def recorded(found: Stage, command: Command, when: datetime = NOW) -> Done:
    result = run(found, command, when)
    assert isinstance(result, Done), result
    return result


def back(found: Stage, what: str, when: datetime = NOW, who: str = "") -> Done:
    result = run(found, Retract(patient=found.patient, what=what, reason=WHY), when, who)
    assert isinstance(result, Done), result
    return result


def written(found: Stage, type_: str) -> list[Json]:
    return Chart(found.backend, found.patient).written(type_)


def tasks(found: Stage, code: str) -> list[Json]:
    return [task for task in written(found, "Task") if task["code"]["coding"][0]["code"] == code]


def test_an_attempt_of_several_is_taken_back(rosa: Stage) -> None:
    """The Task that the first attempt opened stays for the others, and says how many are left."""
    contacts.enrolled(rosa)
    first = recorded(rosa, contacts.not_reached(rosa))
    recorded(rosa, contacts.not_reached(rosa, started="2026-03-09T09:30:00-05:00"))
    result = back(rosa, first.receipt)
    (task,) = tasks(rosa, "reach-person")
    assert task["status"] == "in-progress"
    assert task["statusReason"]["text"] == "1 attempt, after one was taken back"
    assert f"the Task to reach the person (Task/{task['id']}) stays open: 1 attempt left" in result.told.says
    assert not tasks(rosa, "finish-retraction")


def test_the_only_attempt_is_taken_back(rosa: Stage) -> None:
    contacts.enrolled(rosa)
    back(rosa, recorded(rosa, contacts.not_reached(rosa)).receipt)
    (task,) = tasks(rosa, "reach-person")
    assert task["status"] == "entered-in-error"


def test_a_protocol_that_counted_an_attempt_is_looked_at(rosa: Stage) -> None:
    """It ended with the letter, and an attempt in the middle never was: a person decides whether to go on."""
    contacts.unreachable(rosa)
    attempts = sorted(written(rosa, "Communication"), key=lambda talk: str(talk["sent"]))
    result = back(rosa, f"Communication/{attempts[1]['id']}")
    (task,) = tasks(rosa, "reach-person")
    assert task["status"] == "failed"
    assert any("Decide whether to go on" in words for words in result.told.warnings)
    assert "Decide whether to go on" in tasks(rosa, "finish-retraction")[0]["description"]


def test_a_talk_with_somebody_else_reached_nobody(rosa: Stage) -> None:
    """What it had settled is open again, by name and with its day; the attempts before it count on."""
    contacts.tried(rosa)
    due = tasks(rosa, "reach-person")[0]["restriction"]
    call = recorded(rosa, contacts.calling(rosa))
    result = back(rosa, call.receipt)
    (task,) = tasks(rosa, "reach-person")
    assert (task["status"], task["restriction"]) == ("in-progress", due)
    assert any(f"Task/{task['id']}) is in-progress again, due {due['period']['end']}" in s for s in result.told.says)


def test_words_of_danger_are_somebodys(rosa: Stage) -> None:
    """They leave this chart, by somebody with a license only, and a Task says to find out whose they are."""
    contacts.enrolled(rosa)
    worker = somebody(rosa, "community-health-worker")
    result = carried_out(rosa, contacts.alarming(rosa), NOW.isoformat(), actor=worker)
    assert isinstance(result, Done), result
    refused = run(rosa, Retract(patient=rosa.patient, what=result.receipt, reason=WHY), who=worker)
    assert isinstance(refused, Refused)
    assert "taking back a safety finding is not for community health worker" in refused.why[0]
    (instruction,) = refused.told.instructions
    assert instruction.startswith("THESE WORDS ARE SOMEBODY'S, AND THEY CALL FOR ACTION. Find out now whose they are")
    done = back(rosa, result.receipt)
    assert done.told.instructions == (instruction,)
    assert {flag["status"] for flag in Chart(rosa.backend, rosa.patient).all("Flag")} == {"entered-in-error"}
    (search,) = tasks(rosa, "whose-answers")
    assert search["priority"] == "stat"
    assert search["description"].startswith("Words that call for action were taken back from this chart")


def test_an_opt_out_of_somebody_else_is_taken_back(rosa: Stage) -> None:
    """Nobody stays uncalled by mistake."""
    contacts.enrolled(rosa)
    back(rosa, recorded(rosa, contacts.opting_out(rosa)).receipt)
    again = recorded(rosa, contacts.calling(rosa, started="2026-03-09T09:40:00-05:00"))
    assert not any("does not want" in words for words in again.told.warnings), again.told


def test_minutes_that_were_wrong_are_logged_again(rosa: Stage) -> None:
    """They count no more, in no month, and do not stand in the way of the right ones."""
    contacts.in_ccm(rosa)
    wrong = recorded(rosa, contacts.logging(rosa))
    in_the_way = run(
        rosa, contacts.logging(rosa, started="2026-03-09T09:10:00-05:00", ended="2026-03-09T09:15:00-05:00")
    )
    assert isinstance(in_the_way, Refused)
    receipt = back(rosa, wrong.receipt).receipt
    right = contacts.logging(rosa, ended="2026-03-09T09:10:00-05:00")
    refused = run(rosa, right)
    assert isinstance(refused, Refused)
    assert "again_after" in refused.why[0]
    recorded(rosa, right.model_copy(update={"again_after": receipt}))
    (standing,) = [each for each in written(rosa, "Observation") if each["status"] == "final"]
    assert standing["effectivePeriod"]["end"].startswith("2026-03-09T09:10:00")


def test_a_consent_that_was_ended_is_not_revived(rosa: Stage) -> None:
    """What the daughter may know was said anew of the wrong person: nobody knows what is so, so nothing is."""
    people.helped(rosa)
    before = [each for each in Chart(rosa.backend, rosa.patient).all("Consent") if each["status"] == "active"]
    less = recorded(rosa, people.less(rosa))
    result = back(rosa, less.receipt)
    ended = [consent for consent in before if rosa.backend.get(f"Consent/{consent['id']}")["status"] == "inactive"]
    assert len(ended) == 1
    words = f"consent (Consent/{ended[0]['id']}) stays ended, for nobody may know more than the person said"
    assert any(words in warning for warning in result.told.warnings), result.told
    assert words in tasks(rosa, "finish-retraction")[0]["description"]


def test_somebody_who_does_not_help_is_no_helper(rosa: Stage) -> None:
    """Whom our step put on record is marked as not active; what rests on them since is named."""
    contacts.enrolled(rosa)
    new = recorded(rosa, people.neighbor(rosa))
    (helper,) = [line.reference for line in new.written if line.type == "RelatedPerson"]
    rosa.backend.create(
        {
            "resourceType": "Task", "status": "requested", "intent": "order", "code": {"text": "bring the meals"},
            "for": {"reference": rosa.patient}, "owner": {"reference": helper},
        }
    )  # fmt: skip
    result = back(rosa, new.receipt)
    assert rosa.backend.get(helper)["active"] is False
    team = Chart(rosa.backend, rosa.patient).all("CareTeam")
    assert helper not in str(team)
    assert any("rests on what is taken back: look at it again" in words for words in result.told.warnings)


def test_a_helper_who_was_recorded_further_since_stays(rosa: Stage) -> None:
    """Two things were said of them, and the first is taken back: who they are rests on the second now."""
    contacts.enrolled(rosa)
    new = recorded(rosa, people.neighbor(rosa))
    (helper,) = [line.reference for line in new.written if line.type == "RelatedPerson"]
    later = people.helping(rosa, at=people.TOLD_AGAIN, helper=helper, phone="+1-555-0123", may_know=(), consent="")
    recorded(rosa, later)
    result = back(rosa, new.receipt)
    assert rosa.backend.get(helper)["active"] is True
    assert any(f"helper ({helper}) was worked on since" in words for words in result.told.warnings)


def test_the_tier_before_counts_again(rosa: Stage) -> None:
    """By name, with its day; and the next check-in is where it was."""
    assessment.concluded(rosa)
    before = next(risk for risk in written(rosa, "RiskAssessment") if "care-tier" in str(risk["method"]))
    done = recorded(rosa, assessment.otherwise(rosa), assessment.AFTERNOON)
    (wrong,) = [line.reference for line in done.written if line.type == "RiskAssessment"]
    result = back(rosa, wrong, assessment.AFTERNOON)
    assert rosa.backend.get(wrong)["status"] == "entered-in-error"
    assert f"the tier that counts now: high, set on 2026-03-09 (RiskAssessment/{before['id']})" in result.told.says
    assert any(words.startswith("next check-in due on 2026-06-01 (Task/") for words in result.told.says)


def test_the_only_tier(rosa: Stage) -> None:
    done = recorded(rosa, assessment.tier_set(rosa, at_least=True), assessment.AFTERNOON)
    result = back(rosa, done.receipt, assessment.AFTERNOON)
    assert "no tier is on record now: set one with set-tier" in result.told.says


def test_what_was_handed_over_is_asked_for_back(server: Backend) -> None:
    """The document is in error; what somebody has in their hands a person must ask for, today."""
    nora = stage(server, "nora")
    coordination.planned(nora)
    done = recorded(nora, coordination.sharing(nora), coordination.IN_MAY)
    result = back(nora, done.receipt, coordination.IN_MAY)
    (document,) = written(nora, "DocumentReference")
    assert document["status"] == "entered-in-error"
    assert any("was handed over, and that cannot be taken back: call the recipient" in w for w in result.told.warnings)
    (task,) = tasks(nora, "finish-retraction")
    assert (task["priority"], task["restriction"]["period"]["end"]) == ("urgent", "2026-05-14")
    assert "it went to the patient" in task["description"]


def test_a_loop_goes_on_after_its_first_event_was_taken_back(server: Backend) -> None:
    """The referral was not sent: it can be."""
    nora = stage(server, "nora")
    coordination.cared_for(nora)
    done = recorded(nora, coordination.sending(nora), coordination.IN_MAY)
    back(nora, done.receipt, coordination.IN_MAY)
    later = coordination.sending(nora, at="2026-05-14T09:40:00-05:00")
    assert isinstance(run(nora, later, coordination.IN_MAY), Done)


def test_a_visit_that_was_not_kept_after_all(server: Backend) -> None:
    """Whether it was is not known then: it is booked, as it was, and no result is waited for."""
    nora = stage(server, "nora")
    coordination.attended(nora)
    done = recorded(nora, coordination.keeping(nora), coordination.AFTER_THE_VISIT)
    back(nora, done.receipt, coordination.AFTER_THE_VISIT)
    (visit,) = written(nora, "Appointment")
    assert visit["status"] == "booked"
    assert isinstance(run(nora, coordination.missing(nora), coordination.AFTER_THE_VISIT), Done | Refused)


def test_a_later_event_is_taken_back_first(server: Backend) -> None:
    """The visit was kept since: that it was booked is taken back only after that."""
    nora = stage(server, "nora")
    coordination.sent(nora)
    booked = recorded(nora, coordination.booking(nora), coordination.IN_MAY)
    coordination.seen(nora)
    kept = recorded(nora, coordination.keeping(nora), coordination.AFTER_THE_VISIT)
    first = Retract(patient=nora.patient, what=booked.receipt, reason=WHY)
    refused = run(nora, first, coordination.AFTER_THE_VISIT)
    assert isinstance(refused, Refused)
    assert "what happened later rests on it: kept was recorded since" in refused.why[0]
    back(nora, kept.receipt, coordination.AFTER_THE_VISIT)
    back(nora, booked.receipt, coordination.AFTER_THE_VISIT)
    (visit,) = written(nora, "Appointment")
    assert visit["status"] == "entered-in-error"


def test_a_red_finding_can_be_passed_on_after_it_was_withdrawn(rosa: Stage) -> None:
    """Somebody was asked by mistake; the finding is still open, and they can be asked."""
    contacts.enrolled(rosa)
    panel.planted_task(rosa)
    done = recorded(rosa, panel.passing_on(rosa))
    result = back(rosa, done.receipt)
    assert any("stays open, and somebody must answer it" in words for words in result.told.says)
    later = panel.passing_on(rosa).model_copy(update={"at": NOW})
    assert isinstance(run(rosa, later), Done)


def test_who_may(rosa: Stage) -> None:
    """Whoever did it; else a nurse or a provider."""
    contacts.enrolled(rosa)
    done = recorded(rosa, contacts.calling(rosa))
    worker = somebody(rosa, "community-health-worker")
    refused = run(rosa, Retract(patient=rosa.patient, what=done.receipt, reason=WHY), who=worker)
    assert isinstance(refused, Refused)
    assert "taking back what somebody else recorded is not for community health worker" in refused.why[0]
    back(rosa, done.receipt, who=rosa.physician)


def test_a_receipt_of_an_earlier_release_names_no_step(rosa: Stage) -> None:
    """What could be taken back then still can be: its content tells which step it was. Anything else is named."""
    undo.reached(rosa)
    attempt = undo.attempts(rosa)[-1]
    (receipt,) = rosa.backend.search(f"Provenance?target={attempt}&_count=20")
    receipt["meta"]["tag"] = [tag for tag in receipt["meta"]["tag"] if tag["system"] != STEP_NAME]
    rosa.backend.put(receipt)
    back(rosa, attempt)
    assert rosa.backend.get(attempt)["status"] == "entered-in-error"


def somebody(found: Stage, discipline: str) -> str:
    who = found.backend.create({"resourceType": "Practitioner", "active": True, "name": [{"family": "Somebody"}]})
    code = {"coding": [{"system": DISCIPLINE, "code": discipline}]}
    found.backend.create(
        {"resourceType": "PractitionerRole", "active": True, "practitioner": {"reference": who}, "code": [code]}
    )
    return who
