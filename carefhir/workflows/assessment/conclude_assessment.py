"""`conclude-assessment`: concludes an assessment, domain by domain, and sets the tier of care that follows from it.

Writes in one commit: an Observation for each concluded domain, in words, with the evidence it rests on; a Task for each
domain that nobody has assessed; and a RiskAssessment with the tier, which cites everything it rests on in its `basis`.
The tier says "at least" where something it depends on is not known (`content.tiers`). The Task for the first assessment
is completed: each domain is then either concluded or has a Task of its own, so nothing is lost with it.

The act's cause is the care-management episode and the moment when the assessment was concluded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, computed_field

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.codes import DOMAIN, TIER
from carefhir.content import supervision, tiers
from carefhir.engine.step import AtMoment, Case, Moment, PatientCommand, Step, instant
from carefhir.fhir.changes import Act, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.fhir.record import relative
from carefhir.fhir.search import Named, Need
from carefhir.mappers import patient
from carefhir.mappers.conclusion import EvidenceView, read_evidence
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.occasion import Occasion
from carefhir.workflows.assessment.conclusions import Assessment, Concluding, restricted_groups
from carefhir.workflows.assessment.tier_setting import set_tier, unsigned_step_down
from carefhir.workflows.pen import Pen

PROGRAM = "care-management"
"""The program whose episode an assessment belongs to."""


class Concluded(BaseModel):
    """The conclusion about one domain."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    domain: str = Field(description="a code of CodeSystem assessment-domain")
    words: str = Field(min_length=1, description="the conclusion, in words")
    evidence: tuple[str, ...] = Field(default=(), description="the records it rests on: Type/ID")


class ConcludeAssessment(PatientCommand):
    """Concludes an assessment, domain by domain, and sets the tier of care."""

    concluded: Moment = Field(description="when it was concluded, with its UTC offset")
    conclusions: tuple[Concluded, ...] = Field(min_length=1, description="a conclusion for each domain: domain, words")
    referred_by: Literal["nobody", "clinician", "patient", "family", "plan"] = Field(
        default="nobody", description="who referred the person to care management"
    )
    adl_losses: int | None = Field(default=None, ge=0, description="how many activities of daily living need help")
    iadl_losses: int | None = Field(default=None, ge=0, description="how many instrumental activities need help")
    tier: str = Field(default="", description="a tier to set instead of the one the rules give")
    tier_reason: str = Field(default="", description="why this tier is set instead")

    def evidence_of(self, type_: str) -> str:
        """The evidence of a type, separated by blanks, as a search needs it."""
        named = (one for conclusion in self.conclusions for one in conclusion.evidence)
        return " ".join(dict.fromkeys(one for one in named if one.startswith(type_ + "/") and relative(one)))

    @computed_field(repr=False)  # type: ignore[prop-decorator]  # pydantic's own pattern
    @property
    def observations(self) -> str:
        """The Observations among the evidence."""
        return self.evidence_of("Observation")

    @computed_field(repr=False)  # type: ignore[prop-decorator]
    @property
    def responses(self) -> str:
        """The QuestionnaireResponses among the evidence."""
        return self.evidence_of("QuestionnaireResponse")

    @computed_field(repr=False)  # type: ignore[prop-decorator]
    @property
    def documents(self) -> str:
        """The DocumentReferences among the evidence."""
        return self.evidence_of("DocumentReference")


NEEDS = (
    *charts.needs(
        "patient",
        "episodes",
        "care_teams",
        "conditions",
        "medication_requests",
        "medication_statements",
        "readings",
        "encounters",
        "tasks",
        "risks",
        "conclusions",
    ),
    Need("evidence observations", "Observation", (Named("{command.observations}"),), optional=True),
    Need("evidence responses", "QuestionnaireResponse", (Named("{command.responses}"),), optional=True),
    Need("evidence documents", "DocumentReference", (Named("{command.documents}"),), optional=True),
)


@dataclass(frozen=True, slots=True)
class ConclusionCase(Case):
    """One assessment that somebody concluded."""

    command: ConcludeAssessment
    occasion: Occasion
    chart: Chart
    episode: EpisodeView
    """The episode that is running; else the one that ended last, which the assessment belonged to."""
    evidence: Mapping[str, EvidenceView]
    """Every record that was gathered, by its reference: evidence must be among them."""

    @property
    def cause(self) -> AtMoment:
        return AtMoment(self.episode.record.reference, self.command.concluded)

    @property
    def asked(self) -> dict[str, Any]:
        """The command, with its moment in UTC: the same moment in another zone is the same request."""
        return {**self.command.model_dump(mode="json"), "concluded": instant(self.command.concluded)}

    def decide(self, act: Act) -> Plan | Refusal:
        """Writes the conclusions, the Tasks for what is left to assess, and the tier; or says why not."""
        why = _refusals(self.chart, self.evidence, self.command, self.occasion)
        if why:
            return Refusal(why)
        assessment = self._assessment()
        no = unsigned_step_down(assessment.tier.lowered_from, self.chart, self.occasion)
        return Refusal(no) if no else Concluding(assessment, Pen(self.occasion, act, self.command.patient)).plan()

    def _assessment(self) -> Assessment:
        command = self.command
        named = [reference for conclusion in command.conclusions for reference in conclusion.evidence]
        counted = (("adl", command.adl_losses), ("iadl", command.iadl_losses))
        domains = [conclusion.domain for conclusion in command.conclusions]
        return Assessment(
            chart=self.chart,
            episode=self.episode,
            concluded=command.concluded,
            conclusions=command.conclusions,
            losses=tuple((code, count) for code, count in counted if count is not None),
            evidence={reference: self.evidence[reference].record for reference in named},
            restricted=restricted_groups(self.chart, self.occasion.content),
            tier=set_tier(self.chart, command, domains, self.occasion),
        )


def open_cases(records: Records, command: ConcludeAssessment, occasion: Occasion) -> Sequence[Case] | Refusal:
    """The assessment, in the episode it belongs to; or why it belongs to none."""
    chart = charts.read(records, occasion)
    evidence = {record.reference: read_evidence(record) for need in records.by_need for record in records[need]}
    episode = _running(chart) or _last(chart)
    if episode is None:
        return Refusal(_refusals(chart, evidence, command, occasion))
    return (ConclusionCase(command=command, occasion=occasion, chart=chart, episode=episode, evidence=evidence),)


def _running(chart: Chart) -> EpisodeView | None:
    """The care-management episode that is running or on hold."""
    return next((each for each in chart.episodes if PROGRAM in each.programs and not each.over), None)


def _last(chart: Chart) -> EpisodeView | None:
    """The episode that ended last, so that concluding an assessment again after its end is known as a repeat."""
    over = [each for each in chart.episodes if PROGRAM in each.programs and each.status == "finished"]
    return max(over, key=lambda each: (each.ended_at, each.record.id), default=None)


def _refusals(
    chart: Chart, evidence: Mapping[str, EvidenceView], command: ConcludeAssessment, occasion: Occasion
) -> tuple[str, ...]:
    """Says everything that stands in the way."""
    why = list(patient.in_the_way(chart.patient, command.patient))
    if "episodes" in chart.unseen:
        why.append(
            "whether the patient is in care management is not known, for EpisodeOfCare is not visible: ask for access"
        )
    elif _running(chart) is None:
        why.append("the patient is not in care management: enroll the patient first")
    if command.concluded > occasion.now:
        why.append("concluded is in the future: give the moment when it was concluded")
    why += _domain_refusals(command, occasion)
    for conclusion in command.conclusions:
        for named in conclusion.evidence:
            why += _not_evidence(evidence.get(named), command.patient, named)
    return (*dict.fromkeys(why), *_tier_refusals(command, occasion))


def _domain_refusals(command: ConcludeAssessment, occasion: Occasion) -> Iterator[str]:
    """Says what is wrong with the domains that were named."""
    domains = [conclusion.domain for conclusion in command.conclusions]
    concepts = occasion.content.concepts(DOMAIN)
    for domain in dict.fromkeys(domains):
        if domain not in concepts:
            yield f"there is no domain {domain!r}; the domains are: {', '.join(concepts)}"
        elif domains.count(domain) > 1:
            yield f"{domain} is concluded twice: give one conclusion"
    if (command.adl_losses, command.iadl_losses) != (None, None) and "function" not in domains:
        yield "adl_losses and iadl_losses belong to the domain function: give its conclusion, too"


def _not_evidence(view: EvidenceView | None, person: str, named: str) -> tuple[str, ...]:
    """Says why this is not evidence about this patient."""
    if relative(named) != named:
        return ("evidence is not a reference: give each as Type/ID",)
    if view is None:
        return (f"{named} is not on this server, not visible to us, or not a record that can be evidence",)
    if person not in view.about:
        return (f"{named} is not {person}'s: leave it out",)
    if view.superseded:
        return (f"{named} is superseded, because its answers were amended: name the result that replaces it",)
    return (f"{named} was entered in error: leave it out",) if view.in_error else ()


def _tier_refusals(command: ConcludeAssessment, occasion: Occasion) -> tuple[str, ...]:
    """Says why another tier than the one the rules give cannot be set."""
    if not command.tier:
        return ("tier_reason is given without a tier: give the tier, too",) if command.tier_reason else ()
    why = []
    if tiers.rank(occasion.content, command.tier) < 0:
        why.append(f"there is no tier {command.tier!r}; the tiers are: {', '.join(occasion.content.concepts(TIER))}")
    if not command.tier_reason:
        why.append("a tier other than the one the rules give needs a reason: give tier_reason")
    return (*why, *supervision.refusals(occasion.content, "override-tier", occasion.actor.discipline))


CONCLUDE_ASSESSMENT = Step(
    name="conclude-assessment",
    title="Conclude an assessment and set the tier of care",
    command=ConcludeAssessment,
    needs=NEEDS,
    open=open_cases,
    when_stale="decide again",
    creates=("Observation", "RiskAssessment", "Task"),
    amends=("Task",),
    supervised="conclude",
)
