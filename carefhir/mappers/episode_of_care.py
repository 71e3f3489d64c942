"""EpisodeOfCare: a patient's time in a program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from carefhir.codes import BASE, PROGRAM
from carefhir.content.loading import Concept, value_of
from carefhir.fhir.changes import Edit, add, items_in, put
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, dig, first_text, references, relative, words_of
from carefhir.fhir.search import Need, Of
from carefhir.lifecycle import ended

PAUSE = f"{BASE}/StructureDefinition/pause"


def find() -> Need:
    """All of a patient's programs, past ones too."""
    return Need("episodes", "EpisodeOfCare", (Of("patient", "patient"),), bounded=True)


@dataclass(frozen=True, slots=True)
class EpisodeView:
    """One time in one program."""

    record: Record
    status: str
    programs: tuple[str, ...]
    ended_at: str
    care_manager: str
    paused_since: str = ""
    """When it was paused, as FHIR writes it, if we paused it."""
    pause_reason: str = ""
    kind: str = ""
    """Its types in words, those of other systems too."""
    started: str = ""
    """When it began, as FHIR writes it."""

    @property
    def manager_words(self) -> str:
        """The care manager as the record itself calls them; "" if it does not."""
        return first_text(self.record.json, "careManager.display") or ""

    @property
    def over(self) -> bool:
        return ended("EpisodeOfCare", self.status)

    @property
    def paused(self) -> bool:
        """Whether the program is paused: nothing in it is due meanwhile."""
        return self.status == "onhold"


def read(record: Record) -> EpisodeView:
    """A program episode; codes of other systems are ignored."""
    json = record.json
    pause = next(_pauses(json), {})
    return EpisodeView(
        record,
        first_text(json, "status") or "",
        tuple(code for system, code in codings(json, "type") if system == PROGRAM),
        first_text(json, "period.end") or "",
        next((found for one in references(json, "careManager") if (found := relative(one))), ""),
        str(pause.get("since", "")),
        str(pause.get("reason", "")),
        ", ".join(filter(None, (words_of(each) for each in dig(json, "type")))),
        first_text(json, "period.start") or "",
    )


def _pauses(json: Json) -> Iterator[dict[str, Any]]:
    """What our extension says, if present."""
    for extension in dig(json, "extension"):
        if isinstance(extension, dict) and extension.get("url") == PAUSE:
            yield {part: value_of(found) for part in ("since", "reason") for found in _parts(extension, part)}


def _parts(extension: Json, url: str) -> Iterator[Json]:
    return (part for part in dig(extension, "extension") if isinstance(part, dict) and part.get("url") == url)


def pause(since: str, reason: str) -> tuple[Edit, ...]:
    """Puts a program on hold, saying since when and why."""
    parts = [{"url": "since", "valueDateTime": since}, {"url": "reason", "valueString": reason}]
    return (
        _left_behind("active", since),
        put("status", "onhold"),
        add("extension", {"url": PAUSE, "extension": parts}),
    )


def resume(at: str) -> tuple[Edit, ...]:
    """Takes a program off hold."""
    return (_left_behind("onhold", at), put("status", "active"), _without_pause)


def _left_behind(status: str, until: str) -> Edit:
    """Adds the status that ends now to `statusHistory`."""

    def edit(resource: Json) -> None:
        before = items_in(resource, "statusHistory")
        start = first_text(before[-1], "period.end") if before else first_text(resource, "period.start")
        before.append({"status": status, "period": {**({"start": start} if start else {}), "end": until}})

    return edit


def _without_pause(resource: Json) -> None:
    extensions = items_in(resource, "extension")
    kept = [each for each in extensions if not (isinstance(each, dict) and each.get("url") == PAUSE)]
    if kept:
        resource["extension"] = kept
    else:
        resource.pop("extension", None)


def last_ended(episodes: tuple[EpisodeView, ...], program: str) -> str:
    """The id of the program's episode that ended last, or `first` if there is none."""
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
