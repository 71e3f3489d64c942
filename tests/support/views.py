"""Asks ViewDefinitions of resources that a test writes, on an engine that it is given."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from carefhir.population.sources import open_folder
from carefhir.population.view_definition import read_view
from carefhir.population.view_rows import rows_of
from carefhir.population.view_schema import schema_of

Json = dict[str, Any]
Row = Mapping[str, Any]


def columns(**paths: str) -> Json:
    """A select of columns by name and path."""
    return {"column": [{"name": name, "path": path} for name, path in paths.items()]}


def view(resource: str, *selects: Json, where: Iterable[str] = (), **more: Any) -> Json:
    """A ViewDefinition `tried` of selects and conditions."""
    return {
        "resourceType": "ViewDefinition",
        "name": "tried",
        "status": "active",
        "resource": resource,
        "select": list(selects),
        "where": [{"path": path} for path in where],
        **more,
    }


def rows_on(backend: Any, definition: Json, resources: Iterable[Json], folder: Path) -> list[Json]:
    """The rows of a view over resources, through files in `folder`, as bulk export would leave them."""
    checked = read_view(definition)
    of_type = [json.dumps(each) for each in resources if each["resourceType"] == checked.resource]
    (folder / f"{checked.resource}.ndjson").write_text("".join(f"{line}\n" for line in of_type), encoding="utf-8")
    table = open_folder(folder, backend).table(checked.resource, schema_of(checked.resource, [checked]))
    rows: list[Json] = rows_of(checked, table).to_pyarrow().to_pylist()
    return rows


def bag(rows: Iterable[Row]) -> Counter[str]:
    """Rows without an order, numbers by their value: two bags are equal if the views say the same."""
    return Counter(json.dumps({name: plain(value) for name, value in row.items()}, sort_keys=True) for row in rows)


def plain(value: object) -> object:
    """A value as JSON has it: 1.500000 and 1.5 are one number."""
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        return format(Decimal(str(value)).normalize(), "f")
    return [plain(item) for item in value] if isinstance(value, list) else value
