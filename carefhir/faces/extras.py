"""What a base install does without."""

from __future__ import annotations

from importlib.util import find_spec

SERVICE = ("jinja2", "limits", "prometheus_client", "structlog")
"""The packages of `carefhir[serve]` without which no service starts."""


def service_lacks() -> str:
    """The first package that the service needs and that is not installed, and how to install it; or nothing."""
    missing = next((package for package in SERVICE if find_spec(package) is None), "")
    return f"the service needs {missing}, which is not installed: pip install 'carefhir[serve]'" if missing else ""


POPULATION = ("ibis", "duckdb")
"""The packages of `carefhir[population]`, without which no population is read."""


def population_lacks() -> str:
    """The first package that populations need and that is not installed, and how to install it; or nothing."""
    missing = next((package for package in POPULATION if find_spec(package) is None), "")
    return f"populations need {missing}, which is not installed: pip install 'carefhir[population]'" if missing else ""
