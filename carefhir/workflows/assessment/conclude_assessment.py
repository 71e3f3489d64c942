"""`conclude-assessment`: what the assessment came to, domain by domain, and the tier of care that follows.

In one commit: an Observation per concluded domain, in words, with the evidence it was derived from; a Task for each
domain nobody has assessed; the first assessment completed once every domain is; and a RiskAssessment with the tier,
every input cited in its `basis`, "at least" where something it depends on is not known (`content.tiers`).

The act's cause is the running care-management episode and the moment somebody concluded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, computed_field

from carefhir.chart import chart
from carefhir.chart.chart import Chart
from carefhir.codes import DOMAIN, TIER
from carefhir.content import supervision, tiers
from carefhir.engine.adapter import FromContext, adapted
from carefhir.engine.step import Moment, PatientCommand, instant
from carefhir.fhir.changes import Act, Plan, Refusal, carries_key
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, references, relative
from carefhir.fhir.search import Named, Need
from carefhir.mappers import patient
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.occasion import Occasion
from carefhir.workflows.assessment.conclusions import PROGRAM, Conclusions, running


class Concluded(BaseModel):
    """One domain's conclusion."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    domain: str = Field(description="a code of CodeSystem assessment-domain")
    words: str = Field(min_length=1, description="the conclusion, in words")
    evidence: tuple[str, ...] = Field(default=(), description="what it rests on: Type/ID")


class ConcludeAssessment(PatientCommand):
    """Concludes an assessment, domain by domain, and sets the tier."""

    concluded: Moment = Field(description="when it was concluded, with its offset")
    conclusions: tuple[Concluded, ...] = Field(min_length=1, description="a conclusion per domain: domain, words")
    referred_by: Literal["nobody", "clinician", "patient", "family", "plan"] = Field(
        default="nobody", description="who referred the person to care management"
    )
    adl_losses: int | None = Field(default=None, ge=0, description="activities of daily living that need help")
    iadl_losses: int | None = Field(default=None, ge=0, description="instrumental activities that need help")
    tier: str = Field(default="", description="another tier than the rules give, set by a person")
    tier_reason: str = Field(default="", description="why another tier")

    def evidence_of(self, type_: str) -> str:
        """The evidence of a type, parted by blanks, as a search takes it."""
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


@dataclass(frozen=True, slots=True)
class Context:
    """What concluding is decided from."""

    chart: Chart
    known: Mapping[str, Record]
    """Every record at hand, by its reference: evidence must be among them."""


NEEDS = (
    *chart.needs(
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


def read(records: Records, occasion: Occasion) -> Context:
    """The context."""
    known = {one.reference: one for need in records.found for one in records[need]}
    return Context(chart.read(records, occasion), known)


def causes(context: Context, command: ConcludeAssessment, occasion: Occasion) -> tuple[tuple[str, ...], ...]:
    """The episode it belongs to, and the moment."""
    episode = running(context.chart) or _last(context.chart)
    return ((episode.record.reference, instant(command.concluded)),) if episode else ()


def _last(found: Chart) -> EpisodeView | None:
    """The episode that ended last: what was concluded in it stays concluded when it is over."""
    over = [one for one in found.episodes if PROGRAM in one.programs and one.status == "finished"]
    return max(over, key=lambda one: (one.ended_at, one.record.id), default=None)


def particulars(context: Context, command: ConcludeAssessment, occasion: Occasion) -> object:
    """The moment is the same in any zone."""
    said = command.model_dump(mode="json")
    return {**said, "concluded": instant(command.concluded)}


def decide(context: Context, command: ConcludeAssessment, occasion: Occasion, act: Act) -> Plan | Refusal:
    """Conclusions, what is left to assess, and the tier; or why not."""
    episode = running(context.chart)
    why = (*_refusals(context, command, occasion), *_tier_refusals(command, occasion))
    if why or episode is None:
        return Refusal(why)
    # What an interrupted run of this act has written is no input of it.
    seen = replace(
        context.chart,
        conclusions=tuple(one for one in context.chart.conclusions if not _own(one.record, command, act)),
        risks=tuple(one for one in context.chart.risks if not carries_key(one, act.part_key("tier"))),
    )
    desk = Conclusions(seen, context.known, command, occasion, act, episode)
    no = desk.steps_down_unsigned()
    return Refusal(no) if no else desk.concluded()


def _own(record: Record, command: ConcludeAssessment, act: Act) -> bool:
    return any(carries_key(record, act.part_key(f"conclusion/{one.domain}")) for one in command.conclusions)


def _refusals(context: Context, command: ConcludeAssessment, occasion: Occasion) -> tuple[str, ...]:
    """What stands in the way of the conclusions themselves."""
    found = context.chart
    why = list(patient.in_the_way(found.patient, command.patient))
    if "episodes" in found.unseen:
        why.append("whether the person is in care management cannot be seen: EpisodeOfCare is not visible")
    elif running(found) is None:
        why.append("not in care management: enrol first")
    if command.concluded > occasion.now:
        why.append("concluded lies in the future: give the moment it was concluded")
    domains = [one.domain for one in command.conclusions]
    known = occasion.content.concepts(DOMAIN)
    for domain in dict.fromkeys(domains):
        if domain not in known:
            why.append(f"there is no domain {domain!r}; there are: {', '.join(known)}")
        elif domains.count(domain) > 1:
            why.append(f"{domain} is concluded twice: say it once")
    if (command.adl_losses, command.iadl_losses) != (None, None) and "function" not in domains:
        why.append("losses of function belong to the domain function: conclude it, too")
    for conclusion in command.conclusions:
        for one in conclusion.evidence:
            why += _not_evidence(context, command, one)
    return tuple(dict.fromkeys(why))


def _not_evidence(context: Context, command: ConcludeAssessment, named: str) -> tuple[str, ...]:
    """Why this is no evidence about this person."""
    if relative(named) != named:
        return ("evidence is given as Type/ID",)
    record = context.known.get(named)
    if record is None:
        return (f"{named} is not on this server, not visible to us, or nothing a conclusion is drawn from",)
    whose = {relative(one) for path in ("subject", "patient", "for") for one in references(record.json, path)}
    if command.patient not in whose:
        return (f"{named} is not {command.patient}'s",)
    if record.json.get("status") == "entered-in-error":
        return (f"{named} was entered in error",)
    return ()


def _tier_refusals(command: ConcludeAssessment, occasion: Occasion) -> tuple[str, ...]:
    """What stands in the way of another tier than the rules give."""
    if not command.tier:
        return ("a reason for another tier is given, and no tier: say which",) if command.tier_reason else ()
    why = []
    if tiers.rank(occasion.content, command.tier) < 0:
        why.append(f"there is no tier {command.tier!r}; there are: {', '.join(occasion.content.concepts(TIER))}")
    if not command.tier_reason:
        why.append("another tier than the rules give needs a reason: tier_reason")
    return (*why, *supervision.refusals(occasion.content, "override-tier", occasion.actor.discipline))


CONCLUDE_ASSESSMENT = adapted(
    name="conclude-assessment",
    title="Conclude an assessment, and set the tier",
    command=ConcludeAssessment,
    needs=NEEDS,
    cause=FromContext(causes),
    read=read,
    decide=decide,
    when_stale="decide again",
    creates=("Observation", "RiskAssessment", "Task"),
    amends=("Task",),
    particulars=particulars,
    supervised="conclude",
)
