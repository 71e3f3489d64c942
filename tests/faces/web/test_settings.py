"""The settings file: everything wrong with it is said before anything listens, by its key and never by its value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from carefhir.errors import BadInput
from carefhir.faces.web.app import create_app
from carefhir.faces.web.settings import ServiceSettings

TOP = """
address = "https://care.example.org"
"""
EHR = """
[ehr.hospital]
name = "General Hospital"
fhir = "https://ehr.example.org/fhir/"
issuer = "https://login.example.org/realm"
jwks_uri = "https://login.example.org/realm/keys"
audience = ["https://ehr.example.org/fhir"]
"""
OWN = 'sign_in = "own"\nclient_id = "carefhir"\nclient_secret_env = "SECRET"\n'
ASKING = """
introspection = "https://login.example.org/introspect"
introspection_client = "carefhir"
introspection_secret_env = "SECRET"
"""


def read(tmp_path: Path, text: str, **environ: str) -> ServiceSettings:
    file = tmp_path / "service.toml"
    file.write_text(text)
    return ServiceSettings.read(file, environ)


def test_a_whole_file(tmp_path: Path) -> None:
    more = (
        'zone = "America/Chicago"\non_call = "Practitioner/9"\nwithout = ["batch"]\ntimeout = 20\n'
        'headers = { "Epic-Client-ID" = "registered" }\n'
    )
    second = EHR.replace("hospital", "clinic").replace('jwks_uri = "https://login.example.org/realm/keys"', ASKING)
    settings = read(tmp_path, f"{TOP}largest_request = 5000\n{EHR}{more}{OWN}{second}", SECRET="correct horse battery")
    hospital, clinic = settings.ehrs
    assert (settings.address, settings.host, settings.port) == ("https://care.example.org", "127.0.0.1", 8090)
    assert (settings.largest_request, hospital.fhir) == (5000, "https://ehr.example.org/fhir")
    assert (str(hospital.site.zone), hospital.site.on_call) == ("America/Chicago", "Practitioner/9")
    assert (hospital.site.without, hospital.site.timeout) == (("batch",), 20.0)
    assert (hospital.passes_token_on, hospital.site.sign_in.secret) == (False, "correct horse battery")
    assert clinic.tokens is not None
    assert (clinic.passes_token_on, clinic.tokens.client_secret) == (True, "correct horse battery")
    assert "correct horse battery" not in repr(settings)
    create_app(settings)


def test_the_environment_wins(tmp_path: Path) -> None:
    settings = read(
        tmp_path, TOP + EHR, CAREFHIR_SERVICE_ADDRESS="https://other.example.org", CAREFHIR_SERVICE_LISTEN="[::1]:9000"
    )
    assert (settings.address, settings.host, settings.port) == ("https://other.example.org", "::1", 9000)


def test_a_secret_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("correct horse battery\n")
    own = OWN.replace('client_secret_env = "SECRET"', f'client_secret_file = "{secret}"')
    assert read(tmp_path, TOP + EHR + own).ehrs[0].site.sign_in.secret == "correct horse battery"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Delgado", "--config: the file is not TOML"),
        (EHR, "address: is missing"),
        (TOP, "ehr: no EHR is set"),
        (TOP + "delgado_1 = 1\n" + EHR, "delgado_1: is not a setting"),
        ('address = "http://care.example.org"\n' + EHR, "address: must be https"),
        ('address = "Delgado"\n' + EHR, "address: expected an https URL"),
        (TOP + 'listen = "8090"\n' + EHR, "listen: expected ADDRESS:PORT"),
        (TOP + "largest_request = 1\n" + EHR, "largest_request:"),
        (TOP + EHR.replace("hospital]", "Hospital]"), "ehr: an EHR's name"),
        (TOP + "[ehr]\nhospital = 1\n", "ehr.hospital: expected a table"),
        (TOP + EHR + "secret = 1\n", "ehr.hospital.secret: is not a setting"),
        (
            TOP + EHR.replace("https://ehr.example.org/fhir/", "http://ehr.example.org/fhir"),
            "ehr.hospital.fhir: must be",
        ),
        (TOP + EHR.replace("issuer =", "#"), "ehr.hospital.issuer: is missing"),
        (TOP + EHR.replace("jwks_uri =", "#"), "ehr.hospital.jwks_uri: give either"),
        (TOP + EHR + ASKING, "ehr.hospital.jwks_uri: give either"),
        (TOP + EHR.replace("org/realm/keys", "evil/keys"), "ehr.hospital.jwks_uri: lies elsewhere than the issuer"),
        (TOP + EHR.replace("audience =", "#"), "ehr.hospital.audience: is missing"),
        (TOP + EHR.replace('["https://ehr.example.org/fhir"]', "7"), "ehr.hospital.audience: expected"),
        (TOP + EHR + 'sign_in = "Delgado"\n', "ehr.hospital.sign_in: expected"),
        (TOP + EHR + 'sign_in = "own"\n', "ehr.hospital.client_id: is missing"),
        (TOP + EHR + OWN.replace('sign_in = "own"', ""), 'ehr.hospital.client_id: is for sign_in = "own"'),
        (TOP + EHR + OWN.replace("SECRET", "MISSING"), "ehr.hospital.client_secret_env: the variable it names"),
        (TOP + EHR + 'zone = "Delgado"\n', "ehr.hospital.zone: expected the name of a time zone"),
        (TOP + EHR + 'without = ["Delgado"]\n', "ehr.hospital.without: expected names"),
        (TOP + EHR + "timeout = -1\n", "ehr.hospital.timeout: expected"),
        (TOP + EHR + "timeout = true\n", "ehr.hospital.timeout: expected"),
        (TOP + EHR + 'on_call = "Delgado"\n', "ehr.hospital.on_call: expected Practitioner/ID"),
        (TOP + EHR + 'content = ["/Delgado"]\n', "ehr.hospital.content: names a folder"),
        (TOP + EHR + 'headers = { Authorization = "Delgado" }\n', "ehr.hospital.headers: one of them"),
        (TOP + EHR + 'headers = { "X-A" = "Delgado\\n" }\n', "ehr.hospital.headers.X-A: expected"),
    ],
)
def test_what_is_wrong_is_said_by_its_key(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(BadInput) as error:
        read(tmp_path, text, SECRET="correct horse battery")
    assert error.value.message.startswith(key), error.value.message
    assert "Delgado" not in error.value.message.replace("delgado", "")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="--config: the file cannot be read"):
        ServiceSettings.read(tmp_path / "nothing.toml", {})


def test_another_origin_may_be_meant(tmp_path: Path) -> None:
    text = EHR.replace("org/realm/keys", "net/keys") + 'pinned_origins = ["https://login.example.net"]\n'
    (ehr,) = read(tmp_path, TOP + text).ehrs
    tokens: Any = ehr.tokens
    assert tokens.jwks_uri == "https://login.example.net/keys"
