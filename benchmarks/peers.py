"""What the benchmarks share: paired rounds, the machine in words, and fhirclient asked for the same things.

fhirclient is what most Python users pick: one search after another, every resource made a model.
"""

from __future__ import annotations

import gc
import importlib
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from carefhir.fhir.search import Follow, Need


@dataclass
class Samples:
    """Raw samples of one subject, milliseconds."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def paired(subjects: Mapping[str, Callable[[], object]], rounds: int, warm_up: int = 2) -> dict[str, Samples]:
    """Runs every subject once a round, the first one rotating; wall and CPU time of this process."""
    names = list(subjects)
    samples = {name: Samples() for name in names}
    for number in range(-warm_up, rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            gc.collect()
            wall, cpu = time.perf_counter(), time.process_time()
            subjects[name]()
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
            if number >= 0:
                samples[name].wall.append(wall * 1000)
                samples[name].cpu.append(cpu * 1000)
    return samples


def ratio(of: Sequence[float], to: Sequence[float]) -> float:
    """The median of the paired ratios."""
    return statistics.median(one / other for one, other in zip(of, to, strict=True))


def show(samples: Mapping[str, Samples], ours: str) -> None:
    """Medians, ratios to ours, and the raw samples."""
    for name, one in samples.items():
        wall, cpu = statistics.median(one.wall), statistics.median(one.cpu)
        line = f"  {name:34} wall {wall:8.1f} ms   client CPU {cpu:7.1f} ms"
        if name != ours:
            mine = samples[ours]
            line += f"   ours is {ratio(one.wall, mine.wall):5.2f}x faster, at {ratio(mine.cpu, one.cpu):.3f}x its CPU"
        print(line)
    for name, one in samples.items():
        print(f"  raw {name}: wall {_list(one.wall)}; CPU {_list(one.cpu)}")


def _list(values: Sequence[float]) -> str:
    return " ".join(f"{value:.1f}" for value in values)


def machine() -> str:
    load = " ".join(f"{one:.2f}" for one in os.getloadavg())
    return f"Python {platform.python_version()}, {os.cpu_count()} cores, load average {load}"


class Fhirclient:
    """fhirclient against one server, asked need by need, in sequence."""

    def __init__(self, base: str, *, fresh: bool) -> None:
        from fhirclient.server import FHIRServer

        self.server = FHIRServer(None, base_uri=base)
        self.requests = 0
        if fresh:
            self.server.session.headers["Cache-Control"] = "no-cache"
        self.server.session.hooks["response"].append(self._count)

    def _count(self, *_: object, **__: object) -> None:
        self.requests += 1

    def gather(self, needs: Sequence[Need], slots: Mapping[str, str]) -> dict[str, list[Any]]:
        """The same needs, page by page; then what is followed."""
        found = {}
        for need in needs:
            query = dict(need.query(slots) or ()) | {"_count": "200"}
            found[need.name] = self._search(need.type, query)
        for follow in (one for need in needs for one in need.follow):
            found[f"{follow.type} at {follow.path}"] = self._followed(found, needs, follow)
        return found

    def _followed(self, found: Mapping[str, list[Any]], needs: Sequence[Need], follow: Follow) -> list[Any]:
        having = [one for need in needs if follow in need.follow for one in found[need.name]]
        pointers = [one.reference or "" for each in having for one in _at(each, follow.path.split("."))]
        ids = sorted({one.partition("/")[2] for one in pointers if one.startswith(f"{follow.type}/")})
        return self._search(follow.type, {"_id": ",".join(ids), "_count": "200"}) if ids else []

    def _search(self, type_: str, query: Mapping[str, str]) -> list[Any]:
        model = getattr(importlib.import_module(f"fhirclient.models.{type_.lower()}"), type_)
        return list(model.where(dict(query)).perform_resources_iter(self.server))


def _at(value: Any, path: list[str]) -> list[Any]:
    """What stands at an element path of a fhirclient model, lists opened on the way."""
    if isinstance(value, list):
        return [found for one in value for found in _at(one, path)]
    if value is None or not path:
        return [] if value is None else [value]
    return _at(getattr(value, path[0], None), path[1:])
