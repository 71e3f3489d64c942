"""P7: what it costs to sort a population made up from a seed, against a loop that parses each line and does no more.

    .venv/bin/python benchmarks/population.py [--people 1000 10000 100000] [--rounds 3] [--folder FOLDER]

A round is a process of its own, so that its memory is its own. Before a time counts, every planted tier must have been
found. CPU seconds of the process and its threads; the loop reads with msgspec, as the rest of carefhir does.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from tests.support import made_up_people  # noqa: E402


def ours(folder: Path, planted: dict[str, str]) -> dict[str, Any]:
    """Sorts everybody; raises where a planted tier was not found."""
    from carefhir.content.loading import load
    from carefhir.occasion import Actor, Occasion
    from carefhir.population.engines import duckdb_engine
    from carefhir.population.exported import exported
    from carefhir.population.stratifying import stratify, tier_words

    occasion = Occasion(made_up_people.NOW, Actor("Practitioner/nurse"), load(), ZoneInfo("America/New_York"))
    started = time.process_time()
    people = stratify(exported(folder, duckdb_engine(memory="400MB")), occasion)
    cpu = time.process_time() - started
    wrong = sum(tier_words(row.where) != planted[row.patient] for row in people.rows)
    if wrong or len(people.rows) != len(planted):
        raise SystemExit(f"{wrong} planted tiers were not found")
    return {"cpu": cpu, "by_chart": sum(row.by_chart for row in people.rows)}


def loop(folder: Path, planted: dict[str, str]) -> dict[str, Any]:
    """Parses every line."""
    import msgspec

    decode, lines = msgspec.json.Decoder().decode, 0
    started = time.process_time()
    for path in folder.glob("*.ndjson"):
        with path.open("rb") as file:
            for line in file:
                lines += bool(decode(line))
    if lines < len(planted):
        raise SystemExit("lines are missing")
    return {"cpu": time.process_time() - started, "lines": lines}


SUBJECTS = {"ours": ours, "parse only": loop}


def main() -> None:
    """Every size, every subject by turns, each in a process of its own."""
    options = argparse.ArgumentParser(description="P7: a population sorted")
    options.add_argument("--people", type=int, nargs="+", default=[1000, 10000, 100000])
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--folder", type=Path)
    options.add_argument("--alone", choices=SUBJECTS, help="used by the script itself")
    chosen = options.parse_args()
    if chosen.alone:
        folder = chosen.folder
        planted = json.loads((folder / ".planted.json").read_text())
        result = SUBJECTS[chosen.alone](folder, planted)
        result["mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(json.dumps(result))
        return
    with tempfile.TemporaryDirectory() as scratch:
        for people in chosen.people:
            folder = Path(scratch) / str(people)
            planted = made_up_people.write(folder, people)
            (folder / ".planted.json").write_text(json.dumps(planted))
            size = sum(path.stat().st_size for path in folder.glob("*.ndjson"))
            for turn in range(chosen.rounds):
                order = list(SUBJECTS)[turn % 2 :] + list(SUBJECTS)[: turn % 2]
                for name in order:
                    arguments = [sys.executable, __file__, "--alone", name, "--folder", str(folder)]
                    text = subprocess.run(arguments, check=True, capture_output=True, text=True).stdout
                    print(
                        json.dumps({"people": people, "bytes": size, "subject": name, **json.loads(text)}), flush=True
                    )


if __name__ == "__main__":
    main()
