"""What waits for whoever acts to sign or decide, over all patients: reds first, then signatures, then decisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import quote

from starlette.responses import Response

from carefhir.faces.web.pages.frame import LaunchFrame
from carefhir.faces.web.pages.near_days import near, near_words
from carefhir.faces.web.pages.reading_pages import unseen
from carefhir.faces.web.pages.today import NextStep, at_once, badge, headline
from carefhir.fhir.record import moment
from carefhir.workflows.looking.due import Due
from carefhir.workflows.looking.list_rows import List, PatientRow


@dataclass(frozen=True, slots=True)
class KindOfDecision:
    """One part of the page: which kinds of Task are in it, and what its button opens."""

    name: str
    title: str
    note: str
    none: str
    kinds: frozenset[str]
    button: str
    opens: str
    """An address below the patient's page; `{task}` is the Task."""


REDS = KindOfDecision(
    name="at-once",
    title="At once",
    note="call back by voice, today",
    none="Nothing that cannot wait is asked of you.",
    kinds=frozenset(),
    button="Open",
    opens="",
)
"""Whatever cannot wait, of whichever kind: an escalation, a review of self-harm, a matter that is restricted."""
UNNAMED = KindOfDecision(
    name="unnamed",
    title="Other matters",
    note="restricted, or from another system: open the chart",
    none="No restricted matter waits for you.",
    kinds=frozenset(),
    button="Open",
    opens="",
)
"""What the list does not name: it may be a decision, too."""
KINDS = (
    REDS,
    KindOfDecision(
        name="sign",
        title="Waiting for your signature",
        note="",
        none="Nothing waits for your signature.",
        kinds=frozenset({"sign-off", "sign-revision"}),
        button="Read and sign",
        opens="plan",
    ),
    KindOfDecision(
        name="medicines",
        title="Medicine lists that differ",
        note="yours to decide",
        none="No difference between medicine lists waits for you.",
        kinds=frozenset({"resolve-discrepancy"}),
        button="Decide",
        opens="steps/resolve?about={task}",
    ),
    KindOfDecision(
        name="advice",
        title="Conflicting advice",
        note="what is part of an unsigned plan is decided with the signature",
        none="No conflicting advice waits for you.",
        kinds=frozenset({"settle-contradiction", "weigh-advice"}),
        button="Decide",
        opens="steps/resolve?about={task}",
    ),
    KindOfDecision(
        name="orders",
        title="Orders and diagnoses",
        note="place, change or decline",
        none="No order and no diagnosis waits for you.",
        kinds=frozenset({"place-order", "confirm-diagnosis", "confirm-need"}),
        button="Decide",
        opens="steps/resolve?about={task}",
    ),
    UNNAMED,
)


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One thing to sign or decide, about one patient."""

    name: str
    address: str
    facts: str
    """Birth date and record number."""
    namesake: str
    what: str
    when: str
    since: str
    shape: str
    word: str
    notes: tuple[str, ...]
    next_step: NextStep
    first: bool = False
    """Whether it has the only filled button of the page."""


@dataclass(frozen=True, slots=True)
class DecisionGroup:
    """One part of the page, with what is in it."""

    name: str
    title: str
    note: str
    none: str
    rows: tuple[DecisionRow, ...]


def supervisor_page(frame: LaunchFrame, shown: List) -> Response:
    """The page."""
    groups = tuple(_groups(frame, shown))
    return frame.page(
        "supervisor.html",
        "To sign and decide",
        groups=groups,
        count=sum(len(group.rows) for group in groups),
        owner=shown.name,
        held=tuple(_held(shown)),
        unseen=unseen(shown),
    )


def _held(shown: List) -> Iterator[str]:
    """Of whom something to sign or decide is on hold: it waits, and is not nothing."""
    wanted = frozenset(kind for each in KINDS for kind in each.kinds)
    for row in shown.rows:
        number = sum(bool(wanted & set(due.kinds)) for due in row.on_hold)
        if number:
            yield f"{row.identity.name}: {number}"


def _groups(frame: LaunchFrame, shown: List) -> Iterator[DecisionGroup]:
    """Every part in its order, also what has nothing in it: that nothing waits is said."""
    begun = False
    for kind in KINDS:
        rows = tuple(_rows(frame, shown, kind))
        if rows and not begun:
            rows, begun = (replace(rows[0], first=True), *rows[1:]), True
        yield DecisionGroup(kind.name if rows else f"{kind.name}-none", kind.title, kind.note, kind.none, rows)


def _rows(frame: LaunchFrame, shown: List, kind: KindOfDecision) -> Iterator[DecisionRow]:
    """The most urgent first, as the list has them."""
    for row in shown.rows:
        signs = any("sign-off" in each.kinds for each in row.dues)
        for due in _of_kind(row.dues, kind):
            yield _row(frame, row, due, kind, today=shown.today, signs=signs)


def _of_kind(dues: Iterable[Due], kind: KindOfDecision) -> Iterator[Due]:
    for due in dues:
        wanted = bool(kind.kinds & set(due.kinds)) or (kind is UNNAMED and not due.kinds)
        if due.group != "on hold" and (_is_red(due) if kind is REDS else wanted and not _is_red(due)):
            yield due


def _is_red(due: Due) -> bool:
    """Whether it cannot wait: by its day, or by what it is."""
    return at_once(due) or bool(ACKNOWLEDGED_BY_VOICE & set(due.kinds))


def _row(
    frame: LaunchFrame, row: PatientRow, due: Due, kind: KindOfDecision, *, today: date, signs: bool
) -> DecisionRow:
    identity = row.identity
    address = f"{frame.home}patients/{quote(identity.reference.partition('/')[2])}/"
    shape, word = badge(due) if due.pressing else ("", "")
    when = due.when.removeprefix("overdue ").removeprefix("NOW").removeprefix(": ")
    return DecisionRow(
        name=identity.name,
        address=address,
        facts=f"{identity.born.removeprefix('born ')} · {identity.number}",
        namesake=row.namesake,
        what=headline(due) if kind is REDS else _what(due),
        when=_due_by(near_words(when, today)),
        since=_asked_on(due, frame, today),
        shape=shape,
        word=word,
        notes=tuple(near_words(note, today) for note in row.notes),
        next_step=_next_step(address, due, kind, signs=signs),
    )


def _due_by(when: str) -> str:
    """`by Mar 12` as it is, `today` as `due today`."""
    return f"due {when}" if when and not when.startswith(("by ", "no ")) else when


def _asked_on(due: Due, frame: LaunchFrame, today: date) -> str:
    """The day on which it was asked for, where the site is; "" where the record does not say."""
    asked = moment(due.since)
    return near(asked.astimezone(frame.now.tzinfo).date(), today) if asked else ""


def _what(due: Due) -> str:
    """What it is about: the part of the page says what kind of work it is."""
    words = due.what if due.titled else due.why_in_short or due.what
    return words[:1].upper() + words[1:]


ACKNOWLEDGED_BY_VOICE = frozenset({"escalation", "safety-review"})
"""The kinds of Tasks that a provider acknowledges (`acknowledge`)."""


def _next_step(address: str, due: Due, kind: KindOfDecision, *, signs: bool) -> NextStep:
    """What conflicts in a plan that waits for the same person's signature is decided there."""
    if due.acknowledged:
        return NextStep("Record outcome", f"{address}steps/resolve?about={due.task}")
    if ACKNOWLEDGED_BY_VOICE & set(due.kinds):
        return NextStep("Record call", f"{address}steps/acknowledge?about={due.task}")
    if kind is REDS:  # what cannot wait is done as it is done when it can
        kind = next((each for each in KINDS if each.kinds & set(due.kinds)), UNNAMED)
    if signs and "settle-contradiction" in due.kinds:
        return NextStep("Decide in the plan", f"{address}plan#decide")
    if "sign-revision" in due.kinds:
        return NextStep("Read and sign", f"{address}plan")
    if due.done_by == "confirm-concern":
        return NextStep("Decide", f"{address}steps/{due.done_by}?about={due.task}")
    return NextStep(kind.button, f"{address}{kind.opens.format(task=due.task)}")
