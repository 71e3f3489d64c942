"""`record-support`: records who helps the person, with what, how to reach them, and what they may know.

A helper is a RelatedPerson, a caregiver in the care team of every program that runs, and, where the person says what
they may know, a Consent that names them and the topics. What is not named they may not know; what was not asked changes
nothing. A Consent that somebody else keeps and that denies a topic counts more than the person's word here: the topic
is left out, and that is said. A helper for whom it is too much, and the last helper who helps no more, are asked about
(Task confirm-support). That nobody helps is an answer, too: it is recorded as the person's own, with its date, and says
nothing of who lives with them.

Somebody who helps no longer leaves the team, their Consents of ours end, and the Tasks they own go to the care manager.
Whom registration has on record, or who may speak for the person (a guardian, a power of attorney), stays on record.

The act's cause is whom it is about, and the moment somebody said so.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import Field

from carefhir.engine.step import AgainAfter, Moment, PatientCommand, RelatedPersonRef

Topic: TypeAlias = Literal["plan", "medicines", "visits", "condition", "tasks", "nothing"]
"""What a helper may know (CodeSystem may-know); nothing: nothing at all."""


class RecordSupport(PatientCommand):
    """Records who helps the person, or that they help no longer, or that nobody helps."""

    at: Moment = Field(description="when it was said, with its UTC offset: 2026-03-09T09:00:00-05:00")
    says: Literal["helps", "no-longer", "nobody"] = Field(
        default="helps",
        description="helps: somebody helps; no-longer: somebody helps no more; nobody: the person says nobody helps",
    )
    helper: RelatedPersonRef = Field(default="", description="the helper, if on record: RelatedPerson/ID")
    name: str = Field(default="", description="the helper's name, if not on record yet")
    relationships: tuple[str, ...] = Field(
        default=(),
        description="who they are to the person: daughter, son, spouse, partner, parent, sibling, grandchild, "
        "other-family, friend, neighbor, paid-helper, guardian, health-care-proxy, power-of-attorney",
    )
    phone: str = Field(default="", description="the number to call; other numbers on record are marked old")
    helps_with: tuple[str, ...] = Field(
        default=(),
        description="what they help with: medicines, visits, meals, personal-care, household, measuring, equipment, "
        "money, company",
    )
    may_know: tuple[Topic, ...] = Field(
        default=(),
        description="all that they may know, by the person's word: plan, medicines, visits, condition, tasks; or "
        "nothing. What is left out they may not know. If none is given, nobody asked, and nothing changes",
    )
    consent: Literal["", "verbal", "written"] = Field(
        default="", description="how the person said what they may know: verbal or written"
    )
    guardian: RelatedPersonRef = Field(
        default="", description="who said it for the patient, for everybody under 18: RelatedPerson/ID"
    )
    strained: Literal["not-asked", "yes", "no"] = Field(
        default="not-asked", description="whether the helper says that it is too much for them"
    )
    reason: str = Field(default="", description="why they help no longer, or what is too much, in plain words")
    again_after: AgainAfter = ""
