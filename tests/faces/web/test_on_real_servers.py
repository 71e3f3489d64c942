"""The service before a real FHIR server: looked at, previewed, written as seen, told again."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from carefhir.faces.web.app import create_app
from carefhir.faces.web.bearer import FixedToken
from carefhir.faces.web.serving import sandbox_settings
from tests.support.backends import Backend
from tests.support.stage import stage

ADDRESS = "http://127.0.0.1:8090"


def test_a_step_over_http(real_server: Backend) -> None:
    """What a preview shows is what is written; the second time nothing is."""
    rosa = stage(real_server, "rosa")
    settings = sandbox_settings(ADDRESS, real_server.base)
    fields = {
        "program": "care-management",
        "care_manager": rosa.nurse,
        "supervising_provider": rosa.physician,
        "consent": "verbal",
        "told": ["what-it-is", "care-team", "right-to-stop"],
        "reason": "several chronic conditions",
    }
    place = f"/sandbox/api/patients/{rosa.patient.partition('/')[2]}"

    async def told() -> list[httpx.Response]:
        async with httpx.AsyncClient(trust_env=False) as sender:
            app = create_app(settings, client=sender, bearers={"sandbox": FixedToken("demo", rosa.nurse)})
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(app=app), base_url=ADDRESS, headers={"Authorization": "Bearer demo"}
            ) as client:
                ready = await client.get("/ready")
                overview = await client.get(f"{place}/overview")
                preview = await client.post(f"{place}/enroll?preview=true", json=fields)
                seen: dict[str, Any] = preview.json()
                headers = {"Carefhir-Expect": seen["sha256"], "Carefhir-Now": seen["now"]}
                first = await client.post(f"{place}/enroll", json=fields, headers=headers)
                again = await client.post(f"{place}/enroll", json=fields)
        return [ready, overview, preview, first, again]

    ready, overview, preview, first, again = asyncio.run(told())
    assert [each.status_code for each in (ready, overview, preview, first, again)] == [200] * 5, first.text
    assert first.json()["sha256"] == preview.json()["sha256"]
    assert (first.json()["by"], again.json()["by"]) == ("us", "an earlier run")
    assert first.json()["receipt"] == again.json()["receipt"]
