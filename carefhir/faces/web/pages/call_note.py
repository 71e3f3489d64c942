"""A call note: one entry for one call, from which contact, check-in, teach-back and minutes are recorded together.

Each is an act of its own with a receipt of its own. What was not asked is not written, and said not to be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from carefhir import catalog
from carefhir.codes import CONTACT_TOPIC
from carefhir.content.answering import OWN_WORDS
from carefhir.errors import BadInput, CarefhirError
from carefhir.faces import fields
from carefhir.faces.web import parameters
from carefhir.faces.web.pages.acts import PageAct
from carefhir.faces.web.pages.asking import AskedForm
from carefhir.faces.web.pages.questionnaires.items import FormProblem
from carefhir.faces.web.pages.questionnaires.names import control_name
from carefhir.faces.web.pages.typed_moments import typed_moment
from carefhir.faces.web.pages.words_heard import instructions_for
from carefhir.occasion import Occasion
from carefhir.workflows.looking.call_sheet import CallSheet

NOBODY = ("voicemail", "no-answer", "wrong-number", "refused")
"""What a call comes to where nobody is spoken with (CodeSystem contact-outcome)."""

ANSWERED = {
    "voicemail": "voicemail",
    "no-answer": "no answer",
    "wrong-number": "wrong number",
    "refused": "does not want to talk",
}
INTERPRETERS = {
    "professional": "professional",
    "staff": "bilingual staff",
    "family": "family or friend",
    "none": "without",
}
BY = {"phone": "phone", "video": "video", "visit": "visit"}
UNDERSTOOD = {"yes": "understood", "partly": "partly", "no": "not yet"}
URGENCY = {
    "": "not judged yet",
    "nothing-urgent": "nothing urgent",
    "call-today": "a nurse calls today",
    "provider-today": "a provider today",
    "emergency": "emergency: 911",
    "thoughts-of-death": "thoughts of death: 988",
}
"""How urgent the person's own words are, as whoever heard them judges."""

OWN_WORDS_CONTROL = control_name(OWN_WORDS)


@dataclass(frozen=True, slots=True)
class CallNote:
    """A call note as it was typed so far."""

    sheet: CallSheet
    asked: AskedForm
    """The check-in's form; its own words are those of the note."""
    occasion: Occasion
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    questions_answered: bool = False
    """Whether any question of the check-in is answered; words that alarm go with a check-in, too, and are none."""

    @classmethod
    def opened(cls, sheet: CallSheet, occasion: Occasion, patient: str, language: str) -> CallNote:
        """A note for a call that begins now."""
        asked = AskedForm.opened(occasion.content.get("Questionnaire", sheet.form), occasion, patient, sheet.previous)
        first = sheet.programs[0].code if sheet.programs else ""
        values = {
            "started": occasion.now.astimezone(occasion.zone).strftime("%Y-%m-%dT%H:%M"),
            "by": "phone",
            "language": language.partition(",")[0],
            "program": first,
        }
        return cls(sheet, asked, occasion, values)

    @classmethod
    def sent(
        cls,
        sheet: CallSheet,
        occasion: Occasion,
        patient: str,
        *,
        values: Mapping[str, Any],
        typed: Mapping[str, Sequence[str]],
    ) -> CallNote:
        """A note as it was sent. What the person said belongs to the check-in where one was asked; and words that alarm
        are one by themselves where the contact's own step (`record-contact`) would not judge them."""
        given = {name: str(value) for name, value in values.items()}
        artefact = occasion.content.find("Questionnaire", given.get("form") or sheet.form)
        if artefact is None:
            raise BadInput("the form: it is not one of this page; open the call note again")
        asked = AskedForm.sent(artefact, occasion, patient, values=values, typed=typed)
        asked = asked.of_call(_stamp_of(given, occasion), given.get("who", ""))
        answered, alarms = asked.answered, bool(_heard(sheet, given, occasion))
        words = _all_words(sheet, given) if alarms else given.get("words", "").strip()
        if words and (answered or (alarms and (sheet.contact_open or words != given.get("words", "").strip()))):
            asked = replace(asked, typed={**typed, OWN_WORDS_CONTROL: [words]})
        return cls(sheet, asked, occasion, given, questions_answered=answered)

    # -- what the page shows -------------------------------------------------------------------------------------------

    def value(self, name: str) -> str:
        """What was typed into a field."""
        return self.values.get(name, "")

    @property
    def who(self) -> tuple[tuple[str, str], ...]:
        """Who may have answered, with words."""
        helpers = tuple((helper.reference, helper.words) for helper in self.sheet.helpers)
        return (("patient", "the person"), *helpers, *ANSWERED.items())

    @property
    def topics(self) -> tuple[tuple[str, str], ...]:
        """What can have been talked about."""
        concepts = self.occasion.content.concepts(CONTACT_TOPIC)
        return tuple((code, concept.display) for code, concept in concepts.items() if code != "nothing")

    @property
    def program_choices(self) -> tuple[tuple[str, str], ...]:
        """For which program minutes can be worked."""
        return tuple((program.code, program.words) for program in self.sheet.programs)

    @property
    def questions(self) -> tuple[Any, ...]:
        """The check-in's questions; the last one, own words, is asked further down."""
        items = self.asked.items(was=self.sheet.previous, with_problems=False)
        return tuple(item for item in items if item.link_id != OWN_WORDS)

    @property
    def entries(self) -> tuple[str, ...]:
        """What would be written, by name; and below it what would not."""
        return tuple(act.title for act in self.acts())

    @property
    def not_asked(self) -> tuple[str, ...]:
        """What this note says nothing of, in words."""
        lines = []
        if self.questions_answered:
            missing = len(self.asked.unanswered)
            lines += [f"{missing} questions of the check-in"] if missing else []
        else:
            lines.append("the check-in")
        lines += [f"teach-back: {topic.words}" for topic in self.sheet.topics if not self.value(f"teach.{topic.code}")]
        lines += [] if self.value("minutes").strip() else ["minutes"]
        return tuple(lines)

    # -- what is wrong -------------------------------------------------------------------------------------------------

    def problems(self) -> tuple[FormProblem, ...]:
        """What must be mended before anything is written."""
        return (*self._own_problems(), *self.asked.wrong)

    def _own_problems(self) -> Iterator[FormProblem]:
        if self.value("who") not in dict(self.who):
            yield _problem("who", "Who answered", "say who answered, or that nobody did", missing=True)
        if self._started is None:
            yield _problem("started", "Began", "give day and time, such as 2026-03-10 07:34")
        elif self._started > self.occasion.now:
            yield _problem("started", "Began", "a call cannot begin in the future")
        if self.value("minutes").strip():
            yield from self._minutes_problems()
        spoken = self.value("who") not in NOBODY
        if not spoken and (self.questions_answered or self._taught):
            yield _problem("who", "Who answered", "nobody was spoken with, but questions are answered below")
        if not spoken and self.value("minutes").strip():
            words = "nobody was spoken with: log the minutes by themselves (All steps), as what they were spent on"
            yield _problem("minutes", "Minutes", words)
        yield from self._words_problems()

    def _words_problems(self) -> Iterator[FormProblem]:
        """Words that nobody has judged must not be filed as settled, and no judgment is dropped for want of words."""
        words, judged = self.value("words").strip(), self.value("words_read")
        if words and not judged:
            yield _problem("words-read", "Their words", "say how urgent these words are, as you judge them")
        if judged not in ("", "nothing-urgent") and not words:
            yield _problem("words", "Their words", "write what they said that is so urgent")
        for topic in self.sheet.topics:
            if self.value(f"teach.{topic.code}.words").strip() and topic.code not in self._taught:
                what = "say whether it was understood: without that the words are not written"
                yield _problem(f"teach.{topic.code}", topic.words, what)

    def _minutes_problems(self) -> Iterator[FormProblem]:
        minutes = self._minutes
        if minutes is None:
            yield _problem("minutes", "Minutes", "give a whole number of minutes, from 1 to 600")
        elif self._started and self._started + timedelta(minutes=minutes) > self.occasion.now + timedelta(minutes=1):
            yield _problem("minutes", "Minutes", "the call would end in the future: check when it began")
        if not self.value("program"):
            yield _problem("program", "Program", "say for which program the minutes are")

    @property
    def _started(self) -> datetime | None:
        return _moment_of(self.values, self.occasion)

    @property
    def _minutes(self) -> int | None:
        text = self.value("minutes").strip()
        return int(text) if text.isascii() and text.isdecimal() and len(text) <= 3 and 0 < int(text) <= 600 else None

    @property
    def _taught(self) -> tuple[str, ...]:
        return tuple(topic.code for topic in self.sheet.topics if self.value(f"teach.{topic.code}") in UNDERSTOOD)

    # -- what it becomes -----------------------------------------------------------------------------------------------

    def acts(self) -> tuple[PageAct, ...]:
        """What is recorded, each by its own step: what may be dangerous first."""
        return tuple(
            act for act in (self._check_in(), self._contact(), self._teach_back(), self._time()) if act is not None
        )

    def _check_in(self) -> PageAct | None:
        return self.asked.act() if self.asked.answered else None

    def _contact(self) -> PageAct | None:
        who, started = self.value("who"), self._stamp
        if who not in dict(self.who) or not started:
            return None
        values: dict[str, Any] = {"started": started, "outcome": who if who in NOBODY else "reached"}
        if who.startswith("RelatedPerson/"):
            values |= {"with_whom": "caregiver", "caregiver": who}
        topics = [code for code, _ in self.topics if self.value(f"topic.{code}")]
        values |= {"topics": topics} if topics else {}
        values |= {"words": self.value("words")} if self.value("words").strip() and not self.asked.answered else {}
        if self.sheet.contact_open:
            return PageAct(catalog.step("record-contact"), "Contact", {**values, "transition": self.sheet.transition})
        values |= {"by": self.value("by") or "phone"}
        for name in ("language", "interpreter"):
            values |= {name: self.value(name)} if self.value(name) and who not in NOBODY else {}
        values |= {"words_read": self.value("words_read")} if "words" in values and self.value("words_read") else {}
        return PageAct(catalog.step("record-call"), "Contact", values)

    def _teach_back(self) -> PageAct | None:
        taught = [
            {
                "topic": code,
                "understood": self.value(f"teach.{code}"),
                **({"words": words} if (words := self.value(f"teach.{code}.words").strip()) else {}),
            }
            for code in self._taught
        ]
        if not taught or not self._stamp:
            return None
        values = {"transition": self.sheet.transition, "started": self._stamp, "topics": taught}
        return PageAct(catalog.step("record-teach-back"), "Teach-back", values)

    def _time(self) -> PageAct | None:
        started, minutes = self._started, self._minutes
        if started is None or minutes is None or not self.value("program"):
            return None
        ended = started + timedelta(minutes=minutes)
        values = {
            "program": self.value("program"),
            "started": started.isoformat(),
            "ended": ended.isoformat(),
            "activity": "talk",
        }
        return PageAct(catalog.step("log-time"), "Minutes", values)

    @property
    def _stamp(self) -> str:
        return self._started.isoformat() if self._started else ""

    def at_once(self) -> tuple[str, ...]:
        """What must be done now by the answers and words alone; no server is asked. Where a hospice cares for the
        person, that stands before it (rule 24)."""
        by_acts = at_once(self.acts(), self.asked.patient, self.occasion)
        now = tuple(dict.fromkeys((*by_acts, *_heard(self.sheet, self.values, self.occasion))))
        hospice = tuple(words for words in self.sheet.attention if words.startswith("HOSPICE"))
        return (*hospice, *now) if now else ()


def _heard(sheet: CallSheet, given: Mapping[str, str], occasion: Occasion) -> tuple[str, ...]:
    """What must be done now by what was said, in whichever field; whoever heard the words may have judged them."""
    taught = [given.get(f"teach.{topic.code}.words", "") for topic in sheet.topics]
    by_words = instructions_for([given.get("words", "")], occasion, given.get("words_read", ""))
    return tuple(dict.fromkeys((*by_words, *instructions_for(filter(None, taught), occasion))))


def _all_words(sheet: CallSheet, given: Mapping[str, str]) -> str:
    taught = [given.get(f"teach.{topic.code}.words", "") for topic in sheet.topics]
    return "; ".join(words.strip() for words in (given.get("words", ""), *taught) if words.strip())


def _moment_of(given: Mapping[str, str], occasion: Occasion) -> datetime | None:
    """When a call began; None where nobody can tell."""
    return typed_moment(given.get("started", ""), occasion.zone)


def _stamp_of(given: Mapping[str, str], occasion: Occasion) -> str:
    """When the answers of a call were given: while it lasted, not when the page was opened."""
    moment = _moment_of(given, occasion)
    return moment.isoformat() if moment and moment <= occasion.now else ""


def at_once(acts: Sequence[PageAct], patient: str, occasion: Occasion) -> tuple[str, ...]:
    """What must be done now, by what some acts would record."""
    instructions: list[str] = []
    for act in acts:
        try:
            command = fields.command(
                act.step.command, {**act.values, "patient": patient}, how=parameters.how_given, whole="the page"
            )
        except CarefhirError:
            continue  # what is wrong with it is said when it is looked at
        instructions += act.step.at_once(command, occasion)
    return tuple(dict.fromkeys(instructions))


def _problem(name: str, question: str, what: str, *, missing: bool = False) -> FormProblem:
    return FormProblem("", f"c-{name}", question, what=what, missing=missing)
