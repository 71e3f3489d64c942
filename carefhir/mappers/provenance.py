"""Provenance: the receipt of an act (rule R3). R4 gives it no identifier, so its tag is its key."""

from __future__ import annotations

from carefhir.codes import ACT_KEY, BASE, COMMAND_KEY, DISCIPLINE, PROVENANCE_AGENT, STEP_NAME, VERSION_KEY, concept
from carefhir.fhir.bundle import tags_of
from carefhir.fhir.changes import UNMARKED, Amend, Plan, basis
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, dig, first_text, references, relative
from carefhir.fhir.search import Need, OfEach, Tagged
from carefhir.occasion import Occasion

ARTEFACT = f"{BASE}/sid/artefact"
"""Identifier system of the clinical content a decision used: url|version."""

DISCIPLINE_EXTENSION = f"{BASE}/StructureDefinition/discipline"


def find() -> Need:
    """Only the receipt of the act in the slot: some patients have 1,945 Provenances."""
    return Need("receipt", "Provenance", (Tagged(f"{ACT_KEY}|{{act}}"),))


def find_naming(reference: str) -> Need:
    """The receipts that name a resource as their target."""
    return Need("receipts that name it", "Provenance", (OfEach("target", "target", reference),), optional=True)


def act_of(record: Record) -> str:
    """The key of the act that a receipt is for."""
    return next(tags_of(record.json, ACT_KEY), "")


def step_of(record: Record) -> str:
    """The step whose act a receipt is for; "" where a release before 0.2 wrote it, or the server dropped it."""
    return next(tags_of(record.json, STEP_NAME), "")


def command_of(record: Record) -> str:
    """The digest of the command a resource of ours was written for; "" if the server dropped it."""
    return next(tags_of(record.json, COMMAND_KEY), "")


def author(record: Record) -> str:
    """Whoever did what the receipt is for, as a reference; "" if it names nobody."""
    return next((who for one in references(record.json, "agent.who") if (who := relative(one))), "")


def targets(record: Record) -> tuple[str, ...]:
    """Everything the act created or amended, by reference."""
    return tuple(target for one in references(record.json, "target") if (target := relative(one)))


def artefacts_of(record: Record) -> frozenset[str]:
    """The urls of the clinical content that a decision used, without versions."""
    used = (one for one in dig(record.json, "entity.what.identifier") if isinstance(one, dict))
    return frozenset(str(one.get("value", "")).partition("|")[0] for one in used if one.get("system") == ARTEFACT)


def versions_of(record: Record) -> dict[str, str]:
    """The version in which each record stood that the act was decided from, by reference."""
    used = (one for one in dig(record.json, "entity.what.identifier") if isinstance(one, dict))
    named = (str(one.get("value", "")).partition("/_history/") for one in used if one.get("system") == VERSION_KEY)
    return {reference: version for reference, _, version in named}


def recorded(record: Record) -> str:
    """When the receipt was written, as it says."""
    return first_text(record.json, "recorded") or ""


def write(plan: Plan, occasion: Occasion, fallback_target: str) -> Json:
    """A receipt: who, when, why, and from what it was decided; targets are added with the writes."""
    agent: Json = {
        "type": concept(PROVENANCE_AGENT, "author"),
        "who": {"reference": occasion.actor.reference},
    }
    discipline = plan.acting_as or occasion.actor.discipline
    if discipline:
        coding = {"system": DISCIPLINE, "code": discipline}
        agent["extension"] = [{"url": DISCIPLINE_EXTENSION, "valueCoding": coding}]
    # What is never marked is told to be amended by the version that it was decided from.
    unmarked = [change.record for change in plan.changes if isinstance(change, Amend) and change.type in UNMARKED]
    sources = (*plan.decided_from, *(record for record in unmarked if record not in plan.decided_from))
    entities: list[Json] = [{"role": "source", "what": basis(record)} for record in sources]
    entities += [
        {"role": "source", "what": {"identifier": {"system": ARTEFACT, "value": one}}} for one in plan.artefacts
    ]
    receipt: Json = {
        "resourceType": "Provenance",
        "target": [{"reference": fallback_target}],
        "recorded": occasion.stamp,
        "agent": [agent],
    }
    if plan.reason:
        receipt["reason"] = [{"text": plan.reason}]
    if entities:
        receipt["entity"] = entities
    return receipt
