"""Whose chart it is and who works in it, read from the FHIR server for the top of every page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import httpx

from carefhir.errors import CarefhirError
from carefhir.faces.sign_in import keyring_of
from carefhir.faces.web.bearer import Caller
from carefhir.faces.web.companion import Companion
from carefhir.faces.web.pages.frame import ChartHeading
from carefhir.faces.web.settings import EhrSettings
from carefhir.fhir.both_homes import of_companion
from carefhir.fhir.codec import NotJson
from carefhir.fhir.homes import Home
from carefhir.fhir.outcome import in_words
from carefhir.fhir.record import Record, first_text
from carefhir.fhir.retry import retrying
from carefhir.fhir.search import Named, Need
from carefhir.fhir.wire import MAIN, Failure, Response, exchange, get
from carefhir.mappers import patient
from carefhir.transport.httpx_driver import HttpxDriver
from carefhir.transport.keyring import Keyring


class HeadingReader:
    """Reads headings from one EHR's FHIR server."""

    def __init__(self, ehr: EhrSettings, client: httpx.AsyncClient) -> None:
        home = Home.at(ehr.fhir, also_known_as=ehr.site.also_known_as)
        self._driver = HttpxDriver(home, client=client, timeout=(5.0, ehr.site.timeout), headers=ehr.headers)
        self._own = None if ehr.passes_token_on else keyring_of(ehr.site)

    async def heading(self, caller: Caller, chart: str, today: date) -> ChartHeading:
        """The heading of a page about a patient (`Patient/ID`; "" about nobody in particular) for whoever works in a
        session. What cannot be read is said; nothing is raised for it."""
        ring = self._own if self._own is not None else Keyring({MAIN: caller.bearer})
        driver = self._driver.signing_in_with(ring)
        asked = tuple(filter(None, (chart, caller.acting)))
        answers = await driver.run(retrying(exchange([get(reference) for reference in asked])))
        read = dict(zip(asked, answers, strict=True))
        user = _record(read[caller.acting], caller.acting) if caller.acting else None
        who = patient.display(user, today) if user is not None else caller.acting
        if not chart:
            return ChartHeading("", who=who)
        record, answer = _record(read[chart], chart), read[chart]
        if record is None:
            why = "it is another record" if _status(answer) == 200 else in_words(answer)
            return _unknown(chart, who, why)
        return _heading(record, who, today)


USER = Need("user", "Practitioner", (Named("{acting}"),), optional=True)
"""Whoever acts."""


async def heading_of_both(
    companion: Companion, caller: Caller, chart: str, today: date, *, again: bool = True
) -> ChartHeading:
    """The heading where an EHR has a companion: the EHR says who somebody is, and while it does not, their record on
    the companion does, and that is said."""
    slots = {name: value for name, value in (("patient", chart), ("acting", caller.acting)) if value}
    try:
        records = await companion.care_for(caller)._gathered((patient.find(), USER), slots)
    except CarefhirError as error:
        if again:  # now it is known which server is away, and what was known of the patient before counts
            return await heading_of_both(companion, caller, chart, today, again=False)
        nobody = (
            await heading_of_both(companion, caller, "", today, again=False)
            if chart
            else ChartHeading("", who=caller.acting)
        )
        return replace(_unknown(chart, nobody.who, error.message), away=NOTHING_SAVED)
    user = records.one(USER.name)
    who = patient.display(user, today) if user is not None else caller.acting
    away = next((f"{NOTHING_SAVED} ({gap.why})" for gap in records.gaps if of_companion(gap)), "")
    if not chart:
        return ChartHeading("", who=who, away=away)
    whys = dict.fromkeys(gap.why for gap in records.gaps if gap.need == patient.find().name and not of_companion(gap))
    record = records.one(patient.find().name)
    if record is None:
        return replace(_unknown(chart, who, "; ".join(whys) or "nobody has a record of this number"), away=away)
    if not away:
        companion.seen(record)
    return replace(_heading(record, who, today), away=away, unsure=f"{UNSURE} ({'; '.join(whys)})" if whys else "")


NOTHING_SAVED = "nothing can be saved now: the companion, which keeps plans and tasks, cannot be read"
UNSURE = (
    "name, birth date and telephone stand here as carefhir keeps them, for the EHR does not show them now: ask for the "
    "name, and whether anything has changed"
)


def _unknown(chart: str, who: str, why: str) -> ChartHeading:
    return ChartHeading(chart, who=who, trouble=f"who this patient is could not be read: {why}")


def _heading(record: Record, who: str, today: date) -> ChartHeading:
    return ChartHeading(
        name=patient.display(record, today),
        born=patient.born(record),
        sex=first_text(record.json, "gender") or "sex not on record",
        number=patient.number(record, today),
        language=patient.language(record),
        phone="" if patient.standing(record) else patient.phone(record, today),
        standing=patient.standing(record),
        deceased=getattr(patient.read(record), "deceased", False),
        who=who,
    )


def _status(answer: Response | Failure) -> int:
    return answer.status if isinstance(answer, Response) else 0


def _record(answer: Response | Failure, reference: str) -> Record | None:
    """The record that was asked for, and no other."""
    if isinstance(answer, Failure) or answer.status != 200:
        return None
    try:
        record = Record(answer.body)
    except NotJson:
        return None
    return record if record.reference == reference else None
