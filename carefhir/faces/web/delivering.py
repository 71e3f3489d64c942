"""Delivers by the clock what an EHR has not taken yet, where the service signs in there by itself.

Every step delivers for its patient; what waits of somebody about whom nobody works today is delivered here. It may run
in several workers at once and be broken off at any moment: what is in the EHR already is not put there again.
"""

from __future__ import annotations

import asyncio
import random

import structlog

from carefhir.errors import CarefhirError, where
from carefhir.faces.async_care import AsyncCare
from carefhir.faces.web.companion_settings import CompanionSettings


class DeliveryRounds:
    """The rounds of one EHR."""

    def __init__(
        self, alias: str, care: AsyncCare, settings: CompanionSettings, log: structlog.stdlib.BoundLogger
    ) -> None:
        self._alias, self._log, self._every = alias, log, settings.deliver_every
        self._care = care.on_behalf_of(settings.deliver_as)

    async def go_on(self) -> None:
        """Delivers, waits, and delivers again, until it is cancelled. Workers do not all begin at once."""
        while True:
            await asyncio.sleep(self._every * random.uniform(0.5, 1.0))
            await self.once()

    async def once(self) -> None:
        """One round; what fails is said in the log, and is tried again in the next."""
        try:
            deliveries = await self._care.deliver()
        except CarefhirError as error:
            self._log.warning("delivered", ehr=self._alias, outcome=error.code)
        except Exception as error:  # noqa: BLE001  its words may hold patient data, its kind and place do not
            self._log.error("fault", ehr=self._alias, where=where(error))
        else:
            outcomes = [settled.attempt.outcome for settled in deliveries.settled]
            if outcomes or deliveries.not_visible:
                counts = {name: outcomes.count(name) for name in ("accepted", "refused", "waits")}
                outcome = "not-visible" if deliveries.not_visible else "whole" if deliveries.whole else "in-part"
                self._log.info("delivered", ehr=self._alias, outcome=outcome, **counts)
