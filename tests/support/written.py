"""One of each kind of record that carefhir writes: what stories, the demo, and what stands beside them leave behind.

Of records that differ by ids and moments alone there is one: every story begins with the same enrollment.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable, Iterator
from typing import Any

from carefhir.catalog import step_for
from carefhir.codes import ELSEWHERE
from carefhir.commands import RecordAssessment, RecordCheckIn
from carefhir.demo.earl import Earl
from carefhir.demo.earl_hip import EarlsHip
from carefhir.demo.rosa import Rosa
from carefhir.demo.rosa_weeks import RosaWeeks
from carefhir.demo.stage import at_server, load
from carefhir.engine import linking, runner
from carefhir.engine.results import Done
from carefhir.fhir.capability import Limits
from carefhir.fhir.codec import decode_object
from carefhir.mappers import sweep_cursor
from carefhir.occasion import Actor, Occasion
from carefhir.sandbox import Sandbox
from carefhir.settings import Settings
from carefhir.workflows.looking import stratify_list
from carefhir.workflows.panel import keep_group
from tests.support.backends import sandbox_backend
from tests.support.delivering import delivering, notes_there
from tests.support.delivering import done as done_and_delivered
from tests.support.graph import without_ids
from tests.support.panel import gathered
from tests.support.scenarios import FIRST_OF_EACH_STEP
from tests.support.stage import ANSWERED_AT, NOW, Scenario, Stage, done, enroll, stage
from tests.support.stories.monitoring import check_in
from tests.support.two_homes import two_homes

Json = dict[str, Any]
COMMAND = "https://carefhir.org/fhir/sid/command"


def is_written(resource: Json) -> bool:
    """Whether carefhir wrote a record, and did not only change or meet it. Keys alone do not say so: stories put
    records with keys there by hand."""
    tagged = any(tag.get("system") == COMMAND for tag in resource.get("meta", {}).get("tag", []))
    identifiers = resource.get("identifier", [])
    systems = {each.get("system") for each in identifiers if isinstance(each, dict)} if identifiers else set()
    return tagged or bool(systems & {sweep_cursor.SYSTEM, ELSEWHERE})


def on(sandbox: Sandbox | None) -> Iterator[Json]:
    """What carefhir wrote on a sandbox, as it stands."""
    assert sandbox is not None
    for records in sandbox._store.types.values():
        for record in records.values():
            newest = record.versions[-1]
            if newest.resource is not None and is_written(resource := decode_object(newest.body)):
                yield resource


def distinct(resources: Iterable[Json]) -> list[Json]:
    """One of those that differ by ids and moments alone."""
    return list({without_ids(each): each for each in resources}.values())


def by_scenarios(scenarios: Iterable[Scenario]) -> list[Json]:
    """What stories leave behind, each on a sandbox of its own."""
    return distinct(resource for scenario in scenarios for resource in _left_by(scenario))


def _left_by(scenario: Scenario) -> Iterator[Json]:
    told = scenario.begun(sandbox_backend())
    command = scenario.command(told)
    told.backend.run(runner.run(step_for(command), command, told.occasion(scenario.now), told.backend.server()))
    yield from on(told.backend.sandbox)


def in_the_demo() -> list[Json]:
    """What the demo leaves behind: Rosa's and Earl's year."""
    with contextlib.redirect_stdout(io.StringIO()), at_server("", Settings(), Limits()) as front:
        cast = load(front)
        Rosa(cast, cast.rosa).told()
        RosaWeeks(cast, cast.rosa).told()
        Earl(cast, cast.earl).told()
        EarlsHip(cast, cast.earl).told()
        return distinct(on(front.sandbox))


def beside_stories() -> list[Json]:
    """What no story of a step leaves behind: numbers that few forms ask for, answers of one more instrument, lists, how
    far a sweep has come, who was linked with an EHR, and the notes that stand there."""
    return distinct([*_further_answers(), *_kept_lists(), *_linked(), *_notes()])


def _further_answers() -> Iterator[Json]:
    for code, numbers in (("J44.9", {"oxygen-saturation": ("94", "%")}), ("E11.9", {"glucose": ("112", "mg/dL")})):
        form = {"J44.9": "check-in-copd", "E11.9": "check-in-diabetes-type-2"}[code]
        kim = _enrolled()
        coding = {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": code}
        kim.backend.create(
            {"resourceType": "Condition", "subject": {"reference": kim.patient}, "code": {"coding": [coding]}}
        )
        answers = check_in(form, numbers=numbers, authored=NOW.isoformat())
        assert isinstance(done(kim, RecordCheckIn(patient=kim.patient, response=answers)), Done)
        yield from on(kim.backend.sandbox)
    kim = _enrolled()
    item = {"linkId": "93031-3", "answer": [{"valueCoding": {"system": "http://loinc.org", "code": "LA30124-4"}}]}
    prapare = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "authored": ANSWERED_AT,
        "questionnaire": "https://carefhir.org/fhir/Questionnaire/prapare",
        "item": [item],
    }
    assert isinstance(done(kim, RecordAssessment(patient=kim.patient, response=prapare)), Done)
    yield from on(kim.backend.sandbox)


def _enrolled() -> Stage:
    kim = stage(sandbox_backend(), "kim")
    assert isinstance(done(kim, enroll(kim)), Done)
    return kim


def _kept_lists() -> Iterator[Json]:
    panel = gathered(sandbox_backend(), people=2)
    coding = {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "F20.9"}
    for who in panel.people.values():
        for code in ("F20.9", "F10.20", "T74.11XA"):
            panel.backend.create(
                {
                    "resourceType": "Condition",
                    "subject": {"reference": who},
                    "code": {"coding": [{**coding, "code": code}]},
                }
            )
    panel.sweep()
    zone = NOW.tzinfo
    assert zone is not None
    occasion = Occasion(NOW, Actor(panel.nurse), stage(sandbox_backend(), "kim").occasion().content, zone)
    people = panel.backend.run(stratify_list.stratified(occasion, panel.backend.server()))
    panel.backend.run(keep_group.kept(people, occasion, panel.backend.server()))
    yield from on(panel.backend.sandbox)


def _linked() -> Iterator[Json]:
    """The people of the examples, as an EHR has them, linked by `carefhir link`."""
    site = two_homes()
    for person in _people():
        server = site.server()
        site.run(linking.link(site.ehr.create(person), server, server.beside[0]))
    yield from (each for each in on(site.sandbox) if each["resourceType"] in linking.LINKED)


def _people() -> list[Json]:
    kim = stage(sandbox_backend(), "kim")
    leads_elsewhere = ("id", "meta", "generalPractitioner", "managingOrganization")
    return [
        {name: value for name, value in kim.backend.get(reference).items() if name not in leads_elsewhere}
        for reference in (kim.patient, kim.nurse)
    ]


def _notes() -> Iterator[Json]:
    told = next(each for each in FIRST_OF_EACH_STEP if each.step == "record-assessment")
    found = delivering(told)
    done_and_delivered(found, told)
    yield from notes_there(found)
