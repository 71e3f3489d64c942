"""A FHIR R4 server in memory, so that demonstration and tests need nothing but Python.

It shares no code with the rest of carefhir: a client and a server that read FHIR with the same eyes would be wrong
together. What it does it states (`/metadata`), and the contract suite holds it against a real HAPI.

    request -> server (lock, routes) -> interactions | transaction -> store (versions, undo, indexes)
                                                    search -> query, matching, index, parameters, values
"""

from carefhir.sandbox.app import RunningSandbox, bound, serve, start
from carefhir.sandbox.knobs import Knobs
from carefhir.sandbox.server import Sandbox, SandboxAnswer
from carefhir.sandbox.shapes import SHAPES, ShapeDescription, ShapeRow, UnknownShape, described, shape

__all__ = [
    "SHAPES",
    "Knobs",
    "RunningSandbox",
    "Sandbox",
    "SandboxAnswer",
    "ShapeDescription",
    "ShapeRow",
    "UnknownShape",
    "bound",
    "described",
    "serve",
    "shape",
    "start",
]
