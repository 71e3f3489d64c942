"""P6, a count, no timing: how many other values does a read-modify-write change?

    .venv/bin/python benchmarks/p6_read_modify_write.py --shared FOLDER

Every resource of the 25 synthetic patients is read from its JSON text, given `language` = "en", and written as JSON
text again: by carefhir (record, amendment, encoder), by fhir.resources (R4B models) and by fhirclient. Compared is the
text of every value at every path (so 1.50 and 1.5 differ) and the order of keys; `language` aside. What a library
refuses to read is counted apart: it cannot be amended at all.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from carefhir.fhir.changes import amend, put  # noqa: E402
from carefhir.fhir.codec import encode  # noqa: E402
from carefhir.fhir.record import Record  # noqa: E402
from tests.patients import synthea  # noqa: E402


def texts(shared: Path, zero: bool) -> Iterator[bytes]:
    """Every resource as a server would send it: its own text, numbers as they stand, or with a zero more."""
    number = _WithZero if zero else _Verbatim
    for name, body in synthea.bundles(shared).items():
        if not name.startswith(synthea.FACILITIES):
            for entry in json.loads(body, parse_float=number)["entry"]:
                yield _written(entry["resource"])


class _Verbatim(float):
    """A number that is written as it was read."""

    def __new__(cls, text: str) -> _Verbatim:
        made = super().__new__(cls, text)
        made.text = text
        return made

    text: str

    def __repr__(self) -> str:
        return self.text


class _WithZero(_Verbatim):
    """The same with a zero at its end, as laboratories write that tell their precision; Synthea never does."""

    def __repr__(self) -> str:
        return self.text if "e" in self.text.lower() else self.text + "0"


def _written(value: Any) -> bytes:
    """JSON with numbers verbatim (the C encoder writes a float by its own repr)."""
    return "".join(
        json.encoder._make_iterencode(  # type: ignore[attr-defined]
            {}, None, json.encoder.encode_basestring, None, repr, ": ", ", ", False, False, False
        )(value, 0)
    ).encode()


def ours(text: bytes) -> bytes:
    return encode(amend("it", Record(text), "a language", put("language", "en")).becomes)


def fhir_resources(text: bytes) -> bytes:
    type_ = json.loads(text)["resourceType"]
    model = getattr(importlib.import_module(f"fhir.resources.R4B.{type_.lower()}"), type_)
    made = model.model_validate_json(text)
    made.language = "en"
    return str(made.model_dump_json()).encode()


def fhirclient(text: bytes) -> bytes:
    data = json.loads(text)
    model = getattr(importlib.import_module(f"fhirclient.models.{data['resourceType'].lower()}"), data["resourceType"])
    made = model(data)
    made.language = "en"
    return json.dumps(made.as_json()).encode()


def values(text: bytes) -> dict[str, str]:
    """Every value at its path, as text; and the order of keys of every object."""
    found: dict[str, str] = {}
    _walk(json.loads(text, parse_float=lambda one: ("number", one), parse_int=lambda one: ("number", one)), "", found)
    return found


def _walk(value: Any, path: str, found: dict[str, str]) -> None:
    if isinstance(value, dict):
        found[f"{path} (order)"] = " ".join(key for key in value if key != "language")
        for key, item in value.items():
            if (path, key) != ("", "language"):
                _walk(item, f"{path}.{key}", found)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            _walk(item, f"{path}[{number}]", found)
    else:
        found[path] = repr(value)


def count(change: Callable[[bytes], bytes], shared: Path, zero: bool) -> Counter[str]:
    """Resources and values seen, values changed, orders changed, resources refused."""
    tally: Counter[str] = Counter()
    for text in texts(shared, zero):
        tally["resources"] += 1
        try:
            written = change(text)
        except Exception as error:  # noqa: BLE001 — whatever a library says to a resource is a refusal
            tally["refused"] += 1
            tally[f"refused: {type(error).__name__}"] += 1
            continue
        before, after = values(text), values(written)
        different = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
        orders = {path for path in different if path.endswith(" (order)")}
        tally["values"] += sum(not path.endswith(" (order)") for path in before)
        tally["values changed"] += len(different - orders)
        tally["key orders changed"] += len(orders)
        tally["resources changed"] += bool(different)
        tally["resources with values changed"] += bool(different - orders)
    return tally


def main() -> None:
    options = argparse.ArgumentParser(description="P6: values changed by a read-modify-write")
    options.add_argument("--shared", type=Path, required=True)
    shared = options.parse_args().shared
    for zero in (False, True):
        print("decimals with a zero more:" if zero else "as Synthea writes:")
        for name, change in (("carefhir", ours), ("fhir.resources R4B", fhir_resources), ("fhirclient", fhirclient)):
            tally = count(change, shared, zero)
            print(f"  {name:20} " + ", ".join(f"{one} {tally[one]}" for one in sorted(tally)))


if __name__ == "__main__":
    main()
