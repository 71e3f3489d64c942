"""Pages with questions: the form, what would be written, and what became of it. What was typed is never lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response

from carefhir.content.loading import Content
from carefhir.faces.web.abilities import Ability
from carefhir.faces.web.pages import call_note, reconcile_form, rendering, words_heard
from carefhir.faces.web.pages.acts import PageAct, SeenAct, WrittenAct
from carefhir.faces.web.pages.asking import AskedForm, ScoreSoFar
from carefhir.faces.web.pages.call_note import CallNote
from carefhir.faces.web.pages.frame import LaunchFrame
from carefhir.faces.web.pages.plan_form import PlanForm
from carefhir.faces.web.pages.questionnaires.checking import unsupported
from carefhir.faces.web.pages.questionnaires.items import FormProblem
from carefhir.faces.web.pages.reading_pages import unseen
from carefhir.faces.web.pages.reconcile_form import ReconcileForm
from carefhir.faces.web.pages.step_pages import Outcome


@dataclass(frozen=True, slots=True)
class PageForm:
    """One page with questions, as far as it is filled in."""

    title: str
    template: str
    address: str
    """Where it is sent to, below the patient's page."""
    acts: tuple[PageAct, ...]
    wrong: tuple[FormProblem, ...]
    """What must be mended before anything can be written."""
    kept: tuple[tuple[str, str], ...]
    """Everything that was typed, to be carried on."""
    instructions: tuple[str, ...]
    """What must be done now, by the answers alone."""
    not_asked: tuple[str, ...]
    score: ScoreSoFar
    note: CallNote | None = None
    asked: AskedForm | None = None
    plan: PlanForm | None = None
    save: str = ""
    """What the button says that writes it; "" for how many entries."""
    entered: tuple[str, ...] = ()
    """What somebody decided or typed, to be read once more before it is written."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What records and people are called that a step may name."""
    table: ReconcileForm | None = None

    @classmethod
    def of_call(cls, note: CallNote) -> PageForm:
        """A call note."""
        values = {**note.values, **note.asked.kept, "sheet": note.sheet.written(), "form": note.asked.artefact["id"]}
        return cls(
            title="Call note",
            template="call.html",
            address="call",
            acts=note.acts(),
            wrong=note.problems(),
            kept=(*_plain(values), *_answers(note.asked.typed)),
            instructions=note.at_once(),
            not_asked=note.not_asked,
            score=ScoreSoFar(),
            note=note,
        )

    @classmethod
    def of_asked(cls, asked: AskedForm, *, draft: bool = False) -> PageForm:
        """A Questionnaire."""
        acts = (asked.act(draft=draft),) if asked.answered else ()
        # A check-in has a color and no score: what is dangerous in it is said by its own step.
        score = asked.score() if asked.answered and not asked.is_check_in else ScoreSoFar()
        by_answers = call_note.at_once(acts, asked.patient, asked.occasion)
        own = {"words_read": asked.words_read, "draft": "true" if draft else ""}
        return cls(
            title=asked.form.title,
            template="ask.html",
            address=f"ask/{asked.artefact['id']}",
            acts=acts,
            wrong=asked.wrong,
            kept=(*_plain({**asked.kept, **own}), *_answers(asked.typed)),
            instructions=tuple(dict.fromkeys((*score.instructions, *by_answers))),
            not_asked=tuple(problem.question for problem in asked.unanswered),
            score=score,
            asked=asked,
        )

    @classmethod
    def of_plan(cls, plan: PlanForm) -> PageForm:
        """A plan: what the patient said, a request for a signature, a signature, or a return."""
        alarms = words_heard.in_values(plan.values, plan.occasion) if plan.act == "agreement" else ()
        return cls(
            title="Plan",
            template="plan.html",
            address="plan",
            acts=plan.acts(),
            wrong=plan.problems(),
            kept=_plain(plan.values),
            instructions=alarms,
            not_asked=(words_heard.NOT_WRITTEN_HERE,) if alarms else (),
            score=ScoreSoFar(),
            plan=plan,
            save=plan.save,
            entered=plan.entered,
            names=plan.sheet.names,
        )

    @classmethod
    def of_reconcile(cls, table: ReconcileForm) -> PageForm:
        """The table of medicines after a stay; what somebody says about them may be about more."""
        typed = {name: value for name, value in table.values.items() if name != "sheet"}
        alarms = words_heard.in_values(typed, table.occasion)
        return cls(
            title="Reconcile the medicines",
            template="reconcile.html",
            address="reconcile",
            acts=table.acts(),
            wrong=table.problems(),
            kept=_plain({**table.values, "sheet": table.sheet.written()}),
            instructions=alarms,
            not_asked=(words_heard.NOT_WRITTEN_HERE,) if alarms else (),
            score=ScoreSoFar(),
            table=table,
        )

    @property
    def nothing(self) -> str:
        """Why nothing can be written; "" where something can."""
        return "" if self.acts else "nothing is answered yet"


OF_THE_WAY = ("way", "draft_button")


def _plain(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, str(value))
        for name, value in values.items()
        if value != "" and name not in OF_THE_WAY and not name.startswith("seen.")
    )


def _answers(typed: Mapping[str, Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, values in typed.items() for value in values)


def shown(
    frame: LaunchFrame,
    page: PageForm,
    *,
    tried: bool = False,
    lacking: Sequence[Ability] = (),
    results: Sequence[WrittenAct] = (),
    outcome: Outcome | None = None,
    status: int = 200,
) -> Response:
    """The form. `tried`: somebody wanted to go on, so what is in the way is said; `results`: what has become of it so
    far, where not all of it could be written; `outcome`: why there is nothing to write."""
    return frame.page(
        page.template,
        page.title,
        status=status,
        page=page,
        note=page.note,
        asked=page.asked,
        plan=page.plan,
        unseen=unseen(page.plan.sheet) if page.plan else (),
        table=page.table,
        outcome=outcome,
        problems=page.wrong if tried else (),
        nothing=page.nothing if tried and not page.wrong else "",
        lacking=lacking,
        results=[each.in_names(page.names) for each in results],
        interpreters=call_note.INTERPRETERS,
        by=call_note.BY,
        understood=call_note.UNDERSTOOD,
        urgency=call_note.URGENCY,
        taking=reconcile_form.TAKING,
        why=reconcile_form.WHY,
    )


def so_far(page: PageForm) -> Response:
    """The part of the page that changes with what is typed."""
    return rendering.page("so_far.html", page=page)


def looked_at(frame: LaunchFrame, page: PageForm, looks: Sequence[SeenAct]) -> Response:
    """What would be written, act by act."""
    some = any(each.digest for each in looks)
    return frame.page(
        "acts_preview.html",
        page.title,
        status=200 if some or all(each.done_before for each in looks) else 422,
        page=page,
        looks=[each.in_names(page.names) for each in looks],
        some=some,
        now=_now(page, looks),
    )


def _now(page: PageForm, acts: Sequence[SeenAct | WrittenAct]) -> tuple[str, ...]:
    """What must be done now: by the steps, which know the chart (a hospice is called before 911); else by the answers
    alone."""
    by_steps = (line for act in acts for line in act.outcome.instructions)
    return tuple(dict.fromkeys(by_steps)) or page.instructions


def became(frame: LaunchFrame, page: PageForm, results: Sequence[WrittenAct]) -> Response:
    """What became of it: receipts, and of what was not written why, with the form as it was typed."""
    if all(each.done or each.is_draft for each in results):
        named = [each.in_names(page.names) for each in results]
        return frame.page("acts_done.html", page.title, page=page, results=named, now=_now(page, results))
    return shown(frame, page, results=results, status=409)


def instruments(frame: LaunchFrame, content: Content) -> Response:
    """Every Questionnaire of the content, and of one that cannot be shown why."""
    listed = sorted(
        (str(artefact.get("title", form)), form, unsupported(artefact))
        for (type_, form), artefact in content.artefacts.items()
        if type_ == "Questionnaire"
    )
    return frame.page("instruments.html", "Assessments", instruments=listed)
