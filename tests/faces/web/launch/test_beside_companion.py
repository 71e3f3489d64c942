"""R7 and R8 in the service: a launch from an EHR that is only read, with a companion that is written."""

from __future__ import annotations

from html import unescape
from typing import Any

from tests.faces.web.launch.beside import COMPANION, EHR_KEY, LaunchingBeside, beside_with, spoken
from tests.faces.web.launch.conftest import LaunchedPage
from tests.support.misbehaving_ehr import BASE

Json = dict[str, Any]


def enrolls(site: LaunchingBeside, page: LaunchedPage) -> Any:
    """A nurse enrolls Rosa; who is on the team is named as the companion knows them."""
    ward = site.ward
    values = page.enrollment(care_manager=site.known(ward.nurse), supervising_provider=site.known(ward.physician))
    return page.submits("enroll", values)


def test_what_is_done_is_written_to_the_companion_alone() -> None:
    site = beside_with()
    kept = site.held_by_ehr()
    page = site.launched(site.browser())
    shown = unescape(page.page().text)
    assert "Rosa Delgado" in shown
    assert "Dana Whitfield" in shown
    assert "not visible" not in shown
    saved = enrolls(site, page)
    assert saved.status_code == 200, saved.text
    (episode,) = site.companion.search(f"EpisodeOfCare?patient={site.patient}")
    assert episode["careManager"]["reference"] == site.known(site.ward.nurse)
    assert site.held_by_ehr() == kept, "nothing is written to the EHR"
    assert {request.method for request in site.ehr.to(f"{BASE}/")} <= {"GET", "POST"}
    assert not [one for one in site.ehr.to(f"{BASE}/") if one.method == "POST" and "_search" not in str(one.url)]
    overview = page.reading().json()
    rows = {section["name"]: section["rows"] for section in overview["sections"]}
    assert rows["people"], "from the companion"
    assert rows["medicines"], "from the EHR"
    assert overview["not_visible"] == []


def test_each_token_goes_to_its_own_server_only() -> None:
    site = beside_with()
    page = site.launched(site.browser())
    assert enrolls(site, page).status_code == 200
    to_ehr, to_companion = spoken(site.ehr.sent), spoken(site.companion.sent)
    assert site.ehr.live
    assert site.companion.live
    assert any(token in to_ehr for token in site.ehr.live), "the user's token reads the EHR"
    assert any(token in to_companion for token in site.companion.live)
    for token in (*site.ehr.live, *site.ehr.refresh, EHR_KEY):
        assert token not in to_companion
    for token in site.companion.live:
        assert token not in to_ehr
    asked = [
        one for one in site.ehr.to(f"{BASE}/") if "/metadata" not in str(one.url) and ".well-known" not in str(one.url)
    ]
    assert {one.headers.get("authorization", "").removeprefix("Bearer ") for one in asked} <= set(site.ehr.live)
    assert str(site.ehr.base) not in {str(one.url) for one in site.companion.sent}
    assert COMPANION not in to_ehr
