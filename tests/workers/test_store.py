"""A store in Redis does what a store in the process does, and keeps nothing that can be read."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from carefhir.errors import BadInput, ServerUnreachable
from carefhir.faces.web import redis_store
from carefhir.faces.web.launch.sessions import LaunchSessions, key_of
from carefhir.faces.web.operating import RedisSettings
from carefhir.faces.web.redis_store import RedisStore
from carefhir.faces.web.stores import ProcessStore, ServiceStore
from tests.faces.web.launch.test_sessions import a_session
from tests.support.authorization import Clock
from tests.workers.conftest import RunningRedis

pytestmark = pytest.mark.redis

Using = Callable[[ServiceStore], Awaitable[None]]


def in_both(redis: RunningRedis, use: Using) -> None:
    """The same, of a store in this process and of one in Redis."""

    async def go() -> None:
        await use(ProcessStore(Clock()))
        store = RedisStore(redis.settings)
        try:
            await use(store)
        finally:
            await store.close()

    asyncio.run(go())


def test_what_is_kept_is_given_back(redis: RunningRedis) -> None:
    async def use(store: ServiceStore) -> None:
        assert await store.get("a", seconds=60) is None
        await store.put("a", b"\x00\xff one", seconds=60)
        assert await store.get("a", seconds=60) == b"\x00\xff one"
        await store.put("a", b"two", seconds=60)
        assert await store.get("a", seconds=60) == b"two"
        await store.delete("a")
        await store.delete("a")
        assert await store.get("a", seconds=60) is None

    in_both(redis, use)


def test_what_was_forgotten_is_not_brought_back(redis: RunningRedis) -> None:
    async def use(store: ServiceStore) -> None:
        assert not await store.replace("a", b"x", seconds=60)
        assert await store.get("a", seconds=60) is None
        await store.put("a", b"one", seconds=60)
        assert await store.replace("a", b"two", seconds=60)
        assert await store.get("a", seconds=60) == b"two"
        await store.delete("a")
        assert not await store.replace("a", b"three", seconds=60)
        assert await store.get("a", seconds=60) is None

    in_both(redis, use)


def test_what_counts_once(redis: RunningRedis) -> None:
    async def use(store: ServiceStore) -> None:
        assert [await store.claim("a", seconds=60) for _ in range(3)] == [True, False, False]
        assert await store.claim("b", seconds=60)
        await store.delete("a")
        assert not await store.claim("a", seconds=60), "a value and a claim are two things"
        at_once = await asyncio.gather(*(store.claim("c", seconds=60) for _ in range(20)))
        assert sorted(at_once) == [False] * 19 + [True]

    in_both(redis, use)


def test_a_lock_is_held_by_one(redis: RunningRedis) -> None:
    async def use(store: ServiceStore) -> None:
        running: list[int] = []

        async def work(number: int) -> None:
            async with store.lock("a"):
                assert running == []
                running.append(number)
                await asyncio.sleep(0)
                assert running == [number]
                running.clear()

        await asyncio.gather(*(work(number) for number in range(8)))
        with pytest.raises(LookupError):
            async with store.lock("a"):
                raise LookupError("of the work")
        async with store.lock("a"), store.lock("b"):
            pass

    in_both(redis, use)


def test_two_workers_have_one_store(redis: RunningRedis) -> None:
    async def go() -> None:
        one, other = RedisStore(redis.settings), RedisStore(redis.settings)
        await one.put("a", b"of one", seconds=60)
        assert await other.get("a", seconds=60) == b"of one"
        assert await one.claim("a", seconds=60)
        assert not await other.claim("a", seconds=60)
        await one.close()
        await other.close()

    asyncio.run(go())


def test_everything_ends_by_itself(redis: RunningRedis) -> None:
    """Redis is told when each of them ends, and reading a value moves its end."""

    async def go() -> None:
        store = RedisStore(redis.settings)
        await store.put("a", b"x", seconds=50)
        await store.claim("b", seconds=40)
        await store.get("a", seconds=3_600)
        async with store.lock("c"):
            with redis.client() as client:
                left = {bytes(name): client.pttl(name) for name in client.scan_iter()}
        await store.close()
        assert {name: round(milliseconds / 1000) for name, milliseconds in left.items()} == {
            b"carefhir:value:a": 3_600,
            b"carefhir:claim:b": 40,
            b"carefhir:lock:c": 90,
        }

    asyncio.run(go())


def test_a_copy_of_redis_opens_nothing(redis: RunningRedis) -> None:
    async def go() -> str:
        store = RedisStore(redis.settings)
        sessions = LaunchSessions(store, Clock())
        handle = await sessions.begin(a_session())
        assert await sessions.find("a", handle) == a_session()
        assert await sessions.find("a", f"{handle}x") is None
        await store.close()
        return handle

    handle = asyncio.run(go())
    dump = redis.dump()
    assert key_of(handle).encode() in dump
    assert not [word for word in (handle, "Plantedname", "Patient/16", "Encounter/1") if word.encode() in dump]


def test_redis_that_is_away(redis: RunningRedis) -> None:
    async def go() -> None:
        store = RedisStore(redis.settings)
        assert await store.answers()
        redis.stop()
        assert not await store.answers()
        for ask in (
            store.get("a", seconds=1),
            store.put("a", b"", seconds=1),
            store.delete("a"),
            store.claim("a", seconds=1),
            store.lock("a").__aenter__(),
        ):
            with pytest.raises(ServerUnreachable, match=r"Redis.*try again"):
                await ask
        redis.start()
        assert await store.claim("a", seconds=1), "it is found again"
        await store.close()

    asyncio.run(go())


def test_a_lock_that_nobody_lets_go(redis: RunningRedis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_store, "LOCK_WAITS", 0.05)

    async def go() -> None:
        store = RedisStore(redis.settings)
        async with store.lock("a"):
            with pytest.raises(ServerUnreachable, match="try again"):
                async with store.lock("a"):
                    raise AssertionError("held by two")
        async with store.lock("a"):
            pass
        await store.close()

    asyncio.run(go())


def test_a_redis_that_keeps_nothing_is_not_ready(redis: RunningRedis) -> None:
    """Full, as an operator is told to let it become: it answers every question, and takes nothing."""

    async def go() -> tuple[bool, bool]:
        store = RedisStore(redis.settings)
        before = await store.answers()
        with redis.client() as client:
            client.config_set("maxmemory", "1mb")
            client.config_set("maxmemory-policy", "noeviction")
        try:
            full = await store.answers()
            with pytest.raises(BadInput, match="has memory left"):
                await asyncio.to_thread(redis_store.checked, redis.settings)
        finally:
            with redis.client() as client:
                client.config_set("maxmemory", "0")
        await store.close()
        return before, full

    assert asyncio.run(go()) == (True, False)


PAGE = Path(__file__).resolve().parents[2] / "docs" / "operating.md"


def test_the_user_that_the_page_describes_may_do_what_is_needed_and_no_less(redis: RunningRedis) -> None:
    rights = re.findall(r"`(~carefhir\* [^`]*)`", PAGE.read_text())
    assert len(rights) == 1
    words = rights[0].split()

    def try_as(words: list[str]) -> None:
        with redis.client() as client:
            client.execute_command("ACL", "SETUSER", "care", "reset", "on", ">of care", *words)
        url = f"unix://care@{redis.socket}"
        redis_store.checked(RedisSettings(url, redis.settings.shared_key, "of care"))

    try_as(words)
    for right in ("+getex", "+set", "+evalsha", "+get", "+lindex"):
        with pytest.raises(BadInput, match="refuses"):
            try_as([each for each in words if each != right])


def test_what_is_asked_before_anything_listens(redis: RunningRedis) -> None:
    redis_store.checked(redis.settings)
    for settings in (
        RedisSettings(redis.settings.url, redis.settings.shared_key, "another password"),
        RedisSettings("redis://127.0.0.1:9/0", redis.settings.shared_key),
    ):
        with pytest.raises(BadInput, match="redis: it") as error:
            redis_store.checked(settings)
        assert "password" not in error.value.message
