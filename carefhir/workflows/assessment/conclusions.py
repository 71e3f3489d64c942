"""One concluded assessment: its conclusions, the domains still to be assessed, and the tier with all it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from carefhir.chart import evidence
from carefhir.chart.chart import Chart
from carefhir.chart.condition_groups import groups_of
from carefhir.codes import CONDITION_GROUP, DOMAIN, RESTRICTED
from carefhir.content import tiers
from carefhir.content.clocks import Clock, ClockItem, read_clock
from carefhir.content.loading import Concept, Content
from carefhir.fhir.changes import Amend, Create, Plan, add, amend, labeled
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record
from carefhir.mappers import conclusion, risk_assessment
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.mappers.task import TaskView, Work
from carefhir.workflows.assessment.tier_setting import TierSetting
from carefhir.workflows.pen import Pen

DERIVABLE = ("Observation", "QuestionnaireResponse", "DocumentReference")
"""The types of evidence that an Observation can be derived from in R4."""


class DomainConclusion(Protocol):
    """The conclusion about one domain, as the command gives it."""

    @property
    def domain(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def evidence(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Assessment:
    """What somebody concluded, and the tier that follows from it."""

    chart: Chart
    episode: EpisodeView
    concluded: datetime
    conclusions: Sequence[DomainConclusion]
    losses: tuple[tuple[str, int], ...]
    """How many activities of each kind (CodeSystem function-loss) need help."""
    evidence: Mapping[str, Record]
    """The records the conclusions rest on, by their reference."""
    restricted: frozenset[str]
    """The condition groups on record that must stay out of shared documents (rule 4)."""
    tier: TierSetting


@dataclass(frozen=True, slots=True)
class OpenDomain:
    """A domain that is still to be assessed, and the open Task that already asks for it, if there is one."""

    domain: Concept
    task: TaskView | None


@dataclass(frozen=True, slots=True)
class Concluding:
    """Writes an assessment and what follows from it."""

    assessment: Assessment
    pen: Pen

    @property
    def at(self) -> str:
        """The moment when it was concluded, as FHIR writes it."""
        return self.assessment.concluded.astimezone(self.pen.occasion.zone).isoformat(timespec="seconds")

    @property
    def chart(self) -> Chart:
        return self.assessment.chart

    @property
    def clock(self) -> Clock:
        return read_clock(self.pen.content, "assessment-work", self.pen.today)

    @property
    def domains(self) -> Mapping[str, Concept]:
        return self.pen.content.concepts(DOMAIN)

    def plan(self) -> Plan:
        """Writes the conclusions, the tier, and the Tasks for what is still to be assessed."""
        tier = self.assessment.tier
        conclusions = {each.domain: self._conclusion(each) for each in self.assessment.conclusions}
        risk = self._risk(conclusions)
        missing = self._missing()
        asked = [self._ask(missed.domain) for missed in missing if missed.task is None]
        firsts = [task for task in self.chart.tasks if task.open and "first-assessment" in task.codes]
        done = (*self._answered(conclusions), *self._first(firsts, missing, risk))
        return Plan(
            changes=(*conclusions.values(), risk, *asked, *done),
            says=(*self._says(missing), *(_first_says(task, missing) for task in firsts)),
            warnings=(*self._warnings(), *self.chart.not_visible),
            decided_from=self._sources(),
            artefacts=(self.pen.content.canonical("PlanDefinition", tiers.PLAN), self.clock.canonical),
            # Why a person set another tier is said in the tier alone: the tier may be restricted, the receipt is not.
            reason="assessment concluded" + ("; tier set by a person" if tier.set_by == "person" else ""),
            acting_as=self.pen.occasion.actor.discipline,
        )

    def _sources(self) -> tuple[Record, ...]:
        person = [self.chart.person] if self.chart.person else []
        basis = self.assessment.tier.basis
        return tuple(
            dict.fromkeys((*person, self.assessment.episode.record, *self.assessment.evidence.values(), *basis))
        )

    # ---- domains

    def _conclusion(self, given: DomainConclusion) -> Create:
        domain = self.domains[given.domain]
        resource = conclusion.write(
            self.pen.content,
            self.pen.patient,
            domain,
            words=given.words,
            at=self.at,
            performer=self.pen.author,
            derived_from=[named for named in given.evidence if named.partition("/")[0] in DERIVABLE],
            losses=self.assessment.losses if given.domain == "function" else (),
        )
        labels = labels_of_all(self.assessment.evidence[named] for named in given.evidence)
        told = set(str(domain.properties.get("restrictedBy", "")).split())
        labels += (RESTRICTED,) if told & self.assessment.restricted else ()
        return Create(f"conclusion/{given.domain}", labeled(resource, labels), f"{domain.display}: concluded")

    def _missing(self) -> tuple[OpenDomain, ...]:
        """The domains that are not concluded now and were not concluded recently enough before."""
        since = self.pen.occasion.now - timedelta(days=self.clock.number("conclusion-counts-days"))
        views = self.chart.conclusions
        concluded = {view.domain for view in views if view.concluded and view.at and view.at >= since}
        concluded |= {given.domain for given in self.assessment.conclusions}
        return tuple(
            OpenDomain(concept, self._task_about(code))
            for code, concept in self.domains.items()
            if code not in concluded
        )

    def _task_about(self, domain: str) -> TaskView | None:
        """The open Task that already asks to assess a domain."""
        return next((task for task in self.chart.tasks if task.open and _about(task, domain)), None)

    @property
    def _item(self) -> ClockItem:
        """The work of assessing one domain, as the clock has it."""
        return next(item for item in self.clock.tasks() if item.code == "assessment")

    @property
    def _due(self) -> date:
        """The day by which an open domain is to be assessed."""
        return self._item.on(self.pen.today, self.pen.occasion.calendar)

    def _ask(self, domain: Concept) -> Create:
        """Writes a Task for a domain that nobody has assessed."""
        item = self._item
        work = Work(
            code=item.code,
            words=f"{item.title}: {domain.display}. {domain.definition} {item.words}",
            start=self.pen.today,
            end=self._due,
            owner=self.chart.care_manager or self.pen.author,
            focus=self.pen.refer(self.assessment.episode.record),
            reason=domain,
        )
        return self.pen.task(f"assess/{domain.code}", work, f"{domain.display} is not assessed yet: due {self._due}")

    def _answered(self, conclusions: Mapping[str, Create]) -> Iterator[Amend]:
        """Completes the Tasks that asked for a domain that is concluded now."""
        for domain, create in conclusions.items():
            for task in self.chart.tasks:
                if task.open and _about(task, domain):
                    yield self._completed("assessed", task, create, "the domain is concluded")

    def _first(self, firsts: Iterable[TaskView], missing: tuple[OpenDomain, ...], risk: Create) -> Iterator[Amend]:
        """Completes the first assessment.

        From now on each domain is either concluded or has a Task of its own, due on its own day. A first assessment
        that stayed open beside them would become overdue, and nothing would be left to do for it.
        """
        why = "each domain is concluded or has a Task of its own" if missing else "every domain is concluded"
        for task in firsts:
            yield self._completed("first-assessment", task, risk, why)

    def _completed(self, part: str, task: TaskView, result: Create, because: str) -> Amend:
        """Completes a Task with its result."""
        output = {"type": {"text": "conclusion"}, "valueReference": self.pen.refer(result)}
        edits = (*self.pen.ended("completed", "done"), add("output", output))
        return amend(f"{part}/{task.record.id}", task.record, because, *edits)

    # ---- tier

    def _risk(self, conclusions: Mapping[str, Create]) -> Create:
        """Writes the tier, with everything it rests on."""
        tier = self.assessment.tier
        cited = [*map(self.pen.refer, tier.basis), *map(self.pen.refer, conclusions.values())]
        resource = risk_assessment.write_tier(
            self.pen.content, self.pen.patient, self.at, performer=self.pen.author, tier=tier.parts, basis=cited
        )
        labels = labels_of_all(tier.basis) + ((RESTRICTED,) if self.assessment.restricted else ())
        return Create("tier", labeled(resource, labels), f"tier {tier.words}")

    # ---- words

    def _says(self, missing: tuple[OpenDomain, ...]) -> tuple[str, ...]:
        """The tier with its reasons, the conclusions, and what is still to be assessed, by when."""
        tier = self.assessment.tier
        says = [f"tier {tier.words}", *tier.why, *tier.by_rule.reasons]
        says += [f"{self.domains[given.domain].display}: {given.words}" for given in self.assessment.conclusions]
        for missed in missing:
            when = f"already asked for with {missed.task.record.reference}" if missed.task else f"due {self._due}"
            says.append(f"still to be assessed: {missed.domain.display} ({when})")
        return tuple(says if missing else [*says, "every domain is assessed"])

    def _warnings(self) -> tuple[str, ...]:
        """Warns about a tier that a person lowers soon after a discharge."""
        rule, highest = self.assessment.tier.by_rule.no_step_down, self.assessment.tier.lowered_from
        return (f"the tier is set lower than {highest} against a rule: {rule}",) if rule and highest else ()


def restricted_groups(chart: Chart, content: Content) -> frozenset[str]:
    """The condition groups on record that must stay out of shared documents (rule 4)."""
    groups = content.concepts(CONDITION_GROUP)
    weighed = [view for view in chart.conditions if evidence.weighed(content, view)]
    codes = {code for view in weighed for code in groups_of(content, view)}
    return frozenset(code for code in codes if groups[code].properties.get("restricted"))


def _first_says(task: TaskView, missing: tuple[OpenDomain, ...]) -> str:
    """That the first assessment is completed, naming the domains that are still to be assessed."""
    names = ", ".join(missed.domain.display for missed in missing)
    left = f"; still to be assessed, each with a Task of its own: {names}" if missing else ""
    return f"the first assessment ({task.record.reference}) is completed{left}"


def _about(task: TaskView, domain: str) -> bool:
    """Whether a Task asks to assess a domain."""
    return "assessment" in task.codes and domain in task.domains


def labels_of_all(records: Iterable[Record]) -> tuple[Json, ...]:
    """The security labels of some records, each once: they travel to what is derived from the records."""
    labels: list[Json] = []
    for record in records:
        labels += [label for label in qr.labels_of(record) if label not in labels]
    return tuple(labels)
