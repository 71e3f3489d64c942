"""Looks at the acts of a page, and writes those that still come to what was seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from carefhir.engine.results import Preview
from carefhir.errors import BadInput, CarefhirError
from carefhir.faces.web.bearer import Caller
from carefhir.faces.web.launch.requests import SentForm
from carefhir.faces.web.launch.visits import LaunchVisit
from carefhir.faces.web.pages.acts import CHANGED, PageAct, SeenAct, WrittenAct, signature
from carefhir.faces.web.statuses import Denied


async def looked_at(visit: LaunchVisit, caller: Caller, acts: Sequence[PageAct]) -> tuple[SeenAct, ...]:
    """What each act would write. Raises `Denied` where the session is over."""
    return tuple([await _looked_at(visit, caller, act) for act in acts])


async def _looked_at(visit: LaunchVisit, caller: Caller, act: PageAct) -> SeenAct:
    try:
        return SeenAct.of(act, await _previewed(visit, caller, act))
    except CarefhirError as error:
        _over(error)
        return SeenAct.of_error(act, error)


async def written(
    visit: LaunchVisit, caller: Caller, acts: Sequence[PageAct], as_seen: Mapping[str, str]
) -> tuple[WrittenAct, ...]:
    """Writes each act that somebody has seen as it is, one after another; one that fails keeps no other back. Raises
    `Denied` where the session is over before anything is written."""
    return tuple([await _written(visit, caller, act, as_seen.get(act.name, "")) for act in acts])


async def _written(visit: LaunchVisit, caller: Caller, act: PageAct, as_seen: str) -> WrittenAct:
    try:
        result = await _previewed(visit, caller, act)
        if isinstance(result, Preview):
            if signature(result, act) != as_seen:
                raise BadInput(CHANGED)
            sent = SentForm({}, expect=result.sha256, moment=result.now.isoformat())
            result = await visit.act(act.step.name, caller, dict(act.values), sent)
        return WrittenAct.of(act, result)
    except CarefhirError as error:
        return WrittenAct.of_error(act, error)


async def _previewed(visit: LaunchVisit, caller: Caller, act: PageAct) -> object:
    return await visit.act(act.step.name, caller, dict(act.values), replace(SentForm({}), preview=True))


def _over(error: CarefhirError) -> None:
    if isinstance(error, Denied) and error.kind == "not-signed-in":
        raise error
