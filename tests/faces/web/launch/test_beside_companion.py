"""R7 and R8 in the service: a launch from an EHR that is only read, with a companion that is written."""

from __future__ import annotations

from base64 import b64decode
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.faces.web.launch.beside import COMPANION, EHR_KEY, LaunchingBeside, beside_with, enrolls, form_of, spoken
from tests.support.misbehaving_ehr import BASE, forms_of, seconds

Json = dict[str, Any]


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


# ---- who is not linked


def test_who_is_not_linked_is_linked_by_a_button() -> None:
    site = beside_with(linked=False)
    kept = site.held_by_ehr()
    page = site.launched(site.browser())
    sent_away = page.page()
    assert (sent_away.status_code, sent_away.headers["location"]) == (303, f"{page.path}link")
    asked = page.get("link")
    words = unescape(asked.text)
    assert asked.status_code == 200
    assert "Rosa Delgado" in words
    assert "Dana Whitfield (you)" in words
    assert "Mar 14, 1957" in words or "born" in words
    assert site.companion.search("Patient?_count=50") == [], "nobody is linked without a word"
    done = page.browser.post(f"{page.path}link", data={**form_of(asked.text), "way": "link"})
    assert done.status_code == 200, done.text
    assert unescape(done.text).count("has a new record in carefhir") == 2
    assert "Rosa Delgado" in unescape(page.page().text)
    assert site.companion.linked_to(site.ward.patient) == [site.patient]
    assert site.held_by_ehr() == kept
    again = page.browser.post(f"{page.path}link", data={**form_of(asked.text), "way": "link"})
    assert again.status_code == 303, "it was done, and is not done twice"
    assert len(site.companion.search("Patient?_count=50")) == 1


def test_a_link_needs_the_form_of_this_launch() -> None:
    site = beside_with(linked=False)
    page = site.launched(site.browser())
    asked = page.get("link")
    own = form_of(asked.text)
    for data, headers in (
        ({"launch": own["launch"], "way": "link"}, {}),
        ({**own, "form_token": "0" * 64, "way": "link"}, {}),
        ({**own, "way": "link"}, {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}),
    ):
        assert page.browser.post(f"{page.path}link", data=data, headers=headers).status_code == 403
    assert site.companion.search("Patient?_count=50") == []


def test_before_the_link_nothing_is_read_or_written_about_anybody() -> None:
    site = beside_with(linked=False)
    page = site.launched(site.browser())
    for path in ("", "all", "steps/enroll", "readings/overview", "call", "patients/1/", "supervisor"):
        answer = page.get(path)
        assert answer.status_code in (303, 403), path
        assert "Delgado" not in answer.text
    assert page.reading("worklist").status_code == 403
    assert page.browser.post(f"{page.path}steps/enroll", json={"patient": "1"}).status_code == 403


def test_a_nurse_without_a_record_may_only_look() -> None:
    site = beside_with(linked=False)
    site.link(site.ward.patient)
    page = site.launched(site.browser())
    asked = page.get("link")
    assert "Only look" in asked.text
    assert "Rosa" not in asked.text
    looks = page.browser.post(f"{page.path}link", data={**form_of(asked.text), "way": "look"})
    assert looks.status_code == 303
    shown = unescape(page.page().text)
    assert "nobody acts" in shown
    assert "This launch only looks" in shown
    assert site.companion.search("Practitioner?_count=50") == []


def test_a_patient_cannot_be_only_looked_at_without_a_link() -> None:
    site = beside_with(linked=False)
    asked = site.launched(site.browser()).get("link")
    assert "Only look" not in asked.text


def numbered(site: LaunchingBeside, count: int) -> list[str]:
    """Records on the companion with a number that Rosa has in the EHR."""
    rosa = site.ward.front.get(site.ward.patient)
    number = next(each for each in rosa["identifier"] if each.get("system"))
    shadow = {"resourceType": "Patient", "identifier": [number], "birthDate": rosa["birthDate"]}
    return [site.companion.create(shadow) for _ in range(count)]


def test_one_with_the_same_number_is_joined() -> None:
    site = beside_with(linked=False)
    (there,) = numbered(site, 1)
    page = site.launched(site.browser())
    done = page.browser.post(f"{page.path}link", data={**form_of(page.get("link").text), "way": "link"})
    assert "was found in carefhir by a number that both records have" in unescape(done.text)
    assert site.patient == there


def test_where_it_is_not_clear_who_it_is_a_person_decides() -> None:
    site = beside_with(linked=False)
    both = numbered(site, 2)
    page = site.launched(site.browser())
    asked = page.get("link")
    done = page.browser.post(f"{page.path}link", data={**form_of(asked.text), "way": "link"})
    words = unescape(done.text)
    assert done.status_code == 400
    assert all(reference in words for reference in both), "both are named"
    assert "A person must decide" in words
    assert f"carefhir link {site.ward.patient} --to" in words
    assert "Link and open the chart" not in words, "no button helps here"
    assert site.companion.linked_to(site.ward.patient) == []
    assert page.page().status_code == 303, "and the session is still there"


def test_linked_twice_is_said_with_both() -> None:
    site = beside_with()
    site.link(site.ward.patient)
    page = site.launched(site.browser())
    answer = page.page()
    words = unescape(answer.text)
    assert answer.status_code == 400
    assert all(reference in words for reference in site.companion.linked_to(site.ward.patient))
    assert "a person must decide" in words


def test_where_nobody_acts_nobody_is_linked() -> None:
    site = beside_with(linked=False, settings={"identity_required": False}, idt_mode="none")
    page = site.launched(site.browser())
    asked = page.get("link")
    assert "Somebody who is on record there has to open this patient first" in unescape(asked.text)
    answer = page.browser.post(f"{page.path}link", data={**form_of(asked.text), "way": "link"})
    assert answer.status_code == 403
    assert site.companion.search("Patient?_count=50") == []


def test_while_the_companion_is_away_nobody_is_let_in_and_nobody_is_lost() -> None:
    site = beside_with()
    site.companion.down = True
    page = site.launched(site.browser())
    answer = page.page()
    assert answer.status_code == 503
    assert "who this is cannot be looked up now" in unescape(answer.text).lower()
    site.companion.down = False
    assert "Rosa Delgado" in unescape(page.page().text)


def test_a_patient_who_is_linked_otherwise_in_mid_session_is_not_shown_as_somebody_else() -> None:
    """The launch is for one patient of the EHR, whatever is changed on the companion meanwhile."""
    site = beside_with()
    page = site.launched(site.browser())
    assert page.reading().json()["not_visible"] == []
    other = site.ward.front.create({"resourceType": "Patient", "name": [{"text": "Somebody Else"}]})
    site.companion.change(site.patient, f"{BASE}/{other}")
    overview = page.reading()
    assert "Somebody Else" not in overview.text
    assert any("linked to another record there" in gap for gap in overview.json()["not_visible"])
    refused = page.previews("enroll", page.enrollment())
    assert "linked to another record there than when this was opened" in unescape(refused.text)


# ---- while they work


@pytest.mark.parametrize("lasts", [570, 600])
def test_the_ehr_token_is_renewed_in_mid_session(lasts: int) -> None:
    """570 seconds are Oracle Health's; the patient of the renewed token is compared as the EHR names them."""
    site = beside_with(like="oracle" if lasts == 570 else "epic", expires_in=lasts)
    page = site.launched(site.browser())
    first = set(site.ehr.live)
    seconds(site.ehr, lasts - 20)
    assert enrolls(site, page).status_code == 200
    assert len(forms_of(site.ehr, "refresh_token")) == 1
    later = set(site.ehr.live) - first
    assert any(token in spoken(site.ehr.sent) for token in later)
    assert not any(token in spoken(site.companion.sent) for token in site.ehr.live)
    assert len(site.companion.search(f"EpisodeOfCare?patient={site.patient}")) == 1


def test_a_token_renewed_for_another_patient_ends_the_session() -> None:
    site = beside_with(expires_in=570)
    page = site.launched(site.browser())
    assert page.page().status_code == 200
    site.ehr.token_set = {"patient": site.patient.partition("/")[2]}  # the companion's id is somebody else's there
    seconds(site.ehr, 560)
    assert page.page().status_code == 401


# ---- what may be done


def test_what_the_user_may_not_read_is_not_visible_and_not_none() -> None:
    site = beside_with(drop_scopes=lambda scope: "/MedicationRequest." in scope)
    page = site.launched(site.browser())
    shown = page.page()
    words = unescape(shown.text)
    assert shown.status_code == 200
    assert "whoever is signed in there was not granted to read this" in words
    overview = page.reading().json()
    rows = {section["name"]: section for section in overview["sections"]}
    assert rows["medicines"]["not_visible"]
    assert not [one for one in site.ehr.to(BASE) if "MedicationRequest" in str(one.url)], "it is not even asked for"
    able = unescape(page.get("all").text)
    assert "The EHR did not grant user/MedicationRequest" in able or "patient/MedicationRequest" in able


def test_what_the_companion_does_not_grant_cannot_be_written() -> None:
    site = beside_with(granted="system/*.rs")
    page = site.launched(site.browser())
    assert "This launch only looks" in unescape(page.page().text)
    words = unescape(page.get("all").text)
    assert "The companion did not grant" in words
    assert "The EHR did not grant" not in words
    kept = site.companion.search("EpisodeOfCare?_count=50")
    assert enrolls(site, page).status_code == 200, "to look at"
    assert "can only be previewed" in words
    own = page.fields("enroll")
    answer = page.browser.post(f"{page.path}steps/enroll", json={**own, **page.enrollment(), "told": ["care-team"]})
    assert answer.status_code == 403
    assert "needs more than the companion grants" in answer.text
    assert site.companion.search("EpisodeOfCare?_count=50") == kept


def test_a_note_goes_into_the_ehr_with_the_users_token() -> None:
    """The launch asks for what that takes; the note stands there once, and the page says so."""
    site = beside_with(notes=("enroll",))
    asked = parse_qs(urlsplit(site.asks(site.browser())).query)["scope"][0].split()
    assert "user/DocumentReference.crs" in asked
    assert {each.rpartition(".")[2] for each in asked if "/" in each and "DocumentReference" not in each} == {"rs"}
    page = site.launched(site.browser())
    saved = enrolls(site, page)
    assert saved.status_code == 200, saved.text
    assert "ehr has taken it" in unescape(saved.text)
    puts = [one for one in site.ehr.to(f"{BASE}/DocumentReference") if one.method == "POST"]
    (put,) = (one for one in puts if "_search" not in str(one.url))
    assert put.headers["authorization"].removeprefix("Bearer ") in site.ehr.live
    notes = site.ward.front.search("DocumentReference?_count=50")
    assert [note["subject"]["reference"] for note in notes] == [site.ward.patient]
    assert "Dana Whitfield" in b64decode(notes[0]["content"][0]["attachment"]["data"]).decode()


def test_a_note_that_the_ehr_does_not_take_is_said_on_the_page() -> None:
    site = beside_with(notes=("enroll",))
    site.network.ehr_busy = True
    saved = enrolls(site, site.launched(site.browser()))
    assert saved.status_code == 200, saved.text
    assert "ehr has taken it" not in unescape(saved.text)
    assert "not yet in ehr" in unescape(saved.text)
    assert site.ward.front.search("DocumentReference?_count=50") == []
    waiting = site.companion.search(f"Task?patient={site.patient}&status=requested")
    assert [one for one in waiting if one["code"]["coding"][0]["code"] == "deliver"]


def test_the_ehr_is_asked_for_reading_alone() -> None:
    site = beside_with(types=("Condition", "MedicationRequest", "Encounter", "Patient", "Practitioner"))
    where = site.asks(site.browser())
    asked = parse_qs(urlsplit(where).query)["scope"][0].split()
    scopes = [each for each in asked if "/" in each]
    assert {each.partition("/")[2].partition(".")[0] for each in scopes} == {
        "Condition",
        "MedicationRequest",
        "Encounter",
        "Patient",
        "Practitioner",
    }
    assert {each.rpartition(".")[2] for each in scopes} == {"rs"}


def test_the_list_of_today_has_the_companions_ids() -> None:
    site = beside_with()
    assert enrolls(site, site.launched(site.browser())).status_code == 200
    today = site.for_today(site.browser())
    shown = today.page()
    assert shown.status_code == 200, shown.text
    id_ = site.patient.partition("/")[2]
    one = today.of(site.patient)
    assert one.page().status_code == 200
    assert f"{today.path}patients/{id_}/" in one.page().text
    assert "Rosa Delgado" in unescape(one.page().text)
    for wrong in (f"ehr.{site.ward.patient.partition('/')[2]}", site.ward.patient.partition("/")[2]):
        answer = today.of(f"Patient/{wrong}").page()
        assert "Rosa Delgado" not in unescape(answer.text), "an id of the EHR is nobody's here"
