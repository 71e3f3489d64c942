"""The ViewDefinitions by which a population is read (`profiles/population/`)."""

from __future__ import annotations

import json
from functools import cache

from carefhir.content.loading import own_folder
from carefhir.errors import ContentError
from carefhir.population.view_definition import View, read_view


@cache
def views() -> dict[str, View]:
    """Our views by their id. Raises `ContentError` where one is not supported, or cannot be read."""
    by_id: dict[str, View] = {}
    for path in sorted((own_folder() / "population").glob("ViewDefinition-*.json")):
        try:
            definition = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            raise ContentError(f"{path.name} is not JSON") from None
        by_id[definition["id"]] = read_view(definition)
    return by_id
