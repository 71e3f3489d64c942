"""The look after the write: what two acts did at once, and neither could see before (decision 0023).

After every run a little is read once more. Where something has to be put right, a step does that
by the ordinary path: If-Match, marks, a receipt of its own. Killed in between, the same command run again says "done
already" and looks again; a look that was begun is taken up like every other act.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, dataclass, field, replace
from itertools import chain, count, takewhile

from carefhir.engine.results import Briefing, Done, Line, Partial, Refused, Result
from carefhir.engine.step import NOTHING, Afterwards, AnyStep, LookAfter, Looked
from carefhir.errors import CarefhirError
from carefhir.fhir.changes import Act
from carefhir.fhir.gather import Records, gather
from carefhir.fhir.server import Server
from carefhir.fhir.wire import Flow
from carefhir.occasion import Occasion

MOST = 5
"""So many looks at most put one thing right; each beyond the first is there because another run was at it, too."""
Run = Callable[[AnyStep, LookAfter, Occasion, Server], Flow[Result]]


@dataclass(frozen=True, slots=True)
class Findings:
    """What the looks after one run came to."""

    told: Briefing = field(default_factory=Briefing)
    lines: tuple[Line, ...] = ()

    def and_then(self, other: Findings) -> Findings:
        told = Briefing(
            (*self.told.says, *other.told.says),
            (*self.told.instructions, *other.told.instructions),
            (*self.told.warnings, *other.told.warnings),
        )
        return Findings(told, (*self.lines, *other.lines))


def looks(step: str, command: LookAfter, records: Records) -> tuple[Looked, ...]:
    """The looks after an act: those that left their marks on the records, and the next one."""
    every = tuple(chain.from_iterable(records.by_need.values()))

    def left_marks(look: Looked) -> bool:
        key = Act(step, command.patient, look.spelled()).key
        return any(record.mentions(key) for record in every)

    past = tuple(takewhile(left_marks, (Looked(command.act, number) for number in count())))
    return (*past, Looked(command.act, len(past)))


def looked(result: Result, step: AnyStep, act: Act, *, occasion: Occasion, server: Server, run: Run) -> Flow[Result]:
    """Looks at all that a step declares, puts right what has to be, and says so in the result.

    Whatever the result: a run that is refused may have an interrupted one before it, which wrote. Only a part that is
    not written is waited for: the look would do the act's own work. The run that finishes it looks.
    """
    if isinstance(result, Partial):
        return result
    findings = yield from _looked_after(act, step, occasion, server, run)
    return _with(result, findings)


def _looked_after(act: Act, step: AnyStep, occasion: Occasion, server: Server, run: Run) -> Flow[Findings]:
    command = LookAfter(patient=act.subject, act=act.key, asked=act.asked)
    needs = {need.name: need for afterwards in step.afterwards for need in afterwards.needs}
    slots = {"patient": act.subject, "today": occasion.today.isoformat()}
    try:
        records = yield from gather(tuple(needs.values()), slots, server.capabilities, server.home, way=server.way)
    except CarefhirError as error:
        unseen = (_unseen(afterwards, error.message) for afterwards in step.afterwards)
        return Findings(Briefing(warnings=tuple(unseen)))
    findings = Findings()
    bounded = replace(server, budget=server.budget / MOST)
    for afterwards in step.afterwards:
        if hidden := _hidden(afterwards, records):
            findings = findings.and_then(hidden)
        elif afterwards.calls(records, command, occasion):
            put_right = yield from _put_right(afterwards, command, occasion, bounded, run)
            findings = findings.and_then(put_right)
    return findings


def _put_right(
    afterwards: Afterwards, command: LookAfter, occasion: Occasion, server: Server, run: Run
) -> Flow[Findings]:
    """Runs the step that puts it right, until nothing is left that another run wrote."""
    findings = Findings()
    for _ in range(MOST):
        try:
            result = yield from run(afterwards.step, command, occasion, server)
        except CarefhirError as error:
            return findings.and_then(_not_done(afterwards, error.message))
        if isinstance(result, Refused) and result.why == NOTHING:
            return findings
        if not isinstance(result, Done):
            why = "; ".join(result.why) if isinstance(result, Refused) else result.why
            return findings.and_then(_not_done(afterwards, why))
        findings = findings.and_then(Findings(result.told, tuple(_line(afterwards, line) for line in result.written)))
        if result.by == "us":
            return findings
    return findings.and_then(_not_done(afterwards, "others write the same records"))


def _line(afterwards: Afterwards, line: Line) -> Line:
    """A line of the look's own act, among those of the act it looked after."""
    return replace(line, part=f"{afterwards.step.name}/{line.part}")


def _hidden(afterwards: Afterwards, records: Records) -> Findings | None:
    """Says what could not be read; None where all could be."""
    names = {need.name for need in afterwards.needs}
    why = [f"{gap.type}, {gap.why}" for gap in records.gaps if gap.need in names]
    return Findings(Briefing(warnings=(_unseen(afterwards, "; ".join(why)),))) if why else None


def _unseen(afterwards: Afterwards, why: str) -> str:
    return f"could not be looked at afterwards: {afterwards.about} ({why}); run this again"


def _not_done(afterwards: Afterwards, why: str) -> Findings:
    return Findings(
        Briefing(warnings=(f"{afterwards.about}: not everything could be put right ({why}); run this again",))
    )


def _with(result: Result, findings: Findings) -> Result:
    """The result, saying first what was put right."""
    if not any(astuple(findings.told)):
        return result
    told = findings.and_then(Findings(result.told)).told
    if isinstance(result, Done):
        return replace(result, told=told, written=(*result.written, *findings.lines))
    if isinstance(result, Refused) and result.kept is not None:
        kept = replace(result.kept, told=told, written=(*result.kept.written, *findings.lines))
        return replace(result, told=told, kept=kept)
    return replace(result, told=told)
