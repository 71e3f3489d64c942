"""CareTeam: the one care manager, the supervising provider, and all other members."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from carefhir.codes import BASE, DISCIPLINE, HELP_GIVEN, TEAM_ROLE
from carefhir.content.loading import Content
from carefhir.fhir.changes import Edit, items_in, part_in, period_ends, put
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, dig, first_text, moments, references, refers_to, relative, words_of
from carefhir.fhir.search import Need, Of
from carefhir.mappers import team_cover
from carefhir.mappers.provenance import DISCIPLINE_EXTENSION
from carefhir.mappers.team_cover import CoverView

ROLE_WORDS = {
    "care-manager": "the care manager",
    "supervising-provider": "the supervising provider",
    "covering-care-manager": "the covering care manager",
    "on-call": "the provider on call",
    "case-manager": "the case manager",
    "caregiver": "the caregiver",
}
"""Roles as a sentence calls whoever holds them."""
CAREGIVER = "caregiver"
HELPS_WITH_EXTENSION = f"{BASE}/StructureDefinition/helps-with"


def find() -> Need:
    """A patient's care teams, every kind."""
    return Need("care_teams", "CareTeam", (Of("patient", "subject"),), bounded=True)


@dataclass(frozen=True, slots=True)
class TeamView:
    """Who holds which role of ours, over all of a patient's active teams, and in which discipline."""

    records: tuple[Record, ...] = ()
    roles: dict[str, str] = field(default_factory=dict)
    disciplines: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """The names of members, where the team has them."""
    covers: tuple[CoverView, ...] = ()
    """Who stands in for whom today."""
    members: tuple[str, ...] = ()
    """Everybody in these teams today, with a role of ours or without."""

    @property
    def care_manager(self) -> str:
        """The care manager; during a cover, whoever stands in for them."""
        return self.stand_in(self.roles.get("care-manager", ""))

    def stand_in(self, member: str) -> str:
        """Whoever stands in for a member today; the member where nobody does."""
        return next((cover.covering for cover in self.covers if cover.covered == member), member)

    @property
    def supervising_provider(self) -> str:
        return self.roles.get("supervising-provider", "")

    @property
    def on_call(self) -> str:
        return self.roles.get("on-call", "")

    def called(self, member: str) -> str:
        """A member as a sentence calls them: `the care manager, Dana Whitfield (Practitioner/4)`; without a role or a
        name that the team does not have."""
        role = next(
            (ROLE_WORDS[role] for role, other in self.roles.items() if other == member and role in ROLE_WORDS), ""
        )
        called = ", ".join(filter(None, (role, self.names.get(member, ""))))
        return f"{called} ({member})" if called else member


def read(records: Iterable[Record], today: date) -> TeamView:
    """The roles of ours in all active teams; if two teams name one, the team with the first id counts. A member whose
    time in the team is over or still to come, or whose team has ended, has no role. Of two care managers on the day of
    a handover, it is the one who goes on."""
    used: list[Record] = []
    roles: dict[str, str] = {}
    disciplines: dict[str, str] = {}
    names: dict[str, str] = {}
    members: dict[str, None] = {}
    active = [record for record in records if _active(record, today)]
    for record in active:
        for participant in sorted(dig(record.json, "participant"), key=lambda each: _ends_on(each, today)):
            member = _member(participant)
            mine = [code for system, code in codings(participant, "role") if system == TEAM_ROLE]
            if member is None or over(participant, today) or not_yet(participant, today):
                continue
            members.setdefault(member)
            if name := first_text(participant, "member.display"):
                names.setdefault(member, name)
            for code in _disciplines(participant):
                disciplines.setdefault(member, code)
            if not mine:
                continue
            used += [record] if record not in used else []
            for role in mine:
                roles.setdefault(role, member)
    covers = tuple(cover for record in active for cover in team_cover.covers_of(record) if cover.in_force(today))
    return TeamView(tuple(used), roles, disciplines, names, covers, tuple(members))


def belongs(team: Json, member: str, today: date) -> bool:
    """Whether somebody, `Practitioner/ID`, belongs to a team on a day: one that has left does not."""
    return any(
        _member(participant) == member and not over(participant, today) and not not_yet(participant, today)
        for participant in dig(team, "participant")
    )


def _member(participant: Any) -> str | None:
    return next((whom for text in references(participant, "member") if (whom := relative(text))), None)


def _active(team: Record, today: date) -> bool:
    return first_text(team.json, "status") in ("active", None) and not over(team.json, today)


def _disciplines(participant: Json) -> Iterator[str]:
    for extension in dig(participant, "extension"):
        if isinstance(extension, dict) and extension.get("url") == DISCIPLINE_EXTENSION:
            yield first_text(extension, "valueCoding.code") or ""


def _ends_on(participant: Any, day: date) -> bool:
    ends = moments(first_text(participant, "period.end"))
    return ends is not None and ends[0].date() == day


def not_yet(element: Any, today: date) -> bool:
    """Whether an element's period begins after today."""
    starts = moments(first_text(element, "period.start"))
    return starts is not None and starts[0].date() > today


def over(element: Any, today: date) -> bool:
    """Whether an element's period ended before today."""
    ends = moments(first_text(element, "period.end"))
    return ends is not None and ends[0].date() < today


def ended_with(role: str, at: str) -> tuple[Edit, ...]:
    """Ends a team, and the time of whoever had this role in it."""

    def of_role(resource: Json) -> None:
        for participant in dig(resource, "participant"):
            if isinstance(participant, dict) and (TEAM_ROLE, role) in codings(participant, "role"):
                part_in(participant, "period")["end"] = at

    return (put("status", "inactive"), period_ends(at), of_role)


def ended(at: str) -> tuple[Edit, ...]:
    """Ends a team with its program."""
    return (put("status", "inactive"), period_ends(at))


def handed_over(was: str, becomes: Json, at: str) -> Edit:
    """Ends the time of one care manager in the team, and of whoever stands in for them; another one follows."""

    def edit(resource: Json) -> None:
        participants = items_in(resource, "participant")
        for participant in participants:
            codes = [code for system, code in codings(participant, "role") if system == TEAM_ROLE]
            managing = "care-manager" in codes and refers_to(participant, "member", was)
            if managing and not first_text(participant, "period.end"):
                part_in(participant, "period")["end"] = at
        kept = [each for each in participants if not _stands_in_later(each, was, at)]
        resource["participant"] = [*kept, becomes]

    return edit


def _stands_in_later(participant: Json, covered: str, at: str) -> bool:
    """Cuts a cover of somebody who hands over off at that day; whether it had not begun at all."""
    cover = team_cover.cover_of(participant)
    if cover is None or cover.covered != covered or cover.last.isoformat() < at[:10]:
        return False
    part_in(participant, "period")["end"] = at[:10]
    return cover.first.isoformat() > at[:10]


def last_before(teams: Iterable[Record], successor: str) -> str:
    """The care manager before somebody, by the ends of their times; "" where no team tells."""
    ended_at: dict[str, str] = {}
    for participant in (each for team in teams for each in dig(team.json, "participant")):
        member = next((m for one in references(participant, "member") if (m := relative(one))), "")
        end = first_text(participant, "period.end")
        managing = any(pair == (TEAM_ROLE, "care-manager") for pair in codings(participant, "role"))
        if managing and end and member != successor:
            ended_at[member] = max(end, ended_at.get(member, ""))
    return max(ended_at, key=lambda member: ended_at[member], default="")


@dataclass(frozen=True, slots=True)
class CaregiverView:
    """Somebody who is in a care team because they help at home."""

    member: str
    """`RelatedPerson/ID`."""
    helps_with: tuple[str, ...]
    """In words."""


def caregivers(records: Iterable[Record], today: date) -> tuple[CaregiverView, ...]:
    """Who helps at home, over all of a patient's active teams; somebody who is in two teams comes once. Whose time ends
    today helps no more."""
    helping: dict[str, dict[str, None]] = {}
    for record in records:
        for participant in dig(record.json, "participant") if _active(record, today) else ():
            member = _caregiver(participant)
            ended = over(participant, today) or _ends_on(participant, today)
            if not member or ended or not_yet(participant, today):
                continue
            words = (words_of(each.get("valueCodeableConcept")) for each in _helps_with(participant))
            helping.setdefault(member, {}).update(dict.fromkeys(filter(None, words)))
    return tuple(CaregiverView(member=member, helps_with=tuple(words)) for member, words in helping.items())


def helped_until(records: Iterable[Record]) -> dict[str, str]:
    """The day on which somebody stopped helping, by whom, where a team says so."""
    ends: dict[str, str] = {}
    for participant in (each for record in records for each in dig(record.json, "participant")):
        end = first_text(participant, "period.end")
        if end and (member := _caregiver(participant)):
            ends[member] = max(end[:10], ends.get(member, ""))
    return ends


def last_caregiver_change(records: Iterable[Record]) -> datetime | None:
    """The last moment at which somebody is on record as beginning or ending to help; None where there is none."""
    participants = (each for record in records for each in dig(record.json, "participant") if _caregiver(each))
    ends = (moments(first_text(each, f"period.{end}")) for each in participants for end in ("start", "end"))
    return max((when[0] for when in ends if when), default=None)


def _caregiver(participant: Any) -> str:
    """Who it is, where it is a caregiver; "" for any other participant."""
    if (TEAM_ROLE, CAREGIVER) not in tuple(codings(participant, "role")):
        return ""
    return next((member for one in references(participant, "member") if (member := relative(one))), "")


def _helps_with(participant: Any) -> list[Json]:
    extensions = (each for each in dig(participant, "extension") if isinstance(each, dict))
    return [extension for extension in extensions if extension.get("url") == HELPS_WITH_EXTENSION]


def helped_by(content: Content, helper: Json, helps_with: Iterable[str], *, at: str) -> Edit:
    """A helper (a Reference) joins a team as a caregiver from a moment on; one who is in it is given what they help
    with (codes of CodeSystem help-given), unless nothing is given."""
    extensions = [
        {"url": HELPS_WITH_EXTENSION, "valueCodeableConcept": {"coding": [content.concept(HELP_GIVEN, code).coding]}}
        for code in helps_with
    ]

    def edit(resource: Json) -> None:
        participants = items_in(resource, "participant")
        written = str(helper.get("reference"))
        current = [each for each in participants if _caregiver(each) == written and not first_text(each, "period.end")]
        for participant in current:
            if extensions:
                others = [each for each in dig(participant, "extension") if each not in _helps_with(participant)]
                participant["extension"] = [*others, *extensions]
        if not current:
            joining: Json = {"extension": extensions} if extensions else {}
            joining["role"] = [_role(content, CAREGIVER)]
            participants.append({**joining, "member": helper, "period": {"start": at}})

    return edit


def helped_no_longer_by(helper: str, at: str) -> Edit:
    """Ends the time of a caregiver in a team."""

    def edit(resource: Json) -> None:
        for participant in items_in(resource, "participant"):
            if _caregiver(participant) == helper and not first_text(participant, "period.end"):
                part_in(participant, "period")["end"] = at

    return edit


def _role(content: Content, role: str) -> Json:
    return {"coding": content.published_codings(content.concept(TEAM_ROLE, role))}


def joining(content: Content, role: str, member: Json, discipline: str, *, start: str) -> Json:
    """Somebody who joins a team in a role, from a moment on; `member` is a Reference."""
    coding = content.concept(DISCIPLINE, discipline).coding
    return {
        "extension": [{"url": DISCIPLINE_EXTENSION, "valueCoding": coding}],
        "role": [_role(content, role)],
        "member": member,
        "period": {"start": start},
    }


def write(
    content: Content,
    patient: str,
    name: str,
    *,
    start: str,
    members: Iterable[tuple[str, str, str]],
    names: Mapping[str, str],
) -> Json:
    """An active team; members are (role, reference, discipline or ""). Their names go with them, so that whoever reads
    the team can call them by name."""
    participants = []
    for role, reference, discipline in members:
        participant: Json = {}
        if discipline:
            coding = content.concept(DISCIPLINE, discipline).coding
            participant["extension"] = [{"url": DISCIPLINE_EXTENSION, "valueCoding": coding}]
        participant["role"] = [_role(content, role)]
        called = {"display": names[reference]} if reference in names else {}
        participant["member"] = {"reference": reference, **called}
        participants.append(participant)
    return {
        "resourceType": "CareTeam",
        "status": "active",
        "name": name,
        "subject": {"reference": patient},
        "period": {"start": start},
        "participant": participants,
    }
