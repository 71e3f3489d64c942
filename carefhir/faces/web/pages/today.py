"""Today: whom to call or work for, a row each, most urgent first.

What is due in a month is nobody's day: now, this week, and the rest by name only. Whoever is in hospital, in hospice or
paused is named apart, unless something about them cannot wait.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode

from starlette.responses import Response

from carefhir import catalog
from carefhir.faces.web.pages.frame import LaunchFrame
from carefhir.faces.web.pages.near_days import near, near_words
from carefhir.faces.web.pages.reading_pages import unseen
from carefhir.workflows.looking.due import Due
from carefhir.workflows.looking.list_rows import List, PatientRow

MINE = "mine"
LISTS: Mapping[str, str] = {MINE: "Mine", "team": "My teams'", "nobody": "Nobody's"}
"""The three lists of a day, by what an address calls them. What nobody owns nobody does until somebody sees it."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the button of a row opens."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class TodayRow:
    """One person, as the list shows them."""

    name: str
    address: str
    facts: str
    """Birth date and record number: a name alone identifies nobody."""
    contact: str
    """When they were last reached and are next seen."""
    shape: str
    word: str
    when: str
    what: tuple[str, ...]
    """What it is about: of what cannot wait every reason, for a second one may be the worse."""
    also: str
    notes: tuple[str, ...]
    provider: str
    provider_phone: str
    phone: str
    language: str
    next_step: NextStep
    owner: str = ""
    """Who has it to do, where it is somebody else, or nobody."""
    tier: str = ""
    """The tier of care on record; "" where none is, and "not visible" where none can be seen."""
    first: bool = False
    """Whether it is the first thing to do: it has the only filled button of the page."""


@dataclass(frozen=True, slots=True)
class TodayGroup:
    """A part of the list."""

    name: str
    title: str
    note: str
    rows: tuple[TodayRow, ...]
    closed: bool
    """Whether it is folded away, with its people named in the summary."""

    @property
    def names(self) -> str:
        """Who is in it."""
        return ", ".join(f"{row.name} {row.when}".strip() for row in self.rows)


@dataclass(frozen=True, slots=True)
class TodayFilter:
    """What somebody wants to see of the list."""

    language: str = ""
    words: str = ""
    due: str = ""
    tier: str = ""
    whose: str = MINE
    page: int = 1

    @classmethod
    def read(cls, query: Mapping[str, str]) -> TodayFilter:
        """Reads an address; a page that is no number is the first."""
        page = query.get("page", "1")
        number = int(page) if page.isascii() and page.isdecimal() and len(page) < 5 else 1
        due, tier, whose = (query.get(name, "") for name in ("due", "tier", "whose"))
        return cls(
            query.get("language", ""),
            query.get("words", ""),
            due if due in ORDER else "",
            tier,
            whose if whose in LISTS else MINE,
            max(number, 1),
        )

    def address(self, page: int) -> str:
        """The query of another page of the same list."""
        given = {"language": self.language, "words": self.words, "due": self.due, "tier": self.tier}
        whose = {"whose": self.whose} if self.whose != MINE else {}
        return urlencode({**whose, **{name: text for name, text in given.items() if text}, "page": page})

    def holds(self, row: PatientRow) -> bool:
        """Whether a row is wanted."""
        identity = row.identity
        text = f"{identity.name} {identity.number} {identity.born}".lower()
        return (
            self.language in ("", _spoken(identity.language))
            and self.due in ("", _group_of(row))
            and self.tier in ("", tier_of(row))
            and self.words.lower().strip() in text
        )

    @property
    def reading(self) -> str:
        """The reading that makes the list."""
        return "worklist" if self.whose == MINE else "team-list"

    @property
    def asks(self) -> tuple[tuple[str, str], ...]:
        """What that reading is asked with."""
        return () if self.whose == MINE else (("whose", self.whose),)

    @property
    def given(self) -> bool:
        """Whether anything is left out by it."""
        return bool(self.language or self.words.strip() or self.due or self.tier)


def today_page(frame: LaunchFrame, shown: List, wanted: TodayFilter) -> Response:
    """The page."""
    rows = [row for row in shown.rows if wanted.holds(row)]
    rows.sort(key=lambda row: ORDER.index(_group_of(row)))  # and within a group as the list has them
    page = min(wanted.page, max(1, -(-len(rows) // PER_PAGE)))
    start = (page - 1) * PER_PAGE
    groups = _groups(rows[start : start + PER_PAGE], shown.today)
    return frame.page(
        "today.html",
        "Today",
        groups=groups,
        people=len(rows),
        shown_from=start + 1,
        shown_to=min(start + PER_PAGE, len(rows)),
        before=wanted.address(page - 1) if start else "",
        after=wanted.address(page + 1) if start + PER_PAGE < len(rows) else "",
        left_out=len(shown.rows) - len(rows),
        hidden_red=sum(_group_of(row) == "at-once" for row in shown.rows if not wanted.holds(row)),
        wanted=wanted,
        languages=sorted({_spoken(row.identity.language) for row in shown.rows}),
        groups_of_day=[(name, title) for name, title, *_ in GROUPS],
        tiers=sorted({tier_of(row) for row in shown.rows}),
        lists=LISTS,
        unseen=unseen(shown),
        soon=sum(_group_of(row) == "week" for row in rows),
        due=any(_group_of(row) in ("at-once", "now") for row in rows),
    )


def _groups(rows: Iterable[PatientRow], today: date) -> tuple[TodayGroup, ...]:
    """The rows by when they are due; a group that has none is left out."""
    sorted_rows: dict[str, list[PatientRow]] = {}
    for row in rows:
        sorted_rows.setdefault(_group_of(row), []).append(row)
    groups, begun = [], False
    for name, title, note, closed in GROUPS:
        some = sorted_rows.get(name, [])
        if some:
            shown = tuple(
                _row(row, today, first=not begun and number == 0 and not closed) for number, row in enumerate(some)
            )
            begun = begun or not closed
            groups.append(TodayGroup(name, title, note, shown, closed))
    return tuple(groups)


GROUPS = (
    ("at-once", "At once", "reach them, or a provider, by voice today", False),
    ("now", "Now", "", False),
    ("week", "This week", "", False),
    ("later", "Later", "", True),
    ("paused", "Paused", "", True),
)
"""Name, title, note, and whether it is folded away."""


ORDER = tuple(name for name, *_ in GROUPS)
PER_PAGE = 120
"""People on one page, the most urgent first: with more it would be longer than 100 KB, and longer than a day."""


def _group_of(row: PatientRow) -> str:
    if any(at_once(each) for each in row.now):
        return "at-once"
    if row.in_hospital or row.in_hospice or row.paused or not (row.now or row.this_week or row.later):
        return "now" if row.now else "paused"  # what is due in spite of a pause is due
    if row.now:
        return "now"
    return "week" if row.this_week else "later"


def at_once(each: Due) -> bool:
    """Whether it cannot wait, whatever day it names."""
    return each.when.startswith("NOW")


def _row(row: PatientRow, today: date, *, first: bool) -> TodayRow:
    leading = row.dues[0]
    identity, urgent = row.identity, at_once(leading)
    # Relative to the list itself: two hundred rows are long.
    address = f"patients/{quote(identity.reference.partition('/')[2])}/"
    shape, word = badge(leading)
    unasked = ask_provider(leading) and row.provider_phone
    return TodayRow(
        name=identity.name,
        address=address,
        facts=f"{identity.born.removeprefix('born ')} · {identity.number}",
        contact=_contact(row, today),
        shape=shape,
        word=word,
        when=near_words(leading.when.removeprefix("overdue ").removeprefix("NOW").removeprefix(": "), today),
        what=_headlines(row, leading),
        also=_also(row, leading),
        notes=tuple(near_words(note, today) for note in (row.namesake, *row.notes) if note),
        provider=row.provider if urgent and unasked else "",
        provider_phone=row.provider_phone if urgent and unasked else "",
        phone=identity.phone,
        language=identity.do_not_call or identity.language,
        next_step=_next_step(row, leading, address),
        owner=leading.owner,
        tier=tier_of(row),
        first=first,
    )


LONGEST_HEADLINE = 80


def headline(each: Due) -> str:
    """What it is about: of what cannot wait the reason, for "escalation" says nothing; of a plan's item its name."""
    words = each.why_in_short if at_once(each) and not each.titled and each.why_in_short else each.what
    return textwrap.shorten(words[:1].upper() + words[1:], LONGEST_HEADLINE, placeholder=" …")


def _headlines(row: PatientRow, leading: Due) -> tuple[str, ...]:
    urgent = sorted((each for each in row.now if at_once(each)), key=lambda each: each.since, reverse=True)
    return tuple(dict.fromkeys(headline(each) for each in urgent or (leading,)))


def ask_provider(each: Due) -> bool:
    """Whether a provider has to be reached about it who has not been yet."""
    return at_once(each) and not each.acknowledged


def badge(leading: Due) -> tuple[str, str]:
    """A shape and a word: color alone says nothing to who cannot see it."""
    if at_once(leading):
        return ("red reached", "AT ONCE, acknowledged") if leading.acknowledged else ("red", "AT ONCE")
    if leading.pressing:
        return "overdue", "OVERDUE"
    if leading.group == "on hold":
        return "held", "ON HOLD"
    return "due", "DUE" if leading.group == "now" else ""


def _contact(row: PatientRow, today: date) -> str:
    last = row.last_contact
    reached = f"last reached {near(last.day, today)}" if last.day else "not reached yet"
    reached = "last contact not visible" if "communications" in row.unseen else reached
    tries = f", {last.attempts_since} tries since" if last.attempts_since > 1 else ""
    tries = ", 1 try since" if last.attempts_since == 1 else tries
    visit = near_words(row.next_visit, today) or "none booked"
    visit = "not visible" if "appointments" in row.unseen else visit
    return f"{reached}{tries} · next visit {visit}"


def _also(row: PatientRow, leading: Due) -> str:
    """What else is due: what the same call covers, and what it does not."""
    others = [each for each in (*row.now, *row.this_week) if each is not leading and not at_once(each)]
    covered = set(row.one_call_covers) if leading.by_call else set()
    same_call = _named(each for each in others if each in covered)
    rest = _named(each for each in others if each not in covered)
    return "; ".join(filter(None, (same_call and f"same call: {same_call}", rest and f"also: {rest}")))


def _named(dues: Iterable[Due], most: int = 3) -> str:
    words = list(dict.fromkeys(each.what for each in dues))
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


def _next_step(row: PatientRow, leading: Due, address: str) -> NextStep:
    if row.identity.do_not_call:
        return NextStep("Open", address)
    if ask_provider(leading) and "escalation" in leading.kinds:
        return NextStep("Record call", f"{address}steps/acknowledge?about={leading.task}")
    if at_once(leading) and leading.acknowledged:
        return NextStep("Record outcome", f"{address}steps/resolve?about={leading.task}")
    if leading.done_by == "reconcile-medications":
        return NextStep("Reconcile", f"{address}reconcile")
    if leading.by_call or row.one_call_covers:
        return NextStep("Open call note", f"{address}call")
    if leading.done_by and not leading.pressing:
        title = next((step.title for step in catalog.STEPS if step.name == leading.done_by), "")
        return NextStep("Open" if len(title) > 24 else title, f"{address}steps/{leading.done_by}?about={leading.task}")
    return NextStep("Open", f"{address}transition" if leading.part_of and not leading.by_call else address)


def tier_of(row: PatientRow) -> str:
    """The tier of care on record, in words that say, too, that none is or can be seen."""
    return "not visible" if "risks" in row.unseen else row.tier or "none"


def _spoken(language: str) -> str:
    """The language alone, as the list is filtered by it."""
    return language.partition(",")[0].strip()
