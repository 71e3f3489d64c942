"""Goes on with an act that has its receipt and lacks parts, on servers that carry a transaction out in part (R3).

The act was decided once more as if it had not been begun, so its plan has the same parts under the same keys. Of these
only what the receipt names and what was never written is written now: what somebody has removed since, and what the
plan would add today, is not.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from carefhir.engine.committing import Commission, commit, told_by
from carefhir.engine.proving import Proof
from carefhir.engine.results import Briefing, Done, Line, Partial, Refused, Result
from carefhir.engine.step import AnyStep
from carefhir.fhir.bundle import Entry, Prepared
from carefhir.fhir.changes import Plan, strings_in
from carefhir.fhir.commit import Resumed, relinked
from carefhir.fhir.diagnosis import OnServer, look
from carefhir.fhir.server import Server
from carefhir.fhir.wire import Flow


def cannot(step: str, proof: Proof, told: Briefing, why: str = "") -> Partial:
    """Says that parts lack and cannot be written by running the step again."""
    written = tuple(
        Line(place, record.type, "found", "named by the receipt", place, record.version)
        for place, record in proof.there.items()
    )
    because = f"; {why}" if why else ""
    decide = ": look at the record, and enter by hand what is missing, or take the act back with retract"
    return Partial(step, f"{proof.words()}{because}{decide}", written, (), told=told)


def finish(step: AnyStep, plan: Plan, prepared: Prepared, proof: Proof, server: Server) -> Flow[Result]:
    """Writes the parts that lack, and completes the receipt."""
    standing = yield from look(prepared, (), server.capabilities, server.home)
    if standing.unreadable:
        return cannot(
            step.name, proof, told_by(plan), f"what is on the server could not be read ({standing.unreadable})"
        )
    lacking = _lacking(prepared, standing, proof)
    kept = tuple(entry for entry in prepared.entries if _stands(entry, standing, proof) or entry in lacking)
    gone = {entry.urn for entry in prepared.entries if entry.creates} - {entry.urn for entry in kept}
    unplaced = set(proof.unlinked) - {entry.urn for entry in kept}
    if proof.unsure or unplaced or any(set(strings_in(entry.resource)) & gone for entry in lacking):
        return cannot(step.name, proof, told_by(plan))
    resumed = Resumed({}, standing.unlinked, completes_receipt=True)
    named = replace(prepared, entries=tuple(_of(entry, gone) for entry in kept))
    asked = Commission(step, replace(plan, decided_from=()), named, server)
    outcome = (yield from commit(asked, server.budget, finishing=resumed)).result
    done = outcome.kept if isinstance(outcome, Refused) else outcome
    if not isinstance(done, Done):
        return outcome or cannot(step.name, proof, told_by(plan), "the records moved meanwhile: run it again")
    written = {line.part: line.reference for line in done.written}
    places = {entry.urn: written[entry.part] for entry in kept if entry.creates and entry.part in written}
    others = [record for place, record in proof.there.items() if place not in written.values()]
    refused = yield from relinked(others, places, server.home)
    if refused:
        why = f"links in {', '.join(refused)} lead nowhere, and could not be put right"
        return cannot(step.name, proof, told_by(plan), why)
    words = ", ".join(line.part for line in done.written if line.how in ("created", "amended"))
    finished = replace(done, by="us", notes=(*done.notes, f"an earlier run had not written this: {words}"))
    return replace(outcome, kept=finished) if isinstance(outcome, Refused) else finished


def anything_to_do(prepared: Prepared, proof: Proof) -> bool:
    """Whether something lacks: where only marks do, whether the act would amend it."""
    return proof.lacks or any(entry.reference in proof.unmarked for entry in prepared.entries if not entry.creates)


def _stands(entry: Entry, standing: OnServer, proof: Proof) -> bool:
    """Whether an entry goes out again: what is created and stands, to be found; what is amended and lacks that, or has
    links that lead nowhere."""
    if not entry.creates:
        return entry.part in standing.unlinked or entry.reference in proof.unmarked
    return bool(standing.under_keys.get(entry.part))


def _lacking(prepared: Prepared, standing: OnServer, proof: Proof) -> list[Entry]:
    """The parts that the receipt names and that were never written: those whose links have no place; and, where places
    have nothing at them, the parts of that type, if they are as many."""
    missing = [entry for entry in prepared.entries if entry.creates and not _stands(entry, standing, proof)]
    unlinked = [entry for entry in missing if entry.urn in proof.unlinked]
    others = [entry for entry in missing if entry not in unlinked]
    types = Counter(place.partition("/")[0] for place in proof.absent)
    as_many = Counter(entry.type for entry in others)
    return unlinked + [entry for entry in others if types[entry.type] and types[entry.type] == as_many[entry.type]]


def _of(entry: Entry, gone: set[str]) -> Entry:
    """The receipt names nothing that is not there any more."""
    targets = entry.resource.get("target")
    if not isinstance(targets, list) or not gone:
        return entry
    kept = [target for target in targets if target.get("reference") not in gone]
    return replace(entry, resource={**entry.resource, "target": kept})
