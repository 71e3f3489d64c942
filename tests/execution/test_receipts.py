"""A receipt is no proof: on every "done already" what it names is looked for, and what is not found is told apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from carefhir.engine.results import Done, Partial, Result
from carefhir.fhir.wire import Failure, Request, Response
from carefhir.sandbox import Knobs
from tests.execution.test_kill import act
from tests.support.backends import Backend, sandbox_backend
from tests.support.graph import everything
from tests.support.scenarios import SCENARIOS, Stage

ENROLL = SCENARIOS[0]
Answers = Callable[[Request, Response], Response]


def enrolled(**knobs: object) -> tuple[Stage, str]:
    """An enrollment that is done, and its Consent."""
    found = ENROLL.staged(sandbox_backend(Knobs(**knobs)))  # type: ignore[arg-type]
    assert isinstance(act(found, ENROLL, "transaction", found.backend), Done)
    (consent,) = [one["id"] for one in everything(found.backend, found.patient) if one["resourceType"] == "Consent"]
    return found, f"Consent/{consent}"


def deleted(found: Stage, place: str) -> None:
    """Whatever points to it: other servers keep no such thing in."""
    sandbox = found.backend.sandbox
    assert sandbox is not None
    sandbox._do.store.delete(*place.split("/"), sandbox._now())


def again(found: Stage, driver: Backend | None = None) -> Result:
    return act(found, ENROLL, "transaction", driver or found.backend, minutes=5)


def answering(found: Stage, otherwise: Answers) -> Backend:
    """The same server, behind something that changes its answers."""
    assert found.backend.sandbox is not None
    backend = found.backend.otherwise(found.backend.sandbox.knobs)
    exchange = backend.exchange

    def changed(request: Request) -> Response | Failure:
        answer = exchange(request)
        return otherwise(request, answer) if isinstance(answer, Response) else answer

    backend.exchange = changed
    return backend


@pytest.mark.parametrize("history", [True, False], ids=["history", "no history"])
def test_what_somebody_removed_is_named_and_not_written_again(history: bool) -> None:
    found, consent = enrolled(history=history)
    deleted(found, consent)
    result = again(found)
    assert isinstance(result, Done), result
    assert any(f"removed by somebody since, and not written again: {consent}" in note for note in result.notes)
    assert [one for one in everything(found.backend, found.patient) if one["resourceType"] == "Consent"] == []


def test_where_nobody_can_tell_a_person_decides() -> None:
    """A server that answers 404 for what was deleted, and tells no history."""
    found, consent = enrolled(history=False)
    deleted(found, consent)
    silent = answering(found, lambda request, answer: Response(404) if request.target.startswith(consent) else answer)
    silent.capabilities = replace(
        silent.capabilities,
        types={
            name: replace(one, interactions=one.interactions - {"vread", "history-instance"})
            for name, one in silent.capabilities.types.items()
        },
    )
    result = again(replace(found, backend=silent))
    assert isinstance(result, Partial), result
    assert f"{consent} cannot be found, and the server does not tell whether somebody removed it" in result.why
    assert "enter by hand what is missing" in result.why
    assert [one for one in everything(found.backend, found.patient) if one["resourceType"] == "Consent"] == []


@pytest.mark.parametrize("status", [401, 403, 500])
def test_not_to_be_seen_is_not_to_be_missing(status: int) -> None:
    """Somebody whose token does not reach Consents is told so; the enrollment is as done as it was."""
    found, consent = enrolled(batch=False)
    hidden = answering(
        found, lambda request, answer: Response(status) if request.target.startswith("Consent") else answer
    )
    result = again(found, hidden)
    assert isinstance(result, Done), result
    told = [note for note in result.notes if "not visible" in note]
    assert told == [f"not visible, so nobody looked whether it is still there: {consent}"]
