"""A command of each step's story, with each field in turn spoiled: that is no fault of the service. `scripts/test-api`
asks for more, and gets to a decision less often."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from carefhir.faces.web.app import create_app
from carefhir.faces.web.bearer import FixedToken
from carefhir.faces.web.operating import OperatingSettings
from carefhir.faces.web.settings import EhrSettings, ServiceSettings
from carefhir.settings import Settings
from tests.support.backends import sandbox_backend
from tests.support.issuer import FHIR, Issuer, Network
from tests.support.scenarios import FEW, Scenario, Stage

Json = dict[str, Any]
ODD: tuple[Any, ...] = (
    *(None, True, -1, 10**30, 1.5, [], {}, [None], [""], {"resourceType": "Bundle"}),
    *("", "x", "\x00", "\u2028", "é" * 3_000, "Patient/none", "Task/none", "Observation/none", "http://x.test/Task/1"),
    *("2026-02-30", "1900-01-01", "2199-12-31", "2199-12-31T23:59:59-05:00", "1900-01-01T00:00:00+14:00"),
    *("0001-01-01", "9999-12-31T23:59:59-12:00", "2026-03-09T10:00:00+16:00", "-P1D", "NaN"),
)


def _app(scenario: Scenario, staged: Stage) -> FastAPI:
    assert staged.backend.sandbox is not None
    ehr = EhrSettings("main", "the EHR", FHIR, Settings(content=scenario.site), passes_token_on=False)
    settings = ServiceSettings("https://care.test", (ehr,), operating=OperatingSettings(per_caller=None))
    return create_app(
        settings,
        client=httpx.AsyncClient(transport=Network(Issuer(), staged.backend.sandbox)),
        bearers={"main": FixedToken("token", staged.acting or staged.nurse)},
        now=scenario.now,
    )


def _spoiled(values: Json) -> Iterator[tuple[str, Json]]:
    """Bodies, each with one field spoiled or left out, and what was done."""
    for name in values:
        yield f"without {name}", {key: value for key, value in values.items() if key != name}
        for odd in ODD:
            yield f"{name}: {str(odd)[:40]!r}", {**values, name: odd}
        if isinstance(values[name], list) and values[name]:
            yield f"{name} twice", {**values, name: values[name] * 2}


@pytest.mark.parametrize("scenario", FEW, ids=lambda scenario: scenario.name)
def test_a_spoiled_field_is_no_fault(scenario: Scenario) -> None:
    staged = scenario.begun(sandbox_backend())
    values = scenario.command(staged).model_dump(mode="json", exclude={"patient"}, exclude_unset=True, round_trip=True)
    app = _app(scenario, staged)
    path = f"/main/api/patients/{staged.patient.partition('/')[2]}/{scenario.step}?preview=true"

    async def go() -> list[str]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="https://care.test") as client:
            headers = {"Authorization": "Bearer token"}
            good = await client.post(path, headers=headers, json=values)
            assert good.json()["outcome"] == "preview", good.text
            faults = []
            for what, body in _spoiled(values):
                answer = await client.post(path, headers=headers, json=body)
                if answer.status_code >= 500 or answer.status_code == 415:
                    faults.append(f"{what}: {answer.status_code} {answer.json()['message']}")
            return faults

    assert asyncio.run(go()) == []
