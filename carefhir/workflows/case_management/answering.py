"""Records what a payer answered; and where it has not answered in time, says so.

An answer is typed, or read from a ClaimResponse. It moves the Task that follows the request: approved and denied end
it, pended gives it a new day, a denial opens a Task to decide on an appeal. Where no answer came by its time, the Task
says so and is urgent: nothing is approved by silence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from carefhir.chart.chart import Chart
from carefhir.codes import SETTING
from carefhir.engine.step import AtMoment, Case, instant
from carefhir.fhir.changes import Act, Plan, Refusal
from carefhir.fhir.record import Record, moment
from carefhir.mappers import authorization, patient
from carefhir.mappers.claim import PREAUTHORIZATION, ClaimView
from carefhir.mappers.claim_response import PayerResponseView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.case_management.authorization_command import PayersAnswer, RequestAuthorization
from carefhir.workflows.case_management.authorizations import in_words
from carefhir.workflows.case_management.payers_answer import Answering
from carefhir.workflows.pen import Pen


@dataclass(frozen=True, slots=True)
class AnswerCase(Case):
    """One request, and what the payer answered."""

    command: RequestAuthorization
    occasion: Occasion
    chart: Chart
    request: ClaimView | None
    tasks: tuple[TaskView, ...]
    """The Tasks that follow the request, oldest first."""
    responses: tuple[PayerResponseView, ...]
    """The payer's answers on this server, newest last."""
    unseen: bool
    """Whether the payer's answers on this server could not be seen."""

    @property
    def cause(self) -> AtMoment:
        return AtMoment(self.command.claim, self.command.at)

    @property
    def asked(self) -> Any:
        """The same moment in another zone is the same."""
        return [instant(self.command.at), self.command.model_dump(mode="json", exclude={"at"})]

    def task(self, act: Act) -> TaskView | None:
        """The Task that is to be moved: the open one; on a server without history the one this act has moved."""
        ours = [task for task in self.tasks if act.did(task.record, "amended")]
        return next(reversed(ours or [task for task in self.tasks if task.open]), None)

    def found(self, act: Act) -> PayerResponseView | None:
        """The payer's answer on this server: the one that is named, else the newest that no other act has recorded."""
        others = [task for task in self.tasks if not act.did(task.record, "amended")]
        recorded = {one for task in others for one in authorization.responses(task)}
        if self.command.response:
            return next((one for one in self.responses if one.reference == self.command.response), None)
        return next((one for one in reversed(self.responses) if one.reference not in recorded), None)

    def answer(self, response: PayerResponseView | None) -> PayersAnswer | None:
        """What the payer answered; None where nobody knows."""
        if self.command.answer is not None:
            return self.command.answer
        if response is None or not response.answer:
            return None
        return PayersAnswer(
            outcome=response.answer,  # type: ignore[arg-type]  # a code of CodeSystem authorization-answer
            number=response.number,
            first_day=response.first_day,
            last_day=response.last_day,
            units=response.units,
            reason=response.reason or "the payer gave no reason",
            asked_for=response.reason or "the answer does not say what is asked for",
        )

    def decide(self, act: Act) -> Plan | Refusal:
        """Moves the Task that follows the request; or says why not."""
        task, response = self.task(act), self.found(act)
        answer = self.answer(response)
        why = (*patient.in_the_way(self.chart.patient, self.command.patient), *self._unfit_request(task))
        if self.command.at > self.occasion.now:
            why = (*why, "at is in the future: record it when that time has come")
        if not why and task is not None:
            why = self._unfit_answer(answer, task, response) if answer else self._no_answer(task, response, act)
        if why or task is None or self.request is None:
            return Refusal(why, warnings=self.chart.not_visible)
        pen = Pen(self.occasion, act, self.command.patient)
        named = self.command.answer is None or self.command.response
        return Answering(
            command=self.command,
            chart=self.chart,
            request=self.request,
            task=task,
            answer=answer,
            response=response.record if response and named else None,
            unseen=self.unseen,
            pen=pen,
        ).plan()

    def _unfit_request(self, task: TaskView | None) -> tuple[str, ...]:
        """Why nothing can be recorded about the request."""
        named, request = self.command.claim, self.request
        if request is None:
            return (f"{named} is not on this server, is not visible to us, or is another patient's: check the ID",)
        if request.use != PREAUTHORIZATION:
            return (f"{named} is no request for authorization ({request.use or 'without use'}): check the ID",)
        if request.status != "active":
            return (f"{named} is {request.status}: ask again (request-authorization with about)",)
        if task is None and not self.tasks:
            return (f"no Task of ours follows {named}: ask again with about, so that its answer is waited for",)
        if task is None:
            last = self.tasks[-1]
            return (
                f"{named} is settled ({last.record.reference}: {last.state or last.status}): ask again "
                "(request-authorization with about) for what is still needed",
            )
        asked = moment(request.created, self.occasion.zone)
        if asked and self.command.at < asked:
            return (f"at is before the payer was asked ({in_words(asked, self.occasion)}): check the time",)
        return ()

    def _unfit_answer(
        self, answer: PayersAnswer, task: TaskView, response: PayerResponseView | None
    ) -> tuple[str, ...]:
        """What an answer lacks, or why it cannot be one to this request."""
        why = []
        levels = self.occasion.content.concepts(SETTING)
        if answer.level and answer.level not in levels:
            why.append(f"there is no level of care {answer.level!r}; the levels are: {', '.join(levels)}")
        if answer.first_day and answer.last_day and answer.last_day < answer.first_day:
            why.append("answer.last_day is before answer.first_day: check the days")
        if answer.outcome in ("denied", "partly-approved") and not answer.reason:
            why.append(
                "answer.reason is missing: why it is denied, in the payer's words; if the payer gave none, ask for it"
            )
        if answer.outcome == "pended" and not answer.asked_for:
            why.append("answer.asked_for is missing: what the payer asks for before it decides")
        if answer.outcome == "appealed" and "appeal" not in task.codes:
            why.append("only a denial can be appealed: record the denial first")
        if self.command.response and response is None:
            why.append(f"{self.command.response} is no answer to {self.command.claim} that we can see: check the ID")
        return tuple(why)

    def _no_answer(self, task: TaskView, response: PayerResponseView | None, act: Act) -> tuple[str, ...]:
        """Why it cannot be said that there is no answer: one stands that cannot be read, or there is time left."""
        if self.command.response and response is None:
            return (f"{self.command.response} is no answer to {self.command.claim} that we can see: check the ID",)
        if response is not None:
            return (
                f"{response.reference} cannot be read ({response.why_not}): read it, and record in answer what it says",
            )
        by = authorization.answer_by(task, self.occasion.zone)
        if by is None:
            return ("no answer is on record, and no day by which one is due: record in answer what the payer says",)
        if self.command.at <= by:
            return (f"no answer is on record yet; it is due by {in_words(by, self.occasion)}: until then it is open",)
        if task.state == "no-answer" and not act.did(task.record):
            return (f"it is on record already that there is no answer ({task.record.reference}): call the payer",)
        return ()


def newest_last(responses: Iterable[PayerResponseView]) -> tuple[PayerResponseView, ...]:
    """The payer's answers, in the order in which they were written."""
    counted = [one for one in responses if not _in_error(one.record)]
    return tuple(sorted(counted, key=lambda one: (one.created, len(one.record.id), one.record.id)))


def _in_error(record: Record) -> bool:
    return record.json.get("status") in ("entered-in-error", "cancelled", "draft")
