"""Odd and illegal records: what is done to a record, and what becomes of it in a reading or a step.

An oddity changes one record, and the server then answers with the changed one wherever it answered with the sane one:
past its own form checks, as another server would. What becomes of it is worked out, not listed, by comparing answers:

    shown      the answer is the one about the sane record (the oddity was understood), or it is another one than if the
               record, or the odd element, were not there
    counted    something new is named as not visible, with the type of the record
    refused    an error or a refusal that names the record or its type
    designed   nothing is lost: the answer rests on this element not at all (it is the same with the sane record and
               without it), or the oddity says nothing (an empty element), or that the record is not about now
    silent     the answer is the one without the record or the element, and nothing is said
    crash      an exception that is none of the project's own errors
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from carefhir.catalog import step_for
from carefhir.engine import runner
from carefhir.engine.results import Preview
from carefhir.engine.step import AnyReading, Command
from carefhir.errors import CarefhirError
from carefhir.fhir.codec import canonical, decode, decode_object, encode
from carefhir.fhir.wire import Failure, Request, Response
from carefhir.workflows.looking.check_in_questions import CHECK_IN_QUESTIONS, CheckInQuestions
from carefhir.workflows.looking.overview import OVERVIEW, Overview
from carefhir.workflows.looking.worklist import WORKLIST, Worklist
from tests.support.backends import Backend, sandbox_backend
from tests.support.odd_people import world
from tests.support.stage import Scenario, Stage

Json = dict[str, Any]
Path: TypeAlias = tuple[str | int, ...]
Outcome: TypeAlias = Literal["shown", "counted", "refused", "designed", "silent", "crash"]
OUTCOMES: tuple[Outcome, ...] = ("shown", "counted", "refused", "designed", "silent", "crash")
WHOLE: Path = ()

# ---- what is done to a record


@dataclass(frozen=True)
class Oddity:
    """One change of a record: which kind, at which place of it, and what the record is then."""

    kind: str
    place: Path
    resource: Json
    legal: bool = False
    designed: str = ""
    """Why nobody need be told of it, where that is so."""
    changes: bool = False
    """Whether it changes what the whole record means: then nobody may say what they would say without it."""

    @property
    def name(self) -> str:
        return f"{self.kind} at {'.'.join(map(str, self.place)) or 'the whole'}"


def at(resource: Json, place: Path) -> Any:
    found: Any = resource
    for key in place:
        found = found[key]
    return found


def with_at(resource: Json, place: Path, value: Any) -> Json:
    changed = copy.deepcopy(resource)
    at(changed, place[:-1])[place[-1]] = value
    return changed


def without_at(resource: Json, place: Path) -> Json:
    changed = copy.deepcopy(resource)
    if not (len(place) == 1 and place[0] not in changed):
        del at(changed, place[:-1])[place[-1]]
    return changed


def places(value: Any, place: Path = ()) -> Iterator[Path]:
    """Every place in a record, the first of each list only; what the server itself writes is left out."""
    if place:
        yield place
    if isinstance(value, dict):
        for key, item in value.items():
            if place or key not in ("resourceType", "id", "meta", "identifier"):
                yield from places(item, (*place, key))
    elif isinstance(value, list) and value:
        yield from places(value[0], (*place, 0))


EMPTY = "an element that is there and empty says nothing (R4: the same as if it were not there)"
NOT_NOW = "entered-in-error: it says of itself that it was a mistake"


def _is_day(value: Any) -> bool:
    return isinstance(value, str) and len(value) >= 10 and value[4:5] == "-" and value[7:8] == "-"


def _values(value: Any) -> Iterator[tuple[str, Any, str]]:
    """What servers write in place of a value: the kind, the value, and why it says nothing where it says nothing."""
    for name, empty in (("null", None), ("an empty text", ""), ("an empty list", []), ("an empty object", {})):
        yield name, empty, EMPTY
    if isinstance(value, bool):
        yield "a boolean as a text", str(value).lower(), ""
        yield "a boolean as a word", "yes" if value else "no", ""
        yield "a boolean as a number", int(value), ""
    elif isinstance(value, int | Decimal):
        yield "a number as a text", str(value), ""
    elif isinstance(value, str):
        yield "a number for a text", 5, ""
        yield "a list for one", [value], ""
        yield "an object for a text", {"value": value}, ""
    elif isinstance(value, dict):
        yield "a text for an object", "zebra", ""
        yield "a list for one", [value], ""
        yield "a nested wrong type", {"zebra": {"zebra": [value]}}, ""
        yield "a number for an object", 7, ""
    elif isinstance(value, list) and value:
        yield "one for a list", value[0], ""
        yield "a null among a list", [None, *value], ""
        yield "a text for a list", "zebra", ""
    if _is_day(value):
        yield "a day as people write it", "11/16/2026", ""
        yield "a moment without zone", f"{value[:10]}T09:00:00", ""
        yield "a number for a day", 20261116, ""


CODES = ("status", "lifecycleStatus", "intent", "criticality", "type")


def illegal(resource: Json) -> Iterator[Oddity]:
    """What R4 does not allow, and servers write."""
    for place in places(resource):
        value = at(resource, place)
        for kind, odd, why in _values(value):
            yield Oddity(kind, place, with_at(resource, place, odd), designed=why)
        if (place[-1] in CODES and isinstance(value, str)) or ("coding" in place and place[-1] == "code"):
            yield Oddity("a code nobody knows", place, with_at(resource, place, "zebra-zz"))
    for element in ("status", "lifecycleStatus", "subject", "patient", "for", "participant", "code"):
        if element in resource:
            yield Oddity(f"no {element}", WHOLE, without_at(resource, (element,)))
    for key, odd in (("id", "an id as a number"), ("versionId", "a version as a number")):
        if key == "id":
            yield Oddity(odd, WHOLE, with_at(resource, ("id",), int(resource["id"])))
        else:
            yield Oddity(odd, WHOLE, with_at(resource, ("meta", key), int(resource["meta"][key])))
    yield Oddity("a type nobody knows", WHOLE, {**resource, "resourceType": "Zebra"})
    yield Oddity("no type", WHOLE, without_at(resource, ("resourceType",)))
    yield Oddity("meta as a text", WHOLE, {**resource, "meta": "zebra"})


UNKNOWN_MODIFIER = [{"url": "https://example.org/zebra/not-really", "valueBoolean": True}]
KNOWN_MODIFIER = [{"url": "http://hl7.org/fhir/StructureDefinition/request-doNotPerform", "valueBoolean": True}]
ABSENT = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}
NOT_TO_DO = "an order not to do it: what is not to be done is not shown as being done"
SAYS_WHY = "only why an element has no value is said: the same as if it were not there"


def legal(resource: Json) -> Iterator[Oddity]:
    """What R4 allows, and few expect."""
    yield Oddity(
        "an unknown modifierExtension",
        WHOLE,
        {**resource, "modifierExtension": UNKNOWN_MODIFIER},
        legal=True,
        changes=True,
    )
    yield Oddity(
        "a known modifierExtension", WHOLE, {**resource, "modifierExtension": KNOWN_MODIFIER}, legal=True, changes=True
    )
    yield Oddity(
        "implicitRules",
        WHOLE,
        {**resource, "implicitRules": "https://example.org/zebra/rules"},
        legal=True,
        changes=True,
    )
    drawer = [{"resourceType": "Patient", "id": "zebra", "active": True}, *resource.get("contained", [])]
    yield Oddity("contained resources", WHOLE, {**resource, "contained": drawer}, legal=True)
    text = {"status": "generated", "div": f"<div xmlns='http://www.w3.org/1999/xhtml'>{'zebra ' * 20_000}</div>"}
    yield Oddity("a very long narrative", WHOLE, {**resource, "text": text}, legal=True)
    yield Oddity("an unknown extension", WHOLE, {**resource, "extension": UNKNOWN_MODIFIER}, legal=True)
    for place in places(resource):
        value = at(resource, place)
        key = place[-1]
        if isinstance(value, dict) and "modifierExtension" not in value and "coding" not in place:
            inside = {**value, "modifierExtension": UNKNOWN_MODIFIER}
            if not {"reference", "coding", "text", "start"} & set(value):
                yield Oddity(
                    "a modifierExtension inside", place, with_at(resource, place, inside), legal=True, changes=True
                )
        if isinstance(value, dict) and isinstance(value.get("reference"), str) and "#" not in value["reference"]:
            yield from _references(resource, place, value)
        if isinstance(value, dict) and isinstance(value.get("coding"), list):
            bare = [{k: v for k, v in coding.items() if k != "system"} for coding in value["coding"]]
            yield Oddity("codes without system", place, with_at(resource, place, {**value, "coding": bare}), legal=True)
            words = {"text": value.get("text", "zebra words")}
            yield Oddity("a code in words only", place, with_at(resource, place, words), legal=True)
        if _is_day(value):
            for kind, part in (("only a year", value[:4]), ("only a month", value[:7])):
                yield Oddity(kind, place, with_at(resource, place, part), legal=True)
        if isinstance(key, str) and isinstance(value, str | bool | int) and len(place) == 1:
            without = {**without_at(resource, place), f"_{key}": ABSENT}
            yield Oddity("no value, and why", place, without, legal=True, designed=SAYS_WHY)
    for element in ("status", "lifecycleStatus"):
        if element in resource:
            mistake = with_at(resource, (element,), "entered-in-error")
            yield Oddity("entered in error", WHOLE, mistake, legal=True, designed=NOT_NOW)
    if "verificationStatus" in resource:
        mistake = {**resource, "verificationStatus": {"coding": [{"code": "entered-in-error"}]}}
        yield Oddity("entered in error", WHOLE, mistake, legal=True, designed=NOT_NOW)
    if resource["resourceType"] == "Patient":
        link = [{"other": {"reference": "Patient/99"}, "type": "replaced-by"}]
        alive = without_at(resource, ("deceasedDateTime",))
        yield Oddity("merged into another", WHOLE, {**alive, "link": link}, legal=True, changes=True)
        dead = {**without_at(resource, ("deceasedDateTime",)), "_deceasedDateTime": ABSENT}
        yield Oddity("dead, nobody knows when", ("deceasedDateTime",), dead, legal=True)
        for kind, died in (("dead", True), ("dead, as a text", "true"), ("dead, as a word", "Y"), ("dead, as 1", 1)):
            marked = {**without_at(resource, ("deceasedDateTime",)), "deceasedBoolean": died}
            yield Oddity(kind, ("deceasedDateTime",), marked, legal=died is True)
    if "status" in resource and resource["resourceType"].startswith(("Medication", "ServiceRequest")):
        for kind, value in (("not to be done", True), ("not to be done, as a text", "true")):
            order = {**resource, "doNotPerform": value}
            yield Oddity(
                kind, WHOLE, order, legal=value is True, designed=NOT_TO_DO, changes="doNotPerform" not in resource
            )
    if "valueQuantity" in resource:
        without = {**without_at(resource, ("valueQuantity",)), "dataAbsentReason": {"text": "not taken"}}
        yield Oddity("not measured, and why", WHOLE, without, legal=True, designed="nothing was measured, it says")


def _references(resource: Json, place: Path, value: Json) -> Iterator[Oddity]:
    base = "http://localhost/fhir"
    spelled = {**value, "reference": f"{base}/{value['reference']}"}
    yield Oddity("an absolute reference to the own base", place, with_at(resource, place, spelled), legal=True)
    versioned = {**value, "reference": f"{value['reference']}/_history/1"}
    yield Oddity("a reference to a version", place, with_at(resource, place, versioned), legal=True)
    elsewhere = {**value, "reference": f"https://other.example/fhir/{value['reference']}"}
    yield Oddity("a reference to another server", place, with_at(resource, place, elsewhere), legal=True)
    yield Oddity("only a name", place, with_at(resource, place, {"display": "Zebra"}), legal=True)
    known = {"identifier": {"system": "https://example.org/mrn", "value": "zebra"}}
    yield Oddity("only an identifier", place, with_at(resource, place, known), legal=True)


# ---- a server that answers with it


@dataclass
class Answering:
    """A server that answers with another record in place of one; what it was asked before it knows by heart."""

    backend: Backend
    known: dict[tuple[str, str, bytes], Response | Failure] = field(default_factory=dict)
    sane: bytes = b""
    odd: bytes = b""
    met: int = 0
    """How often the record was answered with."""

    def exchange(self, request: Request) -> Response | Failure:
        asked = (request.method, request.target, request.body)
        if asked not in self.known:
            self.known[asked] = self.backend.exchange(request)
        answer = self.known[asked]
        if isinstance(answer, Failure) or not self.sane or self.sane not in answer.body:
            return answer
        self.met += 1
        return replace(answer, body=answer.body.replace(self.sane, self.odd))

    def showing(self, sane: bytes, odd: bytes) -> Backend:
        """The server with the one record in place of the other."""
        self.sane, self.odd, self.met = sane, odd, 0
        made = object.__new__(Backend)
        made.name, made.base, made.capabilities = self.backend.name, self.backend.base, self.backend.capabilities
        made.exchange, made.sandbox = self.exchange, None
        return made


# ---- what is answered


@dataclass(frozen=True)
class Answer:
    """What somebody is told: the words, and what is named as not seen."""

    words: bytes
    unseen: frozenset[str] = frozenset()
    refused: str = ""
    crash: str = ""


UNSAID = ("counts", "not_visible", "odd", "empty", "unseen", "to_fill_in", "sha256", "body")


def _plain(value: Any) -> Any:
    """A reading as JSON, without what is said of what was not seen."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value) if each.name not in UNSAID}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, date | datetime | Decimal) else value


def _unseen(reading: Any) -> frozenset[str]:
    return frozenset((*getattr(reading, "not_visible", ()), *getattr(reading, "odd", ())))


def read_by(backend: Backend, reading: AnyReading, command: Command, found: Stage) -> Answer:
    """What a reading says."""
    try:
        said = backend.run(runner.show(reading, command, found.occasion(), backend.server()))
        return Answer(canonical(_plain(said)), _unseen(said))
    except CarefhirError as error:
        return Answer(b"", refused=str(error))
    except Exception as error:  # noqa: BLE001 — each one is a finding
        return Answer(b"", crash=f"{type(error).__name__}: {_where(error)}")


def _where(error: BaseException) -> str:
    """The line of the project in which it was raised; no content."""
    trace, last = error.__traceback__, ""
    while trace is not None:
        code = trace.tb_frame.f_code
        if "carefhir" in code.co_filename:
            last = f"{code.co_filename.rpartition('carefhir/')[2]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return last


@dataclass(frozen=True)
class Cell:
    """One oddity of one record in one reading or step, and what became of it."""

    record: str
    oddity: Oddity
    where: str
    outcome: Outcome
    why: str = ""

    @property
    def name(self) -> str:
        return f"{self.where}: {self.record}: {self.oddity.name}"


@dataclass(frozen=True)
class Answers:
    """The answers an odd one is compared with."""

    sane: Answer
    without: Answer
    """Without the element, or without the record."""
    odd: Answer


DESIGNED: tuple[tuple[str, str, str, str], ...] = (
    (
        "check-in-questions",
        "Condition",
        "code",
        "it is shown by the overview; questions follow the codes that a pathway knows, and where there is none, "
        "everything is asked",
    ),
    ("", "ServiceRequest", "code", "requests are read for whether they say hospice; one that says nothing says not"),
    ("", "Practitioner", "*", "who acts or is called by name: nothing is decided about the patient by what it says"),
    ("", "CareTeam", "participant", "of a team the roles of ours are shown; other roles, or nobody, are none of these"),
    ("", "Observation", "code", "what is measured is told by its code: a code of something else is something else"),
    ("", "List", "code", "a list is one of medicines by its code: a code of something else is something else"),
    ("", "Observation", "interpretation", "a band of a score is ours by its code; other words are not bands"),
)
"""Reading ("" for each), type, first element and reason: what is coded as something else, or says nothing, is not shown
by design. It holds for legal forms only (and a code nobody knows): a value that cannot be read is always said."""


def by_design(oddity: Oddity, type_: str, where: str) -> str:
    """Why a reading does not show it, by the rules above; "" if none of them holds."""
    first = str(oddity.place[0]) if oddity.place else oddity.kind.removeprefix("no ")
    if not (oddity.legal or oddity.kind.startswith("no ") or oddity.kind == "a code nobody knows"):
        return ""
    rules = (rule for rule in DESIGNED if rule[0] in ("", where) and rule[1:3] in ((type_, first), (type_, "*")))
    return next((rule[3] for rule in rules), "")


def outcome_of(answers: Answers, oddity: Oddity, reference: str, where: str) -> tuple[Outcome, str]:
    """What became of an oddity, by comparing."""
    sane, without, odd = answers.sane, answers.without, answers.odd
    type_ = reference.partition("/")[0]
    if odd.crash:
        return "crash", odd.crash
    if odd.refused:
        return ("refused", odd.refused) if type_ in odd.refused else ("silent", f"refused, but: {odd.refused}")
    new = [text for text in odd.unseen - sane.unseen if type_ in text]
    if new:
        return "counted", new[0]
    if b"CANNOT BE READ" in odd.words and b"CANNOT BE READ" not in sane.words:
        return "counted", "the answer says in its words that it cannot be read"
    if oddity.changes and odd.words == sane.words and sane.words != without.words:
        why = by_design(oddity, type_, where)
        return ("designed", why) if why else ("silent", "as if it meant the same")
    if odd.words == sane.words and sane.words != without.words:
        return "shown", "as the sane one"
    if odd.words != without.words:
        return "shown", "otherwise than without it"
    if sane.words == without.words:
        return "designed", "nothing rests on it here"
    why = oddity.designed or by_design(oddity, type_, where)
    return ("designed", why) if why else ("silent", "as if it were not there")


READINGS: Mapping[str, tuple[AnyReading, Callable[[Stage], Command]]] = {
    "overview": (OVERVIEW, lambda found: Overview(patient=found.patient)),
    "worklist": (WORKLIST, lambda found: Worklist()),
    "check-in-questions": (CHECK_IN_QUESTIONS, lambda found: CheckInQuestions(patient=found.patient)),
}


class Looking:
    """Everything odd, looked at by the readings."""

    def __init__(self) -> None:
        self.found, self.references = world()
        self.server = Answering(self.found.backend)
        self._remembered: dict[tuple[str, str, bytes], Answer] = {}
        self._met: dict[tuple[str, str], int] = {}
        self._gone: dict[str, Backend] = {}

    def cells(self, chosen: Callable[[int, Oddity], bool]) -> Iterator[Cell]:
        """A cell for each record, oddity and reading that are chosen and that meet."""
        for record in self.references:
            yield from self.cells_of(record, chosen)

    def cells_of(self, record: str, chosen: Callable[[int, Oddity], bool]) -> Iterator[Cell]:
        """The cells of one record."""
        reference = self.references[record]
        sane = stored(self.found.backend, reference)
        resource = decode_object(sane)
        for number, oddity in enumerate((*legal(resource), *illegal(resource))):
            if chosen(number, oddity):
                yield from self._looked_at(record, reference, sane, oddity)

    def _looked_at(self, record: str, reference: str, sane: bytes, oddity: Oddity) -> Iterator[Cell]:
        for where in READINGS:
            calm = self._answer(where, reference, sane, sane)
            if self.met(where, reference):
                odd = self._answer(where, reference, sane, encode(oddity.resource), remembered=False)
                missing = self._without(where, reference, sane, oddity)
                outcome, why = outcome_of(Answers(calm, missing, odd), oddity, reference, where)
                yield Cell(record, oddity, where, outcome, why)

    def met(self, where: str, reference: str) -> bool:
        """Whether a reading asks for the record at all."""
        return self._met[(where, reference)] > 0

    def _without(self, where: str, reference: str, sane: bytes, oddity: Oddity) -> Answer:
        """The answer about the record without the odd element; about no such record where all of it is odd."""
        place = oddity.place
        if place and place[0] not in OWNERS:
            return self._answer(where, reference, sane, encode(without_at(decode_object(sane), place)))
        key = (where, reference, b"")
        if key not in self._remembered:
            reading, command = READINGS[where]
            self._remembered[key] = read_by(self._server_without(reference), reading, command(self.found), self.found)
        return self._remembered[key]

    def _server_without(self, reference: str) -> Backend:
        """The same server, on which the record is not."""
        if reference not in self._gone:
            self._gone[reference] = without(self.found.backend, reference)
        return self._gone[reference]

    def _answer(self, where: str, reference: str, sane: bytes, shown: bytes, *, remembered: bool = True) -> Answer:
        key = (where, reference, shown)
        if remembered and key in self._remembered:
            return self._remembered[key]
        reading, command = READINGS[where]
        server = self.server.showing(sane, shown)
        answer = read_by(server, reading, command(self.found), self.found)
        if remembered:
            self._remembered[key] = answer
        if shown == sane:
            self._met[(where, reference)] = self.server.met
        return answer


OWNERS = ("subject", "patient", "for", "participant")
"""Where a record says whom it is about: odd there, all of it is."""


def table(cells: Iterable[Cell]) -> list[tuple[str, dict[Outcome, int]]]:
    """How many cells of each oddity came to what: the rows of the page."""
    counts: dict[str, Counter[Outcome]] = {}
    for cell in cells:
        counts.setdefault(cell.oddity.kind, Counter())[cell.outcome] += 1
    return [(kind, {outcome: counts[kind][outcome] for outcome in OUTCOMES}) for kind in sorted(counts)]


def printed(rows: Iterable[tuple[str, dict[Outcome, int]]]) -> str:
    """The table for a page, with its sums."""
    rows = list(rows)
    sums = {outcome: sum(row[outcome] for _, row in rows) for outcome in OUTCOMES}
    lines = [f"| oddity | tried | {' | '.join(OUTCOMES)} |", f"|---|{'---|' * (len(OUTCOMES) + 1)}"]
    for kind, row in (*rows, ("all", sums)):
        lines.append(f"| {kind} | {sum(row.values())} | {' | '.join(str(row[each]) for each in OUTCOMES)} |")
    return "\n".join(lines)


# ---- steps


def told_by(backend: Backend, scenario: Scenario, found: Stage) -> Answer:
    """What a step would do and says, without a commit."""
    command = scenario.command(found)
    flow = runner.preview(step_for(command), command, found.occasion(scenario.now), backend.server())
    try:
        result = backend.run(flow)
    except CarefhirError as error:
        return Answer(b"", refused=str(error))
    except Exception as error:  # noqa: BLE001 — each one is a finding
        return Answer(b"", crash=f"{type(error).__name__}: {_where(error)}")
    unseen = frozenset(text for text in result.told.warnings if NOT_VISIBLE in text)
    told = replace(result.told, warnings=tuple(text for text in result.told.warnings if text not in unseen))
    return Answer(canonical([type(result).__name__, _plain(replace(result, told=told))]), unseen)


NOT_VISIBLE = " not visible: "


class Acting:
    """A step that meets odd records: each record that it reads, one of a type."""

    def __init__(self, scenario: Scenario, most: int) -> None:
        self.scenario, self.found = scenario, scenario.begun(sandbox_backend())
        self.server = Answering(self.found.backend)
        self.sane = told_by(self.server.showing(b"", b""), scenario, self.found)
        self.references = self._met()[:most]

    def _met(self) -> list[str]:
        """The records that it reads about the patient, the last of each type: `Type/ID`."""
        by_type: dict[str, str] = {}
        for answer in list(self.server.known.values()):
            for type_, id_ in _resources(answer):
                by_type[type_] = f"{type_}/{id_}"
        return [by_type[type_] for type_ in sorted(by_type)]

    def cells(self, chosen: Callable[[int, Oddity], bool]) -> Iterator[Cell]:
        """A cell for each record and oddity that are chosen."""
        for reference in self.references:
            sane = stored(self.found.backend, reference)
            resource = decode_object(sane)
            for number, oddity in enumerate((*legal(resource), *illegal(resource))):
                if chosen(number, oddity):
                    yield self._cell(reference, sane, oddity)

    def _cell(self, reference: str, sane: bytes, oddity: Oddity) -> Cell:
        odd = told_by(self.server.showing(sane, encode(oddity.resource)), self.scenario, self.found)
        answers = Answers(self.sane, self._without(reference, sane, oddity), odd)
        outcome, why = outcome_of(answers, oddity, reference, self.scenario.step)
        return Cell(reference.partition("/")[0], oddity, self.scenario.name, outcome, why)

    def _without(self, reference: str, sane: bytes, oddity: Oddity) -> Answer:
        if oddity.place and oddity.place[0] not in OWNERS:
            shown = encode(without_at(decode_object(sane), oddity.place))
            return told_by(self.server.showing(sane, shown), self.scenario, self.found)
        return told_by(without(self.found.backend, reference), self.scenario, self.found)


def _resources(answer: Response | Failure) -> Iterator[tuple[str, str]]:
    """Type and id of everything that an answer holds."""
    if not isinstance(answer, Failure) and answer.body:
        yield from _inside(decode(answer.body))


def _inside(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if value.get("resourceType") == "Bundle":
            yield from (each for entry in value.get("entry", []) for each in _inside(entry.get("resource")))
        elif value.get("resourceType") not in (None, "OperationOutcome", "CapabilityStatement") and "id" in value:
            yield value["resourceType"], value["id"]


def stored(backend: Backend, reference: str) -> bytes:
    """A record as the server's answers hold it."""
    assert backend.sandbox is not None
    return backend.sandbox._store.living(*reference.split("/")).body


def without(backend: Backend, reference: str) -> Backend:
    """The same server, on which the record is not."""
    made = backend.fork()
    assert made is not None
    assert made.sandbox is not None
    made.sandbox._store.delete(*reference.split("/"), at=datetime.now(UTC))
    return made


# ---- what is written back


def with_unknown(resource: Json, unknown: Json) -> Json:
    """A record with elements that nobody knows."""
    return {**resource, **unknown}


def amended(scenario: Scenario, unknown: Json) -> list[tuple[str, Json]]:
    """What a step would amend, each as it would be written, where the server's records hold these elements too."""
    found = scenario.begun(sandbox_backend())
    sane = found.backend.exchange

    def spelled(request: Request) -> Response | Failure:
        answer = sane(request)
        if isinstance(answer, Failure) or not answer.body:
            return answer
        return replace(answer, body=encode(_adding(decode(answer.body), unknown)))

    found.backend.exchange = spelled
    command = scenario.command(found)
    result = found.backend.run(
        runner.preview(step_for(command), command, found.occasion(scenario.now), found.backend.server())
    )
    assert isinstance(result, Preview), result
    entries = [entry for entry in result.body["entry"] if entry["request"]["method"] == "PUT"]
    return [(entry["request"]["url"], entry["resource"]) for entry in entries]


def _adding(value: Any, unknown: Json) -> Any:
    if isinstance(value, list):
        return [_adding(item, unknown) for item in value]
    if not isinstance(value, dict):
        return value
    inside = {name: _adding(item, unknown) for name, item in value.items()}
    kind = inside.get("resourceType")
    return with_unknown(inside, unknown) if kind not in NOT_RECORDS else inside


NOT_RECORDS = (None, "Bundle", "OperationOutcome", "CapabilityStatement")
