"""`encounter-discharge`: what a discharge calls for, by the dates that `open-transition` itself would set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from carefhir.errors import BadInput
from carefhir.faces.web.app_context import AskedStep
from tests.faces.conftest import LATER
from tests.faces.web.hooks.conftest import APP, DISCHARGE, Hooks

Json = dict[str, Any]


def _cards(hooks: Hooks, encounter: str = "") -> list[Json]:
    named = (encounter or hooks.ward.stay).partition("/")[2]
    return hooks.cards(DISCHARGE, context={"encounterId": named})


def test_rosa_goes_home(hooks: Hooks) -> None:
    """Discharged on a Friday: the first contact is due on Tuesday."""
    (card,) = _cards(hooks)
    assert card["summary"] == "Care management: Open a transition: first contact by Tue 2026-03-10"
    assert "- Reach the patient: due 2026-03-10, 2 business days after discharge" in card["detail"]
    assert "- Book the visit within 7 days: due 2026-03-13, 7 days after discharge" in card["detail"]
    assert "- LACE 11:" in card["detail"]
    assert "Nothing is opened by this card" in card["detail"]
    (link,) = card["links"]
    assert (link["type"], link["url"]) == ("smart", APP)
    assert AskedStep.read(link["appContext"]) == AskedStep("open-transition", hooks.ward.stay)


def test_the_days_are_those_the_step_sets(hooking: Callable[..., Hooks]) -> None:
    hooks = hooking()
    (card,) = _cards(hooks)
    told = [line.removeprefix("- ") for line in card["detail"].splitlines() if ": due " in line]
    result = hooks.service.api("open-transition", {"encounter": hooks.ward.stay}).json()
    written = [line["because"] for line in result["written"] if ": due " in line.get("because", "")]
    assert sorted(told) == sorted(written) != []


def test_while_the_stay_is_open_it_is_counted_from_now(hooking: Callable[..., Hooks]) -> None:
    """The EHR asks when the discharge is signed, on Monday the 9th: two business days from then."""
    hooks = hooking()
    start = hooks.ward.front.get(hooks.ward.stay)["period"]["start"]
    hooks.ward.front.change(hooks.ward.stay, status="in-progress", period={"start": start})
    (card,) = _cards(hooks)
    assert card["summary"] == "Care management: Open a transition: first contact by Wed 2026-03-11"
    assert "as if the stay ended now" in card["detail"]
    assert hooks.ward.front.get(hooks.ward.stay)["status"] == "in-progress"


@pytest.mark.parametrize(
    ("end", "contact_by", "as_if"),
    [
        ("2026-03-06T14:30:00-06:00", "Tue 2026-03-10", False),
        ("2026-03-12T09:00:00-05:00", "Wed 2026-03-11", True),
    ],
)
def test_an_end_that_is_written_before_the_stay_is_closed(
    hooking: Callable[..., Hooks], end: str, contact_by: str, as_if: bool
) -> None:
    """One that has come counts; one that is only planned does not: the person leaves now."""
    hooks = hooking()
    start = hooks.ward.front.get(hooks.ward.stay)["period"]["start"]
    hooks.ward.front.change(hooks.ward.stay, status="in-progress", period={"start": start, "end": end})
    (card,) = _cards(hooks)
    assert card["summary"] == f"Care management: Open a transition: first contact by {contact_by}"
    assert ("as if the stay ended now" in card["detail"]) == as_if


def test_a_transition_that_is_open_already(with_rosa_enrolled: Hooks) -> None:
    (card,) = _cards(with_rosa_enrolled)
    assert card["summary"] == "Care management: a transition for this stay is open already"
    assert AskedStep.read(card["links"][0]["appContext"]).step == "record-contact"


def test_a_transition_that_is_closed_already(hooking: Callable[..., Hooks]) -> None:
    """It is not opened once more, and nobody is sent to call for it."""
    hooks = hooking()
    assert hooks.service.api("open-transition", {"encounter": hooks.ward.stay}).status_code == 200
    (parent,) = [
        each
        for each in hooks.ward.front.search(f"Task?patient={hooks.ward.patient}&_count=100")
        if each["code"]["coding"][0]["code"] == "transition"
    ]
    hooks.ward.front.change(f"Task/{parent['id']}", status="completed")
    (card,) = _cards(hooks)
    assert card["summary"] == "Care management: a transition for this stay is closed already"
    assert "appContext" not in card["links"][0]


def test_earl_goes_to_a_nursing_facility_and_home(hooking: Callable[..., Hooks]) -> None:
    """Rule 8: the hospital's discharge starts no clock, the facility's does; Thanksgiving counts as no business day."""
    hooks = hooking(now=LATER)
    hooks.ward.front.load("earl")
    hooks.ehr.patient = hooks.ward.front.find("Patient", "earl")
    (moved,) = _cards(hooks, hooks.ward.front.find("Encounter", "earl-hospital"))
    assert moved["summary"] == (
        "Care management: Moved to another facility: track the person, no transition clock starts"
    )
    assert ": due " not in moved["detail"]


def test_a_restricted_stay_is_not_told_of(hooking: Callable[..., Hooks]) -> None:
    """Rule 4: that there is something to do is said, and by when; not what the stay was."""
    hooks = hooking()
    treatment = {"coding": [{"system": "http://snomed.info/sct", "code": "56876005"}]}
    hooks.ward.front.change(hooks.ward.stay, type=[treatment])
    (card,) = _cards(hooks)
    assert "first contact by Tue 2026-03-10" in card["summary"]
    assert "A restricted matter: open the chart." in card["detail"]
    assert "substance" not in str(card).lower()


def test_a_visit_calls_for_nothing(hooking: Callable[..., Hooks]) -> None:
    hooks = hooking()
    visit = {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "subject": {"reference": hooks.ward.patient},
        "period": {"start": "2026-03-09T08:00:00-05:00", "end": "2026-03-09T08:30:00-05:00"},
    }
    assert _cards(hooks, hooks.ward.front.create(visit)) == []


def test_hospice_starts_no_clock(hooking: Callable[..., Hooks]) -> None:
    """Rule 24: why there is none is said."""
    hooks = hooking()
    hospice = {"coding": [{"system": "http://www.nubc.org/patient-discharge", "code": "50"}]}
    hooks.ward.front.change(hooks.ward.stay, hospitalization={"dischargeDisposition": hospice})
    (card,) = _cards(hooks)
    assert card["summary"].startswith("Care management: no transition can be opened: the person went home with hospice")
    assert "first contact by" not in str(card)


def test_a_death_starts_no_clock(hooking: Callable[..., Hooks]) -> None:
    hooks = hooking()
    hooks.ward.front.change(hooks.ward.patient, deceasedBoolean=True)
    (card,) = _cards(hooks)
    assert card["summary"].startswith("Care management: no transition can be opened")
    assert "first contact by" not in str(card)


def test_an_encounter_that_is_not_there(hooks: Hooks) -> None:
    (card,) = _cards(hooks, "Encounter/nowhere")
    assert (
        card["summary"] == "Care management could not see this Encounter, so whether a transition is due is not known"
    )


def test_an_encounter_of_somebody_else(hooking: Callable[..., Hooks]) -> None:
    hooks = hooking()
    hooks.ward.front.load("earl")
    (card,) = _cards(hooks, hooks.ward.front.find("Encounter", "earl-hospital"))
    assert "does not belong to" in card["detail"]
    assert "hip" not in str(card)


@pytest.mark.parametrize(("type_", "words"), [("Task", "open tasks"), ("CareTeam", "the care team"), ("Flag", "flags")])
def test_what_could_not_be_seen_is_said(hooks: Hooks, type_: str, words: str) -> None:
    hooks.denied(type_)
    cards = _cards(hooks)
    assert [card for card in cards if "first contact by Tue 2026-03-10" in card["summary"]]
    (unseen,) = [card for card in cards if "could not see" in card["summary"]]
    assert words in unseen["summary"]
    assert f"{type_}: the server answered 403" in unseen["detail"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "open-transition",
        "open-transition:Encounter/18 ",
        "open-transition:Encounter/18\n",
        "open-transition:Patient/18",
        "open-transition:Encounter/1/../2",
        "open-transition:Encounter/" + "1" * 65,
        "open-transition:https://evil.test/Encounter/1",
        "cure:Encounter/18",
        "Open-Transition:Encounter/18",
        "open-transition:Encounter/18?x=1",
        "open-transition:Encounter/١٨",
        "<script>:Encounter/18",
        "{'step': 'open-transition'}",
        None,
        7,
        ["open-transition:Encounter/18"],
    ],
)
def test_what_comes_back_as_app_context_is_read_strictly(text: Any) -> None:
    with pytest.raises(BadInput) as refused:
        AskedStep.read(text)
    assert "18" not in refused.value.message


def test_app_context_there_and_back() -> None:
    context = AskedStep("open-transition", "Encounter/a-1.B")
    assert context.spelled == "open-transition:Encounter/a-1.B"
    assert AskedStep.read(context.spelled) == context
