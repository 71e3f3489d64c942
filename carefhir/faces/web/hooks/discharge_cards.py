"""The cards of `encounter-discharge`: that a transition is to be opened, by when to call; or why none can be."""

from __future__ import annotations

from collections.abc import Iterator

from carefhir.faces.web.app_context import AskedStep
from carefhir.faces.web.hooks.cards import Card, listed, paragraphs, plain_text
from carefhir.faces.web.hooks.status_cards import links
from carefhir.faces.web.hooks.unseen import could_not_see, in_words
from carefhir.workflows.transitions.discharge_notice import DischargeNotice

AS_IF = "Counted as if the stay ended now: the days are set by the discharge on record when the transition is opened."
NOT_OPENED = "Nothing is opened by this card: a person of the care team opens the transition."


def cards(notice: DischargeNotice, app: str) -> Iterator[Card]:
    """The cards, at most two; a visit that is no stay has none."""
    if not notice.there or not notice.encounter_seen:
        what = "this Encounter" if notice.there else "this patient"
        yield could_not_see(f"{what}, so whether a transition is due is not known", notice.not_visible)
        return
    if not notice.is_stay:
        return
    if notice.already:
        yield _already(notice, app)
    elif notice.kind is not None:
        yield _to_open(notice, app)
    else:
        yield _none(notice, app)
    if notice.unseen:
        yield could_not_see(f"everything a transition rests on: {in_words(notice.unseen)}", notice.not_visible)


def _already(notice: DischargeNotice, app: str) -> Card:
    state = "closed" if notice.closed else "open"
    return Card(
        f"Care management: a transition for this stay is {state} already",
        "info",
        listed(notice.warnings),
        links(app, None if notice.closed else AskedStep("record-contact", notice.already)),
    )


def _to_open(notice: DischargeNotice, app: str) -> Card:
    day = notice.contact_by
    summaries = {
        "opened": f"Open a transition: first contact by {day:%a} {day}" if day else "Open a transition",
        "tracked": "Moved to another facility: track the person, no transition clock starts",
        "recorded": "The transition's period is over: record that there was one",
    }
    return Card(
        f"Care management: {summaries[notice.kind or 'opened']}",
        "info",
        paragraphs(
            "A restricted matter: open the chart." if notice.restricted else listed(notice.says),
            listed(notice.tasks),
            f"To find out:\n\n{listed(notice.warnings)}" if notice.warnings else "",
            AS_IF if notice.as_if_today else "",
            NOT_OPENED,
        ),
        links(app, AskedStep("open-transition", notice.encounter)),
    )


def _none(notice: DischargeNotice, app: str) -> Card:
    why = notice.why_not or ("no reason is on record",)
    return Card(
        f"Care management: no transition can be opened: {why[0]}",
        "warning",
        paragraphs(listed((*why, *notice.warnings)), plain_text(AS_IF) if notice.as_if_today else ""),
        links(app, AskedStep("open-transition", notice.encounter)),
    )
