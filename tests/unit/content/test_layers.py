"""Where content comes from: the same url is the same artefact, the highest active version is in force."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir.content.layers import PACKAGE, SERVER, Layer, in_force, origins, passed_over
from carefhir.errors import ContentError

Json = dict[str, Any]
URL = "https://site.example/PlanDefinition/a"


def plan(id_: str, version: str, **more: Any) -> Json:
    return {"resourceType": "PlanDefinition", "id": id_, "url": URL, "version": version, "status": "active", **more}


def layers(*given: tuple[str, Json]) -> tuple[Layer, ...]:
    return tuple(Layer(origin, (artefact,)) for origin, artefact in given)


OURS = (PACKAGE, plan("a", "1.2.0"))
KEY = ("PlanDefinition", "a")


@pytest.mark.parametrize(
    ("version", "wins"),
    [("1.2.1", True), ("1.10.0", True), ("2", True), ("1.2.0", True), ("1.1.9", False), ("", False)],
)
def test_the_highest_version_is_in_force(version: str, wins: bool) -> None:
    both = layers(OURS, ("site", plan("a", version)))
    assert in_force(both)[KEY]["version"] == (version if wins else "1.2.0")
    assert origins(both) == {KEY: "site" if wins else PACKAGE}
    assert [(each.origin, each.version) for each in passed_over(both)] == ([] if wins else [("site", version)])


def test_a_server_names_the_same_artefact_by_an_id_of_its_own() -> None:
    both = layers(OURS, (SERVER, plan("4711", "2.0.0")))
    assert list(in_force(both)) == [KEY]
    assert (in_force(both)[KEY]["id"], in_force(both)[KEY]["version"]) == ("a", "2.0.0")
    assert origins(both) == {KEY: SERVER}


def test_the_newest_of_several_places_is_in_force_and_the_others_are_named() -> None:
    three = layers(OURS, ("folder", plan("a", "3.0.0")), (SERVER, plan("9", "2.0.0")))
    assert origins(three) == {KEY: "folder"}
    assert [(each.origin, each.version, each.why) for each in passed_over(three)] == [
        (SERVER, "2.0.0", "version 3.0.0 is in force (folder)")
    ]


@pytest.mark.parametrize("status", ["draft", "retired", "unknown"])
def test_what_is_not_active_is_not_in_force_and_is_named(status: str) -> None:
    both = layers(OURS, ("site", plan("a", "9.0.0", status=status)))
    assert origins(both) == {KEY: PACKAGE}
    assert passed_over(both)[0].why == f"its status is {status}"


def test_an_id_of_ours_under_another_url_is_refused() -> None:
    other = plan("a", "9.0.0", url="https://site.example/PlanDefinition/other")
    with pytest.raises(ContentError, match=r"PlanDefinition/a \(site\): an artefact of another url"):
        in_force(layers(OURS, ("site", other)))


def test_a_fragment_has_the_url_of_what_it_adds_to_and_replaces_nothing() -> None:
    system: Json = {"resourceType": "CodeSystem", "id": "c", "url": "urn:c", "version": "1", "content": "complete"}
    added = {**system, "id": "c-site", "version": "9", "content": "fragment"}
    both = layers((PACKAGE, system), ("site", added))
    assert origins(both) == {("CodeSystem", "c"): PACKAGE, ("CodeSystem", "c-site"): "site"}


def test_another_type_of_the_same_url_is_another_artefact() -> None:
    form = {**plan("a", "9"), "resourceType": "Questionnaire"}
    assert set(origins(layers(OURS, ("site", form)))) == {KEY, ("Questionnaire", "a")}
