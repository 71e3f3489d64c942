"""`stratify` for a list: tiers with reasons, candidates, and who may leave, the highest tier first. It only reads.

Everybody is read together, a few requests for each twenty people; what is decided about each is what `stratify` says of
one. Whom it is about is the panel of whoever acts, or the people somebody names: only those can be candidates for a
program they are not in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from carefhir.codes import TIER
from carefhir.fhir.each_person import AT_ONCE, gather_about_each
from carefhir.fhir.gather import Records, gather
from carefhir.fhir.server import Server
from carefhir.fhir.wire import Flow
from carefhir.mappers import reading
from carefhir.occasion import Occasion
from carefhir.workflows.looking import person
from carefhir.workflows.looking.panel_people import PANEL, people_of
from carefhir.workflows.looking.stratify import NEEDS, Stratified, Stratify, read

IN_ONE_ROUND = 4 * AT_ONCE
"""People whose whole charts are held at once."""


@dataclass(frozen=True, slots=True)
class StratifiedList:
    """Where the people of a list stand."""

    whose: str
    """Whose panel it is: `Practitioner/ID`; "" where the people were named."""
    rows: tuple[Stratified, ...]
    """The people, the highest tier first; those that are not visible last."""
    not_visible: tuple[str, ...] = ()
    """What the server did not show of whomever: every tier may be higher for it."""

    @property
    def known(self) -> bool:
        """Whether everybody is on the server and visible."""
        return all(row.there for row in self.rows)


def stratified(occasion: Occasion, server: Server, *, patients: Sequence[str] = ()) -> Flow[StratifiedList]:
    """Stratifies these patients (`Patient/ID`), or the panel of whoever acts. Raises `ServerUnreachable`, and
    `ServerUnfit` where the server does not show the panel."""
    slots = {"actor": occasion.actor.reference, "today": occasion.today.isoformat(), "now": occasion.stamp}
    slots |= reading.slots(occasion.content)
    people = tuple(dict.fromkeys(patients))
    if not people:
        panel = yield from gather((PANEL,), slots, server.capabilities, server.home, way=server.way)
        people = people_of(panel["panel"])
    rows: list[Stratified] = []
    patients_read = {}
    everywhere: dict[str, None] = {}
    for start in range(0, len(people), IN_ONE_ROUND):
        some = people[start : start + IN_ONE_ROUND]
        by_person = yield from gather_about_each(NEEDS, some, slots, server)
        for reference, records in by_person.items():
            rows.append(read(records, Stratify(patient=reference), occasion))
            patients_read[reference] = records.one("patient")
            whole = Records({}, tuple(gap for gap in records.gaps if not gap.about))
            everywhere |= dict.fromkeys(whole.not_visible)
    alike = person.namesakes(patients_read, occasion)
    marked = (replace(row, namesake=person.NAMESAKE) if row.patient in alike else row for row in rows)
    order = {tier: number for number, tier in enumerate(reversed(tuple(occasion.content.concepts(TIER))))}
    return StratifiedList(
        whose="" if patients else occasion.actor.reference,
        rows=tuple(
            sorted(
                marked, key=lambda row: (not row.there, order.get(row.tier, len(order)), row.identity.name, row.patient)
            )
        ),
        not_visible=tuple(everywhere),
    )


def _place(row: Stratified, order: Mapping[str, int]) -> tuple[bool, int, str, str]:
    """The highest tier first, then those who have none, then those who are not visible."""
    return not row.there, order.get(row.tier, len(order)), row.identity.name, row.patient
