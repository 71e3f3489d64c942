"""The settings of those who run the service: what they come to, and what is wrong by its key."""

from __future__ import annotations

import pytest

from carefhir.errors import BadInput
from carefhir.faces.web.operating import OperatingSettings


def test_nothing_has_to_be_set() -> None:
    settings = OperatingSettings.of({})
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
        }
    )
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
    assert OperatingSettings.of({"metrics": "/metrics"}).metrics_here


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
        OperatingSettings.of(written)
    assert error.value.message.startswith(key), error.value.message
    assert "Delgado" not in error.value.message
