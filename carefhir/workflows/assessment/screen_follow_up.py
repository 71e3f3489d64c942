"""What follows from the finding of a screen: a Task, whose it is, and by when (PlanDefinition screen-follow-up).

Whom a Task is for is a discipline. Where nobody of that discipline is in the care team, it goes to the care manager,
and a warning says so: a finding without an owner would be nobody's. A Task about a restricted finding is restricted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from carefhir.chart.chart import Chart
from carefhir.codes import DISCIPLINE, FINDING, RESTRICTED, TASK
from carefhir.content import clocks
from carefhir.content.clocks import ClockItem
from carefhir.content.loading import Concept, extensions, value_of
from carefhir.content.rules import Facts, Rule, read_rules
from carefhir.content.scoring import Score, short_name
from carefhir.fhir.changes import Create, labeled
from carefhir.fhir.codec import Json
from carefhir.fhir.record import codings, has_code
from carefhir.mappers.task import Work
from carefhir.workflows.pen import Pen

PLAN = "screen-follow-up"


@dataclass(frozen=True, slots=True)
class ScreenFollowUp:
    """Writes what follows from the scores of one response."""

    pen: Pen
    chart: Chart
    title: str
    response: Json | None
    """A reference to the response; None where it cannot be kept."""

    @property
    def canonical(self) -> str:
        return self.pen.content.canonical("PlanDefinition", PLAN)

    def tasks(self, scores: Iterable[Score], *, pressing: bool = False) -> tuple[tuple[Create, ...], tuple[str, ...]]:
        """The Tasks that these scores ask for, each once, with warnings about who got them. `pressing`: only what
        cannot wait for a complete response."""
        creates: dict[str, Create] = {}
        warnings: dict[str, None] = {}
        for score in scores:
            if not score.finding:
                continue
            finding = self.pen.content.concept(FINDING, score.finding)
            if pressing and not finding.properties.get("pressing"):
                continue
            for rule, item in self._items(score):
                due = item.on(self.pen.today, self.pen.occasion.calendar)
                part = f"screen/{rule.id}"
                if part in creates or self._asked_already(rule, item, finding, due):
                    continue
                owner, warning = self._owner(rule)
                creates[part] = self._task(part, rule, item, score, finding, due=due, owner=owner)
                warnings |= dict.fromkeys([warning] if warning else [])
        return tuple(creates.values()), tuple(warnings)

    def asked_again_alone(
        self, results: Iterable[str], beside: tuple[Create, ...]
    ) -> tuple[tuple[Create, ...], tuple[str, ...]]:
        """The Tasks to ask again, with the person alone, what did not count for these results (ObservationDefinition
        ids), with warnings about who got them: none where one `beside` speaks with the person alone anyway. They are
        restricted and say what to do, and not what it is about."""
        creates: dict[str, Create] = {}
        warnings: dict[str, None] = {}
        for result in results:
            for rule, item in self._holding({"not_alone": [result], "finding": [], "points": []}):
                part = f"screen/{rule.id}"
                spoken = any(has_code(create.resource, "code", TASK, item.code) for create in beside)
                if part in creates or spoken or self._waits(item):
                    continue
                due = item.on(self.pen.today, self.pen.occasion.calendar)
                owner, warning = self._owner(rule)
                work = Work(
                    code=item.code, words=item.words, start=self.pen.today, end=due, owner=owner, focus=self.response
                )
                because = f"a restricted matter: {item.title[:1].lower()}{item.title[1:]}, due {due}"
                create = self.pen.task(part, work, because)
                creates[part] = Create(part, labeled(create.resource, (RESTRICTED,)), because)
                warnings |= dict.fromkeys([warning] if warning else [])
        return tuple(creates.values()), tuple(warnings)

    def _waits(self, item: ClockItem) -> bool:
        """Whether an open Task of that kind waits already to speak with the person alone, whatever it is about."""
        return any(
            task.open and not task.held and item.code in task.codes
            for task in self.chart.tasks
            if not self.pen.act.did(task.record)
        )

    def _items(self, score: Score) -> Iterator[tuple[Rule, ClockItem]]:
        return self._holding({"finding": [score.finding], "points": [score.points], "not_alone": []})

    def _holding(self, facts: Facts) -> Iterator[tuple[Rule, ClockItem]]:
        clock = clocks.read_clock(self.pen.content, PLAN, self.pen.today)
        rules = read_rules(self.pen.content, PLAN, TASK)
        for rule, item in zip(rules, clock.items, strict=True):
            if rule.holds(facts):
                yield rule, item

    def _owner(self, rule: Rule) -> tuple[str, str]:
        """Whose Task it is, and a warning where nobody of the discipline is on the team."""
        team, manager = self.chart.team, self.chart.care_manager
        concepts = self.pen.content.concepts(DISCIPLINE)
        wanted = [code for system, code in codings(rule.action, "participant.role") if system == DISCIPLINE]
        role = next((str(value_of(extension)) for extension in extensions(rule.action, "done-by")), "")
        if role and (holder := team.roles.get(role, "")):
            return holder, ""
        if role:
            goes_to = manager or self.pen.author
            return goes_to, f"no {role.replace('-', ' ')} is on record: the Task goes to {team.called(goes_to)}"
        if not wanted:
            return manager or self.pen.author, "" if manager else "no care manager is on record: the Task is yours"
        of_them = {code for code, concept in concepts.items() if code in wanted or _kind(concept) in wanted}
        members = [member for member, code in team.disciplines.items() if code in of_them]
        owner = manager if manager in members else next(iter(members), "")
        if owner:
            return team.stand_in(owner), ""
        name = concepts[wanted[0]].display
        goes_to = manager or self.pen.author
        return goes_to, f"no {name} is in the care team: the Task goes to {team.called(goes_to)}; hand it to one today"

    def _task(
        self, part: str, rule: Rule, item: ClockItem, score: Score, finding: Concept, *, due: date, owner: str
    ) -> Create:
        label = str(finding.properties.get("label", finding.display))
        asks = self._instrument(rule)
        canonical = f"{asks['url']}|{asks.get('version', '')}" if asks else ""
        work = Work(
            code=item.code,
            # A restricted Task says in its words what to do and not why: they are read aloud, copied and overlooked.
            words=item.words if score.restricted else f"{label} ({self.title}). {item.words}",
            title=f"answer {short_name(asks)}" if asks else "",
            start=self.pen.today,
            end=due,
            owner=owner,
            priority=str(finding.properties.get("priority", "routine")),
            focus=self.response,
            finding=finding,
            inputs=({"type": {"text": "form"}, "valueCanonical": canonical},) if asks else (),
        )
        what = "a restricted matter" if score.restricted else label
        create = self.pen.task(part, work, f"{what}: {item.title[:1].lower()}{item.title[1:]}, due {due}")
        if not score.restricted:
            return create
        return Create(part, labeled(create.resource, (RESTRICTED,)), create.because)

    def _instrument(self, rule: Rule) -> Json | None:
        """The instrument that an action asks for."""
        canonical = str(rule.action.get("definitionCanonical", ""))
        return self.pen.content.get("Questionnaire", canonical.rpartition("/")[2]) if canonical else None

    def _asked_already(self, rule: Rule, item: ClockItem, finding: Concept, due: date) -> bool:
        """Whether an open Task asks for the same, as early."""
        asks = self._instrument(rule)
        return any(
            task.open and not task.held and item.code in task.codes and task.due is not None and task.due <= due
            for task in self.chart.tasks
            if not self.pen.act.did(task.record)
            and (
                any(one.partition("|")[0] == asks["url"] for one in task.instruments)
                if asks
                else finding.code in task.findings
            )
        )


def _kind(concept: Concept) -> str:
    return str(concept.properties.get("kindOf", ""))
