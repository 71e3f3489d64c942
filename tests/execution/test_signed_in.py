"""Steps behind a server that asks for tokens: one that ends, or is revoked, in the middle of an act changes nothing.

A read is asked again with the next token. A write is looked after by reading, as after any answer that was lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import pytest

from carefhir.engine.results import Done, Refused
from carefhir.fhir.commit import CommitWay
from carefhir.fhir.wire import Answer, Ask, Flow, Request, Response
from carefhir.transport.keyring import Keyring
from carefhir.transport.registered_client import RegisteredClient
from tests.execution.test_kill import WAYS, act, stands
from tests.support.authorization import START, Authorization, Guarded
from tests.support.backends import sandbox_backend
from tests.support.graph import graph
from tests.support.scenarios import FEW, Scenario, Stage
from tests.support.tables import Tally

T = TypeVar("T")
LASTS = 6
"""Seconds that a token lasts where each round of requests takes 1.4."""
CLIENT = RegisteredClient("clinic", secret="hush")


@dataclass
class Way(Guarded):
    """The way to a server that asks for tokens. Before the exchange `revoked_at` all tokens are revoked."""

    revoked_at: int = 0
    refused: int = 0
    ring: Keyring | None = None

    def run_signed(self, flow: Flow[T]) -> T:
        self.ring = self.ring or self.keyring(CLIENT)
        return super().run(flow, self.ring)

    def round(self, asks: Sequence[Ask]) -> tuple[Answer, ...]:
        fhir = sum(isinstance(one, Request) and ".well-known" not in one.target for one in asks)
        if fhir and len(self.asked) < self.revoked_at <= len(self.asked) + fhir:
            self.authorization.tokens.clear()
        answers = super().round(asks)
        self.refused += sum(isinstance(one, Response) and one.status == 401 for one in answers)
        return answers


@dataclass
class Driver:
    """What `act` runs a flow on."""

    way: Way

    def run(self, flow: Flow[T]) -> T:
        return self.way.run_signed(flow)


def way_to(stage: Stage, *, revoked_at: int = 0, lasts: int = 60, paced: float = 0.0) -> Way:
    authorization = Authorization(secrets={CLIENT.id: CLIENT.secret}, lasts=lasts)
    return Way(stage.backend, authorization, revoked_at=revoked_at, paced=paced)


@pytest.mark.parametrize("commit", WAYS)
@pytest.mark.parametrize("scenario", FEW, ids=lambda one: one.name)
def test_a_token_that_is_revoked_in_the_middle_of_an_act(scenario: Scenario, commit: CommitWay, tally: Tally) -> None:
    calm = scenario.begun(sandbox_backend())
    before = calm.backend.fork()
    assert before is not None
    undisturbed = way_to(calm)
    assert stands(act(calm, scenario, commit, Driver(undisturbed)))  # type: ignore[arg-type]
    wanted = graph(calm.backend, calm.patient)
    assert len(undisturbed.authorization.forms) == 1
    for at in range(2, len(undisturbed.asked) + 1):
        fork = before.fork()
        assert fork is not None
        found = Stage(**{**vars(calm), "backend": fork})
        way = way_to(found, revoked_at=at)
        result = act(found, scenario, commit, Driver(way))  # type: ignore[arg-type]
        assert stands(result), (at, result)
        assert graph(found.backend, found.patient) == wanted, at
        assert way.refused > 0, at
        assert len(way.authorization.forms) == 2, at
        tally.add("revoked", row=scenario.step, column=commit, how="done")


@pytest.mark.parametrize("scenario", FEW, ids=lambda one: one.name)
def test_an_act_that_outlives_its_tokens_is_never_refused(scenario: Scenario) -> None:
    """Each round of requests takes 1.4 seconds, each token ends after six."""
    calm = scenario.begun(sandbox_backend())
    way = way_to(calm, lasts=LASTS, paced=1.4)
    result = act(calm, scenario, "single writes", Driver(way))  # type: ignore[arg-type]
    assert isinstance(result.kept if isinstance(result, Refused) else result, Done)
    assert way.refused == 0
    granted_at, began_last = START + 2 * way.paced, way.authorization.clock.now - way.paced
    outlived = began_last >= granted_at + (1 - 1 / 4) * LASTS
    assert (len(way.authorization.forms) >= 2) is outlived, "an act of few rounds ends before its token does"
    assert outlived or scenario.step not in ("enroll", "record-check-in")
