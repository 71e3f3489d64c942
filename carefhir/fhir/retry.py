"""Asks again after passing trouble: a flow around a flow.

Only requests that change nothing are repeated (`Request.repeatable`), after lost connections, answers that end in their
middle, 429 and passing 50x. A write that failed is never repeated here; the runner finds out by reading whether it may
be (rule R4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from carefhir.fhir.wire import Answer, Ask, Failure, Flow, Request, Response, Wait

T = TypeVar("T")

_PASSING = frozenset({429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long: at most `attempts` further tries, each wait at most `longest` seconds."""

    attempts: int = 3
    first_wait: float = 0.25
    longest: float = 10.0


def retrying(flow: Flow[T], patience: Patience = Patience()) -> Flow[T]:
    """Runs a flow, repeating repeatable requests after passing trouble; the last answer counts."""
    try:
        asks = flow.send(None)  # type: ignore[arg-type]  # a new generator takes None
        while True:
            answers = list((yield asks))
            for attempt in range(patience.attempts):
                again = [i for i, one in enumerate(answers) if _worth_asking_again(asks[i], one)]
                if not again:
                    break
                yield (Wait(max(_wait(answers[index], attempt, patience) for index in again)),)
                fresh = yield tuple(asks[i] for i in again)
                for index, answer in zip(again, fresh, strict=True):
                    answers[index] = answer
            asks = flow.send(tuple(answers))
    except StopIteration as stop:
        value: T = stop.value
        return value


def _worth_asking_again(request: Ask, answer: Answer) -> bool:
    if not isinstance(request, Request) or not request.repeatable:
        return False
    if isinstance(answer, Failure):
        return answer.kind not in ("too-large", "not signed in")
    return isinstance(answer, Response) and (answer.status in _PASSING or _cut_short(answer))


def _cut_short(answer: Response) -> bool:
    """Whether a JSON answer ends before its end."""
    json = "json" in answer.headers.get("content-type", "")
    return json and answer.status == 200 and not answer.body.rstrip().endswith((b"}", b"]"))


def _wait(answer: Answer, attempt: int, patience: Patience) -> float:
    """What the server asks for, else doubling."""
    asked = wait_asked_for(answer, patience) if isinstance(answer, Response) else None
    return float(min(patience.first_wait * 2**attempt, patience.longest)) if asked is None else asked


def wait_asked_for(answer: Response, patience: Patience = Patience()) -> float | None:
    """Retry-After in seconds, at most what patience allows (its date form is rare and ignored); None where it is not
    given."""
    asked = answer.headers.get("retry-after", "")
    return min(float(asked), patience.longest) if asked.isascii() and asked.isdigit() else None
