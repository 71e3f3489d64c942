"""`edit`: saves a person's edited copy of a CarePlan, Goal or Task, merged with what others have changed meanwhile.

The person names the version they started from. That version, their copy and what the server holds now are merged
element by element (`fhir/merging`, decision 0026). What both changed in different ways is a conflict that shows both
sides and changes nothing: two doses, two targets or two dates are never decided by a program. Where somebody stopped
the record meanwhile, the edit is not applied, and is shown. A helper is given a Task only under a Consent that permits
it (`helper_owner`).

The act's cause is the record, the version started from, and what it is to become: saving the same copy twice is one
act, whoever saves it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, Field, computed_field

from carefhir.chart import chart as charts
from carefhir.codes import MERGE_RULE
from carefhir.content import merge_rules
from carefhir.engine.step import Case, PatientCommand, Step
from carefhir.fhir import r4
from carefhir.fhir.changes import Act, Amend, Plan, Refusal, amend
from carefhir.fhir.codec import Json, copied, digest
from carefhir.fhir.gather import Records
from carefhir.fhir.history import version_named
from carefhir.fhir.merging import NOT_STOPPED, Clash, Merged, apart, changed, merge
from carefhir.fhir.record import Record, relative
from carefhir.fhir.search import Named, Need
from carefhir.fhir.three_versions import MergeRules, same
from carefhir.mappers import patient
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers import task as tasks
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning import edit_permission, helper_owner
from carefhir.workflows.care_planning.edit_permission import AskedEdit
from carefhir.workflows.care_planning.edited_copy import SUBJECT, EditedCopy, read_copy, unknown_lost, unmarked
from carefhir.workflows.care_planning.helper_owner import HelperOwner
from carefhir.workflows.pen import Pen


def _editable(value: str) -> str:
    reference = relative(value.strip())
    if reference is None or reference.partition("/")[0] not in SUBJECT:
        raise ValueError("expected CarePlan/ID, Goal/ID or Task/ID")
    return reference


class Edit(PatientCommand):
    """Saves an edited copy of a care plan, goal or task."""

    record: Annotated[str, AfterValidator(_editable)] = Field(
        description="what is edited: CarePlan/ID, Goal/ID or Task/ID"
    )
    from_version: str = Field(
        pattern=r"^[A-Za-z0-9\-.]{1,64}$", description="the version the edit started from: its meta.versionId"
    )
    becomes: dict[str, Any] = Field(description="the whole record as it is to be, edited")
    reason: str = Field(default="", description="why it is edited, in plain words, without anybody's name")

    @computed_field(repr=False)  # type: ignore[prop-decorator]  # pydantic's own pattern
    @property
    def care_plan(self) -> str:
        """The record, where it is a plan."""
        return self.record if self.record.startswith("CarePlan/") else ""

    @computed_field(repr=False)  # type: ignore[prop-decorator]
    @property
    def goal(self) -> str:
        """The record, where it is a goal."""
        return self.record if self.record.startswith("Goal/") else ""

    @computed_field(repr=False)  # type: ignore[prop-decorator]
    @property
    def task(self) -> str:
        """The record, where it is a Task."""
        return self.record if self.record.startswith("Task/") else ""

    @computed_field(repr=False)  # type: ignore[prop-decorator]
    @property
    def helper_owner(self) -> str:
        """The helper who is to own the Task, where it is one."""
        return helper_owner.named(self.becomes) if self.task else ""

    @computed_field(repr=False)  # type: ignore[prop-decorator]
    @property
    def patient_of_helper(self) -> str:
        """The patient, where a helper is to own the Task: only then are Consents read."""
        return self.patient if self.helper_owner else ""


EDITED = (
    Need("edited_plan", "CarePlan", (Named("{command.care_plan}"),)),
    Need("edited_goal", "Goal", (Named("{command.goal}"),)),
    Need("edited_task", "Task", (Named("{command.task}"),)),
)
NEEDS = (*charts.needs("patient", "care_teams"), *EDITED, *helper_owner.NEEDS)


@dataclass(frozen=True, slots=True)
class EditCause:
    """The record, the version the edit started from, and what it is to become."""

    record: str
    from_version: str
    becomes: str
    """The digest of the edited copy."""

    def spelled(self) -> tuple[str, ...]:
        return (self.record, self.from_version, self.becomes)


@dataclass(frozen=True, slots=True)
class EditCase(Case):
    """One edited copy, the version it started from, and the record as it is now."""

    command: Edit
    occasion: Occasion
    person: patient.PatientView | None
    record: Record | None
    base: Json | None
    """The version it started from; None where it cannot be read."""
    rules: MergeRules
    copy: EditedCopy
    owner: HelperOwner | None
    """Who is to own it, where it is a Task."""
    not_visible: tuple[str, ...]

    @property
    def cause(self) -> EditCause:
        return EditCause(self.command.record, self.command.from_version, digest(self.command.becomes))

    @property
    def asked(self) -> Any:
        """The copy: whoever saves it, and for whatever reason."""
        return [self.command.patient, *self.cause.spelled()]

    def decide(self, act: Act) -> Plan | Refusal:
        """Writes both edits in one record; or says what is in the way, or what a person must decide."""
        record, why = self.record, patient.in_the_way(self.person, self.command.patient)
        if record is None:
            return Refusal((*why, f"{self.command.record} is not on this server, or not visible to us"))
        why = why or self.copy.not_of(record)
        if why:
            return Refusal(why)
        if act.did(record, "amended"):
            return self._plan(act, amend("record", record, "edited before this act was interrupted"), ())
        if self.base is None:
            return self._base_is_gone(record)
        asked = AskedEdit(record, self.base, self.copy.becomes, self.rules)
        content, discipline = self.occasion.content, self.occasion.actor.discipline
        why = self.copy.not_from(self.base, self.rules) or edit_permission.refusals(asked, content, discipline)
        why = why or (tuple(self.owner.refusals()) if self.owner else ())
        if why:
            return Refusal(why)
        merged = merge(self.base, self.copy.becomes, record.json, self.rules)
        return self._clash(record, merged) if isinstance(merged, Clash) else self._written(act, record, merged)

    # ---- what a person must decide

    def _base_is_gone(self, record: Record) -> Refusal:
        """Nobody can tell what was edited, and what others changed."""
        version = self.command.from_version
        why = f"version {version} of {record.reference} cannot be read on this server"
        sides = apart(self.copy.becomes, record.json, self.rules, "what it was is not known")
        if not sides:
            return Refusal((f"{record.reference} says this already, in version {record.version}",))
        advice = f"start again from version {record.version}"
        return Refusal((f"{why}, so that nobody can tell what was edited: {advice}",), sides=sides)

    def _clash(self, record: Record, clash: Clash) -> Refusal:
        versions = f"from version {self.command.from_version} to {record.version}"
        paths = ", ".join(dict.fromkeys(side.path for side in clash.sides))
        why = f"somebody else changed {record.reference} meanwhile ({versions}), and it cannot be merged: {paths}"
        first = "; save the stop alone, to stop it now" if any(each.why == NOT_STOPPED for each in clash.sides) else ""
        return Refusal((f"{why}. Decide, and edit version {record.version}{first}",), sides=clash.sides)

    # ---- what is written

    def _written(self, act: Act, record: Record, merged: Merged) -> Plan | Refusal:
        resource = self._finished(act, record, merged.resource)
        lost = unknown_lost(resource, record.json)
        if lost:
            return Refusal(lost)
        unsound = set(r4.objections(resource)) - set(r4.objections(record.json))
        if unsound:
            sides = apart(self.copy.becomes, record.json, self.rules, "both together are not valid R4")
            return Refusal((f"both edits together are not valid R4: {'; '.join(sorted(unsound))}",), sides=sides)
        because = f"edited, from version {self.command.from_version}: {', '.join(self._mine)}"

        def becomes(written: Json) -> None:
            written.clear()
            written.update(resource)

        return self._plan(act, amend("record", record, because, becomes), merged.notes)

    def _finished(self, act: Act, record: Record, merged: Json) -> Json:
        """What is merged, with what whoever writes it sets: a Task's time of change, and the tag that repeats its due
        day."""
        resource = copied(merged)
        if record.type == "Task" and not same(resource, record.json):
            Pen(self.occasion, act, self.command.patient).changed_now()(resource)
            tasks.due_repeated(resource)
        return resource

    @property
    def _mine(self) -> tuple[str, ...]:
        """The elements that the edit changed."""
        names = changed(self.base, self.copy.becomes, self.rules) if self.base is not None else ()
        return names or ("labels",)

    def _plan(self, act: Act, change: Amend, notes: tuple[str, ...]) -> Plan:
        record, version = change.record, self.command.from_version
        saved = f"saved: your edit of {', '.join(self._mine)}"
        says = [saved if change.changes_anything else f"{record.reference} says all of it already"]
        theirs = changed(unmarked(self.base), unmarked(record.json), self.rules) if self.base is not None else ()
        if theirs:
            says.append(f"kept: what was changed since version {version}: {', '.join(theirs)}")
        return Plan(
            changes=(change,),
            says=tuple(says),
            warnings=(*notes, *(self.owner.warnings() if self.owner else ()), *self.not_visible),
            decided_from=(record,),
            artefacts=(self.occasion.content.canonical("CodeSystem", MERGE_RULE.rpartition("/")[2]),),
            reason=self.command.reason or f"edited, from version {version}",
            acting_as=self.occasion.actor.discipline,
            labels=tuple(qr.security(record.json)),
        )


def history(records: Records, command: Edit, occasion: Occasion) -> tuple[str, ...]:
    """The version the edit started from, where it is not the newest."""
    record = _record(records)
    newest = record is not None and record.version == command.from_version
    return () if newest else (version_named(command.record, command.from_version),)


def _record(records: Records) -> Record | None:
    return next((record for need in EDITED for record in records[need.name]), None)


def open_cases(records: Records, command: Edit, occasion: Occasion) -> tuple[EditCase]:
    """Reads the record, and the version the edit started from."""
    record = _record(records)
    versions = records.histories.get(version_named(command.record, command.from_version), ())
    if record is not None and record.version == command.from_version:
        versions = (record,)
    server_has = versions[0] if versions else record
    return (
        EditCase(
            command=command,
            occasion=occasion,
            person=patient.read(records.one("patient")),
            record=record,
            base=versions[0].json if versions else None,
            rules=merge_rules.read(occasion.content),
            copy=read_copy(
                command.patient, command.record, command.from_version, becomes=command.becomes, server_has=server_has
            ),
            owner=helper_owner.of_edit(
                record, command.becomes, patient=command.patient, records=records, occasion=occasion
            ),
            not_visible=records.warnings,
        ),
    )


EDIT = Step(
    name="edit",
    title="Save an edited care plan, goal or task, merged with what others changed",
    command=Edit,
    needs=NEEDS,
    open=open_cases,
    when_stale="decide again",
    creates=(),
    amends=("CarePlan", "Goal", "Task"),
    supervised="edit-record",
    history=history,
    again="edit the newest version",
)
