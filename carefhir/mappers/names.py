"""Names of the people who care for somebody, for a sentence that a person reads; never for a log or an error."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from carefhir.fhir.record import Record
from carefhir.mappers import patient

_NONE = ("(not visible)", patient.NO_NAME)


@dataclass(frozen=True, slots=True)
class Names:
    """The names of Practitioners and RelatedPersons, by reference: `Dana Whitfield (Practitioner/6)`."""

    by_reference: dict[str, str] = field(default_factory=dict)

    def of(self, reference: str) -> str:
        """A person by name, with the reference in parentheses; by reference alone where no name is on record."""
        name = self.by_reference.get(reference, "")
        return f"{name} ({reference})" if name else reference


def names_of(records: Iterable[Record | None]) -> Names:
    """The names on these records; whoever has none is known by reference."""
    people = [record for record in records if record is not None]
    shown = {record.reference: patient.display(record) for record in people}
    return Names({reference: name for reference, name in shown.items() if name not in _NONE})
