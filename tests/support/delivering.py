"""An EHR that takes what carefhir decides, and what befalls it while it does."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from carefhir.catalog import step_for
from carefhir.engine.results import Result
from carefhir.fhir.wire import Failure, Request, Response
from carefhir.workflows.delivery import deliver
from carefhir.workflows.delivery.deliver import Deliveries
from tests.support.backends import Backend, Interrupted
from tests.support.scenarios import Scenario, Stage
from tests.support.two_homes import EHR, TwoHomes, two_homes

Json = dict[str, Any]
Exchange = Callable[[Request], Response | Failure]
CHANGED = frozenset("Appointment Condition RelatedPerson".split())
"""The types of which stories change a record that the EHR keeps."""


def delivering(scenario: Scenario, site: TwoHomes | None = None) -> Stage:
    """The story at a site that lets the EHR be changed, and wants a note there of this step."""
    found = scenario.staged(site or two_homes())
    site = found.backend
    assert isinstance(site, TwoHomes)
    site.writes, site.notes = CHANGED, frozenset({scenario.step})
    return found


def done(found: Stage, scenario: Scenario, driver: Backend | Interrupted | None = None) -> Result:
    """The story's step, and the delivery after it."""
    command = scenario.command(found)
    occasion, server = found.occasion(scenario.now), found.backend.server()
    return (driver or found.backend).run(deliver.run(step_for(command), command, occasion, server))


def delivered(found: Stage, scenario: Scenario) -> Deliveries:
    """What `carefhir deliver` does."""
    return found.backend.run(deliver.deliver(found.occasion(scenario.now), found.backend.server()))


def tasks(found: Stage, code: str) -> list[Json]:
    """The patient's Tasks of a kind, on the companion."""
    every = Backend.search(found.backend, f"Task?patient={found.patient}&_count=200")
    return [each for each in every if any(one.get("code") == code for one in each["code"].get("coding", ()))]


def notes_there(found: Stage) -> list[Json]:
    """The notes of ours that stand in the EHR."""
    site = found.backend
    assert isinstance(site, TwoHomes)
    every = site.ehr.search("DocumentReference?_count=200")
    return [each for each in every if str(each.get("description", "")).startswith("Care management: ")]


def text_of(note: Json) -> str:
    """What a physician reads."""
    return b64decode(note["content"][0]["attachment"]["data"]).decode()


def writes(request: Request) -> bool:
    """Whether it changes something."""
    create = request.method == "POST" and "_search" not in request.target and not request.repeatable
    return request.method == "PUT" or create


@dataclass
class Befallen:
    """Two homes, and what befalls the requests after the act stands on the companion; `over` ends it."""

    site: TwoHomes
    befalls: Callable[[Befallen, Request], Response | Failure | None]
    committed: bool = False
    over: bool = False
    late: list[Request] = field(default_factory=list)
    """Writes that the EHR will carry out when nobody waits for them any more."""
    taken: int = 0
    """Writes that the EHR has carried out."""
    answers: Exchange = field(init=False)

    def __post_init__(self) -> None:
        self.answers = self.site.exchange
        self.site.exchange = self.exchange

    def exchange(self, request: Request) -> Response | Failure:
        if self.committed and not self.over and (instead := self.befalls(self, request)) is not None:
            return instead
        answer = self.answers(request)
        if request.home == EHR and writes(request):
            self.taken += 1
        if request.home != EHR and writes(request) and not request.target:
            self.committed = True
        return answer

    def end(self) -> None:
        """Nothing befalls them any more; what is late comes now."""
        self.over = True
        for request in self.late:
            self.answers(request)
        self.late.clear()


def ehr_down(case: Befallen, request: Request) -> Failure | None:
    return Failure("unreachable", False) if request.home == EHR else None


def ehr_busy(case: Befallen, request: Request) -> Response | None:
    return Response(503, {"content-type": "text/plain"}, b"") if request.home == EHR else None


def both_down(case: Befallen, request: Request) -> Failure:
    return Failure("unreachable", False)


def answer_lost(case: Befallen, request: Request) -> Failure | None:
    if request.home != EHR or not writes(request):
        return None
    case.answers(request)
    case.taken += 1
    return Failure("timeout", True)


def answered_late(case: Befallen, request: Request) -> Failure | None:
    if request.home != EHR or not writes(request):
        return None
    if request not in case.late:
        case.late.append(request)
    return Failure("timeout", True)


def companion_down_then(case: Befallen, request: Request) -> Failure | None:
    return Failure("unreachable", False) if request.home != EHR and case.taken else None


RECOVERING = {
    "the EHR is down when the act is done, and up a day later": ehr_down,
    "the EHR answers 503, and is well a day later": ehr_busy,
    "the EHR takes a write, and its answer is lost": answer_lost,
    "the EHR takes a write when nobody waits for it any more": answered_late,
    "the companion is down when the EHR has taken the first": companion_down_then,
    "both are down when the act is done": both_down,
}
"""After these, delivering again comes to what an undisturbed run comes to."""
