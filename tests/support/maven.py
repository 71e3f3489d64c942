"""Builds the two Java harnesses of the tests, each only when its sources have changed.

Output goes to ``.work/NAME`` in the checkout (git ignores it), or to ``$CAREFHIR_WORK/NAME`` when that is set, so
that several checkouts, or a cache between runs, can share one build. A stamp beside the output holds the hash of the
pom and the sources it came from.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHOWN_LINES = 25


class Unavailable(RuntimeError):
    """A Java harness can't be built or started on this machine; the message says what is missing."""


def program(name: str) -> str:
    """Return the full path of a program, or say which one is missing and for what."""
    found = shutil.which(name)
    if found is None:
        raise Unavailable(f"'{name}' is not on the PATH; the tests against real FHIR software need Java 17 and Maven")
    return found


def build(name: str, sources: Path) -> Path:
    """Build the Maven project in ``sources`` into the work folder's ``name`` and return that folder.

    The build is skipped while pom and sources are what they were; two processes that ask at once build once.
    """
    program("java")
    output = Path(os.environ.get("CAREFHIR_WORK") or ROOT / ".work") / name
    stamp = output / "stamp"
    wanted = _hash(sources)
    with _locked(output.with_name(f"{name}.lock")):
        if stamp.exists() and stamp.read_text() == wanted:
            return output
        shutil.rmtree(output, ignore_errors=True)
        _package(sources / "pom.xml", output)
        stamp.write_text(wanted)
    return output


def last_lines(text: str) -> str:
    """Return the end of a log, where the reason of a failure stands."""
    return "\n".join(text.strip().splitlines()[-SHOWN_LINES:])


def _package(pom: Path, output: Path) -> None:
    command = [program("mvn"), "-q", "-B", "-f", str(pom), f"-Doutput={output.resolve()}", "package"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Unavailable(f"Maven could not build {pom}:\n{last_lines(done.stdout + done.stderr)}")


def _hash(sources: Path) -> str:
    digest = hashlib.sha256()
    for path in [sources / "pom.xml", *sorted((sources / "src").rglob("*.java"))]:
        digest.update(f"{path.relative_to(sources)}\n".encode() + path.read_bytes())
    return digest.hexdigest()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
