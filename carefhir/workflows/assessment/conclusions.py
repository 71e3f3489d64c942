"""One assessment, concluded: the conclusions, what is left to assess, and the tier with everything it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from carefhir.chart import evidence, facts
from carefhir.chart.chart import Chart
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
"""What an Observation may be derived from, of what evidence is made of (R4)."""


class DomainConclusion(Protocol):
    """One domain's conclusion, as somebody gave it."""

    @property
    def domain(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def evidence(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Assessment:
    """What somebody concluded, and the tier it comes to."""

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
class Concluding:
    """Writing down an assessment and what follows from it."""

    assessment: Assessment
    pen: Pen

    @property
    def at(self) -> str:
        """The moment, as FHIR writes it."""
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
        """The whole wanted graph."""
        tier = self.assessment.tier
        conclusions = {each.domain: self._conclusion(each) for each in self.assessment.conclusions}
        risk = self._risk(conclusions)
        missing = self._missing()
        asked = [self._ask(domain) for domain in missing if not self._asked_already(domain)]
        done = (*self._answered(conclusions), *self._first(missing, risk))
        return Plan(
            changes=(*conclusions.values(), risk, *asked, *done),
            says=self._says(missing),
            warnings=(*self._warnings(), *self.chart.not_visible),
            decided_from=self._sources(),
            artefacts=(self.pen.content.canonical("PlanDefinition", tiers.PLAN), self.clock.canonical),
            # A person's reason for another tier stands in the tier, which may be restricted; a receipt is not.
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
        labels = _labels(self.assessment.evidence[named] for named in given.evidence)
        told = set(str(domain.properties.get("restrictedBy", "")).split())
        labels += (RESTRICTED,) if told & self.assessment.restricted else ()
        return Create(f"conclusion/{given.domain}", labeled(resource, labels), f"{domain.display}: concluded")

    def _missing(self) -> list[str]:
        """Domains that neither this act nor an earlier one, recently enough, has concluded."""
        since = self.pen.occasion.now - timedelta(days=self.clock.number("conclusion-counts-days"))
        views = self.chart.conclusions
        concluded = {view.domain for view in views if view.concluded and view.at and view.at >= since}
        concluded |= {given.domain for given in self.assessment.conclusions}
        return [domain for domain in self.domains if domain not in concluded]

    def _asked_already(self, domain: str) -> bool:
        return any(task.open and _about(task, domain) for task in self.chart.tasks)

    @property
    def _item(self) -> ClockItem:
        """The work of assessing one domain, on the clock."""
        return next(item for item in self.clock.tasks() if item.code == "assessment")

    @property
    def _due(self) -> date:
        """The day by which a domain that is not assessed is due."""
        return self._item.on(self.pen.today, self.pen.occasion.calendar)

    def _ask(self, domain: str) -> Create:
        """A Task for a domain nobody has assessed."""
        item, asked = self._item, self.domains[domain]
        work = Work(
            code=item.code,
            words=f"{item.title}: {asked.display}. {asked.definition} {item.words}",
            start=self.pen.today,
            end=self._due,
            owner=self.chart.care_manager or self.pen.author,
            focus=self.pen.refer(self.assessment.episode.record),
            reason=asked,
        )
        return self.pen.task(f"assess/{domain}", work, f"{asked.display} is not assessed: due {self._due}")

    def _answered(self, conclusions: Mapping[str, Create]) -> Iterator[Amend]:
        """The Tasks that asked for a domain concluded now."""
        for domain, create in conclusions.items():
            for task in self.chart.tasks:
                if task.open and _about(task, domain):
                    yield self._completed("assessed", task, create, "the domain is concluded")

    def _first(self, missing: list[str], risk: Create) -> list[Amend]:
        """The first assessment, done once every domain is concluded."""
        firsts = [task for task in self.chart.tasks if task.open and "first-assessment" in task.codes]
        why = "every domain is concluded"
        return [] if missing else [self._completed("first-assessment", task, risk, why) for task in firsts]

    def _completed(self, part: str, task: TaskView, result: Create, because: str) -> Amend:
        """A Task completed with its result."""
        output = {"type": {"text": "conclusion"}, "valueReference": self.pen.refer(result)}
        edits = (*self.pen.ended("completed", "done"), add("output", output))
        return amend(f"{part}/{task.record.id}", task.record, because, *edits)

    # ---- tier

    def _risk(self, conclusions: Mapping[str, Create]) -> Create:
        """The tier, with every input cited."""
        tier = self.assessment.tier
        cited = [*map(self.pen.refer, tier.basis), *map(self.pen.refer, conclusions.values())]
        resource = risk_assessment.write_tier(
            self.pen.content, self.pen.patient, self.at, performer=self.pen.author, tier=tier.parts, basis=cited
        )
        labels = _labels(tier.basis) + ((RESTRICTED,) if self.assessment.restricted else ())
        return Create("tier", labeled(resource, labels), f"tier {tier.words}")

    # ---- words

    def _says(self, missing: list[str]) -> tuple[str, ...]:
        tier = self.assessment.tier
        says = [f"tier {tier.words}", *tier.why, *tier.by_rule.reasons]
        says += [f"{self.domains[given.domain].display}: {given.words}" for given in self.assessment.conclusions]
        for domain in missing:
            asked = "asked for already" if self._asked_already(domain) else f"due {self._due}"
            says.append(f"not assessed: {self.domains[domain].display} ({asked})")
        return tuple(says if missing else [*says, "every domain is assessed"])

    def _warnings(self) -> tuple[str, ...]:
        """What to know about a tier that a person lowered."""
        rule, highest = self.assessment.tier.by_rule.no_step_down, self.assessment.tier.lowered_from
        return (f"lower than {highest} soon after a discharge: {rule} is the rule",) if rule and highest else ()


def restricted_groups(chart: Chart, content: Content) -> frozenset[str]:
    """The condition groups on record that must stay out of shared documents (rule 4)."""
    groups = content.concepts(CONDITION_GROUP)
    weighed = [view for view in chart.conditions if evidence.weighed(content, view)]
    codes = {code for view in weighed for code in facts.groups_of(content, view)}
    return frozenset(code for code in codes if groups[code].properties.get("restricted"))


def _about(task: TaskView, domain: str) -> bool:
    """Whether a Task asks to assess a domain."""
    return "assessment" in task.codes and domain in task.domains


def _labels(records: Iterable[Record]) -> tuple[Json, ...]:
    """The security labels of some records, each once, which travel to what is derived from them."""
    found: list[Json] = []
    for record in records:
        found += [label for label in qr.labels_of(record) if label not in found]
    return tuple(found)
