"""Somebody who is to be a care manager, for good or for a time: who they are, and whether they may."""

from __future__ import annotations

from dataclasses import dataclass

from carefhir.chart.chart import Chart
from carefhir.codes import DISCIPLINE
from carefhir.content import supervision
from carefhir.content.loading import Content
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.fhir.search import Need, Of
from carefhir.mappers import practitioner
from carefhir.mappers.names import names_of

MANAGES = "hand-over"
"""The line of the supervision table for those who manage programs: they hand people over, and take them over."""


def needs_of(field: str) -> tuple[Need, ...]:
    """Whoever a field of the command names, and the roles that say their discipline."""
    roles = Need(
        f"roles of {field}",
        "PractitionerRole",
        (Of("practitioner", "practitioner", f"{{command.{field}}}"),),
        optional=True,
    )
    return practitioner.find(field), roles


@dataclass(frozen=True, slots=True)
class NextCareManager:
    """Whoever is to have the role."""

    reference: str
    """`Practitioner/ID`."""
    record: Record | None
    on_record: tuple[str, ...]
    """Their disciplines by PractitionerRole."""
    given: str
    """The discipline as the command says it; "" if it does not."""
    unseen: bool
    """Whether their roles could not be seen."""

    @property
    def discipline(self) -> str:
        """The discipline they act in: as the command says, else as their role does; "" where neither does."""
        return supervision.discipline_named(self.given) if self.given else next(iter(self.on_record), "")

    @property
    def called(self) -> str:
        """By name, with the reference."""
        return names_of((self.record,)).of(self.reference)

    @property
    def as_reference(self) -> Json:
        """A Reference with the name."""
        name = names_of((self.record,)).by_reference.get(self.reference, "")
        return {"reference": self.reference, **({"display": name} if name else {})}

    def unfit(self, chart: Chart, content: Content, role: str) -> tuple[str, ...]:
        """Why they cannot have the role."""
        why = list(practitioner.missing(self.record, role, self.reference))
        if self.reference == chart.team.supervising_provider:
            why.append(f"the {role} and the supervising provider must be two different people: name another one")
        return (*why, *self._unfit_discipline(content, role))

    def _unfit_discipline(self, content: Content, role: str) -> tuple[str, ...]:
        disciplines = content.concepts(DISCIPLINE)
        if not self.discipline:
            return (f"no role on record says the discipline of {self.called}: give it in discipline",)
        if self.discipline not in disciplines:
            return (f"there is no discipline {self.discipline!r}; the disciplines are: {', '.join(disciplines)}",)
        if self.on_record and self.discipline not in self.on_record:
            names = ", ".join(disciplines[code].display for code in self.on_record)
            return (f"{self.called} is on record as {names}, not as {disciplines[self.discipline].display}: check it",)
        if supervision.may(content, MANAGES, self.discipline):
            return ()
        able = [disciplines[code].display for code in disciplines if supervision.may(content, MANAGES, code)]
        return (f"a {disciplines[self.discipline].display} cannot be the {role}; it is for: {', '.join(able)}",)


def next_care_manager(records: Records, field: str, *, reference: str, given: str, content: Content) -> NextCareManager:
    """Reads whoever a field of the command names."""
    roles = f"roles of {field}"
    return NextCareManager(
        reference=reference,
        record=records.one(field),
        on_record=practitioner.disciplines(records[roles], content),
        given=given,
        unseen=not records.visible(roles),
    )
