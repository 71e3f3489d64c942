"""Tokens that hold and tokens that do not; scopes of both versions; one patient's token is nobody else's."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from carefhir import catalog
from carefhir.faces.web import keys
from carefhir.faces.web.scopes import GrantedScopes
from carefhir.faces.web.settings import TokenSettings
from carefhir.settings import Settings, SignInSettings
from tests.faces.web.conftest import Service
from tests.support.issuer import CLIENT, FHIR, INTROSPECTION, ISSUER, SECRET_OF_CLIENT, TOKENS, Issuer, ec, rsa


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _unsigned(service: Service) -> str:
    return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(service.issuer.claims())}."


def _by_a_secret(service: Service, secret: bytes, kid: str) -> str:
    head, body = (_part(each) for each in ({"alg": "HS256", "kid": kid}, service.issuer.claims()))
    signature = hmac.new(secret, f"{head}.{body}".encode(), hashlib.sha256).digest()
    return f"{head}.{body}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def _by_the_public_key(service: Service) -> str:
    """The old trick: the public key taken for a shared secret."""
    return _by_a_secret(service, service.issuer.keys[0].as_pem(private=False), "first")


def _tampered(service: Service) -> str:
    head, _, signature = service.acting(scope="user/Patient.r").split(".")
    return f"{head}.{_part(service.issuer.claims())}.{signature}"


REFUSED: dict[str, Callable[[Service], str]] = {
    "wrong iss": lambda service: service.acting(iss="https://login.test/other"),
    "iss with a slash more": lambda service: service.acting(iss=f"{ISSUER}/"),
    "no iss": lambda service: service.acting(iss=None),
    "wrong aud": lambda service: service.acting(aud="https://ehr.test/fhir2"),
    "no aud": lambda service: service.acting(aud=None),
    "expired": lambda service: service.acting(exp=int(time.time()) - 61),
    "no exp": lambda service: service.acting(exp=None),
    "exp that is a text": lambda service: service.acting(exp="tomorrow"),
    "not yet valid": lambda service: service.acting(nbf=int(time.time()) + 120),
    "issued in the future": lambda service: service.acting(iat=int(time.time()) + 120),
    "alg none": _unsigned,
    "HS256 by the public key": _by_the_public_key,
    "HS256 by a listed secret": lambda service: _by_a_secret(service, b"a secret in public", "secret"),
    "PS256, which is not listed": lambda service: service.issuer.token(algorithm="PS256"),
    "unknown kid": lambda service: service.issuer.token(key=rsa("stranger")),
    "another key under a known kid": lambda service: service.issuer.token(key=rsa("stranger"), kid="first"),
    "tampered": _tampered,
    "no token at all": lambda service: "Delgado",
    "too long": lambda service: service.acting(pad="x" * 20_000),
}


@pytest.mark.parametrize("how", REFUSED)
def test_a_token_that_does_not_hold(service: Service, how: str) -> None:
    answer = service.show("overview", token=REFUSED[how](service))
    assert answer.status_code == 401, answer.text
    assert answer.headers["www-authenticate"] == "Bearer"
    assert service.network.to_the_ehr() == []


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"aud": ["elsewhere", FHIR]},
        {"aud": "another"},
        {"exp": -30},
        {"nbf": 30},
        {"nbf": None},
        {"algorithm": "RS384"},
        {"kid": None},
    ],
)
def test_a_token_that_holds(service: Service, changes: Any) -> None:
    """Clocks may differ by a minute; a key without a name is taken where there is one."""
    now = int(time.time())
    moved = {name: now + value if isinstance(value, int) else value for name, value in changes.items()}
    assert service.show("overview", token=service.acting(**moved)).status_code == 200


def test_elliptic_keys(serving: Callable[..., Service]) -> None:
    service = serving(issuer=Issuer([ec("curve")]))
    assert service.show("overview", token=service.token).status_code == 200


def test_a_rotation_is_noticed_once_a_minute(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    assert service.show("overview").status_code == 200
    assert service.issuer.fetches == 1
    service.issuer.keys.append(rsa("second"))
    rotated = service.acting(key=rsa("second"))
    assert service.show("overview", token=rotated).status_code == 401, "fetched a moment ago"
    monkeypatch.setattr(keys, "ASKED_AGAIN_AFTER", 0.0)
    assert service.show("overview", token=rotated).status_code == 200
    assert service.issuer.fetches == 2
    monkeypatch.setattr(keys, "ASKED_AGAIN_AFTER", 60.0)
    for _ in range(5):
        assert service.show("overview", token=service.acting(key=rsa("stranger"))).status_code == 401
    assert service.issuer.fetches == 2


def test_keys_that_cannot_be_had_are_no_refusal(service: Service) -> None:
    service.issuer.broken = True
    answer = service.show("overview")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "tokens cannot be checked now" in answer.json()["message"]


# -- asking the issuer -----------------------------------------------------------------------------------------------


@pytest.fixture
def asking(serving: Callable[..., Service]) -> Service:
    tokens = TokenSettings(
        ISSUER, (FHIR,), introspection=INTROSPECTION, client_id=CLIENT, client_secret=SECRET_OF_CLIENT
    )
    return serving(tokens=tokens)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 200),
        ({"active": False}, 401),
        ({"active": "true"}, 401),
        ({"aud": "elsewhere"}, 401),
        ({"aud": None}, 401),
        ({"iss": "https://login.test/other"}, 401),
        ({"iss": None}, 200),
        ({"exp": 1}, 401),
    ],
)
def test_the_issuer_is_asked(asking: Service, changes: Any, status: int) -> None:
    token = asking.issuer.opaque("opaque-one", **changes)
    assert asking.show("overview", token=token).status_code == status
    assert asking.show("overview", token="unheard-of").status_code == 401


def test_an_issuer_that_does_not_take_us_is_no_refusal(serving: Callable[..., Service]) -> None:
    tokens = TokenSettings(ISSUER, (FHIR,), introspection=INTROSPECTION, client_id=CLIENT, client_secret="wrong")
    service = serving(tokens=tokens)
    assert service.show("overview", token=service.issuer.opaque("opaque-one")).status_code == 503


# -- scopes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scopes", "asked", "level", "lacks"),
    [
        ("user/*.cruds", {"Task": "crus"}, "user", ()),
        ("user/*.*", {"Task": "crus"}, "user", ()),
        ("user/*.read user/*.write", {"Task": "crus"}, "user", ()),
        ("user/Task.read", {"Task": "crus"}, "user", ("user/Task.cu",)),
        ("user/Task.READ user/task.Write", {"Task": "crus"}, "user", ()),
        ("user/Task.rs", {"Task": "rs", "Goal": "s"}, "user", ("user/Goal.s",)),
        ("user/Task.sr", {"Task": "rs"}, "user", ("user/Task.rs",)),
        ("user/Task.rs?owner=me", {"Task": "rs"}, "user", ("user/Task.rs",)),
        ("patient/*.cruds", {"Task": "rs"}, "user", ("user/Task.rs",)),
        ("patient/*.cruds", {"Task": "rs"}, "patient", ()),
        ("user/Task.rs", {"Task": "rs"}, "patient", ()),
        ("patient/Task.rs user/Task.cu", {"Task": "crus"}, "patient", ()),
        ("system/Task.rs", {"Task": "rs"}, "user", ()),
        ("openid fhirUser launch", {"Task": "r"}, "user", ("user/Task.r",)),
        ("", {"Task": ""}, "user", ()),
    ],
)
def test_scopes_of_both_versions(scopes: str, asked: dict[str, str], level: str, lacks: tuple[str, ...]) -> None:
    assert GrantedScopes.read(scopes).lacking(asked, level=level) == lacks


@pytest.mark.parametrize("version", [1, 2])
def test_what_a_step_declares_is_enough(service: Service, version: int) -> None:
    asked = catalog.asked_of(catalog.step("enroll"))
    words = (
        [f"user/{type_}.{letters}" for type_, letters in asked.items()]
        if version == 2
        else [f"user/{type_}.{verb}" for type_ in asked for verb in ("read", "write")]
    )
    enough = service.acting(scope=" ".join(words))
    for word in [each for each in words if "Task" not in each][:3]:
        less = service.acting(scope=" ".join(each for each in words if each != word))
        answer = service.api("enroll", service.enrollment(), token=less)
        assert answer.status_code == 403
        assert word.partition(".")[0] in answer.json()["message"]
    assert service.network.to_the_ehr() == []
    assert service.api("enroll", service.enrollment(), token=enough).status_code == 200


def test_who_may_only_read_may_preview(service: Service) -> None:
    reader = service.acting(scope="user/*.rs")
    assert service.api("enroll", service.enrollment(), query="?preview=true", token=reader).status_code == 200
    answer = service.api("enroll", service.enrollment(), token=reader)
    assert answer.status_code == 403
    assert "user/EpisodeOfCare.c" in answer.json()["message"]


# -- whose ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("patient", "status"),
    [("ID", 200), ("Patient/ID", 200), ("Patient/other", 403), ("other", 403), ("", 403), (7, 403), (None, 403)],
)
def test_a_token_for_a_patient_is_for_nobody_else(service: Service, patient: Any, status: int) -> None:
    """And scopes about a patient without a patient are for nobody (None)."""
    named = patient.replace("ID", service.id) if isinstance(patient, str) else patient
    token = service.acting(scope="patient/*.cruds", patient=named)
    assert service.show("overview", token=token).status_code == status
    assert service.api("enroll", service.enrollment(), token=token).status_code == status
    if status == 403:
        assert service.network.to_the_ehr() == []


def test_a_list_of_people_is_not_for_a_token_of_one(service: Service) -> None:
    assert service.call("GET", "/main/api/worklist").status_code == 200
    one = service.acting(patient=service.id)
    assert service.call("GET", "/main/api/worklist", token=one).status_code == 403


@pytest.mark.parametrize(
    ("user", "status"),
    [
        ("{nurse}", 200),
        ("https://ehr.test/fhir/{nurse}", 200),
        ("https://evil.test/fhir/{nurse}", 403),
        ("https://ehr.test/fhirX/{nurse}", 403),
        ("PractitionerRole/1", 403),
        (None, 403),
        (7, 403),
    ],
)
def test_who_acts(service: Service, user: Any, status: int) -> None:
    named = user.format(nurse=service.ward.nurse) if isinstance(user, str) else user
    token = service.issuer.token(fhirUser=named)
    answer = service.api("enroll", service.enrollment(), token=token)
    assert answer.status_code == status, answer.text
    assert service.show("overview", token=token).status_code == 200, "looking needs nobody who acts"
    if status == 200:
        (receipt,) = service.ward.front.search("Provenance")
        assert receipt["agent"][0]["who"]["reference"] == service.ward.nurse


def test_a_patient_is_not_of_the_care_team(service: Service) -> None:
    token = service.issuer.token(fhirUser=service.ward.patient)
    assert service.show("overview", token=token).status_code == 403


def test_the_token_goes_to_the_ehr_and_nowhere_else(service: Service) -> None:
    assert service.api("enroll", service.enrollment()).status_code == 200
    for request in service.network.sent:
        at_ehr = request.url.host == "ehr.test"
        assert (request.headers.get("authorization") == f"Bearer {service.token}") == at_ehr
        assert ("epic-client-id" in request.headers) == at_ehr
        assert service.token not in str(request.url)


def test_a_service_that_signs_in_by_itself_keeps_the_token(serving: Callable[..., Service]) -> None:
    """The FHIR server gets the service's own token, and the caller's scopes and patient limit them all the same."""
    sign_in = SignInSettings(client_id=CLIENT, secret=SECRET_OF_CLIENT, token_url=TOKENS)
    service = serving(site=Settings(sign_in=sign_in))
    assert service.api("enroll", service.enrollment()).status_code == 200
    writes = [request for request in service.network.to_the_ehr() if request.method == "POST"]
    assert {request.headers.get("authorization") for request in writes} == {"Bearer token-1"}
    sent = len(service.network.sent)
    of_another = service.acting(scope="patient/*.cruds", patient="other")
    assert service.show("overview", token=of_another).status_code == 403
    assert service.show("overview", token=service.acting(scope="user/Patient.rs")).status_code == 403
    assert len(service.network.sent) == sent
    for request in service.network.sent:
        assert service.token not in str(request.headers) + request.content.decode()
