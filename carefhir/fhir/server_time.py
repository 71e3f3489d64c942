"""What time it is on the server, by its own answers.

Changes are found by the time at which the server says that they were made, so the moment up to which they were looked
at must be on the same clock. Ours may be minutes away from it, and a record changed in these minutes would never be
looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from carefhir.fhir.record import Record, first_text, moment
from carefhir.fhir.wire import MAIN, Answer, Ask, Flow, Request, Response

T = TypeVar("T")


@dataclass(slots=True)
class ServerTime:
    """The server's time when it answered first."""

    home: str = MAIN
    """Which server: where a flow asks several, the others' answers say nothing of its clock."""
    by_header: datetime | None = None
    """By the `Date` of the first answer that has one."""
    newest: datetime | None = None
    """The newest change (`meta.lastUpdated`) of anything that was read."""

    @property
    def at(self) -> datetime | None:
        """A moment that had come on the server before anything else was read; None where nothing says one."""
        return self.by_header or self.newest

    def read(self, records: Iterable[Record]) -> None:
        """Takes the times at which those of these records were changed that are of this server."""
        own = (record for record in records if record.home == self.home)
        changed = (moment(first_text(record.json, "meta.lastUpdated")) for record in own)
        self.newest = max((at for at in (self.newest, *changed) if at is not None), default=None)

    def hearing(self, flow: Flow[T]) -> Flow[T]:
        """The flow itself; what the server answers is looked at on its way."""
        try:
            asks = flow.send(None)  # type: ignore[arg-type]  # a new generator takes None
            while True:
                answers = yield asks
                self._take(asks, answers)
                asks = flow.send(answers)
        except StopIteration as stop:
            result: T = stop.value
            return result

    def _take(self, asks: Iterable[Ask], answers: Iterable[Answer]) -> None:
        for request, answer in zip(asks, answers, strict=True):
            ours = isinstance(request, Request) and request.home == self.home
            if ours and self.by_header is None and isinstance(answer, Response) and answer.status < 300:
                self.by_header = _date(answer.headers.get("date", ""))


def _date(text: str) -> datetime | None:
    """A moment as HTTP writes it, in UTC; None where it cannot be read."""
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
