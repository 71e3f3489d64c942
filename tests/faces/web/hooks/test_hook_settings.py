"""`[ehr.NAME.hooks]`: what is wrong with it is said before anything listens, by its key and never by its value."""

from __future__ import annotations

from pathlib import Path

import pytest

from carefhir.errors import BadInput
from carefhir.faces.web.hooks.hook_settings import HooksSettings
from tests.faces.web.test_settings import EHR, TOP, read

HOOKS = """
[ehr.hospital.hooks]
issuer = "https://ehr.example.org/oauth2"
jku = "https://ehr.example.org/cds/jwks"
"""


def test_as_little_as_is_needed(tmp_path: Path) -> None:
    (hospital,) = read(tmp_path, TOP + EHR + HOOKS).ehrs
    assert hospital.hooks == HooksSettings(("https://ehr.example.org/oauth2",), ("https://ehr.example.org/cds/jwks",))


def test_all_of_it(tmp_path: Path) -> None:
    more = 'audience = ["carefhir-prod"]\napp = "https://care.example.org/hospital/launch"\n'
    several = HOOKS.replace('"https://ehr.example.org/oauth2"', '["https://a.example.org/", "https://b.example.org"]')
    (hospital,) = read(tmp_path, TOP + EHR + several + more).ehrs
    assert hospital.hooks is not None
    assert hospital.hooks.issuers == ("https://a.example.org/", "https://b.example.org")
    assert (hospital.hooks.audience, hospital.hooks.app) == (
        ("carefhir-prod",),
        "https://care.example.org/hospital/launch",
    )


def test_without_the_table_there_are_no_hooks(tmp_path: Path) -> None:
    assert read(tmp_path, TOP + EHR).ehrs[0].hooks is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("hooks = true", "ehr.hospital.hooks: expected a table"),
        ("[ehr.hospital.hooks]", "ehr.hospital.hooks.issuer: is missing"),
        (HOOKS.replace("issuer", "issuers"), "ehr.hospital.hooks.issuers: is not a setting"),
        (HOOKS.replace('"https://ehr.example.org/oauth2"', "[7]"), "ehr.hospital.hooks.issuer: expected a text"),
        (HOOKS.replace('jku = "https://ehr.example.org/cds/jwks"', ""), "ehr.hospital.hooks.jku: is missing"),
        (HOOKS.replace("https://ehr.example.org/cds", "http://delgado.example.org"), "ehr.hospital.hooks.jku: must be"),
        (HOOKS + 'app = "javascript:delgado"', "ehr.hospital.hooks.app: expected an https URL"),
        (HOOKS + "audience = 7", "ehr.hospital.hooks.audience: expected a text"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(tmp_path, f"{TOP}{EHR}{text}")
    assert refused.value.message.startswith(key)
    assert "delgado" not in refused.value.message
