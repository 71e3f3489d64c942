"""One home with what is known of it, and how it is to be used."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from carefhir.fhir.capability import Capabilities
from carefhir.fhir.commit import CommitWay
from carefhir.fhir.gather import Way
from carefhir.fhir.homes import Home


@dataclass(frozen=True, slots=True)
class Server:
    """One home with what is known of it, and how it is to be used."""

    home: Home
    capabilities: Capabilities
    way: Way | None = None
    commit_way: CommitWay | None = None
    budget: float = 30.0
    """Seconds that a commit may wait while others write the same records."""
    jitter: Callable[[], float] = field(default=random.random)
