"""The command that writes the files a translator fills in."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from carefhir.content.loading import load
from carefhir.content.translating import ENGLISH, files_to_translate
from carefhir.errors import BadInput
from carefhir.faces.calling import JsonOption, example
from carefhir.faces.leaving import guarded, print_json
from carefhir.faces.terminal import tell
from carefhir.fhir.codec import Json
from carefhir.settings import Settings

group = typer.Typer()
"""This command, as `carefhir --help` has it."""

_tag = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")


@group.command(epilog=example('carefhir translate es --by "Ana Ruiz, certified translator" --to site-content'))
def translate(
    language: Annotated[str, typer.Argument(metavar="LANGUAGE", help="as BCP 47 writes it: es, zh-Hant")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="who translates and answers for it")] = "",
    to: Annotated[Path | None, typer.Option("--to", metavar="FOLDER", help="a folder of the site's content")] = None,
    as_json: JsonOption = False,
) -> None:
    """Write the files for a translator of the patient's copy.

    What was translated before is kept where our English is still the same, so it is run again after an update.
    """

    def work() -> int:
        if not _tag.fullmatch(language) or language.partition("-")[0].lower() == ENGLISH:
            raise BadInput(f"LANGUAGE: {language!r} is no language to translate into; expected one like es or zh-Hant")
        if not by.strip() or to is None:
            raise BadInput("who translates, and where do the files go? give --by NAME and --to FOLDER")
        own = (to,) if to.is_dir() else ()
        content = load(*Settings.read().content, *own)
        files = files_to_translate(content, language, by=by.strip(), day=datetime.now(UTC).astimezone().date())
        to.mkdir(parents=True, exist_ok=True)
        for name, document in files.items():
            (to / name).write_text(f"{json.dumps(document, indent=1, ensure_ascii=False)}\n", encoding="utf-8")
        counts = {name: _left(document) for name, document in files.items()}
        if as_json:
            print_json({"written": [str(to / name) for name in files], "left": sum(counts.values())})
        else:
            for name, left in counts.items():
                tell(f"{to / name}: {left} texts to translate")
            tell("A copy is given in this language once nothing on it is left. CAREFHIR_CONTENT names the folder.")
        return 0

    guarded(work, as_json=as_json)


def _left(document: Json) -> int:
    return sum(len(concept["designation"]) < 2 for concept in document["concept"])
