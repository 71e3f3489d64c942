"""`carefhir translate`: the files a translator fills in, and what is left when it is run again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from carefhir.content.loading import load
from tests.faces.conftest import invoke

FAINTED = "You faint."


def test_it_writes_every_text_and_counts_what_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    said = invoke("translate", "qq", "--by", "A. Translator", "--to", str(folder), "--json")
    assert said.code == 0
    assert len(said.json["written"]) == len(list(folder.iterdir())) == 5
    texts = [concept for each in folder.iterdir() for concept in json.loads(each.read_text())["concept"]]
    assert said.json["left"] == len(texts) > 100
    assert FAINTED in str(texts)


def test_what_was_translated_is_kept(tmp_path: Path) -> None:
    asked = ("translate", "qq", "--by", "A. Translator", "--to", str(tmp_path), "--json")
    before = invoke(*asked).json["left"]
    (signs,) = tmp_path.glob("*warning-sign*")
    document = json.loads(signs.read_text())
    concept = next(each for each in document["concept"] if each["designation"][0]["value"] == FAINTED)
    concept["designation"].append({"language": "qq", "value": "¤¤"})
    signs.write_text(json.dumps(document))
    load.cache_clear()
    assert invoke(*asked).json["left"] == before - 1
    assert "¤¤" in signs.read_text()


@pytest.mark.parametrize(
    "wrong",
    [
        ("en", "--by", "A", "--to", "x"),
        ("en-US", "--by", "A", "--to", "x"),
        ("../x", "--by", "A", "--to", "x"),
        ("es", "--to", "x"),
        ("es", "--by", "A"),
        ("es", "--by", " ", "--to", "x"),
    ],
)
def test_what_cannot_be_translated_is_said(
    wrong: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert invoke("translate", *wrong).code == 2
    assert list(tmp_path.iterdir()) == []
