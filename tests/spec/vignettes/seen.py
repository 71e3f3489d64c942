"""What a story looks at: one thing on the chart, or in what a person is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.spec.story import After, Person, Then
from tests.spec.tables import Json

BASE = "https://carefhir.org/fhir"
CARE_TASK = f"{BASE}/CodeSystem/care-task"
CLOSED = ("completed", "cancelled", "rejected", "failed", "entered-in-error")


def code(element: Json) -> str:
    """The first code of a concept."""
    found: str = element["coding"][0]["code"]
    return found


def codes(element: Json) -> set[str]:
    """All codes of a concept."""
    return {one["code"] for one in element.get("coding", ())}


def tasks_of(after: After, kind: str, *, new: bool = False) -> list[Json]:
    """The Tasks of a kind: all that stand, or those of this row."""
    found = after.new("Task") if new else after.chart.written("Task")
    return [one for one in found if code(one["code"]) == kind]


def task_of(after: After, kind: str) -> Json:
    """The only Task of a kind that stands."""
    (found,) = tasks_of(after, kind)
    return found


def due(kind: str, day: str, words: str) -> Then:
    """The day by which the Task of a kind is due."""
    return Then(words, day, lambda at: task_of(at, kind)["restriction"]["period"]["end"])


def clock(date: str, day: str, words: str) -> Then:
    """A date on the transition Task."""
    return Then(words, day, lambda at: at.chart.clock()[date])


def status(kind: str, expected: str, words: str) -> Then:
    """The status of the only Task of a kind."""
    return Then(words, expected, lambda at: task_of(at, kind)["status"])


def state(kind: str, expected: str, words: str) -> Then:
    """Where the only Task of a kind stands, in the program's own terms."""
    return Then(words, expected, lambda at: code(task_of(at, kind)["businessStatus"]))


def new_tasks(expected: set[str], words: str = "new Tasks: {}") -> Then:
    """The kinds of Task that a row wrote."""
    return Then(words, expected, lambda at: {code(one["code"]) for one in at.new("Task")})


def owners(kind: str, expected: set[Person], words: str) -> Then:
    """Who has the new Tasks of a kind."""
    return Then(words, expected, lambda at: at.owners(tasks_of(at, kind, new=True)))


def says(expected: str, words: str = "and the result says '{}'") -> Then:
    """Words that a result says to whoever acted."""
    return _in(expected, words, lambda at: (*at.told.says, *at.told.warnings))


def refuses(expected: str, words: str = "because '{}'") -> Then:
    """Words of the reasons why a step refused."""
    return _in(expected, words, lambda at: at.result.why)


def notes(expected: str, words: str = "a note says that {}") -> Then:
    """Words beside the result of an act that was already done."""
    return _in(expected, words, lambda at: at.result.notes)


def do_now(expected: str, words: str) -> Then:
    """Words of the first instruction."""
    return _in(expected, words, lambda at: at.told.instructions[:1])


def _in(expected: str, words: str, where: Callable[[After], Any]) -> Then:
    def seen(after: After) -> str:
        found = tuple(where(after))
        return expected if any(expected in one for one in found) else "\n".join(found)

    return Then(words, expected, seen)


def nothing_new(words: str = "resources written: {}") -> Then:
    """A row that changes nothing on the server."""
    return Then(words, 0, lambda at: len(_versions(at.chart.resources) - _versions(at.before.resources)))


def _versions(resources: list[Json]) -> set[tuple[str, str, str]]:
    return {(one["resourceType"], one["id"], one.get("meta", {}).get("versionId", "")) for one in resources}


def diagnoses() -> Then:
    """No screen writes one."""
    return Then("mental health diagnoses written (ICD-10 chapter F): {}", set(), _chapter_f)


def _chapter_f(after: After) -> set[str]:
    icd = "http://hl7.org/fhir/sid/icd-10-cm"
    found = after.chart.written("Condition")
    every = [each for one in found for each in one["code"]["coding"]]
    return {one["code"] for one in every if one.get("system") == icd and one["code"].startswith("F")}


def days_of(after: After, kind: str) -> set[str]:
    """The days on which the new Tasks of a kind are due."""
    return {one["restriction"]["period"]["end"] for one in tasks_of(after, kind, new=True)}


def each(after: After, kind: str, element: str) -> set[str]:
    """An element of the new Tasks of a kind."""
    return {one[element] for one in tasks_of(after, kind, new=True)}


def states_of(after: After, kind: str) -> set[str]:
    """Where all Tasks of a kind stand, in the program's own terms."""
    return {code(one["businessStatus"]) for one in tasks_of(after, kind)}


def open_of(after: After, kind: str) -> int:
    """How many Tasks of a kind are open."""
    return len([one for one in tasks_of(after, kind) if one["status"] not in CLOSED])


def color(after: After) -> str:
    """What the check-in of this row came to."""
    (found,) = [one for one in after.new("Observation") if "triage" in codes(one["code"])]
    return code(found["valueCodeableConcept"])


def issues(after: After) -> dict[str, str]:
    """What is for a person to decide, with its status."""
    return {code(one["code"]): one["status"] for one in after.chart.written("DetectedIssue")}


def undecided(after: After) -> set[str]:
    """What nobody has decided yet: contradictions and discrepancies."""
    found = after.chart.written("DetectedIssue")
    return {code(one["code"]) for one in found if one["status"] == "preliminary"}


def parts_of(risk: Json) -> dict[str, Any]:
    """What the extension of a RiskAssessment says; `category` is a list, for there may be several."""
    found: dict[str, Any] = {"category": []}
    for one in risk["extension"][0]["extension"]:
        value = next(one[key] for key in one if key.startswith("value"))
        if one["url"] == "category":
            found["category"].append(value)
        else:
            found[one["url"]] = value
    return found


def evidence(kind: str, words: str) -> Then:
    """What the closed transition says of one thing."""

    def found(after: After) -> str:
        outputs = [one for one in task_of(after, "transition")["output"] if code(one["type"]) == kind]
        told = [one.get("valueString") or one["valueReference"]["display"] for one in outputs]
        return told[0] if told else ""

    return Then("the evidence says '{}'", words, found)


def statuses(after: After, *types: str) -> set[str]:
    """The statuses of all that we wrote of these types."""
    found = [one for type_ in types for one in after.chart.written(type_)]
    return {one.get("status", one.get("lifecycleStatus", "")) for one in found}
