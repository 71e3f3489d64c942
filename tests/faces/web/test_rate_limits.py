"""How often one may ask: a caller, and an address whose tokens do not hold; and what a person must do now is said all
the same."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping

import httpx
import pytest
from limits import parse

from carefhir.faces.web.operating import OperatingSettings
from carefhir.faces.web.proxies import TrustedProxies
from carefhir.faces.web.rate_limits import RateLimits
from carefhir.faces.web.remembering import memory_of
from carefhir.faces.web.statuses import Denied
from tests.faces.conftest import response
from tests.faces.web.conftest import Service, service_on
from tests.support.authorization import Clock
from tests.support.issuer import Issuer

TWO = OperatingSettings(
    per_caller=parse("2/hour"), failed_sign_ins=parse("2/hour"), proxies=TrustedProxies(["10.0.0.0/8"])
)


@pytest.fixture
def limited() -> Service:
    service = service_on(Issuer(), operating=TWO)
    service.peer = ("198.51.100.7", 40_000)
    return service


def statuses(*answers: httpx.Response) -> list[int]:
    return [answer.status_code for answer in answers]


def test_a_caller_asks_too_often(limited: Service) -> None:
    answers = [limited.show("overview") for _ in range(3)]
    assert statuses(*answers) == [200, 200, 429]
    assert 3_500 < int(answers[-1].headers["Retry-After"]) <= 3_600
    assert answers[-1].json()["sent"] == "nothing was sent to the FHIR server"
    sent = len(limited.network.to_the_ehr())
    assert limited.api("enroll", limited.enrollment()).status_code == 429
    assert len(limited.network.to_the_ehr()) == sent


def test_another_caller_is_not_held_up(limited: Service) -> None:
    nurse, doctor = limited.acting(sub="nurse"), limited.acting(sub="doctor")
    assert statuses(*(limited.show("overview", token=nurse) for _ in range(3)))[-1] == 429
    assert limited.show("overview", token=doctor).status_code == 200


def test_a_new_token_of_the_same_caller_is_no_way_around(limited: Service) -> None:
    tokens = [limited.acting(sub="nurse", jti=str(number)) for number in range(3)]
    assert len(set(tokens)) == 3
    assert statuses(*(limited.show("overview", token=token) for token in tokens)) == [200, 200, 429]


def test_what_a_person_must_do_now_is_said_all_the_same(limited: Service) -> None:
    for _ in range(2):
        limited.show("overview")
    answer = limited.api("record-assessment", {"response": response("rosa-phq-9-item-9")})
    assert answer.status_code == 429
    assert "988" in answer.json()["instructions"][0]
    scored = limited.call("POST", "/main/api/score", json=response("rosa-phq-9-item-9"))
    assert scored.status_code == 200
    assert "988" in scored.text


def test_an_address_fails_to_sign_in_too_often(limited: Service) -> None:
    answers = [limited.show("overview", token="made-up") for _ in range(3)]
    assert statuses(*answers) == [401, 401, 429]
    assert 3_500 < int(answers[-1].headers["Retry-After"]) <= 3_600
    assert limited.show("overview").status_code == 429  # not looked at either, or one could try tokens on and on
    limited.peer = ("198.51.100.8", 40_000)
    assert limited.show("overview").status_code == 200


def test_requests_with_a_token_that_holds_do_not_count_for_an_address(limited: Service) -> None:
    tokens = [limited.acting(sub=f"nurse-{number}") for number in range(5)]
    assert statuses(*(limited.show("overview", token=token) for token in tokens)) == [200] * 5


def test_behind_a_proxy_the_client_counts_and_not_the_proxy(limited: Service) -> None:
    limited.peer = ("10.0.0.1", 40_000)

    def fails(address: str) -> int:
        headers = {"X-Forwarded-For": address}
        return limited.show("overview", token="made-up", headers=headers).status_code

    assert [fails("203.0.113.9") for _ in range(3)] == [401, 401, 429]
    assert fails("192.0.2.1, 203.0.113.9") == 429  # with somebody else put in front
    assert fails("203.0.113.10") == 401


def test_whose_address_nobody_can_tell_is_not_limited(limited: Service) -> None:
    limited.peer = ("127.0.0.1", 40_000)
    assert statuses(*(limited.show("overview", token="made-up") for _ in range(4))) == [401] * 4


def test_limits_can_be_off() -> None:
    service = service_on(Issuer(), operating=OperatingSettings(per_caller=None, failed_sign_ins=None))
    service.peer = ("198.51.100.7", 40_000)
    assert statuses(*(service.show("overview", token="made-up") for _ in range(3))) == [401] * 3
    assert service.show("overview").status_code == 200


class Tallied:
    """Counts what is counted."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def count(self, name: str, labels: Mapping[str, str]) -> None:
        self.counts[f"{name} {' '.join(labels.values())}"] += 1


def test_one_machine_with_many_addresses_of_version_6() -> None:
    tallied = Tallied()
    limits = RateLimits(TWO, tallied, memory_of(TWO, Clock()))

    async def go() -> None:
        await limits.sign_in_failed("main", "2001:db8:0:1::1")
        await limits.sign_in_failed("main", "2001:db8:0:1:ffff::2")
        await limits.look_at_address("main", "2001:db8:0:2::1")
        with pytest.raises(Denied) as denied:
            await limits.look_at_address("main", "2001:db8:0:1::3")
        assert denied.value.kind == "rate-limited"

    asyncio.run(go())
    assert tallied.counts == {"tokens_refused main": 2, "rate_limited address main": 1}
