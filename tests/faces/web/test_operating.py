"""The settings of those who run the service: what they come to, and what is wrong by its key."""

from __future__ import annotations

import pytest

from carefhir.errors import BadInput
from carefhir.faces.web.operating import OperatingSettings, RedisSettings


def test_nothing_has_to_be_set() -> None:
    settings = OperatingSettings.of({}, {})
    assert (settings.metrics_listen, settings.metrics_here, settings.traces) == (None, False, "")
    assert not settings.proxies
    assert settings.per_caller is not None
    assert settings.failed_sign_ins is not None
    assert (settings.per_caller.amount, settings.failed_sign_ins.amount) == (600, 120)
    assert (settings.stop_within, settings.stop_announced) == (60, 0)


def test_everything_is_set() -> None:
    settings = OperatingSettings.of(
        {
            "trusted_proxies": ["10.0.0.0/8"],
            "metrics": "[::1]:9464",
            "traces": "http://127.0.0.1:4318/v1/traces",
            "limits": {"per_caller": "5/second", "failed_sign_ins": "off"},
            "stop_within": 20,
            "stop_announced": 10,
            "workers": 4,
            "redis": "unix:///run/redis/redis.sock?db=3",
            "redis_password_env": "OF_REDIS",
            "shared_key_env": "SHARED",
        },
        {"OF_REDIS": "of redis", "SHARED": KEY},
    )
    assert settings.workers == 4
    assert settings.redis is not None
    assert settings.redis == RedisSettings("unix:///run/redis/redis.sock?db=3", KEY, "of redis")
    assert KEY not in repr(settings)
    assert "of redis" not in repr(settings)
    assert settings.proxies
    assert settings.metrics_listen == ("::1", 9464)
    assert settings.per_caller is not None
    assert (settings.per_caller.amount, settings.per_caller.get_expiry()) == (5, 1)
    assert settings.failed_sign_ins is None
    assert (settings.traces, settings.stop_within, settings.stop_announced) == (
        "http://127.0.0.1:4318/v1/traces",
        20,
        10,
    )
    assert OperatingSettings.of({"metrics": "/metrics"}, {}).metrics_here


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ({"trusted_proxies": ["Delgado"]}, "trusted_proxies: expected networks"),
        ({"trusted_proxies": 7}, "trusted_proxies: expected a text or a list"),
        ({"metrics": "Delgado"}, "metrics: expected ADDRESS:PORT"),
        ({"metrics": "/Delgado"}, "metrics: expected ADDRESS:PORT"),
        ({"metrics": True}, "metrics: expected a text"),
        ({"traces": "Delgado"}, "traces: expected the URL"),
        ({"traces": "https://user:Delgado@collector.example/v1/traces"}, "traces: expected the URL"),
        ({"limits": "Delgado"}, "limits: expected a table"),
        ({"limits": {"delgado_1": 1}}, "limits.delgado_1: is not a setting"),
        ({"limits": {"per_caller": "Delgado"}}, "limits.per_caller: expected how often"),
        ({"limits": {"per_caller": "0/minute"}}, "limits.per_caller: expected how often"),
        ({"limits": {"failed_sign_ins": "10/year"}}, "limits.failed_sign_ins: expected how often"),
        ({"limits": {"failed_sign_ins": 10}}, "limits.failed_sign_ins: expected a text"),
        ({"stop_within": 0}, "stop_within: expected a number of seconds"),
        ({"stop_announced": "Delgado"}, "stop_announced: expected a number of seconds"),
    ],
)
def test_what_is_wrong_is_said_by_its_key(written: dict[str, object], key: str) -> None:
    with pytest.raises(BadInput) as error:
        OperatingSettings.of(written, {})
    assert error.value.message.startswith(key), error.value.message
    assert "Delgado" not in error.value.message


KEY = "0123456789abcdef0123456789abcdef"
OF_REDIS = {"redis": "redis://127.0.0.1:6379/0", "shared_key_env": "SHARED"}


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ({"workers": 2}, "workers: more than one needs redis"),
        ({"workers": 0}, "workers: expected a number of processes between 1 and 64"),
        ({"workers": 2, **OF_REDIS, "redis": "http://127.0.0.1"}, "redis: expected rediss://HOST:PORT/NUMBER"),
        ({**OF_REDIS, "redis": "redis://127.0.0.1:x"}, "redis: expected rediss://HOST:PORT/NUMBER"),
        ({**OF_REDIS, "redis": "rediss://"}, "redis: expected rediss://HOST:PORT/NUMBER"),
        ({**OF_REDIS, "redis": "unix://"}, "redis: expected rediss://HOST:PORT/NUMBER"),
        ({**OF_REDIS, "redis": "rediss://u:hunter2@r.example.org"}, "redis: expected rediss://HOST:PORT/NUMBER"),
        ({**OF_REDIS, "redis": "redis://r.example.org:6379"}, "redis: must be rediss, over TLS"),
        ({**OF_REDIS, "redis": "rediss://r.example.org/zwei"}, "redis: expected rediss://HOST:PORT/NUMBER"),
        ({**OF_REDIS, "redis": "rediss://r.example.org/0?ssl_cert_reqs=none"}, "cannot be turned off"),
        ({**OF_REDIS, "redis": "rediss://r.example.org/0?password=hunter2"}, "redis: after the ?"),
        ({**OF_REDIS, "redis": "rediss://r.example.org/0?bogus=1"}, "redis: after the ?"),
        ({**OF_REDIS, "redis": "redis://127.0.0.1/0?socket_timeout=600"}, "redis: after the ?"),
        ({"redis": "redis://127.0.0.1:6379"}, "shared_key_file: redis needs it"),
        ({**OF_REDIS, "shared_key_env": "SHORT"}, "at least 32 characters"),
        ({**OF_REDIS, "shared_key_env": "NOWHERE"}, "shared_key_env: the variable it names is not set"),
        ({"shared_key_env": "SHARED"}, "redis: is missing"),
        ({"redis_password_env": "SHARED"}, "redis: is missing"),
    ],
)
def test_workers_that_could_not_work_together(written: dict[str, object], named: str) -> None:
    with pytest.raises(BadInput) as error:
        OperatingSettings.of(written, {"SHARED": KEY, "SHORT": "short"})
    assert named in error.value.message
    assert not [word for word in ("hunter2", "example.org", KEY) if word in error.value.message]


@pytest.mark.parametrize(
    "url",
    [
        "redis://127.0.0.1",
        "redis://[::1]:6379/3",
        "rediss://care@r.example.org:6380/0",
        "rediss://r.example.org/0?ssl_ca_certs=/etc/ssl/own.pem",
        "unix:///run/redis.sock?db=3",
    ],
)
def test_where_redis_may_be(url: str) -> None:
    redis = OperatingSettings.of({"redis": url, "shared_key_env": "SHARED"}, {"SHARED": f"{KEY}\n"}).redis
    assert redis == RedisSettings(url, KEY)
