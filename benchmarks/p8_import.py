"""P8: what `import carefhir` costs against `import pydantic`, each in a new interpreter, by turns.

    .venv/bin/python benchmarks/p8_import.py [--runs 11]

Measured inside the interpreter, around the import alone, with the bytecode at hand as after an installation (kept in a
temporary folder). Also says whether an R4B model was loaded by it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CODE = """
import sys, time
wall, cpu = time.perf_counter(), time.process_time()
{statement}
print((time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000,
      sum(name.startswith("fhir.resources") for name in sys.modules))
"""


STATEMENTS = (
    "import carefhir",
    "from carefhir import Care, commands",
    "from carefhir import Care, commands; Care('http://127.0.0.1/fhir'); commands.Enroll; import carefhir.catalog",
    "import pydantic",
)
"""Names are loaded when they are first used: the second is what a script pays at its top, the third what it has paid
when its first step runs."""


def once(statement: str, bytecode: str) -> tuple[float, float, int]:
    keeping = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(statement=statement)],
        capture_output=True,
        text=True,
        check=True,
        env={**keeping, "PYTHONPYCACHEPREFIX": bytecode, "PYTHONPATH": str(ROOT)},
    )
    wall, cpu, models = done.stdout.split()
    return float(wall), float(cpu), int(models)


def main() -> None:
    options = argparse.ArgumentParser(description="P8: the cost of import")
    options.add_argument("--runs", type=int, default=11)
    runs = options.parse_args().runs
    samples: dict[str, list[tuple[float, float, int]]] = {statement: [] for statement in STATEMENTS}
    with tempfile.TemporaryDirectory() as bytecode:
        for number in range(runs + 1):
            for statement, taken in samples.items():
                one = once(statement, bytecode)
                if number:  # the first writes and warms what is cached
                    taken.append(one)
    peer = samples[STATEMENTS[-1]]
    for statement, taken in samples.items():
        wall, cpu = (statistics.median(one[n] for one in taken) for n in (0, 1))
        against = statistics.median(one[1] / other[1] for one, other in zip(taken, peer, strict=True))
        print(f"{statement:34} wall {wall:6.1f} ms, CPU {cpu:6.1f} ms, {against:.2f}x pydantic's CPU (paired)")
        print(f"  {taken[0][2]} modules of fhir.resources; raw CPU {' '.join(f'{one[1]:.0f}' for one in taken)}")


if __name__ == "__main__":
    main()
