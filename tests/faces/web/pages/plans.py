"""Rosa's plan over the service: proposed, talked over, sent for signature, signed; as nurse and as provider."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from typing import Any

import httpx

from tests.faces.web.launch.conftest import LaunchedPage, Launching, every_hidden_field, scriptless

Json = dict[str, Any]
TALKED = "2026-03-09T09:30"
OWN_GOAL = "to dance at my granddaughter's wedding"


def form_of(page: str, button: str) -> Json:
    """The hidden fields of the form in which something stands."""
    form = next(each for each in page.split("<form")[1:] if button in each.partition("</form>")[0])
    pairs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form.partition("</form>")[0])
    return {unescape(name): unescape(value) for name, value in pairs}


@dataclass
class PlanOfRosa:
    """Her plan, and who works on it."""

    launching: Launching
    nurse: LaunchedPage
    """The nurse's launch."""

    @classmethod
    def enrolled(cls, launching: Launching) -> PlanOfRosa:
        """Rosa in care management, without a plan."""
        nurse = launching.launched(launching.browser())
        assert "Done: " in nurse.submits("enroll", nurse.enrollment()).text
        return cls(launching, nurse)

    @classmethod
    def proposed(cls, launching: Launching, own_goal: str = OWN_GOAL) -> PlanOfRosa:
        """A draft that nobody has answered."""
        plan = cls.enrolled(launching)
        answer = plan.nurse.submits("propose-plan", {"own_goal": own_goal})
        assert "Done: " in answer.text, answer.text
        return plan

    @classmethod
    def agreed(cls, launching: Launching) -> PlanOfRosa:
        """A draft whose goals she agreed to, all but the first, which she does not want."""
        plan = cls.proposed(launching)
        done = plan.writes(plan.nurse, plan.answers("agree"))
        assert "Saved: " in done.text, done.text
        return plan

    @classmethod
    def asked(cls, launching: Launching) -> PlanOfRosa:
        """A plan that waits for the signature."""
        plan = cls.agreed(launching)
        done = plan.writes(plan.nurse, {"act": "request"}, button='value="request"')
        assert "Saved: " in done.text, done.text
        return plan

    # -- who works on it

    def as_provider(self) -> LaunchedPage:
        """A launch of the supervising provider."""
        return self.as_somebody(self.nurse.ward.physician)

    def as_somebody(self, who: str) -> LaunchedPage:
        """A launch of somebody else."""
        self.launching.ehr.user = who
        return self.launching.launched(self.launching.browser())

    # -- what is sent

    def answers(self, answer: str, **more: str) -> Json:
        """One answer to every goal."""
        page = self.nurse.get("plan").text
        return {**{f"goal.{goal}": answer for goal in self.goals(page)}, "talked": TALKED, "way": "look", **more}

    @staticmethod
    def goals(page: str) -> list[str]:
        """The goals that can be answered."""
        return list(dict.fromkeys(re.findall(r'name="goal\.(Goal/[^"]+)"', page)))

    @staticmethod
    def conflicts(page: str) -> list[str]:
        """The conflicting advice that can be decided."""
        return list(dict.fromkeys(re.findall(r'name="side\.(DetectedIssue/[^"]+)"', page)))

    def decided(self, page: str, side: str = "1", **more: str) -> Json:
        """A signature, with one side of every conflict chosen."""
        return {**{f"side.{issue}": side for issue in self.conflicts(page)}, "act": "sign", **more}

    def looks(
        self, who: LaunchedPage, values: Json, *, button: str = "", page: httpx.Response | None = None
    ) -> httpx.Response:
        """Sends a form of the page: what would be written."""
        text = (page or who.get("plan")).text
        own = form_of(text, button or ('value="sign"' if values.get("act") in ("sign", "return") else 'value="look"'))
        return who.browser.post(f"{who.path}plan", data={**own, **values})

    def writes(self, who: LaunchedPage, values: Json, *, button: str = "") -> httpx.Response:
        """Sends it, and writes what was seen."""
        seen = self.looks(who, values, button=button)
        assert "To be written" in seen.text, seen.text
        return self.writes_seen(who, seen)

    @staticmethod
    def writes_seen(who: LaunchedPage, seen: httpx.Response) -> httpx.Response:
        """Writes what a page shows that would be written."""
        return who.browser.post(f"{who.path}plan", data={**every_hidden_field(seen.text), "way": "write"})

    # -- what the server holds

    def plan(self) -> Json:
        """The plan."""
        (plan,) = self.nurse.ward.front.search("CarePlan?category=assess-plan")
        return plan

    def written_since(self, before: Any) -> list[str]:
        """The types that were written since."""
        return self.nurse.ward.front.written_since(before)


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.controls: list[tuple[str, dict[str, str | None]]] = []
        self.styled: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [str(given["id"])] if given.get("id") else []
        self.labels |= {str(given["for"])} if tag == "label" and given.get("for") else set()
        if tag in ("input", "select", "textarea") and given.get("type") not in ("hidden",):
            self.controls.append((tag, given))
        if "style" in given or any(name.startswith("on") for name in given):
            self.styled.append(tag)


def check_markup(page: str) -> None:
    """A page has ids once, a label for every control, one first heading, and no script or style of its own."""
    elements = _Elements()
    elements.feed(page)
    assert sorted(set(elements.ids)) == sorted(elements.ids), sorted(
        each for each in set(elements.ids) if elements.ids.count(each) > 1
    )
    for tag, given in elements.controls:
        assert given.get("id") in elements.labels, (tag, given)
    assert elements.styled == []
    assert "<script" not in scriptless(page)
    assert "<style" not in page
    assert len(re.findall("<h1[ >]", page)) == 1
    assert '<html lang="en">' in page
    for named in re.findall(r'aria-(?:labelledby|describedby)="([^"]+)"', page):
        assert set(named.split()) <= set(elements.ids), named
