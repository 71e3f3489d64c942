"""`[ehr.NAME.launch]`: what is wrong is said before anything listens, by its key and never by its value."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from carefhir.errors import BadInput
from carefhir.faces.web.app import create_app
from carefhir.faces.web.launch.registration import LaunchSettings, normalized
from carefhir.faces.web.settings import ServiceSettings
from tests.support.issuer import ec, rsa

TOP = """
address = "https://care.example.org"
[ehr.hospital]
fhir = "https://ehr.example.org/fhir"
"""
LAUNCH = '[ehr.hospital.launch]\nclient_id = "carefhir"\n'
CLINIC = '[ehr.clinic]\nfhir = "https://EHR.example.org/fhir"\n' + LAUNCH.replace("hospital", "clinic")


def read(tmp_path: Path, text: str, **environ: str) -> ServiceSettings:
    file = tmp_path / "service.toml"
    file.write_text(text)
    return ServiceSettings.read(file, environ)


def launch_of(settings: ServiceSettings) -> LaunchSettings:
    launch = settings.ehrs[0].launch
    assert launch is not None
    return launch


@pytest.fixture
def keys(tmp_path: Path) -> dict[str, Path]:
    files = {name: tmp_path / f"{name}.json" for name in ("now", "next")}
    files["now"].write_text(json.dumps(rsa("app").as_dict(private=True)))
    files["next"].write_text(json.dumps(ec("app-ec").as_dict(private=True)))
    return files


def test_the_shortest_table_is_a_public_client(tmp_path: Path) -> None:
    """An EHR that launches needs no bearer tokens beside it."""
    settings = read(tmp_path, TOP + LAUNCH)
    launch = launch_of(settings)
    assert (launch.client_id, launch.iss, launch.client) == ("carefhir", ("https://ehr.example.org/fhir",), None)
    assert (launch.scope_level, launch.renewal, launch.identity_required) == ("user", "", True)
    assert settings.ehrs[0].tokens is None
    create_app(settings)


def test_a_whole_table(tmp_path: Path, keys: dict[str, Path]) -> None:
    more = f"""
iss = ["https://EHR.example.org:443/fhir/", "https://ehr.example.org/api/FHIR/R4"]
aud = "https://api.example.org/fhir"
issuer = "https://login.example.org/oauth2"
pinned_origins = ["https://login.example.org"]
client_key_file = "{keys["now"]}"
next_key_file = "{keys["next"]}"
token_audience = "https://inner.example.org/token"
scope_level = "patient"
renewal = "offline_access"
identity = "optional"
framed_by = ["https://ehr.example.org", "https://portal.example.org:8443"]
session_hours = 8
"""
    launch = launch_of(read(tmp_path, TOP + LAUNCH + more))
    assert launch.iss == ("https://ehr.example.org/fhir", "https://ehr.example.org/api/FHIR/R4")
    assert [(key.id, key.algorithm) for key in launch.keys] == [("app", "RS384"), ("app-ec", "ES384")]
    assert launch.client is not None
    assert launch.client.audience == "https://inner.example.org/token"
    assert (launch.scope_level, launch.identity_required, launch.session_hours) == ("patient", False, 8.0)
    assert launch.framed_by == ("https://ehr.example.org", "https://portal.example.org:8443")


def test_a_secret_is_in_the_environment(tmp_path: Path) -> None:
    text = TOP + LAUNCH + 'client_secret_env = "SECRET"\n'
    settings = read(tmp_path, text, SECRET="correct horse battery")
    client = launch_of(settings).client
    assert client is not None
    assert client.secret == "correct horse battery"
    assert "correct horse battery" not in repr(settings)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("launch = 1", "ehr.hospital.launch: expected a table"),
        ("client_id = 7", "client_id: expected a text"),
        ('delgado = "x"', "delgado: is not a setting"),
        ('iss = "http://ehr.example.org/fhir"', "iss: must be https"),
        ('iss = "Delgado"', "iss: expected an https URL"),
        ('client_secret_env = "NONE"', "client_secret_env: the variable"),
        ('client_key_file = "/nothing/Delgado"', "client_key_file: the client's key: the file cannot be read"),
        ('pinned_origins = ["https://login.example.org/realm"]', "pinned_origins: expected origins"),
        ('framed_by = ["*"]', "framed_by: expected an https URL"),
        ('scope_level = "system"', "scope_level: expected user or patient"),
        ('renewal = "Delgado"', "renewal: expected online_access or offline_access"),
        ('identity = "Delgado"', "identity: expected required or optional"),
        ('scopes = ["user/Task.rs user/Goal.rs"]', "scopes: expected a list"),
        ("session_hours = 0", "session_hours: expected"),
        ("session_hours = 25", "session_hours: expected"),
        ("session_hours = true", "session_hours: expected"),
        ('issuer = "Delgado"', "issuer: expected an https URL"),
    ],
)
def test_what_is_wrong_is_said_by_its_key(tmp_path: Path, line: str, key: str) -> None:
    name = line.partition(" ")[0]
    if name == "launch":
        text = TOP + line
    else:
        text = TOP + (LAUNCH if name != "client_id" else "[ehr.hospital.launch]\n") + line
    with pytest.raises(BadInput) as error:
        read(tmp_path, text)
    where = "" if name == "launch" else "ehr.hospital.launch."
    assert error.value.message.startswith(where + key), error.value.message
    assert "Delgado" not in error.value.message


def test_a_client_with_a_secret_and_a_key(tmp_path: Path, keys: dict[str, Path]) -> None:
    text = f'{TOP}{LAUNCH}client_key_file = "{keys["now"]}"\nclient_secret_env = "SECRET"\n'
    with pytest.raises(BadInput, match=r"launch\.client_key_file: the client has a secret already"):
        read(tmp_path, text, SECRET="correct horse battery")


def test_a_key_without_a_name(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_bytes(rsa("app").as_pem(private=True))
    text = f'{TOP}{LAUNCH}client_key_file = "{file}"\n'
    with pytest.raises(BadInput, match=r"launch\.client_key_id: is missing"):
        read(tmp_path, text)
    assert launch_of(read(tmp_path, f'{text}client_key_id = "k1"\n')).keys[0].id == "k1"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (TOP.replace("care.example.org", "care.example.org/care") + LAUNCH, "address: must have no path"),
        (TOP + LAUNCH + CLINIC, "ehr.clinic.launch.iss: ehr.hospital launches with the same base"),
    ],
)
def test_what_only_the_whole_shows(tmp_path: Path, text: str, key: str) -> None:
    settings = read(tmp_path, text)
    with pytest.raises(BadInput, match=f"^{key}"):
        create_app(settings)


@pytest.mark.parametrize("alias", ["s", "launch"])
def test_places_that_are_taken(tmp_path: Path, alias: str) -> None:
    with pytest.raises(BadInput, match="an EHR's name is its place"):
        read(tmp_path, TOP.replace("hospital", alias))


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("https://ehr.test/fhir/", "https://ehr.test/fhir"),
        ("HTTPS://EHR.test:443/fhir", "https://ehr.test/fhir"),
        ("https://ehr.test/fhir//", "https://ehr.test/fhir/"),
        ("https://ehr.test/FHIR", "https://ehr.test/FHIR"),
        ("https://[2001:DB8::1]/fhir", "https://[2001:db8::1]/fhir"),
        ("https://me:secret@ehr.test/fhir", ""),
        ("https://ehr.test:99999/fhir", ""),
        ("https://[", ""),
        ("https://ehr.test/fhir?x=1", "https://ehr.test/fhir?x=1"),
    ],
)
def test_how_bases_are_compared(given: str, meant: str) -> None:
    """Scheme and host in small letters, no default port, one slash less; nothing else is the same (row 1)."""
    assert normalized(given) == meant
