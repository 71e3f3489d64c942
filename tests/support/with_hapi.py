"""Runs a command with CAREFHIR_HAPI_BASE set to a HAPI started for it: one server for all of a run's suites."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.support.hapi import HapiUnavailable, running


def main(command: list[str]) -> int:
    if os.environ.get("CAREFHIR_HAPI_BASE"):
        return subprocess.run(command, check=False).returncode
    try:
        with running() as base:
            print(f"HAPI FHIR at {base}", flush=True)
            return subprocess.run(command, check=False, env={**os.environ, "CAREFHIR_HAPI_BASE": base}).returncode
    except HapiUnavailable as missing:
        print(f"HAPI cannot run: {missing}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
