"""Builds the two Java harnesses of the tests, each only when its sources have changed.

Output goes to ``.work/NAME`` in the checkout (git ignores it), or to ``$CAREFHIR_WORK/NAME`` when that is set, so
that several checkouts, or a cache between runs, can share one build. A stamp beside the output holds the hash of the
pom and the sources it came from.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from tests.support.process import ROOT, locked, program, ran

JAVA = "Java 17 and Maven"


def java() -> str:
    """The full path of Java; raises `Unavailable`."""
    return program("java", part_of=JAVA)


def build(name: str, sources: Path, *, profile: str = "") -> Path:
    """Build the Maven project in ``sources`` into the work folder's ``name`` and return that folder.

    The build is skipped while pom and sources are what they were; two processes that ask at once build once.
    """
    java()
    output = Path(os.environ.get("CAREFHIR_WORK") or ROOT / ".work") / name
    stamp = output / "stamp"
    wanted = _hash(sources)
    with locked(output.with_name(f"{name}.lock")):
        if stamp.exists() and stamp.read_text() == wanted:
            return output
        shutil.rmtree(output, ignore_errors=True)
        _package(sources / "pom.xml", output, [f"-P{profile}"] if profile else [])
        stamp.write_text(wanted)
    return output


def _package(pom: Path, output: Path, more: list[str]) -> None:
    maven = program("mvn", part_of=JAVA)
    command = [maven, "-q", "-B", *more, "-f", str(pom), f"-Doutput={output.resolve()}", "package"]
    ran(command, f"Maven could not build {pom}")


def _hash(sources: Path) -> str:
    digest = hashlib.sha256()
    for path in [sources / "pom.xml", *sorted((sources / "src").rglob("*.java"))]:
        digest.update(f"{path.relative_to(sources)}\n".encode() + path.read_bytes())
    return digest.hexdigest()
