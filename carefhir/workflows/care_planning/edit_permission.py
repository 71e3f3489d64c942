"""What may be edited at all, and by whom: asked of the rules, element by element (CodeSystem merge-rule).

Signing, settling a Task, judging a goal and recording a patient's word are steps with conditions of their own; an edit
is no way around them. What a person may not do is refused before anything is merged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from carefhir.content import supervision
from carefhir.content.loading import Content
from carefhir.fhir.bundle import created_by_a_step
from carefhir.fhir.codec import Json
from carefhir.fhir.edited import Touch, touched
from carefhir.fhir.record import Record, first_text, moments
from carefhir.fhir.three_versions import MergeRules
from carefhir.lifecycle import STATUS, ended

IN_EFFECT = frozenset({"active", "on-hold"})
INSTEAD = {
    "CarePlan": "propose-plan, record-agreement and sign-off",
    "Goal": "record-agreement, sign-off and evaluate-goals",
    "Task": "resolve, acknowledge, or the step it is about",
}
"""The steps that do what an edit may not, by type."""


@dataclass(frozen=True, slots=True)
class AskedEdit:
    """One edit, and the record it is about."""

    record: Record
    """As it is on the server now."""
    base: Json
    becomes: Json
    rules: MergeRules

    @property
    def type(self) -> str:
        return self.record.type

    @property
    def touches(self) -> tuple[Touch, ...]:
        """What it changes."""
        touches = touched(self.base, self.becomes, self.rules)
        return tuple(touch for touch in touches if not touch.within(f"{self.type}.meta"))

    @property
    def in_effect(self) -> bool:
        """Whether what is edited is in effect: in the version that was edited, or since."""
        element = STATUS[self.type][0]
        return bool(IN_EFFECT & {first_text(version, element) for version in (self.base, self.record.json)})


def refusals(asked: AskedEdit, content: Content, discipline: str) -> tuple[str, ...]:
    """Why whoever acts may not make this edit; () if they may."""
    over = ended(asked.type, first_text(asked.base, STATUS[asked.type][0]) or "")
    if over and not any(touch.within(f"{asked.type}.{STATUS[asked.type][0]}") for touch in asked.touches):
        return (f"{asked.record.reference} is over: what it says stays as a record, and is not edited",)
    steps = tuple(dict.fromkeys(_only_by_steps(asked))) if created_by_a_step(asked.record) else ()
    actions = dict.fromkeys(action for touch in asked.touches for action in _needs(asked, touch))
    return (*steps, *(why for action in actions for why in supervision.refusals(content, action, discipline)))


def _needs(asked: AskedEdit, touch: Touch) -> Iterator[str]:
    """What a person must be allowed to do for this place."""
    rules = tuple(rule for _, rule in touch.rules(asked.rules))
    yield next((rule.needs for rule in rules if rule.needs), "")
    if asked.in_effect:
        yield next((rule.in_effect for rule in rules if rule.in_effect), "")
    yield from touch.beside


def _only_by_steps(asked: AskedEdit) -> Iterator[str]:
    """What of a record of ours only a step changes."""
    instead = INSTEAD[asked.type]
    for touch in asked.touches:
        ruled = next(((path, rule) for path, rule in touch.rules(asked.rules) if rule.ours), None)
        if ruled is None:
            continue
        path, rule = ruled
        if rule.ours == "step" or (rule.ours == "stop" and not {touch.was, touch.becomes} & rule.stops):
            yield f"{path} is changed by steps only, where a step wrote it: {instead}"
        elif rule.ours == "earlier" and not _no_later(touch):
            yield f"{path}: the due day of a Task that a step wrote may come earlier, not later: {instead}"


def _no_later(touch: Touch) -> bool:
    """Whether a day stays or comes earlier; what is not the end of a period may be edited."""
    if not touch.path.endswith(".end"):
        return touch.becomes is not None
    was, becomes = (moments(day if isinstance(day, str) else None) for day in (touch.was, touch.becomes))
    return was is None or (becomes is not None and becomes[0] <= was[0])
