"""`carefhir`, and `python -m carefhir`: the command line with all its commands."""

from __future__ import annotations

import carefhir.demo.command  # noqa: F401  registers `demo`
from carefhir.faces.cli import app, main

__all__ = ["app", "main"]

if __name__ == "__main__":
    main()
