"""Content on a server: our urls are asked for, a newer version is in force, and what cannot be read stops the start."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest

from carefhir.content.layers import SERVER, origins
from carefhir.content.loading import Content, load
from carefhir.content.served import with_served
from carefhir.errors import ServerUnfit, ServerUnreachable
from carefhir.fhir.homes import Home
from carefhir.fhir.wire import Failure, Request, Response

Json = dict[str, Any]
HOME = Home.at("https://fhir.example/r4")
OURS = load()
LACE = OURS.get("PlanDefinition", "lace")


def bundle(*resources: Json, more: str = "") -> Response:
    links = [{"relation": "next", "url": more}] if more else []
    entries = [{"resource": resource, "search": {"mode": "match"}} for resource in resources]
    body = {"resourceType": "Bundle", "type": "searchset", "link": links, "entry": entries}
    return Response(200, body=json.dumps(body).encode())


def read(answer: Callable[[Request], Response | Failure]) -> tuple[Content, list[Request]]:
    """Runs the flow by hand."""
    flow, asked = with_served(OURS, HOME), []
    try:
        requests = next(flow)
        while True:
            asked += requests
            requests = flow.send(tuple(answer(request) for request in requests))
    except StopIteration as stop:
        return stop.value, asked


def lace_of(request: Request, *resources: Json) -> Response:
    return bundle(*resources) if "PlanDefinition%2Flace" in request.target else bundle()


def test_every_url_of_ours_is_asked_for_once_and_nothing_else() -> None:
    _, asked = read(lambda request: bundle())
    assert {request.method for request in asked} == {"GET"}
    urls = [url for each in asked for url in parse_qs(each.target.partition("?")[2])["url"][0].split(",")]
    types = ("CodeSystem", "ConceptMap", "PlanDefinition", "Questionnaire")
    assert sorted(urls) == sorted(each["url"] for (type_, _), each in OURS.artefacts.items() if type_ in types)
    assert max(len(request.target) for request in asked) < 2_000


def test_a_newer_version_there_is_in_force_under_our_id() -> None:
    newer = {**LACE, "id": "77", "version": "4.0.0"}
    content, _ = read(lambda request: lace_of(request, newer))
    assert content.get("PlanDefinition", "lace")["version"] == "4.0.0"
    assert origins(content.layers)["PlanDefinition", "lace"] == SERVER
    assert content.get("PlanDefinition", "packet") == OURS.get("PlanDefinition", "packet")


@pytest.mark.parametrize("more", [{"version": "0.0.1"}, {"status": "retired"}, {"url": "https://other.example/p"}])
def test_an_older_an_inactive_and_a_strange_one_are_not(more: Json) -> None:
    content, _ = read(lambda request: lace_of(request, {**LACE, "id": "77", "version": "4.0.0", **more}))
    assert content.get("PlanDefinition", "lace") == LACE


def test_the_next_page_is_read_too() -> None:
    newer = {**LACE, "id": "77", "version": "4.0.0"}

    def answer(request: Request) -> Response:
        if request.target == "?page=2":
            return bundle(newer)
        return bundle(more="https://fhir.example/r4?page=2") if request.target.startswith("Questionnaire") else bundle()

    content, _ = read(answer)
    assert content.get("PlanDefinition", "lace")["version"] == "4.0.0"


def test_a_next_link_that_leads_elsewhere_is_not_followed() -> None:
    with pytest.raises(ServerUnfit, match="to its end"):
        read(lambda request: bundle(more="https://other.example/r4?page=2"))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Failure("timeout", True), ServerUnreachable),
        (Response(403), ServerUnfit),
        (Response(200, body=b"<html>"), ServerUnfit),
    ],
)
def test_what_cannot_be_read_stops_the_start(answer: Response | Failure, error: type[Exception]) -> None:
    with pytest.raises(error):
        read(lambda request: answer)
