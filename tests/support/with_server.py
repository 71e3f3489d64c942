"""Runs a command with CAREFHIR_NAME_BASE set to a real server started for it: one for all of a run's suites."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.support.process import Unavailable
from tests.support.real_servers import BY_NAME, RealServer


def main(server: RealServer, command: list[str]) -> int:
    try:
        with server.started() as base:
            print(f"{server.title} at {base}", flush=True)
            return subprocess.run(command, check=False, env={**os.environ, server.variable: base}).returncode
    except Unavailable as missing:
        print(f"{server.title} cannot run: {missing}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(BY_NAME[sys.argv[1]], sys.argv[2:]))
