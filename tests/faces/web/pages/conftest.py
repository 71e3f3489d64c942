"""The pages over the service of the launches, with Rosa at home after a stay."""

from __future__ import annotations

from tests.faces.web.launch.conftest import launch_with, launching

__all__ = ["launch_with", "launching"]
