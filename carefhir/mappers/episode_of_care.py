"""EpisodeOfCare: a patient's time in a programme."""

from __future__ import annotations

from dataclasses import dataclass

from carefhir.codes import PROGRAM
from carefhir.content.loading import Concept
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, first_text, references, relative
from carefhir.fhir.search import Need, Of
from carefhir.lifecycle import ended


def find() -> Need:
    """All of a patient's programmes, past ones too."""
    return Need("episodes", "EpisodeOfCare", (Of("patient", "patient"),), bounded=True)


@dataclass(frozen=True, slots=True)
class EpisodeView:
    """One time in one programme."""

    record: Record
    status: str
    programs: tuple[str, ...]
    ended_at: str
    care_manager: str

    @property
    def over(self) -> bool:
        return ended("EpisodeOfCare", self.status)


def read(record: Record) -> EpisodeView:
    """A programme episode; codes of other systems than ours are not ours to judge."""
    json = record.json
    return EpisodeView(
        record,
        first_text(json, "status") or "",
        tuple(code for system, code in codings(json, "type") if system == PROGRAM),
        first_text(json, "period.end") or "",
        next((found for one in references(json, "careManager") if (found := relative(one))), ""),
    )


def last_ended(episodes: tuple[EpisodeView, ...], program: str) -> str:
    """The id of the episode of a programme that ended last, or `first` when there is none."""
    over = [one for one in episodes if one.over and one.status != "entered-in-error" and program in one.programs]
    return max(over, key=lambda one: (one.ended_at, one.record.id)).record.reference if over else "first"


def write(patient: str, program: Concept, start: str, care_manager: str, team: Json) -> Json:
    """An active episode."""
    return {
        "resourceType": "EpisodeOfCare",
        "status": "active",
        "type": [{"coding": [program.coding]}],
        "patient": {"reference": patient},
        "period": {"start": start},
        "careManager": {"reference": care_manager},
        "team": [team],
    }
