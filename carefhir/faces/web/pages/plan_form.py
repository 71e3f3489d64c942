"""A plan that somebody works on: what the patient said to it, asking for the signature, signing, returning.

Who may do which is the steps' to say: the page offers what fits the plan's state, and shows a refusal as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from carefhir import catalog
from carefhir.faces.web.pages.acts import PageAct
from carefhir.faces.web.pages.questionnaires.items import FormProblem
from carefhir.faces.web.pages.typed_moments import typed_moment
from carefhir.occasion import Occasion
from carefhir.workflows.whole_picture.plan_sheet import PlanConcern, PlanConflict, PlanGoal, PlanItem, PlanSheet

ACTS = ("agreement", "request", "sign", "return")
"""What the page can be sent for (field `act`)."""

GOAL_ANSWERS = {"agree": "Yes", "disagree": "No", "later": "Later"}
ITEM_ANSWERS = {"agree": "Yes", "decline": "No"}
MATTERS = {"high": "very much", "medium": "somewhat", "low": "a little"}
OWN = "own"
"""The choice of whoever decides in words of their own."""

FIRST = 3
"""So many things stand on top: what the patient begins with."""


@dataclass(frozen=True, slots=True)
class PlanForm:
    """One plan, and what somebody typed to it."""

    sheet: PlanSheet
    occasion: Occasion
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def value(self, name: str) -> str:
        """What was typed into one field."""
        return str(self.values.get(name, ""))

    @property
    def act(self) -> str:
        """What it was sent for."""
        return self.value("act")

    @property
    def patient_name(self) -> str:
        """What the patient is called."""
        return self.sheet.identity.name

    # -- what is shown -------------------------------------------------------------------------------------------------

    @property
    def mine(self) -> bool:
        """Whether whoever acts is asked to sign it."""
        asked = self.sheet.signature
        return asked is not None and asked.owner == self.occasion.actor.reference

    @property
    def state(self) -> str:
        """Where the plan is: draft, agreed, waiting, returned, active, or its status."""
        sheet = self.sheet
        if sheet.status != "draft":
            return sheet.status
        if sheet.signature:
            return "overtaken" if sheet.signature.overtaken else "waiting"
        if sheet.unanswered or not any(goal.answer.startswith("agreed") for goal in sheet.goals):
            return "draft"
        return "returned" if self.returned else "agreed"

    @property
    def returned(self) -> bool:
        """Whether it came back unsigned, and nobody has asked again."""
        changed = self.sheet.changed
        return self.sheet.status == "draft" and not self.sheet.signature and changed is not None and changed.returned

    @property
    def talk(self) -> bool:
        """Whether the patient's answers can be recorded."""
        return any(goal.answerable for goal in self.sheet.goals) or any(item.answerable for item in self.sheet.items)

    @property
    def asked_about(self) -> tuple[PlanConcern, ...]:
        """What a talk is about, concern by concern: of a signed plan only what waits for the patient's own yes."""
        if self.sheet.status == "draft":
            return self.sheet.concerns
        waiting = (
            PlanConcern(concern.words, (), tuple(item for item in concern.items if item.answerable))
            for concern in self.sheet.concerns
        )
        return tuple(concern for concern in waiting if concern.items)

    @property
    def first_things(self) -> tuple[PlanItem, ...]:
        """What starts first, by the order of the plan."""
        return tuple(item for item in self.sheet.items_in_order if not item.over)[:FIRST]

    @property
    def orders(self) -> tuple[PlanItem, ...]:
        """What only the prescriber can place."""
        return tuple(item for item in self.sheet.items if item.kind == "order" and not item.over)

    @property
    def with_signature(self) -> tuple[PlanItem, ...]:
        """What takes effect with the signature."""
        return tuple(item for item in self.sheet.items if item.kind == "plan" and not item.over and not item.in_effect)

    @property
    def to_decide(self) -> tuple[PlanConflict, ...]:
        """The conflicting advice that is decided with the signature."""
        return tuple(each for each in self.sheet.conflicts if each.open and each.with_signature)

    @property
    def others_decide(self) -> tuple[PlanConflict, ...]:
        """The conflicting advice that somebody else decides, or that may be decided with the signature, too."""
        return tuple(each for each in self.sheet.conflicts if each.open and not each.with_signature)

    @property
    def decided(self) -> tuple[PlanConflict, ...]:
        """The conflicting advice that is decided."""
        return tuple(each for each in self.sheet.conflicts if not each.open)

    @property
    def agreed(self) -> tuple[PlanGoal, ...]:
        """The goals that the patient agreed to."""
        return tuple(goal for goal in self.sheet.goals if goal.answer.startswith("agreed"))

    @property
    def unwanted(self) -> tuple[PlanGoal, ...]:
        """The goals that the patient does not want."""
        return tuple(goal for goal in self.sheet.goals if goal.status == "rejected")

    @property
    def version(self) -> str:
        """The version that is signed: the one that was on the page when it was opened."""
        asked = self.sheet.signature
        return self.value("version") or (asked.version if asked else "")

    @property
    def talked(self) -> str:
        """When the talk began, as the field shows it: now, unless somebody typed otherwise."""
        return self.value("talked") or self.occasion.now.astimezone(self.occasion.zone).strftime("%Y-%m-%dT%H:%M")

    @property
    def save(self) -> str:
        """What the button says that writes it."""
        return {
            "agreement": "Save the answers",
            "request": "Ask for the signature",
            "sign": f"Sign version {self.version}",
            "return": f"Return version {self.version} unsigned",
        }.get(self.act, "")

    @property
    def entered(self) -> tuple[str, ...]:
        """What was decided, and the patient's words, as they are written: to be read once more."""
        return tuple(self._decided() if self.act == "sign" else self._typed() if self.act == "agreement" else ())

    def _decided(self) -> Iterator[str]:
        for conflict in self.sheet.conflicts:
            if words := self._decision(conflict):
                yield f"{conflict.title} You decide: {words}"
            elif conflict.open:
                yield f"{conflict.title} Left to {conflict.decider}"

    def _typed(self) -> Iterator[str]:
        for goal in self.sheet.goals:
            words, barrier = (self.value(f"{part}.{goal.reference}").strip() for part in ("words", "barrier"))
            told = "; ".join(filter(None, (f"“{words}”" if words else "", f"in the way: {barrier}" if barrier else "")))
            if told:
                yield f"{goal.words} {told}"

    # -- what is wrong with it -----------------------------------------------------------------------------------------

    def problems(self) -> tuple[FormProblem, ...]:
        """What must be mended before anything can be written."""
        checks = {"agreement": self._talk_problems, "sign": self._decision_problems, "return": self._reason_problems}
        check = checks.get(self.act)
        return tuple(check()) if check else ()

    def _talk_problems(self) -> Iterator[FormProblem]:
        if self._talked_at is None:
            yield _problem("c-talked", "When you talked", "it is not a day and time")
        answered = bool(self._goal_answers() or self._item_answers())
        if not answered:
            yield _problem("c-answers", "Answers", "nothing is answered yet: choose yes, no or later for a goal")
        for number, goal in enumerate(self.sheet.goals):
            typed = any(self.value(f"{part}.{goal.reference}").strip() for part in ("words", "barrier", "matters"))
            if typed and self.value(f"goal.{goal.reference}") not in GOAL_ANSWERS:
                yield _problem(f"g-{number}", goal.words, "you typed words and no answer: choose yes, no or later")

    def _decision_problems(self) -> Iterator[FormProblem]:
        for conflict in (*self.to_decide, *self.others_decide):
            chosen = self.value(f"side.{conflict.reference}")
            if chosen == OWN and not self.value(f"own.{conflict.reference}").strip():
                yield _problem(self.anchor(conflict), conflict.title.rstrip("?"), "say in your words what to do")
            elif not chosen and conflict.with_signature:
                yield _problem(
                    self.anchor(conflict), conflict.title.rstrip("?"), "choose a side, or decide in your words"
                )

    def _reason_problems(self) -> Iterator[FormProblem]:
        if not self.value("reason").strip():
            yield _problem("c-reason", "Why it is returned", "say what has to change before you sign")

    def anchor(self, conflict: PlanConflict) -> str:
        """Where a piece of conflicting advice stands on the page."""
        return f"d-{[each.reference for each in self.sheet.conflicts].index(conflict.reference)}"

    # -- what it becomes -----------------------------------------------------------------------------------------------

    def acts(self) -> tuple[PageAct, ...]:
        """What is written, by the plan's own steps."""
        by_name = {"agreement": self._agreement, "request": self._request, "sign": self._sign, "return": self._return}
        make = by_name.get(self.act)
        return (make(),) if make and self.sheet.reference else ()

    def _agreement(self) -> PageAct:
        talked = self._talked_at
        values: dict[str, Any] = {
            "plan": self.sheet.reference,
            "talked": talked.isoformat() if talked else "",
            "answers": self._goal_answers(),
            "items": self._item_answers(),
            "copy_given": bool(self.value("copy_given")),
        }
        return PageAct(catalog.step("record-agreement"), "What the patient said", values)

    def _goal_answers(self) -> list[dict[str, str]]:
        answers = []
        for goal in self.sheet.goals:
            answer = self.value(f"goal.{goal.reference}")
            if answer in GOAL_ANSWERS:
                typed = {"priority": "matters", "words": "words", "barrier": "barrier"}
                more = {name: self.value(f"{part}.{goal.reference}").strip() for name, part in typed.items()}
                answers.append({"goal": goal.reference, "answer": answer, **{k: v for k, v in more.items() if v}})
        return answers

    def _item_answers(self) -> list[dict[str, str]]:
        return [
            {"item": item.reference, "answer": answer}
            for item in self.sheet.items
            if (answer := self.value(f"item.{item.reference}")) in ITEM_ANSWERS
        ]

    @property
    def _talked_at(self) -> datetime | None:
        return typed_moment(self.talked, self.occasion.zone)

    def _request(self) -> PageAct:
        return PageAct(catalog.step("request-sign-off"), "Request for the signature", {"plan": self.sheet.reference})

    def _sign(self) -> PageAct:
        values = {"plan": self.sheet.reference, "version": self.version, "decisions": list(self._decisions())}
        return PageAct(catalog.step("sign-off"), f"Signature on version {self.version}", values)

    def _decisions(self) -> Iterator[dict[str, str]]:
        # Also what is decided by now: sent twice, it is the same signature.
        for conflict in self.sheet.conflicts:
            if words := self._decision(conflict):
                yield {"issue": conflict.reference, "decision": words}

    def _decision(self, conflict: PlanConflict) -> str:
        chosen = self.value(f"side.{conflict.reference}")
        if chosen == OWN:
            return self.value(f"own.{conflict.reference}").strip()
        return conflict.sides[int(chosen)] if chosen in map(str, range(len(conflict.sides))) else ""

    def _return(self) -> PageAct:
        values = {"plan": self.sheet.reference, "reason": self.value("reason").strip()}
        return PageAct(catalog.step("return-plan"), f"Return of version {self.version}", values)


def _problem(html_id: str, question: str, what: str) -> FormProblem:
    return FormProblem("", html_id, question, what=what, missing=False)
