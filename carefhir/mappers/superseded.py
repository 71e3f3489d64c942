"""Results that amended answers have replaced: which ones they are, and how they are marked.

The first result was right when it was written, so it is neither cancelled nor in error: it keeps its status and says
that it is superseded (our extension `superseded`), and by what. The new result names it, too (R4's extension
`observation-replaces`). Everything of ours that reads results leaves a superseded one out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from carefhir.codes import BASE, DOMAIN, OBSERVATION_CATEGORY, PLAN_EVALUATION, SUICIDE_SCREENER
from carefhir.fhir.changes import Edit, add
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, dig, references, relative
from carefhir.fhir.search import Codes, Need, Of

SUPERSEDED = f"{BASE}/StructureDefinition/superseded"
REPLACES = "http://hl7.org/fhir/StructureDefinition/observation-replaces"


def find_survey_results() -> Need:
    """The results of all questionnaires of a patient: scores, screens, colors of check-ins."""
    survey = Codes("category", "category", (f"{OBSERVATION_CATEGORY}|survey",))
    return Need("survey_results", "Observation", (Of("patient", "subject"), survey), optional=True)


def superseded(result: Json) -> bool:
    """Whether a result no longer counts, because the answers it was made from were amended."""
    return any(isinstance(one, dict) and one.get("url") == SUPERSEDED for one in dig(result, "extension"))


def results_of(response: str, observations: Iterable[Record]) -> tuple[Record, ...]:
    """The results of a response that still count, each once: those made from it, and those of the same kind made from
    these (a color that a provider lowered rests on the first color)."""
    standing = {
        record.reference: record
        for record in observations
        if record.type == "Observation"
        and not superseded(record.json)
        and record.json.get("status") not in ("cancelled", "entered-in-error")
        and not _of_a_person(record)
    }
    first = [record for record in standing.values() if response in _made_from(record)]
    kinds = {code for record in first for code in codings(record.json, "code")}
    reached = {record.reference for record in first}
    while True:
        more = {
            record.reference
            for record in standing.values()
            if record.reference not in reached
            and reached & set(_made_from(record))
            and kinds & set(codings(record.json, "code"))
        }
        if not more:
            return tuple(record for reference, record in standing.items() if reference in reached)
        reached |= more


def resting_on(references: Iterable[str], observations: Iterable[Record]) -> tuple[Record, ...]:
    """What a person concluded from some responses or results; it is theirs to look at again."""
    wanted = set(references)
    return tuple(record for record in observations if _of_a_person(record) and wanted & set(_made_from(record)))


def _of_a_person(record: Record) -> bool:
    """Whether it is what a person concluded or asked (a domain, a plan, a suicide screener), not a result of the
    answers."""
    return any(system in (DOMAIN, PLAN_EVALUATION, SUICIDE_SCREENER) for system, _ in codings(record.json, "code"))


def _made_from(record: Record) -> Iterator[str]:
    return (reference for each in references(record.json, "derivedFrom") if (reference := relative(each)))


def by(reference: Json) -> Edit:
    """Says on a result by what it is superseded."""
    return add("extension", {"url": SUPERSEDED, "valueReference": reference})


def replacing(result: Json, earlier: Iterable[Json]) -> Json:
    """A new result that names the earlier ones it replaces."""
    named = [{"url": REPLACES, "valueReference": reference} for reference in earlier]
    return {**result, "extension": [*result.get("extension", []), *named]} if named else result
