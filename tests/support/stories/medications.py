"""Stories of medication reconciliation."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from carefhir.engine.results import Done
from carefhir.workflows.monitoring.resolve import Resolve
from carefhir.workflows.transitions.open_transition import OpenTransition
from carefhir.workflows.transitions.reconcile_medications import ReconcileMedications
from tests.support.stage import NOW, Scenario, Stage, done, enrolled

STARTED = datetime.fromisoformat("2026-03-09T09:45:00-05:00")
AS_ORDERED = tuple(
    {"medicine": name, "taking": "yes", "how": "as ordered"}
    for name in ("carvedilol", "furosemide", "insulin glargine", "lisinopril", "sertraline")
)
NO_GLIPIZIDE = {"medicine": "glipizide", "taking": "no"}
ROSA_ASKED = (*AS_ORDERED, NO_GLIPIZIDE)
"""Every medicine of hers asked about: taken as ordered, and the glipizide not since she is home."""


def asked(*answers: dict[str, str]) -> tuple[dict[str, str], ...]:
    """Every medicine of hers asked about, with these answers in place of the usual ones."""
    others = {answer["medicine"] for answer in answers}
    return (*answers, *(answer for answer in ROSA_ASKED if answer["medicine"] not in others))


ROSA_TAKES = (
    {"medicine": "furosemide", "taking": "differently", "how": "20 mg in the morning", "why": "still the old bottle"},
    *(one for one in AS_ORDERED if one["medicine"] != "furosemide"),
    NO_GLIPIZIDE,
    {"medicine": "ibuprofen", "taking": "yes", "how": "for her knees, most evenings"},
)
FUROSEMIDE = {"medicine": "furosemide", "what": "dose-changed", "why": "intended", "action": "taught: the new tablets"}
OLD_BOTTLE = {"medicine": "furosemide", "what": "adherence", "why": "intended", "action": "taught"}
IBUPROFEN = {"medicine": "ibuprofen", "what": "over-the-counter", "why": "unknown", "action": "ask: heart failure"}
GLIPIZIDE = {"medicine": "glipizide", "what": "omitted", "why": "unintended", "action": ""}
ROSA_DECIDES = (FUROSEMIDE, OLD_BOTTLE, IBUPROFEN, GLIPIZIDE)


def home(found: Stage) -> None:
    """Enrolled, and the transition opened."""
    enrolled(found)
    stay = found.backend.find("Encounter", "rosa-stay" + found.mark)
    assert isinstance(done(found, OpenTransition(patient=found.patient, encounter=stay)), Done)


def transition_of(found: Stage) -> str:
    """The parent Task of the transition."""
    tasks = found.backend.search(f"Task?patient={found.patient}&_count=200")
    (parent,) = [one for one in tasks if one["code"].get("coding", [{}])[0].get("code") == "transition"]
    return f"Task/{parent['id']}"


def reconcile(found: Stage, **changes: Any) -> ReconcileMedications:
    return ReconcileMedications.model_validate(
        {"patient": found.patient, "transition": transition_of(found), "started": STARTED, **changes}
    )


def _nurse(found: Stage) -> ReconcileMedications:
    return reconcile(found, taking=ROSA_TAKES, decisions=ROSA_DECIDES)


def _all_meant(found: Stage) -> ReconcileMedications:
    return reconcile(
        found, taking=ROSA_ASKED, decisions=(FUROSEMIDE, {**GLIPIZIDE, "why": "intended", "action": "taught"})
    )


def _not_all_asked(found: Stage) -> ReconcileMedications:
    """The daughter knows of two medicines, and nobody of the rest."""
    rest = {"medicine": "all", "why": "no interpreter today; her daughter knows of two only"}
    return reconcile(found, taking=AS_ORDERED[1:3], not_asked=(rest,), decisions=(FUROSEMIDE, GLIPIZIDE))


def _prescriber(found: Stage) -> ReconcileMedications:
    """After the nurse: the prescriber decides what she passed on."""
    decisions = (
        FUROSEMIDE,
        OLD_BOTTLE,
        {**IBUPROFEN, "action": "stop it"},
        {**GLIPIZIDE, "action": "stop: insulin is enough"},
    )
    later = STARTED + timedelta(hours=4)
    return reconcile(found, started=later, taking=ROSA_TAKES, decisions=decisions)


def _passed_on(found: Stage) -> None:
    home(found)
    assert isinstance(done(found, _nurse(found)), Done)


def open_question(found: Stage, medicine: str) -> str:
    """The Task that asks the prescriber about a medicine, open or not."""
    tasks = found.backend.search(f"Task?patient={found.patient}&_count=200")
    (task,) = [one for one in tasks if str(one.get("description")).startswith(f"Decide: {medicine},")]
    return f"Task/{task['id']}"


def decide(found: Stage, medicine: str, *decided: dict[str, str], **more: Any) -> Resolve:
    """The prescriber's decision about a medicine."""
    values = {"outcome": "lows when food runs out", "at": STARTED + timedelta(hours=1), "decided": decided, **more}
    return Resolve.model_validate({"patient": found.patient, "task": open_question(found, medicine), **values})


def _stopped(found: Stage) -> Resolve:
    return decide(found, "glipizide", {"what": "stop"})


def _not_taken(found: Stage) -> None:
    """She does not take her insulin: high-alert, so the prescriber decides."""
    home(found)
    taking = asked({"medicine": "insulin glargine", "taking": "no", "why": "afraid of lows"})
    insulin = {"medicine": "insulin-glargine", "what": "adherence", "why": "unintended"}
    assert isinstance(done(found, reconcile(found, taking=taking, decisions=(FUROSEMIDE, GLIPIZIDE, insulin))), Done)


def _changed(found: Stage) -> Resolve:
    """The statement says not taken, which is an end: a new one says how it is taken from now on."""
    return decide(found, "insulin-glargine", {"what": "change", "instruction": "10 units at bedtime"})


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("a nurse passes on what nobody meant", "reconcile-medications", "rosa", home, _nurse),
    Scenario("a nurse who could not ask about all", "reconcile-medications", "rosa", home, _not_all_asked),
    Scenario("a pharmacist, all of it meant", "reconcile-medications", "rosa", home, _all_meant, by="pharmacist"),
    Scenario(
        "a prescriber decides what was passed on",
        "reconcile-medications",
        "rosa",
        _passed_on,
        _prescriber,
        NOW + timedelta(hours=6),
        on_real_servers=True,
        by="physician",
    ),
    Scenario(
        "a prescriber stops a medicine",
        "resolve",
        "rosa",
        _passed_on,
        _stopped,
        NOW + timedelta(hours=2),
        by="physician",
    ),
    Scenario(
        "a prescriber changes a medicine that is not taken",
        "resolve",
        "rosa",
        _not_taken,
        _changed,
        NOW + timedelta(hours=2),
        by="physician",
    ),
)
