"""Two workers on one Redis are one service: what one has begun, the other goes on with, and nothing is let in twice."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import unescape
from pathlib import Path

import httpx
import pytest
from limits import parse

from carefhir.faces.web.hooks.client_tokens import StoredUses
from carefhir.faces.web.operating import OperatingSettings
from carefhir.faces.web.rate_limits import RateLimits
from carefhir.faces.web.remembering import memory_of
from carefhir.faces.web.statuses import Denied
from tests.support.authorization import Clock
from tests.support.planted import NAMES
from tests.workers.conftest import KEY, PASSWORD, RunningRedis
from tests.workers.service import (
    ROOT,
    WorkingService,
    at_once,
    configuration,
    ended,
    ready,
    serving,
    tiny_ehr,
    two_workers,
    waits,
)

pytestmark = pytest.mark.redis


@pytest.fixture
def service(redis: RunningRedis) -> Iterator[WorkingService]:
    """Two workers that answer."""
    with two_workers(redis) as running:
        yield running


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the last form."""
    pairs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.rpartition("<form")[2])
    return {unescape(name): unescape(value) for name, value in pairs}


def test_each_worker_goes_on_where_the_other_stopped(service: WorkingService) -> None:
    one, other = service.pids()
    browser = service.browser()
    service.only(one)
    callback = service.signs_in(browser)
    again = service.browser()
    again.cookies |= browser.cookies
    service.only(other)
    began = browser.get(callback)
    assert began.status_code == 303, began.text
    page = began.headers["location"]
    service.only(one)
    shown = browser.get(page)
    assert (shown.status_code, "Kim" in shown.text or "Rosa" in shown.text) == (200, True)
    assert again.get(callback).status_code == 400, "a state is used once, whichever worker is asked"
    service.only(other)
    assert browser.get(f"{page}readings/overview").json()["outcome"] == "picture"
    assert browser.post(f"{page}logout", hidden(shown.text)).status_code == 200
    service.only(one)
    assert browser.get(page).status_code == 401


def test_many_launches_at_once_and_what_redis_keeps_of_them(service: WorkingService, redis: RunningRedis) -> None:
    browsers = [service.browser() for _ in range(12)]
    pages = at_once(lambda number: service.launched(browsers[number]), len(browsers))
    answers = at_once(lambda number: browsers[number].get(pages[number]).status_code, len(browsers))
    assert answers == [200] * len(browsers)
    strange = [browser.get(page).status_code for browser, page in zip(browsers, pages[1:], strict=False)]
    assert strange == [401] * (len(browsers) - 1), "a browser has its own launch only"
    dump = redis.dump()
    assert dump.count(b"carefhir:value:") == len(browsers)
    tokens = list(service.ehr._refresh)
    cookies = [value for browser in browsers for value in browser.cookies.values()]
    assert len(tokens) == len(browsers)
    patients = [f"{kind}/{number}" for kind in ("Patient", "Practitioner") for number in range(1, 40)]
    assert not [word for word in (*NAMES, *tokens, *cookies, *patients) if word.encode() in dump]
    launches = service.counted(r'carefhir_requests_total\{.*step="callback"')
    assert launches == len(browsers), "the workers' counts are shown together"


def test_a_worker_that_dies_is_replaced_and_nobody_signs_in_again(service: WorkingService) -> None:
    browser = service.browser()
    page = service.launched(browser)
    one, other = service.pids()
    os.kill(one, signal.SIGSTOP)
    os.kill(one, signal.SIGKILL)
    waits("another worker", lambda: len(set(service.pids()) - {one}) == 2)
    assert other in service.pids()
    waits("the other worker's word", lambda: service.events().count("serving") == 4)
    (new,) = set(service.pids()) - {other}
    service.only(new)
    assert browser.get(page).status_code == 200
    assert service.events().count("worker-ended") == 1
    assert service.counted("carefhir_requests_running ") == 1, "the dead carry nothing out: only this request runs"


def test_it_stops_when_it_is_told_to(service: WorkingService) -> None:
    workers = service.pids()
    assert service.told_to_stop() == 0
    assert [pid for pid in workers if not ended(pid)] == []
    counts = Counter(service.events())
    assert (counts["stopping"], counts["stopped"], counts["worker-ended"]) == (2, 3, 0)


def test_workers_end_when_nobody_watches_over_them(service: WorkingService) -> None:
    workers = service.pids()
    service.process.kill()
    service.process.wait()
    waits("the end of the workers", lambda: all(ended(pid) for pid in workers))


def test_a_request_under_way_is_finished(service: WorkingService) -> None:
    """The EHR answers slowly while the service is told to stop: whoever waits is answered."""
    browser = service.browser()
    page = service.launched(browser)
    held = service.ehr.sandbox._lock
    answers: list[httpx.Response] = []
    with held:

        def asks(_: int) -> None:
            answers.append(browser.get(page))

        thread = threading.Thread(target=asks, args=(0,))
        thread.start()
        waits("the request", lambda: service.counted("carefhir_requests_running ") == 2)
        service.process.send_signal(signal.SIGTERM)
        waits("the end's beginning", lambda: service.events().count("stopping") == 2)
    thread.join()
    assert [answer.status_code for answer in answers] == [200]
    assert service.process.wait(60) == 0


def test_without_redis_nothing_is_sent_and_it_is_said(service: WorkingService, redis: RunningRedis) -> None:
    browser = service.browser()
    page = service.launched(browser)
    redis.stop()
    asked = service.ehr.sandbox._do.requests
    answer = browser.get(page)
    assert (answer.status_code, "does not answer now" in answer.text) == (503, True)
    assert service.ehr.sandbox._do.requests == asked
    assert str(redis.socket) not in answer.text
    readiness = httpx.get(f"{service.address}/ready", trust_env=False, timeout=60)
    assert (readiness.status_code, readiness.json()["redis"]) == (503, {"answers": False})
    redis.start()
    assert browser.get(page).status_code == 401, "what Redis kept is gone: launch again"
    assert browser.get(service.launched(browser)).status_code == 200


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"redis": None, "redis_password_env": None, "shared_key_env": None}, "workers: more than one needs redis"),
        ({"redis": "redis://127.0.0.1:9/0"}, "redis: it does not answer"),
        ({"shared_key_env": "CARE_REDIS_PASSWORD"}, "at least 32 characters"),
        ({"redis_password_env": "CARE_SHARED_KEY"}, "redis: it"),
    ],
)
def test_what_does_not_start(redis: RunningRedis, tmp_path: Path, changes: Mapping[str, str | None], said: str) -> None:
    with tiny_ehr("http://127.0.0.1:9") as ehr:
        config = tmp_path / "service.toml"
        config.write_text(configuration("http://127.0.0.1:9", ehr, redis, **changes))
    environment = {**os.environ, "CARE_REDIS_PASSWORD": PASSWORD, "CARE_SHARED_KEY": KEY}
    command = [sys.executable, "-m", "carefhir", "serve", "--config", str(config)]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (ran.returncode, said in ran.stderr) == (2, True), ran.stderr
    assert not [word for word in (KEY, PASSWORD) if word in ran.stderr]


def test_workers_that_cannot_work_end_the_service(redis: RunningRedis) -> None:
    """Settings that changed under it: no worker comes, and it does not try for ever."""
    with serving(redis) as service:
        waits("the service", lambda: ready(service))
        config = Path(service.process.args[-1])  # type: ignore[index]  # the list it was started with
        config.write_text("not settings")
        workers = service.pids()
        for pid in workers:
            os.kill(pid, signal.SIGKILL)
        assert service.process.wait(60) not in (0, 2)
        events = service.events()
        assert events.count("worker-ended") >= 5
        assert "fault" in events
        assert "end as soon as they begin" in events[-1]
        assert set(events[:-1]) <= {"serving", "request", "worker-ended", "fault", "stopping", "stopped"}


def test_one_worker_that_cannot_come_back_leaves_the_other_at_work(service: WorkingService) -> None:
    """The settings were changed under it: it does not begin by other ones, and nobody else is disturbed."""
    browser = service.browser()
    page = service.launched(browser)
    config = Path(service.process.args[-1])  # type: ignore[index]  # the list it was started with
    config.write_text("stop_within = 30\n" + config.read_text())
    one, other = service.pids()
    os.kill(one, signal.SIGKILL)
    waits("what the new one says", lambda: service.events().count("settings-changed") >= 2)
    assert other in service.pids()
    assert browser.get(page).status_code == 200
    assert service.told_to_stop() == 0


def test_a_second_ctrl_c_ends_it_at_once(service: WorkingService) -> None:
    browser = service.browser()
    page = service.launched(browser)
    with service.ehr.sandbox._lock:

        def asks() -> None:
            with contextlib.suppress(httpx.TransportError):
                browser.get(page)

        thread = threading.Thread(target=asks)
        thread.start()
        waits("the request", lambda: service.counted("carefhir_requests_running ") == 2)
        service.process.send_signal(signal.SIGINT)
        waits("the end's beginning", lambda: service.events().count("stopping") == 2)
        service.process.send_signal(signal.SIGINT)
        service.process.wait(60)
    thread.join()
    assert "cut-off" in service.events()


def test_while_it_stops_nobody_is_let_in_and_kept_waiting(service: WorkingService) -> None:
    browser = service.browser()
    page = service.launched(browser)
    answers: list[int] = []
    with service.ehr.sandbox._lock:
        thread = threading.Thread(target=lambda: answers.append(browser.get(page).status_code))
        thread.start()
        waits("the request", lambda: service.counted("carefhir_requests_running ") == 2)
        service.process.send_signal(signal.SIGTERM)
        waits("the end's beginning", lambda: service.events().count("stopping") == 2)
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{service.address}/health", trust_env=False, timeout=60)
    thread.join()
    assert answers == [200]
    assert service.process.wait(60) == 0


class Silent:
    """Counts nothing."""

    def count(self, name: str, labels: Mapping[str, str]) -> None:
        """Nothing."""


def test_limits_hold_for_all_workers_together(redis: RunningRedis) -> None:
    settings = OperatingSettings(per_caller=parse("3/hour"), failed_sign_ins=parse("2/hour"), redis=redis.settings)

    async def go() -> None:
        memories = [memory_of(settings, Clock()) for _ in range(2)]
        one, other = (RateLimits(settings, Silent(), memory) for memory in memories)
        for limits in (one, other, one):
            await limits.take_caller("main", "Practitioner/16")
        for limits in (one, other):
            with pytest.raises(Denied):
                await limits.take_caller("main", "Practitioner/16")
        await other.take_caller("main", "Practitioner/17")
        for limits in (one, other):
            await limits.sign_in_failed("main", "198.51.100.7")
        with pytest.raises(Denied):
            await one.look_at_address("main", "198.51.100.7")
        dump = redis.dump()
        assert b"carefhir-asked" in dump
        assert not [word for word in (b"Practitioner/16", b"198.51.100.7") if word in dump]
        redis.stop()
        for _ in range(3):
            await one.take_caller("main", "Practitioner/16")
        with pytest.raises(Denied):
            await one.take_caller("main", "Practitioner/16")
        for memory in memories:
            await memory.close()

    asyncio.run(go())


def test_a_call_of_a_hook_counts_once_for_all_workers(redis: RunningRedis) -> None:
    settings = OperatingSettings(redis=redis.settings)

    async def go() -> None:
        one, other = memory_of(settings, Clock()), memory_of(settings, Clock())
        assert await StoredUses(one.store).first_use(("ehr", "a"), until=100, now=0)
        assert not await StoredUses(other.store).first_use(("ehr", "a"), until=100, now=1)
        assert await StoredUses(other.store).first_use(("another", "a"), until=100, now=1)
        assert one.derived("a purpose") == other.derived("a purpose") != one.derived("another")
        changed = replace(redis.settings, shared_key=KEY[::-1])
        assert memory_of(OperatingSettings(redis=changed), Clock()).derived("a purpose") != one.derived("a purpose")
        await one.close()
        await other.close()

    asyncio.run(go())
