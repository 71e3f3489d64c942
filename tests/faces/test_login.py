"""Every face signs in: command line, doctor, demo, Python; and `carefhir login --check` says what came of it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey

from carefhir import AsyncCare, BadInput, Care, Done, ServerUnreachable, catalog
from carefhir.faces import terminal, terminal_login
from carefhir.sign_in import Keyring, RegisteredClient, SignIn, SigningKey
from tests.faces.conftest import Said, invoke
from tests.support.authorization import Authorization
from tests.support.backends import Backend, sandbox_backend
from tests.support.planted import SECRET
from tests.support.scenarios import FIRST_OF_EACH_STEP, Scenario, Stage
from tests.support.served import Served, served

EC = ECKey.generate_key("P-384", {"kid": "ec-1"}, private=True)
OTHERS = ("CAREFHIR_TOKEN", "CAREFHIR_SERVER", "CAREFHIR_SETTINGS")


class Site:
    """A server that lets in only who has a token of its authorization server."""

    def __init__(self, at: Served, authorization: Authorization, backend: Backend) -> None:
        self.base, self.proxy, self.authorization, self.backend = at.base, at.proxy, authorization, backend


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    for name in OTHERS:
        monkeypatch.delenv(name, raising=False)
    backend = sandbox_backend()
    authorization = Authorization(clock=time.time, secrets={"clinic": SECRET}, keys={"clinic-ec": EC})
    with served(backend, authorization=authorization) as at:
        yield Site(at, authorization, backend)


def shown(said: Said) -> Said:
    """What must never be said, whatever happens."""
    for text in (said.stdout, said.stderr):
        assert SECRET not in text
        assert "token-1" not in text
        assert str(EC.as_dict(private=True)["d"]) not in text
    return said


def by_secret(monkeypatch: pytest.MonkeyPatch, **more: str) -> None:
    for name, value in {"CLIENT_ID": "clinic", "CLIENT_SECRET": SECRET, **more}.items():
        monkeypatch.setenv(f"CAREFHIR_{name}", value)


# -- the command line --------------------------------------------------------------------------------------------------


def test_without_a_token_it_is_said(site: Site) -> None:
    said = invoke("overview", "--server", site.base, "--patient", "Patient/1")
    assert said.code == 5
    assert "401" in said.stderr


@pytest.mark.parametrize("way", ["environment", "secret file", "key file", "settings file"])
def test_the_command_line_signs_in_from(way: str, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    (tmp_path / "key.pem").write_bytes(EC.as_pem(private=True))
    (tmp_path / "site.toml").write_text(f'server = "{site.base}"\nclient_id = "clinic"\nclient_secret = "{SECRET}"\n')
    given = {
        "environment": {"CLIENT_ID": "clinic", "CLIENT_SECRET": SECRET},
        "secret file": {"CLIENT_ID": "clinic", "CLIENT_SECRET_FILE": str(tmp_path / "secret")},
        "key file": {"CLIENT_ID": "clinic-ec", "CLIENT_KEY_FILE": str(tmp_path / "key.pem"), "CLIENT_KEY_ID": "ec-1"},
        "settings file": {"SETTINGS": str(tmp_path / "site.toml")},
    }[way]
    for name, value in given.items():
        monkeypatch.setenv(f"CAREFHIR_{name}", value)
    server = () if way == "settings file" else (site.base,)
    said = shown(invoke("login", *server, "--check"))
    assert said.code == 0
    assert f"signed in to {site.base}" in said.words
    assert ("a key (ES384)" if way == "key file" else "a secret") in said.words
    assert site.authorization.token_url in said.words
    assert "60 seconds" in said.words
    document = shown(invoke("login", *server, "--check", "--json")).json
    assert document["accepted"] is True
    assert document["granted"] == list(catalog.scopes())
    assert document["withheld"] == []


def test_what_is_not_granted_is_named(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    by_secret(monkeypatch)
    answer = site.authorization.answer

    def fewer(request: Any) -> Any:
        given = answer(request)
        document = {**json.loads(given.body), "scope": "system/*.read system/Task.cud"}  # type: ignore[union-attr]
        return replace(given, body=json.dumps(document).encode())  # type: ignore[type-var]

    site.authorization.answer = fewer  # type: ignore[method-assign]
    said = invoke("login", site.base, "--check", "--json").json
    asked = catalog.scopes()
    assert said["withheld"] == [one for one in asked if set("cud") & set(one.partition(".")[2]) and "/Task." not in one]
    assert said["withheld"]
    assert "cannot be written" in shown(invoke("login", site.base, "--check")).words


def test_a_token_that_the_fhir_server_does_not_take(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    by_secret(monkeypatch)
    site.authorization.admits = lambda _: False  # type: ignore[method-assign]
    said = shown(invoke("login", site.base, "--check"))
    assert said.code == 5
    assert "does not take it" in said.words
    assert "signed in to" not in said.words


def test_a_refusal_is_one_sentence_on_every_command(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    by_secret(monkeypatch, CLIENT_SECRET="wrong")
    for words in (
        ("login", site.base, "--check"),
        ("overview", "--server", site.base, "--patient", "Patient/1"),
        ("worklist", "--server", site.base, "--as", "Practitioner/1"),
        ("demo", "--no-serve", "--server", site.base),
    ):
        said = shown(invoke(*words))
        assert said.code == 5, words
        assert "it is unknown, disabled or revoked, or its secret is wrong" in said.stderr, words
    assert shown(invoke("doctor", site.base)).code == 5


def test_login_alone_says_how_to_use_it(site: Site) -> None:
    said = invoke("login", site.base)
    assert said.code == 2
    assert "--check" in said.stderr
    assert "nothing to sign in with" in invoke("login", site.base, "--check").stderr


def test_the_doctor_signs_in(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    by_secret(monkeypatch)
    found = shown(invoke("doctor", site.base, "--json"))
    assert found.code == 0
    assert "not signed in" not in found.stdout
    assert len(site.authorization.forms) == 1


@pytest.mark.deep
def test_the_demo_signs_in_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    by_secret(monkeypatch)
    assert shown(invoke("demo", "--no-serve", "--server", site.base)).code == 0
    assert len(site.authorization.forms) == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"CLIENT_ID": "clinic"}, "CAREFHIR_CLIENT_ID: needs"),
        ({"CLIENT_SECRET": "x"}, "CAREFHIR_CLIENT_ID: is missing"),
        ({"CLIENT_ID": "clinic", "CLIENT_SECRET": "x", "TOKEN": "y"}, "only one of them"),
        ({"CLIENT_ID": "clinic", "CLIENT_SECRET": "x", "CLIENT_KEY_FILE": "y"}, "only one of them"),
        ({"CLIENT_ID": "clinic", "CLIENT_SECRET_FILE": "absent"}, "CAREFHIR_CLIENT_SECRET_FILE: the file"),
        ({"CLIENT_ID": "clinic", "CLIENT_KEY_FILE": "absent"}, "CAREFHIR_CLIENT_KEY_FILE: the client's key: the file"),
        ({"EHR": "http://127.0.0.1:9/fhir", "EHR_CLIENT_ID": "x"}, "CAREFHIR_EHR_CLIENT_ID: needs"),
        ({"EHR_CLIENT_ID": "x"}, "CAREFHIR_EHR: is missing"),
        (
            {"EHR": "http://127.0.0.1:9/fhir", "EHR_CLIENT_ID": "x", "EHR_CLIENT_SECRET_FILE": "absent"},
            "CAREFHIR_EHR_CLIENT_SECRET_FILE: the file",
        ),
        ({"SETTINGS": "absent"}, "CAREFHIR_SETTINGS: the file cannot be read"),
        ({"CLIENT_ID": "clinic", "CLIENT_SECRET": "x", "TOKEN_URL": "http://a.example"}, "the token URL is not https"),
    ],
)
def test_settings_that_cannot_be_used(
    given: dict[str, str], words: str, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"CAREFHIR_{name}", value)
    said = invoke("login", site.base, "--check")
    assert said.code == (5 if "https" in words else 2)
    assert words in said.stderr


def test_an_ehr_has_a_way_in_of_its_own(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its client asks for what is read there, and for what the site lets be put there."""
    site.backend.load("team")
    site.backend.load("rosa")
    monkeypatch.setenv("CAREFHIR_EHR", site.base)
    given = {"CLIENT_ID": "clinic", "CLIENT_SECRET": SECRET, "TYPES": "Patient Condition", "NOTES": "enroll"}
    for name, value in given.items():
        monkeypatch.setenv(f"CAREFHIR_EHR_{name}", value)
    companion = sandbox_backend()
    with served(companion) as at:
        said = shown(invoke("link", site.backend.find("Patient", "rosa"), "--server", at.base, "--json"))
        assert said.code == 0, said.stderr
    (form,) = site.authorization.forms
    scopes = set(form["scope"].split())
    assert {"system/Patient.rs", "system/Condition.rs", "system/DocumentReference.crs"} == scopes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("server =", "is not TOML"),
        ('sever = "x"', "'sever' is not a setting"),
        ("without = [1]", "without must be a text"),
        ("timeout = true", "timeout must be a text"),
    ],
)
def test_a_settings_file_that_cannot_be_used(
    text: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "site.toml").write_text(text)
    monkeypatch.setenv("CAREFHIR_SETTINGS", str(tmp_path / "site.toml"))
    said = invoke("steps")
    assert said.code == 2
    assert words in said.stderr


def test_the_environment_comes_before_the_file(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f'server = "http://127.0.0.1:9/fhir"\nclient_id = "clinic"\nclient_secret = "{SECRET}"\ntimeout = 5\n'
    (tmp_path / "site.toml").write_text(text)
    monkeypatch.setenv("CAREFHIR_SETTINGS", str(tmp_path / "site.toml"))
    monkeypatch.setenv("CAREFHIR_SERVER", site.base)
    assert invoke("login", "--check").code == 0


# -- Python ------------------------------------------------------------------------------------------------------------


def test_python_signs_in_by_secret_and_by_key() -> None:
    story = FIRST_OF_EACH_STEP[0]
    stage = story.begun(sandbox_backend())
    authorization = Authorization(clock=time.time, secrets={"clinic": SECRET}, keys={"clinic-ec": EC})
    with served(stage.backend, authorization=authorization) as at:
        _by_key_and_by_secret(at.base, story, stage)
    assert len(authorization.forms) == 2


def _by_key_and_by_secret(base: str, story: Scenario, stage: Stage) -> None:
    by_key = RegisteredClient("clinic-ec", key=SigningKey(EC, "ec-1", "ES384"))
    with Care(base, acting=stage.nurse, now=story.now, sign_in=by_key) as care:
        assert isinstance(care.run(story.command(stage)), Done)
        assert care.check_sign_in().accepted

    async def again() -> object:
        client = RegisteredClient("clinic", secret=SECRET)
        async with AsyncCare(base, acting=stage.nurse, now=story.now, sign_in=client) as care:
            assert (await care.check_sign_in()).accepted
            return await care.run(story.command(stage))

    result = asyncio.run(again())
    assert isinstance(result, Done)
    assert result.by == "an earlier run"


def test_several_share_one_token(site: Site) -> None:
    ring = Keyring({"main": RegisteredClient("clinic", secret=SECRET)})
    for _ in range(3):
        with Care(site.base, sign_in=ring) as care:
            assert care.check_sign_in().accepted
    assert len(site.authorization.forms) == 1


def test_a_sign_in_that_fails_is_an_error_that_says_why(site: Site) -> None:
    with Care(site.base, sign_in=RegisteredClient("clinic", secret="wrong")) as care:
        with pytest.raises(ServerUnreachable, match="not signed in: the authorization server answered 401") as raised:
            _ = care.capabilities
        assert "wrong" not in raised.value.message.replace("is wrong", "")
    with pytest.raises(BadInput, match="either token or sign_in"):
        Care(site.base, token="x", sign_in=RegisteredClient("clinic", secret="x"))


def test_the_scopes_are_what_the_steps_declare() -> None:
    scopes = dict(one.removeprefix("system/").split(".") for one in catalog.scopes())
    assert scopes["Provenance"] == "crs"
    assert scopes["Patient"].startswith("r") or "u" in scopes["Patient"]
    for step in catalog.STEPS:
        for type_ in step.creates:
            assert "c" in scopes[type_], (step.name, type_)
        for type_ in step.amends:
            assert {"u", "r"} <= set(scopes[type_]), (step.name, type_)
        for need in step.needs:
            assert "s" in scopes[need.type], (step.name, need.type)
    assert not any("d" in letters for letters in scopes.values())


@pytest.mark.parametrize(
    ("server", "warned"),
    [
        ("http://fhir.hospital.example/r4", True),
        ("https://fhir.hospital.example/r4", False),
        ("http://127.0.0.1:8080/fhir", False),
    ],
)
def test_a_token_that_goes_over_the_network_in_the_clear_is_said(server: str, warned: bool) -> None:
    signed_in = SignIn(server, "a secret", "https://login.example/token", 60.0, (), (), True, "a search was answered")
    with terminal.out.capture() as shown_on_it:
        terminal_login.page(signed_in)
    assert ("in the clear" in shown_on_it.get()) is warned
