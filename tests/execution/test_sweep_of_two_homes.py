"""R7: a sweep beside an EHR finds what changed there since the last one, and never moves past what it did not see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from carefhir.fhir.capability import read_capabilities
from carefhir.fhir.wire import Request, Response
from carefhir.sandbox import Knobs, Sandbox
from carefhir.sandbox.shapes import shape
from carefhir.workflows.panel.sweep import Swept
from tests.support.backends import Backend, exchange_of
from tests.support.panel import NOW, Panel, encounter, gathered
from tests.support.two_homes import EHR, TwoHomes, two_homes

Json = dict[str, Any]
BEFORE = NOW - timedelta(days=1)
NEXT = NOW + timedelta(days=1)
LIKE = ("", "epic", "oracle", "bare")


@dataclass
class Site:
    """A panel beside an EHR; both clocks are told the time, and the EHR's may be another one."""

    panel: Panel
    homes: TwoHomes
    clock: dict[str, datetime]
    behind: timedelta = timedelta()
    asked: list[Request] = field(default_factory=list)

    def at(self, now: datetime) -> None:
        self.clock["now"] = now

    def sweep(self, now: datetime = NOW, **more: Any) -> Swept:
        self.at(now)
        return self.panel.sweep(now, **more)

    def place(self, key: str) -> str:
        """Where somebody is in the EHR."""
        return next(there for there, ours in self.homes._shadows().items() if ours == self.panel.people[key])

    def put_there(self, key: str, **elements: Any) -> None:
        self.homes.ehr.put({**self.homes.ehr.get(self.place(key)), **elements})

    def answering(self, answer: Callable[[Request], Any], *types: str) -> None:
        """The EHR answers so, for these types or for all, until `well` again."""
        before = self.homes.exchange

        def exchange(request: Request) -> Any:
            type_ = request.target.partition("?")[0].partition("/")[0]
            return answer(request) if request.home == EHR and (not types or type_ in types) else before(request)

        self._well = before
        self.homes.exchange = exchange

    def well(self) -> None:
        self.homes.exchange = self._well


def site(like: str = "", people: int = 4, *, behind: timedelta = timedelta(), knobs: Knobs | None = None) -> Site:
    """The EHR behaves like one of the shapes to whoever asks over the wire."""
    clock = {"now": BEFORE}

    def told(late: timedelta = timedelta()) -> Backend:
        sandbox = Sandbox(Knobs(), clock=lambda: clock["now"] - late)
        return Backend("sandbox", "http://localhost/fhir", exchange_of(sandbox), sandbox)

    homes = two_homes(told(), told(behind))
    panel = gathered(homes, people=people)
    made = Site(panel, homes, clock, behind)
    sandbox = homes.ehr.sandbox
    assert sandbox is not None
    worse = sandbox.behaving(knobs or (shape(like) if like else Knobs()))
    seen = Backend("ehr", homes.ehr.base, exchange_of(worse), worse)
    homes.seen = seen.run(read_capabilities())
    by_hand = homes.exchange

    def exchange(request: Request) -> Any:
        made.asked.append(request)
        return seen.exchange(request) if request.home == EHR else by_hand(request)

    homes.exchange = exchange
    return made


def discharged(found: Site, key: str) -> str:
    """A stay that ended on the day of the last sweep, written in the EHR."""
    return encounter(
        found.homes, found.panel.people[key], "IMP", "2026-03-08T09:00:00-05:00", "2026-03-09T20:00:00-05:00"
    )


def rows(swept: Swept) -> dict[str, Any]:
    return {row.identity.reference: row for row in swept.rows}


def cursors(found: Site) -> dict[str, datetime]:
    basics = Backend.search(found.homes, "Basic?_count=60")
    ours = [one for one in basics if "extension" in one]
    return {
        one["identifier"][0]["value"].rpartition("/")[2]: datetime.fromisoformat(one["extension"][0]["valueInstant"])
        for one in ours
    }


@pytest.mark.parametrize("like", LIKE)
def test_what_was_written_in_the_ehr_after_a_sweep_is_found_by_the_next_and_once(like: str) -> None:
    found = site(like)
    assert found.sweep().looked_at == 4
    found.at(NOW + timedelta(hours=12))
    assert EHR in discharged(found, "p01")
    swept = found.sweep(NEXT)
    assert (swept.why_everybody, swept.not_visible) == ("", ())
    assert found.panel.finds() == {"p01": ["follow-discharge"]}
    assert len(rows(swept)[found.panel.people["p01"]].finds) == 1
    again = found.sweep(NEXT + timedelta(hours=20), full=True)
    assert [row.finds for row in again.rows if row.finds] == []
    assert found.panel.finds() == {"p01": ["follow-discharge"]}


@pytest.mark.parametrize("like", ["", "oracle"])
def test_only_those_about_whom_something_changed_there_are_looked_at(like: str) -> None:
    found = site(like)
    found.sweep()
    found.at(NOW + timedelta(hours=12))
    discharged(found, "p01")
    swept = found.sweep(NEXT)
    assert swept.looked_at == 1
    assert swept.since == NOW - timedelta(minutes=15)


@pytest.mark.parametrize("like", ["", "epic"])
def test_an_ehr_that_takes_it_is_asked_for_what_changed_and_another_for_all(like: str) -> None:
    found = site(like)
    found.sweep()
    found.asked.clear()
    swept = found.sweep(NEXT)
    assert swept.looked_at == 0
    asked = [each.target for each in found.asked if each.home == EHR and each.target.startswith("Encounter?")]
    assert asked
    assert all(("_lastUpdated=" in target) == (not like) for target in asked)


@pytest.mark.parametrize("like", LIKE)
def test_a_death_that_the_ehr_learned_of_is_said_by_the_next_sweep(like: str) -> None:
    found = site(like)
    found.sweep()
    found.at(NOW + timedelta(hours=12))
    found.put_there("p02", deceasedDateTime="2026-03-09")
    swept = found.sweep(NEXT)
    (row,) = (row for who, row in rows(swept).items() if who == found.panel.people["p02"])
    assert any("died" in words or "deceased" in words for words in row.warnings)
    assert swept.looked_at == 1


@pytest.mark.parametrize("like", LIKE)
def test_whoever_has_a_new_condition_there_is_looked_at(like: str) -> None:
    found = site(like)
    found.sweep()
    found.at(NOW + timedelta(hours=12))
    icd = "http://hl7.org/fhir/sid/icd-10-cm"
    clinical = "http://terminology.hl7.org/CodeSystem/condition-clinical"
    found.homes.create(
        {
            "resourceType": "Condition", "subject": {"reference": found.panel.people["p03"]},
            "clinicalStatus": {"coding": [{"system": clinical, "code": "active"}]},
            "code": {"coding": [{"system": icd, "code": "I50.22"}]},
        }
    )  # fmt: skip
    assert found.sweep(NEXT).looked_at == 1


def down(request: Request) -> Response:
    return Response(503, {}, b"")


def test_an_ehr_that_was_down_is_looked_back_at_when_it_is_up_again() -> None:
    found = site()
    found.sweep()
    found.at(NOW + timedelta(hours=12))
    discharged(found, "p01")
    found.answering(down)
    missed = found.sweep(NEXT)
    assert not missed.whole
    assert any(gap.startswith(f"Encounter: {EHR}: ") for gap in missed.not_visible)
    assert found.panel.finds() == {}
    assert cursors(found)[f"{EHR}.Encounter"] == NOW
    found.well()
    late = NEXT + timedelta(hours=20)
    swept = found.sweep(late)
    assert (swept.whole, swept.why_everybody) == (True, "")
    assert found.panel.finds() == {"p01": ["follow-discharge"]}
    assert cursors(found)[f"{EHR}.Encounter"] == late


def test_one_type_that_the_ehr_did_not_show_keeps_its_cursor_alone() -> None:
    found = site()
    found.sweep()
    found.answering(lambda _: Response(403, {}, b""), "Condition")
    swept = found.sweep(NEXT)
    assert any(gap.startswith(f"Condition: {EHR}: ") for gap in swept.not_visible)
    assert f"Condition of {EHR}" in "; ".join(swept.notes)
    standing = cursors(found)
    assert standing[f"{EHR}.Condition"] == NOW
    assert standing[f"{EHR}.Encounter"] == standing["Encounter"] == NEXT


def test_one_person_whose_search_failed_keeps_the_cursor_of_that_type() -> None:
    found = site("epic")
    found.sweep()
    place = found.place("p01").replace("/", "%2F")
    found.answering(lambda _: down(_) if place in _.target else found._well(_), "Encounter")
    found.sweep(NEXT)
    assert cursors(found)[f"{EHR}.Encounter"] == NOW


def test_the_cursor_of_the_ehr_is_on_its_own_clock() -> None:
    """It is forty minutes behind, more than the overlap: what changes there meanwhile is found."""
    found = site(behind=timedelta(minutes=40))
    found.sweep()
    assert cursors(found)[f"{EHR}.Encounter"] == NOW - timedelta(minutes=40)
    found.at(NOW + timedelta(minutes=10))  # 9:30 there, after its cursor and before ours
    discharged(found, "p01")
    found.sweep(NOW + timedelta(hours=12))
    assert found.panel.finds() == {"p01": ["follow-discharge"]}


def unlink(found: Site, key: str) -> Json:
    record = Backend.get(found.homes, found.panel.people[key])
    identifiers = [one for one in record["identifier"] if not found.homes.names.place_in(one)]
    return Backend.put(found.homes, {**record, "identifier": identifiers})


def test_who_is_not_linked_is_named_each_time_and_looked_at_once_they_are() -> None:
    found = site()
    place = found.place("p01")
    unlink(found, "p01")
    found.sweep()
    found.at(NOW + timedelta(hours=1))
    stay = {
        **found.homes.ehr.get(found.homes.ehr.search(f"Encounter?patient={place}")[0]["resourceType"] + "?_count=1")
    }
    assert stay
    encounter(found.homes.ehr, place, "IMP", "2026-03-08T09:00:00-05:00", "2026-03-09T10:30:00-05:00")
    swept = found.sweep(NEXT)
    (warning,) = rows(swept)[found.panel.people["p01"]].warnings
    assert "NOT LOOKED AT" in warning
    assert f"carefhir link Patient/ID-THERE --to {found.panel.people['p01']}" in warning
    assert cursors(found)[f"{EHR}.Encounter"] == NEXT, "the others were seen"
    assert found.panel.finds() == {}
    found.at(NEXT + timedelta(hours=1))
    record = Backend.get(found.homes, found.panel.people["p01"])
    record["identifier"] = [*record.get("identifier", []), found.homes.names.identifier(place)]
    Backend.put(found.homes, record)
    swept = found.sweep(NEXT + timedelta(hours=20))
    assert swept.looked_at == 1
    assert found.panel.finds() == {"p01": ["follow-discharge"]}


def test_linked_while_the_ehr_was_down_is_looked_at_when_it_is_up() -> None:
    found = site()
    place = found.place("p01")
    unlink(found, "p01")
    found.sweep()
    found.at(NOW + timedelta(hours=1))
    encounter(found.homes.ehr, place, "IMP", "2026-03-08T09:00:00-05:00", "2026-03-09T10:30:00-05:00")
    found.sweep(NOW + timedelta(hours=20))
    found.at(NOW + timedelta(hours=21))
    record = Backend.get(found.homes, found.panel.people["p01"])
    record["identifier"] = [*record.get("identifier", []), found.homes.names.identifier(place)]
    Backend.put(found.homes, record)
    found.answering(down)
    found.sweep(NOW + timedelta(hours=40))
    found.well()
    found.sweep(NOW + timedelta(hours=60))
    assert found.panel.finds() == {"p01": ["follow-discharge"]}


def test_the_first_sweep_after_an_ehr_was_set_beside_looks_at_everybody() -> None:
    found = site()
    server = found.homes.server
    try:
        found.homes.server = lambda **_: Backend.server(found.homes)  # type: ignore[method-assign]
        found.sweep()
    finally:
        found.homes.server = server  # type: ignore[method-assign]
    swept = found.sweep(NOW + timedelta(hours=12))
    assert swept.looked_at == 4
    assert f"Encounter of {EHR}" in swept.why_everybody


def test_an_ehr_whose_clock_was_set_back_makes_everybody_looked_at() -> None:
    found = site()
    found.sweep()
    sandbox = found.homes.ehr.sandbox
    assert sandbox is not None
    found.answering(lambda request: back(found._well(request)))
    swept = found.sweep(NEXT)
    assert (swept.looked_at, "set back" in swept.why_everybody, EHR in swept.why_everybody) == (4, True, True)


def back(answer: Any) -> Any:
    """The answer as of a day that is long over."""
    return Response(answer.status, {**answer.headers, "date": "Sun, 01 Mar 2026 10:00:00 GMT"}, answer.body)


def test_linked_while_the_ehr_hid_a_type_is_looked_at_again_when_it_shows_it() -> None:
    """What is older than the cursor of that type was never seen of them."""
    found = site()
    place = found.place("p01")
    unlink(found, "p01")
    found.sweep()
    found.at(NOW + timedelta(hours=1))
    record = Backend.get(found.homes, found.panel.people["p01"])
    record["identifier"] = [*record.get("identifier", []), found.homes.names.identifier(place)]
    Backend.put(found.homes, record)
    found.answering(lambda _: Response(403, {}, b""), "Condition")
    assert found.sweep(NOW + timedelta(hours=20)).looked_at == 1
    found.well()
    assert found.sweep(NOW + timedelta(hours=40)).looked_at == 1
    assert found.sweep(NOW + timedelta(hours=60)).looked_at == 0
