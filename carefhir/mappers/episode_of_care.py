"""EpisodeOfCare: a patient's time in a program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from carefhir.codes import BASE, BILLING_PROGRAM, PROGRAM
from carefhir.content.loading import Concept, value_of
from carefhir.fhir.changes import Edit, add, items_in, period_ends, put
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, dig, first_text, references, relative, words_of
from carefhir.fhir.search import Need, Of
from carefhir.lifecycle import ended

PAUSE = f"{BASE}/StructureDefinition/pause"
CASE = f"{BASE}/StructureDefinition/case"
LEAVING = f"{BASE}/StructureDefinition/leaving"
"""Our extension: why a person left a program, by code and in words."""


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
    event: str = ""
    """The event a case is around, `Type/ID`; "" for a program that is around none."""
    expected_end: str = ""
    """The day on which a case is expected to be over."""

    @property
    def manager_words(self) -> str:
        """The care manager as the record itself calls them; "" if it does not."""
        return first_text(self.record.json, "careManager.display") or ""

    @property
    def billing(self) -> str:
        """Which program that payers know it is besides (CodeSystem billing-program); "" for none."""
        return next((code for system, code in codings(self.record.json, "type") if system == BILLING_PROGRAM), "")

    @property
    def teams(self) -> tuple[str, ...]:
        """The teams that care for the person in it: `CareTeam/ID`."""
        return tuple(r for one in references(self.record.json, "team") if (r := relative(one)))

    @property
    def left_because(self) -> str:
        """Why the person left, in words: `moved away: lives with her son now`; "" where the record does not say."""
        reasons = [
            each.get("valueCodeableConcept")
            for each in dig(self.record.json, "extension")
            if isinstance(each, dict) and each.get("url") == LEAVING
        ]
        return next((_leaving_in_words(reason) for reason in reasons if isinstance(reason, dict)), "")

    @property
    def uncoded(self) -> bool:
        """Whether it says by no code which program it is: it may be any."""
        return not any(codings(self.record.json, "type"))

    @property
    def unclear(self) -> str:
        """That it may be any program, in words; "" where it says by a code which one it is, or is over."""
        if not self.uncoded or self.over:
            return ""
        how = f"in words only ({self.kind})" if self.kind else "nowhere"
        return f"{self.record.reference} says {how} which program it is: if it is one of ours, have its code added"

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
    event, expected_end = next(_cases(json), ("", ""))
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
        event,
        expected_end,
    )


def _cases(json: Json) -> Iterator[tuple[str, str]]:
    """What our extension says of a case, if present: its event, and its expected end."""
    for extension in dig(json, "extension"):
        if isinstance(extension, dict) and extension.get("url") == CASE:
            events = [r for part in _parts(extension, "event") for r in references(part, "valueReference")]
            ends = [first_text(part, "valueDate") or "" for part in _parts(extension, "expectedEnd")]
            yield next((r for one in events if (r := relative(one))), ""), next(iter(ends), "")


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


def finish(was: str, at: str) -> tuple[Edit, ...]:
    """Ends a program; `was` is its status until then."""
    return (_left_behind(was, at), put("status", "finished"), period_ends(at), _without_pause)


def leave(was: str, at: str, reason: Concept, words: str) -> tuple[Edit, ...]:
    """Ends a program that somebody leaves, saying when and why; `was` is its status until then."""
    why = {"coding": [reason.coding], "text": words}
    return (*finish(was, at), add("extension", {"url": LEAVING, "valueCodeableConcept": why}))


def _leaving_in_words(reason: Json) -> str:
    return ": ".join(filter(None, (first_text(reason, "coding.display"), first_text(reason, "text"))))


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


def around(event: Json, expected_end: str) -> Json:
    """The extension that makes an episode a case: its event, and the day on which it is expected to be over."""
    parts = [{"url": "event", "valueReference": event}, {"url": "expectedEnd", "valueDate": expected_end}]
    return {"url": CASE, "extension": parts}


def write(
    patient: str, program: Concept, start: str, care_manager: str, team: Json, *, billing: Concept | None = None
) -> Json:
    """An active episode; `billing` is the program that payers know it as besides, if any."""
    return {
        "resourceType": "EpisodeOfCare",
        "status": "active",
        "type": [{"coding": [each.coding]} for each in (program, billing) if each],
        "patient": {"reference": patient},
        "period": {"start": start},
        "careManager": {"reference": care_manager},
        "team": [team],
    }
