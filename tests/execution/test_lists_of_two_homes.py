"""R7: a list of people beside an EHR shows each with what both homes know, asked in few requests.

The same people are put on one server and on two: the lists are the same. What the EHR does not show of somebody is said
of that person, with the EHR's name, and is never "none".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from carefhir.catalog import READINGS
from carefhir.codes import ELSEWHERE
from carefhir.content.loading import load
from carefhir.engine import runner
from carefhir.fhir.wire import Answer, Ask, Failure, Request, Response
from carefhir.occasion import Actor, Occasion
from carefhir.sandbox import Knobs
from carefhir.sandbox.shapes import shape
from carefhir.workflows.looking.list_rows import List, PatientRow
from carefhir.workflows.looking.stratify_list import stratified
from tests.support.backends import Backend, exchange_of, run_flow, sandbox_backend
from tests.support.panel import NOW, Panel, gathered
from tests.support.two_homes import EHR, TwoHomes, two_homes

Json = dict[str, Any]
ENCOUNTER = re.compile(r"Encounter/[a-z0-9.]+")
STARTS = "2026-03-20T09:00:00-05:00"


@dataclass
class Counted:
    """Runs flows against a backend, and counts what is asked of each home."""

    backend: Backend
    requests: list[Request]
    rounds: int = 0

    def run(self, flow: Any) -> Any:
        def answered(asks: Sequence[Ask]) -> tuple[Answer, ...]:
            sent = [each for each in asks if isinstance(each, Request)]
            self.rounds += bool(sent)
            self.requests += sent
            return tuple(map(self.backend.answer, asks))

        return run_flow(flow, answered)

    def asked(self, home: str) -> Counter[str]:
        """How often, by type."""
        return Counter(each.target.partition("?")[0].partition("/")[0] for each in self.requests if each.home == home)


def occasion(panel: Panel) -> Occasion:
    zone = NOW.tzinfo
    assert zone is not None
    return Occasion(NOW, Actor(panel.nurse), load(), zone)


def worklist(panel: Panel, counted: Counted | None = None, name: str = "worklist", **command: Any) -> List:
    (reading,) = (each for each in READINGS if each.name == name)
    flow = runner.show(reading, reading.command(**command), occasion(panel), panel.backend.server())
    shown: List = (counted or panel.backend).run(flow)
    return shown


def in_hospital(panel: Panel, key: str) -> str:
    backend = panel.backend
    stay = {
        "resourceType": "Encounter", "status": "in-progress", "subject": {"reference": panel.people[key]},
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "period": {"start": "2026-03-08T09:00:00-05:00"},
    }  # fmt: skip
    return backend.create(stay)


def booked(panel: Panel, key: str) -> None:
    panel.backend.create(
        {
            "resourceType": "Appointment", "status": "booked", "start": STARTS, "end": "2026-03-20T09:30:00-05:00",
            "participant": [{"actor": {"reference": panel.people[key]}, "status": "accepted"}],
        }
    )  # fmt: skip


def has_died(panel: Panel, key: str) -> None:
    """Known to the registration of the hospital, which is the EHR where there is one."""
    backend, who = panel.backend, panel.people[key]
    home: Any = backend
    if isinstance(backend, TwoHomes):
        home = backend.ehr
        who = next(place for place, ours in backend._shadows().items() if ours == who)
    home.put({**home.get(who), "deceasedDateTime": "2026-03-08"})


def clinical(panel: Panel) -> Panel:
    """A stay, a visit to come, a death: what the hospital knows."""
    in_hospital(panel, "p00")
    booked(panel, "p01")
    has_died(panel, "p02")
    return panel


def apart(people: int = 5) -> tuple[Panel, TwoHomes]:
    panel = clinical(gathered(two_homes(), people=people))
    assert isinstance(panel.backend, TwoHomes)
    return panel, panel.backend


def row(shown: List, panel: Panel, key: str) -> PatientRow:
    (found,) = (each for each in shown.rows if each.identity.reference == panel.people[key])
    return found


def by_name(panel: Panel, shown: List) -> list[tuple[Any, ...]]:
    """What a list says, without references and the marks of the telling."""
    keys = {reference: key for key, reference in panel.people.items()}
    return sorted(
        (
            keys[each.identity.reference], each.identity.do_not_call,
            [ENCOUNTER.sub("", note) for note in each.notes], each.next_visit, each.tier,
            tuple((due.what, due.when) for due in each.dues), sorted(each.unseen), each.in_hospital, each.paused,
        )
        for each in shown.rows
    )  # fmt: skip


@pytest.mark.parametrize("like", ["", "epic", "oracle", "bare"])
def test_a_list_beside_an_ehr_is_the_list_of_one_server(like: str) -> None:
    alone, (panel, site) = clinical(gathered(sandbox_backend(), people=5)), apart()
    beside = replace(panel, backend=site.shaped(shape(like))) if like else panel
    wanted, got = worklist(alone), worklist(beside)
    assert row(got, panel, "p00").in_hospital
    assert row(got, panel, "p01").next_visit == "Fri 2026-03-20 09:00"
    assert row(got, panel, "p02").identity.do_not_call
    if not like:
        assert got.not_visible == ()
        assert by_name(panel, got) == by_name(alone, wanted)
    assert all(gap.partition(": ")[2].startswith(f"{EHR}: ") for gap in got.not_visible)


@pytest.mark.parametrize("name", ["worklist", "team-list"])
def test_both_lists_show_what_the_ehr_knows(name: str) -> None:
    panel, _ = apart()
    shown = worklist(panel, name=name)
    assert shown.not_visible == ()
    assert row(shown, panel, "p00").in_hospital
    assert row(shown, panel, "p02").identity.do_not_call


def test_what_a_list_costs_does_not_follow_the_number_of_people() -> None:
    """A server that is known to take several patients in a search is asked for all of them."""
    costs = []
    for people in (3, 19):
        panel, site = apart(people)
        counted = Counted(site, [])
        assert len(worklist(panel, counted).rows) == people
        costs.append((counted.rounds, len(counted.requests)))
    assert costs[0] == costs[1]


def test_one_that_is_not_known_to_take_several_is_asked_about_each_in_the_same_round() -> None:
    panel, site = apart(9)
    few, many = (Counted(panel.backend, []), Counted(site.shaped(shape("epic")), []))
    worklist(panel, few)
    beside = replace(panel, backend=many.backend)
    assert row(worklist(beside, many), panel, "p00").in_hospital
    assert many.asked(EHR)["Encounter"] == 9
    assert all(
        "," not in each.target.partition("patient=")[2].partition("&")[0] for each in many.requests if each.home == EHR
    )
    assert many.rounds <= few.rounds + 1, "Patients of the follow come with the rest"


def test_the_links_of_all_are_looked_up_in_one_search() -> None:
    panel, site = apart(9)
    counted = Counted(site, [])
    worklist(panel, counted)
    assert not [each for each in counted.requests if each.home == "main" and each.target.startswith("Patient/")]
    assert counted.asked("main")["Patient"] <= 2


def test_a_companion_with_short_pages_has_everybodys_link() -> None:
    """It gives ten on a page, whatever it is asked for."""
    panel, site = apart(23)
    assert site.sandbox is not None
    short = Backend("short", site.base, exchange_of(site.sandbox.behaving(Knobs(page_max=10))), site.sandbox)
    answers = site.exchange
    site.exchange = lambda request: answers(request) if request.home == EHR else short.exchange(request)
    people = panel.backend.run(stratified(occasion(panel), site.server()))
    assert people.not_visible == ()
    assert [each.not_visible for each in people.rows if each.not_visible] == []
    assert worklist(panel).not_visible == ()


def unlinked(panel: Panel, key: str) -> None:
    record = Backend.get(panel.backend, panel.people[key])
    others = [one for one in record["identifier"] if one["system"] != ELSEWHERE]
    Backend.put(panel.backend, {**record, "identifier": others})


def test_who_is_not_linked_is_named_with_the_command_and_the_others_are_shown() -> None:
    panel, _ = apart()
    unlinked(panel, "p03")
    shown = worklist(panel)
    said = [gap for gap in shown.not_visible if "carefhir link" in gap]
    assert len(said) == 1, "once, and not once for each type"
    assert panel.people["p03"] in said[0]
    assert f"{EHR}: " in said[0]
    assert "appointments" in row(shown, panel, "p03").unseen
    assert any("carefhir link" in note for note in row(shown, panel, "p03").notes)
    assert "appointments" not in row(shown, panel, "p01").unseen
    assert row(shown, panel, "p00").in_hospital


def test_that_whoever_asks_is_not_linked_is_said_for_their_tasks_there_are_not_seen() -> None:
    panel, site = apart()
    record = Backend.get(site, panel.nurse)
    Backend.put(site, {**record, "identifier": [one for one in record["identifier"] if one.get("system") != ELSEWHERE]})
    shown = worklist(panel)
    (said,) = shown.not_visible
    assert said == (
        f"{EHR}: {panel.nurse} is not linked to a record there: carefhir link Practitioner/ID-THERE --to {panel.nurse}"
    )
    assert row(shown, panel, "p00").in_hospital
    assert not [note for each in shown.rows for note in each.notes if "carefhir link" in note], "once, for all"


def test_a_task_of_the_ehr_brings_a_person_with_all_that_is_known_of_them() -> None:
    """Nobody's work here, and one Task there: what the companion knows of them stands in the row, too."""
    panel, site = apart()
    there = {ours: place for place, ours in site._shadows().items()}
    for task in Backend.search(site, "Task?_count=50"):
        if task["for"]["reference"] == panel.people["p00"]:
            Backend.put(site, {**task, "status": "completed"})
    site.ehr.create(
        {
            "resourceType": "Task", "status": "requested", "intent": "order", "description": "call about the stay",
            "for": {"reference": there[panel.people["p00"]]}, "owner": {"reference": there[panel.nurse]},
            "restriction": {"period": {"end": "2026-03-09"}},
        }
    )  # fmt: skip
    shown = worklist(panel)
    found = row(shown, panel, "p00")
    assert [due.task.startswith(f"Task/{EHR}.") for due in found.dues] == [True]
    assert found.in_hospital, "the EHR's"
    assert found.provider, "by the care team that the companion keeps"


@pytest.mark.parametrize("what", [503, "unreachable"])
def test_an_ehr_that_does_not_answer_is_a_gap_of_all_and_is_not_asked_a_hundred_times(what: Any) -> None:
    panel, site = apart(9)
    site = site.shaped(shape("epic"))
    silent(site, lambda _: Failure("unreachable", False) if what == "unreachable" else Response(what, {}, b""))
    counted = Counted(site, [])
    shown = worklist(replace(panel, backend=site), counted)
    assert len(shown.rows) == 9
    assert any(gap.startswith(f"Encounter: {EHR}: ") for gap in shown.not_visible)
    assert all("appointments" in each.unseen for each in shown.rows)
    assert all(any("encounters" in note for note in each.notes) for each in shown.rows)
    assert len([each for each in counted.requests if each.home == EHR]) < 40


def silent(site: TwoHomes, answer: Callable[[Request], Any], *types: str) -> None:
    """The EHR answers so for these types; for all where none is named."""
    answers = site.exchange

    def exchange(request: Request) -> Any:
        asked = request.target.partition("?")[0].partition("/")[0]
        return answer(request) if request.home == EHR and (not types or asked in types) else answers(request)

    site.exchange = exchange


@pytest.mark.parametrize("like", ["", "epic"])
def test_a_type_that_is_refused_is_said_once_and_of_everybody(like: str) -> None:
    panel, site = apart()
    site = site.shaped(shape(like)) if like else site
    silent(site, lambda _: Response(403, {}, b""), "Appointment")
    shown = worklist(replace(panel, backend=site))
    assert [gap.startswith(f"Appointment: {EHR}: ") for gap in shown.not_visible if gap.startswith("App")] == [True]
    assert all("appointments" in each.unseen for each in shown.rows)


def test_one_persons_records_that_fail_are_a_gap_of_that_person() -> None:
    panel, site = apart()
    place = next(there for there, ours in site._shadows().items() if ours == panel.people["p04"])
    site = site.shaped(shape("epic"))
    answers = site.exchange

    def exchange(request: Request) -> Any:
        theirs = request.home == EHR and request.target.startswith("Appointment?") and place.replace("/", "%2F")
        return Response(500, {}, b"") if theirs and theirs in request.target else answers(request)

    site.exchange = exchange
    shown = worklist(replace(panel, backend=site))
    assert "appointments" in row(shown, panel, "p04").unseen
    assert "appointments" not in row(shown, panel, "p01").unseen


def test_whoever_the_ehr_does_not_find_any_more_is_not_shown_as_alive_and_at_home() -> None:
    """The link leads to a record that was merged away, or that we may not see."""
    panel, site = apart()
    record = Backend.get(site, panel.people["p03"])
    for identifier in record["identifier"]:
        if identifier["system"] == ELSEWHERE:
            identifier["value"] = f"{site.ehr.base}/Patient/gone"
    Backend.put(site, record)
    shown = worklist(panel)
    assert any(gap.startswith(f"Patient: {EHR}: ") for gap in shown.not_visible)


# ---- stratify


def tiers(panel: Panel) -> dict[str, Any]:
    people = panel.backend.run(stratified(occasion(panel), panel.backend.server()))
    keys = {reference: key for key, reference in panel.people.items()}
    return {keys[each.patient]: (each.tier, each.at_least, each.reasons, each.not_visible) for each in people.rows}


def test_stratifying_a_panel_beside_an_ehr_is_the_same_and_costs_a_handful() -> None:
    alone, (panel, site) = clinical(gathered(sandbox_backend(), people=5)), apart()
    assert tiers(panel) == tiers(alone)
    counted = Counted(site, [])
    counted.run(stratified(occasion(panel), site.server()))
    assert max(counted.asked(EHR).values()) <= 2
    assert len(counted.requests) < 45


def test_a_tier_that_rests_on_what_the_ehr_hides_is_at_least_that() -> None:
    panel, site = apart()
    panel = replace(panel, backend=site.shaped(Knobs(unreadable=frozenset({"Encounter"}))))
    people = panel.backend.run(stratified(occasion(panel), panel.backend.server()))
    alive = [each for each in people.rows if each.tier]
    assert alive
    assert all(each.at_least or each.tier == "high" for each in alive)
    assert any(gap.startswith(f"Encounter: {EHR}: ") for gap in people.not_visible)
