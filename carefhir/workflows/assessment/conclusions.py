"""One assessment on the desk: the conclusions, what is left to assess, and the tier with everything it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from carefhir.chart import evidence, facts
from carefhir.chart.chart import Chart
from carefhir.chart.facts import facts_of
from carefhir.codes import CONDITION_GROUP, DOMAIN, RESTRICTED, STEP_KEY, TASK_STATE
from carefhir.content import supervision, tiers
from carefhir.content.clocks import Clock, read_clock
from carefhir.content.loading import Concept
from carefhir.content.tiers import Tier
from carefhir.fhir.changes import Act, Amend, Change, Create, Plan, add, amend, carries_key, labeled, put, refer
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, has_code
from carefhir.mappers import conclusion, risk_assessment, task
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.mappers.risk_assessment import TierView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion

PROGRAM = "care-management"
"""The programme whose episode an assessment belongs to."""

DERIVABLE = ("Observation", "QuestionnaireResponse", "DocumentReference")
"""What an Observation may be derived from, of what evidence is made of (R4)."""


class OneDomain(Protocol):
    """One domain's conclusion, as somebody gave it."""

    @property
    def domain(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def evidence(self) -> tuple[str, ...]: ...


class Asked(Protocol):
    """What of the command the conclusions are made of."""

    @property
    def patient(self) -> str: ...
    @property
    def concluded(self) -> datetime: ...
    @property
    def conclusions(self) -> Sequence[OneDomain]: ...
    @property
    def referred_by(self) -> str: ...
    @property
    def adl_losses(self) -> int | None: ...
    @property
    def iadl_losses(self) -> int | None: ...
    @property
    def tier(self) -> str: ...
    @property
    def tier_reason(self) -> str: ...


def running(chart: Chart) -> EpisodeView | None:
    """The care-management episode that runs, or is on hold."""
    return next((one for one in chart.episodes if PROGRAM in one.programs and not one.over), None)


@dataclass(frozen=True, slots=True)
class Conclusions:
    """What somebody concluded, and everything needed to write down what follows."""

    chart: Chart
    known: Mapping[str, Record]
    command: Asked
    occasion: Occasion
    act: Act
    episode: EpisodeView

    @property
    def at(self) -> str:
        """The moment, as FHIR writes it."""
        return self.command.concluded.astimezone(self.occasion.zone).isoformat(timespec="seconds")

    @property
    def clock(self) -> Clock:
        return read_clock(self.occasion.content, "assessment-work", self.occasion.today)

    @property
    def domains(self) -> Mapping[str, Concept]:
        return self.occasion.content.concepts(DOMAIN)

    def concluded(self) -> Plan:
        """The whole wanted graph."""
        made = {one.domain: self._conclusion(one) for one in self.command.conclusions}
        tier, basis = self._judged()
        setting = self._setting(tier)
        risk = self._risk(tier, setting, basis, made)
        missing = self._missing()
        asked = [self._ask(one) for one in missing if not self._asked_already(one)]
        changes: list[Change] = [*made.values(), risk, *asked, *self._answered(made), *self._first(missing, risk)]
        content = self.occasion.content
        used = [self.known[one] for said in self.command.conclusions for one in said.evidence]
        person = [self.chart.person] if self.chart.person else []
        sources = dict.fromkeys((*person, self.episode.record, *used, *basis))
        return Plan(
            tuple(changes),
            self._says(tier, setting, missing),
            warnings=(*self._warnings(tier), *self.chart.not_visible),
            decided_from=tuple(sources),
            artefacts=(content.canonical("PlanDefinition", tiers.PLAN), self.clock.canonical),
            # A person's reason for another tier stands in the tier, which may be restricted; a receipt is not.
            reason="assessment concluded" + ("; tier set by a person" if self.command.tier else ""),
            acting_as=self.occasion.actor.discipline,
        )

    # ---- domains

    def _conclusion(self, one: OneDomain) -> Create:
        domain = self.domains[one.domain]
        counted = (("adl", self.command.adl_losses), ("iadl", self.command.iadl_losses))
        losses = [(code, count) for code, count in counted if count is not None and one.domain == "function"]
        resource = conclusion.write(
            self.occasion.content,
            self.command.patient,
            domain,
            one.words,
            self.at,
            self.occasion.actor.reference,
            [named for named in one.evidence if named.partition("/")[0] in DERIVABLE],
            losses,
        )
        labels = _labels(self.known[named] for named in one.evidence)
        told = set(str(domain.properties.get("restrictedBy", "")).split())
        labels += (RESTRICTED,) if told & self._restricted() else ()
        return Create(f"conclusion/{one.domain}", labeled(resource, labels), f"{domain.display}: concluded")

    def _missing(self) -> list[str]:
        """Domains that neither this act nor an earlier one, recently enough, has concluded."""
        since = self.occasion.now - timedelta(days=self.clock.number("conclusion-counts-days"))
        known = {one.domain for one in self.chart.conclusions if one.concluded and one.at and one.at >= since}
        known |= {one.domain for one in self.command.conclusions}
        return [one for one in self.domains if one not in known]

    def _about(self, one: TaskView, domain: str) -> bool:
        return "assessment" in one.codes and has_code(one.record.json, "reasonCode", DOMAIN, domain)

    def _asked_already(self, domain: str) -> bool:
        own = self.act.part_key(f"assess/{domain}")
        return any(
            one.open and self._about(one, domain) and not carries_key(one.record, own) for one in self.chart.tasks
        )

    def _ask(self, domain: str) -> Create:
        """A Task for a domain nobody has assessed."""
        item = next(one for one in self.clock.tasks() if one.code == "assessment")
        today, found = self.occasion.today, self.domains[domain]
        due = item.on(today, self.occasion.calendar)
        words = f"{item.title}: {found.display}. {found.definition} {item.words}"
        owner = self.chart.care_manager or self.occasion.actor.reference
        work = task.Work(item.code, words, today, due, owner, focus=refer(self.episode.record), reason=found)
        actor, stamp = self.occasion.actor.reference, self.occasion.stamp
        resource = task.write(self.occasion.content, self.command.patient, actor, stamp, work)
        return Create(f"assess/{domain}", resource, f"{found.display} is not assessed: due {due}")

    def _answered(self, made: Mapping[str, Create]) -> list[Amend]:
        """The Tasks that asked for a domain concluded now (or by this act's earlier, interrupted run)."""
        done = []
        for domain, observation in made.items():
            for one in self.chart.tasks:
                if self._about(one, domain):
                    done += self._completed(f"assessed/{one.record.id}", one, observation, "the domain is concluded")
        return done

    def _first(self, missing: list[str], risk: Create) -> list[Amend]:
        """The first assessment, done once every domain is concluded."""
        if missing:
            return []
        firsts = [one for one in self.chart.tasks if "first-assessment" in one.codes]
        why = "every domain is concluded"
        return [done for one in firsts for done in self._completed(f"first-assessment/{one.record.id}", one, risk, why)]

    def _completed(self, part: str, one: TaskView, result: Create, because: str) -> list[Amend]:
        """A Task completed with its result; one of ours by its key on a repeated run; none that others have ended."""
        mark = {"system": STEP_KEY, "value": self.act.part_key(part)}
        if not one.open:
            return [amend(part, one.record, because)] if carries_key(one.record, mark["value"]) else []
        state = {"coding": [self.occasion.content.concept(TASK_STATE, "done").coding]}
        output = {"type": {"text": "conclusion"}, "valueReference": refer(result, self.act)}
        edits = (
            put("status", "completed"),
            put("businessStatus", state),
            put("lastModified", self.occasion.stamp),
            add("output", output),
            add("identifier", mark),
        )
        return [amend(part, one.record, because, *edits)]

    # ---- tier

    def _judged(self) -> tuple[Tier, tuple[Record, ...]]:
        """What the rules give, and the records their facts were read from."""
        content, command = self.occasion.content, self.command
        concluded = {one.domain for one in command.conclusions}
        more: dict[str, object] = {"referred": [command.referred_by] if command.referred_by != "nobody" else []}
        more |= {f"{one}_age_days": 0 for one in ("behavioural", "social") if one in concluded}
        more |= {} if command.adl_losses is None else {"adl_losses": command.adl_losses}
        tier = tiers.judge(content, facts_of(self.chart, self.occasion, **more))
        names = [one for one in tiers.asked(content) if one not in more]
        before = self._before()
        basis = evidence.records_of(self.chart, self.occasion, names)
        return tier, tuple(dict.fromkeys((*basis, *([before.record] if before else []))))

    def _before(self) -> TierView | None:
        """The newest tier on record before this one."""
        zone = self.occasion.zone
        known = [found for one in self.chart.risks if (found := risk_assessment.tier_of(one, zone)) and found.at]
        return max(known, key=lambda one: (one.at, one.record.id), default=None)

    def _setting(self, tier: Tier) -> tuple[str, str]:
        """The tier that holds, and by what it was set."""
        content, before = self.occasion.content, self._before()
        if self.command.tier:
            return self.command.tier, "person"
        if before and tier.no_step_down and tiers.rank(content, before.tier) > tiers.rank(content, tier.code):
            return before.tier, "held"
        return tier.code, "rules"

    def _risk(
        self, tier: Tier, setting: tuple[str, str], basis: tuple[Record, ...], made: Mapping[str, Create]
    ) -> Create:
        code, set_by = setting
        unsure = set_by != "person" and code != tiers.HIGHEST and tier.at_least
        said: Json = {
            "tier": code,
            "atLeast": unsure,
            "categories": tier.categories,
            "notAssessed": tier.unknown,
            "byRule": tier.code,
            "setBy": set_by,
            "words": self._words(tier, setting),
            "rationale": "; ".join((*self._why(tier, setting), *tier.reasons)) or "no rule calls for more",
        }
        cited = [refer(one) for one in basis] + [refer(one, self.act) for one in made.values()]
        content, actor = self.occasion.content, self.occasion.actor.reference
        resource = risk_assessment.write_tier(content, self.command.patient, self.at, actor, said, cited)
        labels = _labels(basis) + ((RESTRICTED,) if self._restricted() else ())
        return Create("tier", labeled(resource, tuple(labels)), f"tier {said['words']}")

    def _words(self, tier: Tier, setting: tuple[str, str]) -> str:
        code, set_by = setting
        if set_by == "rules":
            return tier.words
        more = f", not assessed: {'; '.join(tier.unknown)}" if set_by == "held" and tier.unknown else ""
        return code if code == tiers.HIGHEST or not more else f"at least {code}{more}"

    def _why(self, tier: Tier, setting: tuple[str, str]) -> tuple[str, ...]:
        """Why the tier is not the one the rules gave."""
        by_rule = f"the rules give {tier.words}"
        if setting[1] == "person":
            return (f"set by a person: {self.command.tier_reason}", by_rule)
        return (tier.no_step_down, by_rule) if setting[1] == "held" else ()

    def _restricted(self) -> set[str]:
        """The condition groups on record that must stay out of shared documents (rule 4)."""
        content = self.occasion.content
        groups = content.concepts(CONDITION_GROUP)
        weighed = [one for one in self.chart.conditions if evidence.weighed(content, one)]
        found = {code for one in weighed for code in facts.groups_of(content, one)}
        return {code for code in found if groups[code].properties.get("restricted")}

    def steps_down_unsigned(self) -> tuple[str, ...]:
        """Why this person may not set a lower tier now: while something red is open, a provider does."""
        if not self._lowered(self._judged()[0]):
            return ()
        urgent = [one for one in self.chart.tasks if one.open and {"safety-review", "escalation"} & set(one.codes)]
        content, discipline = self.occasion.content, self.occasion.actor.discipline
        if not urgent or supervision.may(content, "close-red", discipline):
            return ()
        names = ", ".join(one.record.reference for one in urgent)
        return (f"a lower tier while {names} is open is for a provider: settle it first, or ask them",)

    def _lowered(self, tier: Tier) -> str:
        """The higher tier, of the rules or before, that a person sets lower; "" where nobody does."""
        content, before = self.occasion.content, self._before()
        known = (tier.code, before.tier if before else "")
        highest = max(known, key=lambda one: tiers.rank(content, one))
        mine = self.command.tier
        return highest if mine and tiers.rank(content, mine) < tiers.rank(content, highest) else ""

    # ---- words

    def _says(self, tier: Tier, setting: tuple[str, str], missing: list[str]) -> tuple[str, ...]:
        said = [f"tier {self._words(tier, setting)}", *self._why(tier, setting), *tier.reasons]
        said += [f"{self.domains[one.domain].display}: {one.words}" for one in self.command.conclusions]
        for one in missing:
            asked = "asked for already" if self._asked_already(one) else f"due {self._due()}"
            said.append(f"not assessed: {self.domains[one].display} ({asked})")
        return tuple(said if missing else [*said, "every domain is assessed"])

    def _due(self) -> str:
        item = next(one for one in self.clock.tasks() if one.code == "assessment")
        return item.on(self.occasion.today, self.occasion.calendar).isoformat()

    def _warnings(self, tier: Tier) -> tuple[str, ...]:
        """What to know about a tier that a person lowered."""
        highest = self._lowered(tier) if tier.no_step_down else ""
        return (f"lower than {highest} soon after a discharge: {tier.no_step_down} is the rule",) if highest else ()


def _labels(records: Iterable[Record]) -> tuple[Json, ...]:
    """The security labels of some records, which travel to what is derived from them."""
    found: list[Json] = []
    for record in records:
        found += [one for one in qr.security(record.json) if one not in found]
    return tuple(found)
