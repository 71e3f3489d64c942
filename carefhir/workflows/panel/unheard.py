"""Answers on record that nobody has looked at: given in a portal, say, or by another program, and never scored or
judged; or changed there afterwards.

A safety item counts as heard only when a safety review was asked for because of those very answers: a score alone has
asked nobody to call. A check-in counts as judged only by a color of ours. Which forms count, what is a safety item, and
what presses is content; answers to a form that is none of ours are heard where items of ours are among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from carefhir.chart import facts
from carefhir.chart.chart import Chart
from carefhir.chart.check_in_facts import Scale, facts_for
from carefhir.content import answering, check_in, scoring
from carefhir.content.answering import Answers
from carefhir.content.check_in import PRESSING
from carefhir.content.loading import extensions
from carefhir.content.rules import Rule
from carefhir.content.scoring import Judgment
from carefhir.fhir.codec import Json, digest
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, first_text, moments, references, relative
from carefhir.fhir.search import Need, Of
from carefhir.mappers import check_in as triages
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers import superseded
from carefhir.mappers.check_in import TriageView
from carefhir.mappers.observation import write_score
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows import answers, safety
from carefhir.workflows.answers import CLOCKS_DIFFER, COMPLETE, result_of
from carefhir.workflows.check_in_dangers import check_in_dangers

RESPONSES = Need("responses", "QuestionnaireResponse", (Of("patient", "subject"),), optional=True)
"""All of them: a response need not say when it was given, and a search by day would pass over it."""
RESULTS = superseded.find_survey_results()
AT_ONCE = ("dangerous", "pressing", "unjudged")
"""Why answers are to be heard at once: a check-in that nobody has judged may be red."""


@dataclass(frozen=True, slots=True)
class UnheardAnswers:
    """One response that nobody has looked at."""

    record: Record
    title: str
    """Of the form, short."""
    day: str
    why: str
    """`dangerous` (a safety item), `pressing` (a check-in that presses), `unjudged` (a check-in), `changed` or
    `unscored`."""
    instructions: tuple[str, ...] = ()
    """What a person must do now."""

    @property
    def identity(self) -> str:
        """The same for the same answers of the same time: those that are changed or given again are looked at anew."""
        given = [self.record.json.get("item"), self.record.json.get("authored")]
        return f"{self.record.reference}/{digest(given)[:16]}"


@dataclass(frozen=True, slots=True)
class AnswersOnRecord:
    """The answers of one person, and what was made of them."""

    chart: Chart = field(default_factory=Chart)
    responses: tuple[Record, ...] = ()
    results: tuple[Record, ...] = ()
    results_seen: bool = False
    """Whether the server showed the results: if not, nobody can say what was scored."""

    @classmethod
    def of(cls, records: Records, chart: Chart) -> AnswersOnRecord:
        """Of what was gathered."""
        return cls(chart, records[RESPONSES.name], records[RESULTS.name], records.visible(RESULTS.name))

    def unheard(self, occasion: Occasion, *, days: int, dangerous_days: int) -> Iterator[UnheardAnswers]:
        """Those of the last days that nobody has looked at, the pressing ones first; what endangers somebody is not
        forgotten as soon."""
        within = [
            each
            for record in self.responses
            if _within(record, occasion, dangerous_days)
            and (each := self._unheard(record, occasion)) is not None
            and (each.why in ("dangerous", "pressing") or _within(record, occasion, days))
        ]
        yield from sorted(within, key=lambda each: (*AT_ONCE, each.why).index(each.why))

    def heard(self, find: TaskView, occasion: Occasion) -> str:
        """What has been made since of the answers that a find is about, in words; "" where nobody has looked at them.
        A score does not settle what a safety item asks for, nor a safety review what is not scored."""
        record = next((each for each in self.responses if each.reference == find.focus), None)
        if record is None:
            return ""
        unheard = self._unheard(record, occasion)
        results = superseded.results_of(record.reference, self.results)
        if "score-answers" in find.codes:
            return f"scored: {results[0].reference}" if results and unheard is None else ""
        if unheard is not None and unheard.why in AT_ONCE:
            return ""
        review = self._review(record, occasion)
        if review is not None:
            return f"{review.record.reference}, a safety review, was asked for"
        return f"recorded: {results[0].reference}" if results else ""

    # ---- one response

    def _unheard(self, record: Record, occasion: Occasion) -> UnheardAnswers | None:
        response, other = record.json, answers.contained(record.json)
        instrument = _instrument(response, other, occasion)
        if instrument is None or response.get("status") == "entered-in-error" or self._taken_back(record):
            return None
        judgment = answers.judged(occasion.content, response, instrument, other)
        title, day = scoring.short_name(instrument), qr.authored(response, "")[:10]
        if instrument["url"] in check_in.forms(occasion.content):
            return self._of_a_check_in(UnheardAnswers(record, title, day, ""), instrument, judgment, occasion)
        results = superseded.results_of(record.reference, self.results)
        changed = self.results_seen and _scored_otherwise(judgment, results)
        if judgment.dangers and (changed or self._review(record, occasion) is None):
            told = safety.instructions(occasion, judgment.dangers)
            return UnheardAnswers(record, title, day, "dangerous", told)
        if not self.results_seen or response.get("status") not in COMPLETE or not any(extensions(instrument, "score")):
            return None
        why = "" if results and not changed else "changed" if changed else "unscored"
        return UnheardAnswers(record, title, day, why) if why else None

    def _of_a_check_in(
        self, unheard: UnheardAnswers, form: Json, judgment: Judgment, occasion: Occasion
    ) -> UnheardAnswers | None:
        """A check-in: what presses in a draft is heard, too; complete, it is judged by a color."""
        record, content = unheard.record, occasion.content
        response, other = record.json, answers.contained(record.json)
        given = answering.read_answers(content, form, response, answers.foreign(response, form, other))
        dangers = check_in_dangers(content, form, response, answers=given, judgment=judgment)
        if dangers and self._review(record, occasion) is None:
            return replace(unheard, why="dangerous", instructions=safety.instructions(occasion, dangers))
        if self.results_seen and self._judged(record, occasion):
            return None
        rules = self._pressing(given, occasion)
        if rules:
            orders = dict.fromkeys(str(rule.action.get("textEquivalent", "")) for rule in rules)
            titles = "; ".join(dict.fromkeys(rule.title for rule in rules)).upper()
            return replace(unheard, why="pressing", instructions=tuple(f"{titles}. {each}" for each in orders if each))
        unjudged = self.results_seen and response.get("status") in COMPLETE
        return replace(unheard, why="unjudged") if unjudged else None

    def _judged(self, record: Record, occasion: Occasion) -> bool:
        """Whether a color stands for these answers, and not for what stood there before."""
        for view in colors(self.results):
            if record.reference in view.rests_on and not _changed_since(record, view, occasion):
                return True
        return False

    def _pressing(self, given: Answers, occasion: Occasion) -> list[Rule]:
        """The red and emergency rules that hold because of these answers alone."""
        chart_facts, nobody = facts.facts_of(self.chart, occasion), Scale((), None, occasion.now, None)
        rules = []
        for pathway in check_in.pathways(occasion.content):
            with_them, without = (
                check_in.holding(pathway, dict(facts_for(pathway, chart_facts, each, nobody, occasion)))
                for each in (given, Answers())
            )
            already = {rule.id for rule in without}
            rules += [rule for rule in with_them if rule.code in PRESSING and rule.id not in already]
        return sorted(rules, key=lambda rule: -PRESSING.index(rule.code))

    def _taken_back(self, record: Record) -> bool:
        """Whether it was recorded, and that was taken back: then somebody decides whose answers they are."""
        from_it = [one for one in self.results if record.reference in _made_from(one)]
        return bool(from_it) and all(one.json.get("status") == "entered-in-error" for one in from_it)

    def _review(self, record: Record, occasion: Occasion) -> TaskView | None:
        """The safety review that was asked for because of these answers, not because of what stood there before."""
        given = moments(qr.authored(record.json, ""), occasion.zone)
        for task in self.chart.tasks:
            if "safety-review" not in task.codes or task.focus != record.reference or task.in_error:
                continue
            asked = moments(task.authored, occasion.zone)
            if given is None or asked is None or asked[1] > given[0] - CLOCKS_DIFFER:
                return task
        return None


def colors(results: Iterable[Record]) -> list[TriageView]:
    """The results of check-ins that stand."""
    return [view for view in map(triages.read, results) if view.color]


def _instrument(response: Json, other: Json | None, occasion: Occasion) -> Json | None:
    """The form of ours that a response answers: by its url, by codes, or by items of ours among its answers."""
    content, named = occasion.content, answers.canonical(response)
    instrument = scoring.recognize(content, named, other, response)
    if instrument is not None and instrument["url"] == named.partition("|")[0]:
        return instrument
    if instrument is None or instrument["url"] in check_in.forms(content):
        return check_in.recognize(content, named, other, scoring.link_ids(response)) or instrument
    return instrument


def _scored_otherwise(judgment: Judgment, results: Sequence[Record]) -> bool:
    """Whether a score stands that these answers do not give. What another program scored need not say the band."""
    on_record = [result_of(result.json) for result in results]
    for score in judgment.scores:
        codes, bands, points = result_of(write_score("", score, "", "", {}))
        of_its_kind = [each for each in on_record if each[0] & codes]
        if of_its_kind and not any(each[2] == points and (not each[1] or each[1] & bands) for each in of_its_kind):
            return True
    return False


def _changed_since(record: Record, view: TriageView, occasion: Occasion) -> bool:
    """Whether answers were given, or amended, after the color was."""
    given, judged = moments(qr.authored(record.json, ""), occasion.zone), moments(view.at, occasion.zone)
    if given is not None and judged is not None and given[0] > judged[1]:
        return True
    if record.json.get("status") != "amended":
        return False
    written, colored = (moments(first_text(each.json, "meta.lastUpdated") or "") for each in (record, view.record))
    return written is not None and colored is not None and written[0] > colored[1] + CLOCKS_DIFFER


def _made_from(record: Record) -> set[str]:
    return {name for each in references(record.json, "derivedFrom") if (name := relative(each))}


def _within(record: Record, occasion: Occasion, days: int) -> bool:
    """Whether answers were given in the last days; those whose day nobody can read are not passed over."""
    given = moments(qr.authored(record.json, ""), occasion.zone)
    since: datetime = occasion.now - timedelta(days=days)
    return given is None or given[1] > since
