"""What the service says of itself, made from the catalog: OperationDefinitions, a CapabilityStatement, OpenAPI."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from pydantic import BaseModel

from carefhir import catalog
from carefhir.codes import BASE
from carefhir.engine.step import AnyReading, AnyStep, Step
from carefhir.faces.web.operating import METRICS_PATH
from carefhir.faces.web.parameters import is_patients, shape_of
from carefhir.faces.web.settings import EhrSettings, ServiceSettings
from carefhir.faces.web.statuses import TABLE
from carefhir.fhir.codec import Json

SCORE = "score"
"""The operation that scores answers, and neither reads nor writes a server."""
NAMES = frozenset({SCORE, *(entry.name for entry in catalog.ENTRIES)})
"""Every operation."""
VERSION = version("carefhir")
EXPECT, MOMENT = "Carefhir-Expect", "Carefhir-Now"
"""Headers: the sha-256 of a preview, and the moment for which that was decided."""


def canonical(name: str) -> str:
    """The canonical url of an operation."""
    return f"{BASE}/OperationDefinition/{name}"


def operation_definitions() -> tuple[Json, ...]:
    """One OperationDefinition for every step and reading, and for `$score`."""
    return (*(_definition(entry) for entry in catalog.ENTRIES), _score_definition())


def _definition(entry: AnyStep | AnyReading) -> Json:
    writes = isinstance(entry, Step)
    about_patient = is_patients(entry.command)
    inputs = list(_inputs(entry.command, without=("patient",)))
    if writes:
        words = "true: show what would be written, and write nothing"
        inputs.append({"name": "preview", "use": "in", "min": 0, "max": "1", "documentation": words, "type": "boolean"})
    return _operation(
        entry.name,
        entry.title,
        affects_state=writes,
        resource="Patient" if about_patient else "",
        instance=about_patient,
        parameters=inputs,
        description=(entry.command.__doc__ or entry.title).strip(),
    )


def _score_definition() -> Json:
    response = {
        "name": "response",
        "use": "in",
        "min": 1,
        "max": "1",
        "documentation": "the answers, to a questionnaire that is shipped",
        "type": "QuestionnaireResponse",
    }
    return _operation(
        SCORE,
        "Score the answers to a questionnaire",
        affects_state=False,
        resource="Questionnaire",
        instance=False,
        parameters=[response],
        description="Scores answers and says what endangers the patient. No server is read from or written to.",
    )


def _operation(
    name: str,
    title: str,
    *,
    affects_state: bool,
    resource: str,
    instance: bool,
    parameters: list[Json],
    description: str,
) -> Json:
    result: Json = {
        "name": "outcome",
        "use": "out",
        "min": 1,
        "max": "1",
        "documentation": "what became of it; everything else is told in further parameters, by their names",
        "type": "string",
    }
    return {
        "resourceType": "OperationDefinition",
        "id": name,
        "url": canonical(name),
        "version": VERSION,
        "name": "".join(part.capitalize() for part in name.split("-")),
        "title": title,
        "status": "active",
        "kind": "operation" if affects_state else "query",
        "description": " ".join(description.split()),
        "affectsState": affects_state,
        "code": name,
        **({"resource": [resource]} if resource else {}),
        "system": not resource,
        "type": bool(resource) and not instance,
        "instance": instance,
        "parameter": [*parameters, result],
    }


def _inputs(model: type[BaseModel], without: tuple[str, ...] = ()) -> Iterable[Json]:
    for name, field in model.model_fields.items():
        if name in without:
            continue
        shape = shape_of(field.annotation)
        parameter: Json = {
            "name": name,
            "use": "in",
            "min": 1 if field.is_required() else 0,
            "max": "*" if shape.many else "1",
            "documentation": field.description or name,
        }
        if shape.model is not None:
            yield {**parameter, "part": list(_inputs(shape.model))}
        else:
            yield {**parameter, "type": shape.type}


def capability_statement(address: str, ehr: EhrSettings, day: str) -> Json:
    """What can be asked for one EHR. `day` is when the service started, `YYYY-MM-DD`."""
    about_patients = [_listed(entry.name, entry.title) for entry in catalog.ENTRIES if is_patients(entry.command)]
    others = [_listed(entry.name, entry.title) for entry in catalog.ENTRIES if not is_patients(entry.command)]
    score = [_listed(SCORE, "Score the answers to a questionnaire")]
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": day,
        "kind": "instance",
        "software": {"name": "carefhir", "version": VERSION},
        "implementation": {"description": f"Care management for {ehr.name}", "url": f"{address}/{ehr.alias}/fhir"},
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [
            {
                "mode": "server",
                "security": {"description": "Bearer tokens of the EHR's issuer, with SMART scopes of version 1 or 2"},
                "resource": [
                    {"type": "Patient", "operation": about_patients},
                    {"type": "Questionnaire", "operation": score},
                    {"type": "OperationDefinition", "interaction": [{"code": "read"}]},
                ],
                "operation": others,
            }
        ],
    }


def _listed(name: str, title: str) -> Json:
    return {"name": name, "definition": canonical(name), "documentation": title}


def openapi(settings: ServiceSettings) -> Json:
    """OpenAPI 3.1 of everything, each step under its own address with its own fields."""
    schemas: dict[str, Any] = {"Result": _result_schema(), "Problem": _problem_schema(), "FHIR": {"type": "object"}}
    paths: dict[str, Any] = {
        "/health": {"get": _plain("Whether the process lives", "health")},
        "/ready": {"get": _plain("Which FHIR servers answer", "ready", and_not_ready=True)},
        "/{ehr}/fhir/metadata": {
            "get": _plain("What can be asked: a CapabilityStatement", "metadata", [_ehr(settings)])
        },
        "/{ehr}/fhir/Questionnaire/$score": {"post": _operation_call(settings, "score", "Score answers", fhir=True)},
        "/{ehr}/api/score": {"post": _operation_call(settings, "score-json", "Score answers", fhir=False)},
    }
    if settings.operating.metrics_here:
        paths[METRICS_PATH] = {"get": _plain("What was counted, for Prometheus", "metrics")}
    for entry in catalog.ENTRIES:
        verb = "post" if isinstance(entry, Step) else "get"
        about_patient = is_patients(entry.command)
        fhir = "/{ehr}/fhir/Patient/{id}/$" if about_patient else "/{ehr}/fhir/$"
        api = "/{ehr}/api/patients/{id}/" if about_patient else "/{ehr}/api/"
        paths[f"{fhir}{entry.name}"] = {verb: _entry(entry, settings, fhir=True)}
        paths[f"{api}{entry.name}"] = {verb: _entry(entry, settings, fhir=False)}
        if isinstance(entry, Step):
            schema = entry.command.model_json_schema(ref_template="#/components/schemas/{model}")
            for name, part in schema.pop("$defs", {}).items():
                schemas[name] = part
            schema["properties"].pop("patient", None)
            schema["required"] = [name for name in schema.get("required", []) if name != "patient"]
            schemas[entry.command.__name__] = schema
    return {
        "openapi": "3.1.0",
        "info": {"title": "carefhir", "version": VERSION, "description": "Care management on FHIR R4."},
        "servers": [{"url": settings.address}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
    }


def _entry(entry: AnyStep | AnyReading, settings: ServiceSettings, *, fhir: bool) -> Json:
    writes = isinstance(entry, Step)
    call = _operation_call(settings, f"{entry.name}{'' if fhir else '-json'}", entry.title, fhir=fhir, body=writes)
    call["description"] = " ".join((entry.command.__doc__ or entry.title).split())
    if is_patients(entry.command):
        call["parameters"].append(_in("path", "id", "the patient's id on the EHR's FHIR server", required=True))
    if writes:
        call["parameters"] += [
            _in("query", "preview", "true: show what would be written, and write nothing", kind="boolean"),
            _in("header", EXPECT, "the sha-256 of a preview: anything else is refused"),
            _in("header", MOMENT, "the moment that the preview names; only together with it"),
        ]
        if not fhir:
            reference = {"$ref": f"#/components/schemas/{entry.command.__name__}"}
            call["requestBody"]["content"] = {"application/json": {"schema": reference}}
    else:
        for name, field in entry.command.model_fields.items():
            if name != "patient":
                words = field.description or name
                call["parameters"].append(_in("query", name, words, required=field.is_required()))
    return call


def _operation_call(settings: ServiceSettings, name: str, title: str, *, fhir: bool, body: bool = True) -> Json:
    kind = "application/fhir+json" if fhir else "application/json"
    result, problem = ("FHIR", "FHIR") if fhir else ("Result", "Problem")
    by_status: dict[int, list[str]] = {}
    for line in TABLE.values():
        by_status.setdefault(line.status, []).append(line.meaning)
    responses = {
        str(status): {
            "description": "; or ".join(meanings),
            "content": {kind: {"schema": {"$ref": f"#/components/schemas/{result if status < 400 else problem}"}}},
        }
        for status, meanings in sorted(by_status.items())
    }
    call: Json = {
        "operationId": name,
        "summary": title,
        "security": [{"bearer": []}],
        "parameters": [
            _ehr(settings),
            _in("header", "Prefer", "return=minimal, return=representation or return=OperationOutcome"),
        ],
        "responses": responses,
    }
    if body:
        schema = {"$ref": "#/components/schemas/FHIR"}
        call["requestBody"] = {"required": True, "content": {kind: {"schema": schema}}}
    return call


def _plain(title: str, name: str, parameters: list[Json] | None = None, *, and_not_ready: bool = False) -> Json:
    responses = {"200": {"description": title}}
    if and_not_ready:
        responses["503"] = {"description": "at least one does not"}
    if parameters:
        responses["404"] = {"description": TABLE["unknown"].meaning}
    return {"operationId": name, "summary": title, "parameters": parameters or [], "responses": responses}


def _ehr(settings: ServiceSettings) -> Json:
    schema = {"type": "string", "enum": [ehr.alias for ehr in settings.ehrs]}
    return {"in": "path", "name": "ehr", "required": True, "description": "which EHR", "schema": schema}


def _in(place: str, name: str, words: str, *, required: bool = False, kind: str = "string") -> Json:
    return {"in": place, "name": name, "required": required, "description": words, "schema": {"type": kind}}


def _result_schema() -> Json:
    words = "done, preview, refused, conflict, partly written, or the name of what was read"
    return {
        "type": "object",
        "required": ["outcome"],
        "properties": {"outcome": {"type": "string", "description": words}},
    }


def _problem_schema() -> Json:
    return {
        "type": "object",
        "required": ["outcome"],
        "properties": {
            "outcome": {"type": "string"},
            "code": {"type": "string", "description": "a FHIR issue type"},
            "message": {"type": "string"},
            "instructions": {"type": "array", "items": {"type": "string"}, "description": "what a person must do now"},
            "sent": {"type": "string", "description": "what was sent or written"},
        },
    }
