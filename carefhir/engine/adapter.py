"""Steps of the protocol before 0.2, carried out under today's. Goes when the last of them has been carried over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from carefhir.engine.step import Case, Cause, Step
from carefhir.fhir.changes import Act, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.occasion import Occasion


@dataclass(frozen=True, slots=True)
class Spelled:
    words: tuple[str, ...]

    def spelled(self) -> tuple[str, ...]:
        return self.words


@dataclass(frozen=True)
class FromCommand:
    of: Callable[[Any, Occasion], tuple[str, ...]]


@dataclass(frozen=True)
class FromContext:
    of: Callable[[Any, Any, Occasion], tuple[tuple[str, ...], ...]]


@dataclass(frozen=True, slots=True)
class AdaptedCase(Case):
    found: Cause
    particulars: Any
    context: Any
    command: Any
    occasion: Occasion
    how: Any

    @property
    def cause(self) -> Cause:
        return self.found

    @property
    def asked(self) -> Any:
        return self.particulars

    def decide(self, act: Act) -> Plan | Refusal:
        return self.how(self.context, self.command, self.occasion, act)  # type: ignore[no-any-return]


def adapted(
    name: str,
    title: str,
    command: Any,
    needs: Any,
    cause: FromCommand | FromContext,
    read: Any,
    decide: Any,
    when_stale: Any,
    creates: Any,
    particulars: Any = None,
    **more: Any,
) -> Step[Any]:
    def open_(records: Records, asked: Any, occasion: Occasion) -> Sequence[Case] | Refusal:
        context = read(records, occasion)
        told = particulars(context, asked, occasion) if particulars else None
        early = (cause.of(asked, occasion),) if isinstance(cause, FromCommand) else None
        causes = cause.of(context, asked, occasion) if isinstance(cause, FromContext) else early
        cases = [AdaptedCase(Spelled(one), told, context, asked, occasion, decide) for one in causes or ()]
        if cases:
            return cases
        refusal: Refusal = decide(context, asked, occasion, Act(name, getattr(asked, "patient", ""), ()))
        return refusal

    first = (lambda asked, occasion: Spelled(cause.of(asked, occasion))) if isinstance(cause, FromCommand) else None
    return Step(name, title, command, needs, open_, when_stale, creates, first, **more)
